"""Orders and reservations by business day: who came when, without reading their histories."""

from alembic import op

revision = "0003"
down_revision = "0002"

UP = """
CREATE INDEX orders_by_day ON orders (business_day, location_id, customer_id, attribution) WHERE status = 'paid';
CREATE INDEX reservation_by_day ON reservation (business_day, location_id)
"""

DOWN = """
DROP INDEX reservation_by_day;
DROP INDEX orders_by_day
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
