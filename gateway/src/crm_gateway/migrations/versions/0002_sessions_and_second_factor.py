"""Sessions, second factor, links to identity providers, what else is known of staff and keys."""

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
