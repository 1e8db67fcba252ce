"""The restaurant, its guests, their orders, merges and privacy requests."""

from alembic import op

revision = "0001"
down_revision = None

UP = """
CREATE TABLE organisation (
    id smallint NOT NULL,
    name text NOT NULL,
    countries text[] NOT NULL,
    currency text NOT NULL,
    postal_address text,
    default_zone text NOT NULL,
    business_day_starts_at text NOT NULL,
    spend_includes_tax boolean NOT NULL,
    version integer NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT organisation_is_one CHECK (id = 1)
);
CREATE TABLE location (
    id uuid NOT NULL,
    name text NOT NULL,
    zone text NOT NULL,
    is_default boolean NOT NULL,
    opening_hours jsonb,
    version integer NOT NULL,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX location_default ON location (is_default) WHERE is_default;
CREATE TABLE guest (
    id uuid NOT NULL,
    profile bytea,
    search integer[] NOT NULL,
    acquisition_source text,
    merged_into uuid,
    registered_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    erased_at timestamptz,
    version integer NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX guest_merged ON guest (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX guest_search ON guest USING gin (search);
CREATE TABLE guest_contact (
    guest_id uuid NOT NULL,
    token bytea NOT NULL,
    PRIMARY KEY (guest_id, token)
);
CREATE INDEX guest_contact_token ON guest_contact (token);
CREATE TABLE external_id (
    source text NOT NULL,
    external_id text NOT NULL,
    guest_id uuid NOT NULL,
    PRIMARY KEY (source, external_id)
);
CREATE INDEX external_id_guest ON external_id (guest_id);
CREATE TABLE tag (
    id uuid NOT NULL,
    name text NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT tag_name UNIQUE (name)
);
CREATE TABLE guest_tag (
    guest_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    PRIMARY KEY (guest_id, tag_id)
);
CREATE INDEX guest_tag_tag ON guest_tag (tag_id);
CREATE TABLE item (
    id uuid NOT NULL,
    name text NOT NULL,
    category text NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT item_name UNIQUE (name, category)
);
CREATE TABLE orders (
    id uuid NOT NULL,
    source text NOT NULL,
    external_id text NOT NULL,
    version bigint NOT NULL,
    revision integer NOT NULL,
    content bytea NOT NULL,
    status text NOT NULL,
    location_id uuid NOT NULL,
    placed_at timestamptz NOT NULL,
    business_day date NOT NULL,
    channel text NOT NULL,
    currency text NOT NULL,
    total_minor bigint NOT NULL,
    tip_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    spend_minor bigint NOT NULL,
    customer_id uuid,
    attribution text NOT NULL,
    is_placed boolean NOT NULL,
    is_recorded boolean NOT NULL,
    lines jsonb NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT orders_identity UNIQUE (source, external_id),
    CONSTRAINT orders_status CHECK (status IN ('open', 'paid', 'void')),
    CONSTRAINT orders_not_negative CHECK (least(total_minor, tip_minor, tax_minor, refunded_minor, spend_minor) >= 0)
);
CREATE INDEX orders_ambiguous ON orders (id) WHERE attribution = 'ambiguous';
CREATE INDEX orders_of_customer ON orders (customer_id, placed_at, id);
CREATE TABLE refund (
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    external_id text NOT NULL,
    amount_minor bigint NOT NULL,
    refunded_at timestamptz NOT NULL,
    reason text,
    PRIMARY KEY (id),
    CONSTRAINT refund_identity UNIQUE (order_id, external_id),
    CONSTRAINT refund_positive CHECK (amount_minor > 0)
);
CREATE UNLOGGED TABLE identity_claim (
    token bytea NOT NULL,
    PRIMARY KEY (token)
);
CREATE TABLE merge (
    id uuid NOT NULL,
    survivor_id uuid NOT NULL,
    merged_id uuid NOT NULL,
    merged_at timestamptz NOT NULL,
    unmerged_at timestamptz,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX merge_standing ON merge (merged_id) WHERE unmerged_at IS NULL;
CREATE TABLE privacy_request (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    requested_at timestamptz NOT NULL,
    completed_at timestamptz,
    PRIMARY KEY (id)
);
CREATE INDEX privacy_request_customer ON privacy_request (customer_id);
CREATE TABLE privacy_answer (
    request_id uuid NOT NULL,
    customer_id uuid NOT NULL,
    service text NOT NULL,
    answered_at timestamptz,
    PRIMARY KEY (request_id, customer_id, service)
);
CREATE INDEX privacy_answer_customer ON privacy_answer (customer_id, service);
CREATE TABLE tombstone (
    token bytea NOT NULL,
    erased_at timestamptz NOT NULL,
    PRIMARY KEY (token)
);
"""

DOWN = """
DROP TABLE tombstone, privacy_answer, privacy_request, merge, identity_claim, refund, orders, item, guest_tag, tag,
    external_id, guest_contact, guest, location, organisation
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute(DOWN)
