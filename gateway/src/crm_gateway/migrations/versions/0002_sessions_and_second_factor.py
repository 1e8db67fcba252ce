"""Sessions, second factor, links to identity providers, what else is known of staff and keys."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
TABLES = ("staff_sessions", "second_factors", "recovery_codes", "provider_links", "provider_visits")
STAFF = ("name", "must_change_password", "has_second_factor", "epoch", "version", "last_signed_in_at")
KEYS = ("last_used_at", "expires_at", "replaced_by_id")


def _staff_id(**options: Any) -> sa.Column[Any]:
    return sa.Column("staff_id", sa.Uuid(), sa.ForeignKey("staff.id", ondelete="CASCADE"), **options)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, INSTANT, nullable=nullable)


def upgrade() -> None:
    for name, kind, default in (
        ("name", sa.String(), "''"),
        ("must_change_password", sa.Boolean(), "false"),
        ("has_second_factor", sa.Boolean(), "false"),
        ("epoch", sa.Integer(), "0"),
        ("version", sa.Integer(), "1"),
    ):
        op.add_column("staff", sa.Column(name, kind, nullable=False, server_default=sa.text(default)))
    op.add_column("staff", _instant("last_signed_in_at", nullable=True))
    op.alter_column("staff", "password", nullable=True)
    op.add_column("api_keys", _instant("last_used_at", nullable=True))
    op.add_column("api_keys", _instant("expires_at", nullable=True))
    op.add_column("api_keys", sa.Column("replaced_by_id", sa.Uuid()))
    op.drop_constraint("api_keys_role_known", "api_keys")
    op.create_check_constraint("api_keys_role_known", "api_keys", "role IN ('till', 'booking_system')")
    _create_sessions()
    _create_second_factors()
    _create_provider_tables()


def _create_sessions() -> None:
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.Uuid(), primary_key=True),
        _staff_id(nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("proof", sa.String(), nullable=False),
        sa.Column("user_agent", sa.String(), nullable=False),
        _instant("created_at"),
        _instant("last_seen_at"),
        _instant("expires_at"),
    )
    op.create_index("staff_sessions_token_hash_key", "staff_sessions", ["token_hash"], unique=True)
    op.create_index("staff_sessions_staff_id", "staff_sessions", ["staff_id"])
    op.create_index("staff_sessions_expires_at", "staff_sessions", ["expires_at"])


def _create_second_factors() -> None:
    op.create_table(
        "second_factors",
        _staff_id(primary_key=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        _instant("confirmed_at", nullable=True),
    )
    op.create_table(
        "recovery_codes",
        _staff_id(primary_key=True),
        sa.Column("code_hash", sa.LargeBinary(), primary_key=True),
        _instant("used_at", nullable=True),
    )


def _create_provider_tables() -> None:
    op.create_table(
        "provider_links",
        sa.Column("issuer", sa.String(), primary_key=True),
        sa.Column("subject", sa.String(), primary_key=True),
        _staff_id(nullable=False),
        _instant("linked_at"),
    )
    op.create_index("provider_links_staff_id", "provider_links", ["staff_id"])
    op.create_table(
        "provider_visits",
        sa.Column("state_hash", sa.LargeBinary(), primary_key=True),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("secrets", sa.LargeBinary(), nullable=False),
        _instant("expires_at"),
    )
    op.create_index("provider_visits_expires_at", "provider_visits", ["expires_at"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DELETE FROM api_keys WHERE role <> 'till'")
    op.drop_constraint("api_keys_role_known", "api_keys")
    op.create_check_constraint("api_keys_role_known", "api_keys", "role IN ('till')")
    for column in KEYS:
        op.drop_column("api_keys", column)
    op.execute("DELETE FROM staff WHERE password IS NULL")
    op.alter_column("staff", "password", nullable=False)
    for column in STAFF:
        op.drop_column("staff", column)
