"""Data keys, one per person, and the check values of the master keys that wrap them."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create both tables."""
    op.execute("""
        CREATE TABLE master_key_check (
            key_id text PRIMARY KEY,
            check_value bytea NOT NULL,
            created_at timestamptz NOT NULL DEFAULT now()
        )
    """)
    # A destroyed key leaves its person's row, empty, so that no late write makes another (RULES E2, E4).
    op.execute("""
        CREATE TABLE data_key (
            person uuid PRIMARY KEY,
            master_key_id text REFERENCES master_key_check,
            wrapped bytea,
            created_at timestamptz NOT NULL DEFAULT now(),
            destroyed_at timestamptz,
            CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL)),
            CHECK ((wrapped IS NULL) = (master_key_id IS NULL))
        )
    """)
    op.execute("CREATE INDEX data_key_by_master_key ON data_key (master_key_id)")


def downgrade() -> None:
    """Drop both tables, and with them every key."""
    op.execute("DROP TABLE data_key, master_key_check")
