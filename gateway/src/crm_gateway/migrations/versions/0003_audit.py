"""The audit log: who saw or changed which guest, each entry holding the hash of the one before; jobs."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

KINDS = "'view', 'attempt', 'outcome', 'change', 'refused', 'sign_in'"
# Not against the tables' owner, who could drop the trigger, but against every slip and injected statement; what the
# owner does shows in the chain. Old entries leave by crm_gateway.audit.chain.retain alone, which names itself.
GUARD = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('maitre.audit_retention', true) = 'on' THEN
        IF OLD.sequence <= (SELECT max(sequence) FROM audit_checkpoints WHERE at <= now() - interval '30 days') THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_checkpoints_append_only BEFORE UPDATE OR DELETE ON audit_checkpoints
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_checkpoints_not_emptied BEFORE TRUNCATE ON audit_checkpoints
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
CREATE TRIGGER audit_entries_not_emptied BEFORE TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
"""


def upgrade() -> None:
    op.create_table(
        "audit_entries",
        sa.Column("sequence", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("actor_id", sa.String(), nullable=False),
        sa.Column("actor_role", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("customer_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("customers", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("searched", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("changed", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("request_id", sa.String()),
        sa.Column("address", sa.String()),
        sa.Column("attempt", sa.BigInteger()),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name="audit_entries_kind_known"),
    )
    op.create_index("audit_entries_customer_ids", "audit_entries", ["customer_ids"], postgresql_using="gin")
    op.create_index("audit_entries_searched", "audit_entries", ["searched"], postgresql_using="gin")
    op.create_index("audit_entries_actor", "audit_entries", ["actor_id", "sequence"])
    op.create_index("audit_entries_action", "audit_entries", ["action", "sequence"])
    op.create_index("audit_entries_at", "audit_entries", ["at"])
    op.create_table(
        "audit_head",
        sa.Column("is_only", sa.Boolean(), primary_key=True, server_default=sa.text("true")),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("is_only", name="audit_head_is_one"),
    )
    op.execute("INSERT INTO audit_head (sequence, hash) VALUES (0, decode(repeat('00', 32), 'hex'))")
    op.create_table(
        "audit_checkpoints",
        sa.Column("sequence", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
    )
    op.execute(GUARD)
    _create_jobs()


def _create_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, server_default="queued"),
        sa.Column("parameters", JSONB(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("total", sa.Integer()),
        sa.Column("result", JSONB()),
        sa.Column("error", sa.String()),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("claim", sa.Uuid()),
        sa.Column("claimed_until", sa.DateTime(timezone=True)),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')", name="jobs_state_known"
        ),
    )
    op.create_index("jobs_of_person", "jobs", ["created_by", "id"])
    op.create_index("jobs_unfinished", "jobs", ["id"], postgresql_where=sa.text("state IN ('queued', 'running')"))
    op.create_table(
        "job_files",
        sa.Column("job_id", sa.Uuid(), sa.ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("job_files_expires_at", "job_files", ["expires_at"])


def downgrade() -> None:
    op.drop_table("job_files")
    op.drop_table("jobs")
    op.drop_table("audit_checkpoints")
    op.drop_table("audit_head")
    op.drop_table("audit_entries")
    op.execute("DROP FUNCTION audit_is_append_only()")
