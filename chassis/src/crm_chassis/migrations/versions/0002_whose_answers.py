"""Whom a stored answer is about, so that it goes with them."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("ALTER TABLE idempotent_answer ADD COLUMN subject uuid")
    op.execute("CREATE INDEX idempotent_answer_subject ON idempotent_answer (subject)")


def downgrade() -> None:
    op.execute("ALTER TABLE idempotent_answer DROP COLUMN subject")
