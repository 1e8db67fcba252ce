"""What came in at the public edge and waits for its service; providers' settings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "edge_messages",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("dedupe", sa.LargeBinary()),
        sa.Column("lane", sa.LargeBinary()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False, server_default=sa.text("'waiting'")),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default=sa.text("0")),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.Column("delivered_at", INSTANT),
        sa.Column("last_answer", sa.String()),
        sa.CheckConstraint(
            "kind IN ('webhook', 'unsubscribe', 'preferences', 'survey', 'tracking', 'push')",
            name="edge_messages_kind_known",
        ),
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'refused', 'expired')", name="edge_messages_state_known"),
        sa.CheckConstraint("sealed IS NOT NULL OR state = 'expired'", name="edge_messages_keeps_what_waits"),
    )
    op.create_index(
        "edge_messages_dedupe_key", "edge_messages", ["dedupe"], unique=True,
        postgresql_where=sa.text("dedupe IS NOT NULL"),
    )  # fmt: skip
    op.create_index("edge_messages_due", "edge_messages", ["next_try_at"], postgresql_where=WAITING)
    op.create_index(
        "edge_messages_lane", "edge_messages", ["lane", "id"],
        postgresql_where=sa.text("state = 'waiting' AND lane IS NOT NULL"),
    )  # fmt: skip
    op.create_index("edge_messages_received", "edge_messages", ["received_at"])
    op.create_table(
        "providers",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("is_enabled", sa.Boolean(), nullable=False),
        sa.Column("settings", JSONB(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
    )
    op.create_table(
        "provider_traffic",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("repeated", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("last_accepted_at", INSTANT),
        sa.Column("last_refused_at", INSTANT),
    )


def downgrade() -> None:
    op.drop_table("provider_traffic")
    op.drop_table("providers")
    op.drop_table("edge_messages")
