"""Reservations; what a guest must not or does not eat."""

from alembic import op

revision = "0002"
down_revision = "0001"

UP = """
CREATE TABLE reservation (
    id uuid NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL,
    version bigint NOT NULL,
    revision integer NOT NULL,
    content bytea NOT NULL,
    status text NOT NULL,
    location_id uuid NOT NULL,
    starts_at timestamptz NOT NULL,
    business_day date NOT NULL,
    party_size integer NOT NULL,
    area text,
    texts bytea,
    customer_id uuid,
    attribution text NOT NULL,
    is_announced boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT reservation_identity UNIQUE (source, external_id),
    CONSTRAINT reservation_status CHECK (status IN ('booked', 'seated', 'completed', 'cancelled', 'no_show')),
    CONSTRAINT reservation_party CHECK (party_size > 0)
);
CREATE INDEX reservation_ambiguous ON reservation (id) WHERE attribution = 'ambiguous';
CREATE INDEX reservation_of_customer ON reservation (customer_id, starts_at, id);
ALTER TABLE guest ADD COLUMN dietary bytea;
"""

DOWN = """
ALTER TABLE guest DROP COLUMN dietary;
DROP TABLE reservation
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
