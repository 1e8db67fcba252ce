"""Staff, API keys and the sign-in throttle."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

NOW = sa.text("now()")


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("email_normalised", sa.String(), nullable=False),
        sa.Column("password", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("location_ids", sa.ARRAY(sa.Uuid())),
        sa.Column("is_active", sa.Boolean(), nullable=False, server_default=sa.text("true")),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.CheckConstraint("role IN ('owner', 'marketing_manager', 'manager', 'host')", name="staff_role_known"),
    )
    op.create_index("staff_email_normalised_key", "staff", ["email_normalised"], unique=True)
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("scopes", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("location_ids", sa.ARRAY(sa.Uuid())),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, server_default=NOW),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("role IN ('till')", name="api_keys_role_known"),
    )
    op.create_index("api_keys_prefix_key", "api_keys", ["prefix"], unique=True)
    op.create_table(
        "sign_in_attempts",
        sa.Column("bucket", sa.LargeBinary(), primary_key=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("sign_in_attempts_started_at", "sign_in_attempts", ["started_at"])


def downgrade() -> None:
    op.drop_table("sign_in_attempts")
    op.drop_table("api_keys")
    op.drop_table("staff")
