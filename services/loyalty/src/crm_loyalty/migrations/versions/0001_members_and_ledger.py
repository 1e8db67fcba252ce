"""The programme, its members, their orders, and a ledger that the database itself keeps append-only.

Of an entry nothing is ever changed but the guest's id, and that only once the guest is erased (RULES E3): the foreign
keys carry the new id over from ``members``. Orders leave room in their pages for the updates that corrections bring.
"""

from alembic import op

revision = "0001"
down_revision = None

UP = """
CREATE TABLE programme (
    id smallint PRIMARY KEY CONSTRAINT programme_is_one_row CHECK (id = 1),
    points_per_unit bigint NOT NULL CONSTRAINT programme_gives_points CHECK (points_per_unit > 0),
    starts_on date
);
INSERT INTO programme (id, points_per_unit) VALUES (1, 1);
CREATE TABLE members (
    customer_id uuid PRIMARY KEY,
    enrolled_at timestamptz NOT NULL,
    tier text NOT NULL,
    balance bigint NOT NULL
) WITH (fillfactor = 80);
CREATE TABLE orders (
    order_id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES members ON UPDATE CASCADE,
    revision bigint NOT NULL,
    spend_minor bigint NOT NULL,
    placed_at timestamptz,
    placed_revision bigint NOT NULL,
    points bigint NOT NULL,
    CONSTRAINT orders_are_sound CHECK (points >= 0 AND spend_minor >= 0 AND revision >= 1)
) WITH (fillfactor = 90);
CREATE INDEX orders_by_customer ON orders (customer_id);
CREATE TABLE entries (
    id uuid PRIMARY KEY,
    customer_id uuid NOT NULL REFERENCES members ON UPDATE CASCADE,
    kind text NOT NULL
        CONSTRAINT entries_have_a_known_kind CHECK (kind IN ('earn', 'reverse', 'adjust', 'forfeit')),
    points bigint NOT NULL CONSTRAINT entries_move_points CHECK (points <> 0),
    order_id uuid,
    order_revision bigint,
    occurred_at timestamptz NOT NULL,
    booked_at timestamptz NOT NULL,
    expires_on date,
    reason bytea,
    actor text,
    CONSTRAINT entries_name_an_order_wholly CHECK ((order_id IS NULL) = (order_revision IS NULL)),
    CONSTRAINT entries_book_an_order_once UNIQUE (order_id, order_revision, kind)
);
CREATE INDEX entries_by_customer ON entries (customer_id, id);

CREATE FUNCTION keep_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - 'customer_id' = to_jsonb(OLD) - 'customer_id'
            AND EXISTS (SELECT FROM erased_subject WHERE subject = OLD.customer_id)
        THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the ledger is only ever appended to' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER entries_stay BEFORE UPDATE OR DELETE ON entries FOR EACH ROW EXECUTE FUNCTION keep_entry();
CREATE TRIGGER entries_stay_all BEFORE TRUNCATE ON entries FOR EACH STATEMENT EXECUTE FUNCTION keep_entry();
"""


def upgrade() -> None:
    op.execute(UP)


def downgrade() -> None:
    op.execute("DROP TABLE entries, orders, members, programme")
    op.execute("DROP FUNCTION keep_entry")
