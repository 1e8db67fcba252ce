"""What remains of an erased person: keyed hashes that keep older facts from making them anew (RULES E3)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_customer.operations import bulk
from crm_customer.providers.vault import Vault

EXTERNAL_IDS = text("DELETE FROM external_id WHERE guest_id = ANY(CAST(:ids AS uuid[])) RETURNING source, external_id")
CONTACTS = text("DELETE FROM guest_contact WHERE guest_id = ANY(CAST(:ids AS uuid[])) RETURNING token")
TAGS = text("DELETE FROM guest_tag WHERE guest_id = ANY(CAST(:ids AS uuid[]))")
RECORDS = text("""
UPDATE guest
SET profile = NULL, dietary = NULL, search = '{}', acquisition_source = NULL, erased_at = :now, version = version + 1
WHERE id = ANY(CAST(:ids AS uuid[]))
""")
TOMBSTONES = text("""
INSERT INTO tombstone (token, erased_at) SELECT token, :now FROM unnest(CAST(:tokens AS bytea[])) AS buried (token)
ON CONFLICT (token) DO UPDATE SET erased_at = excluded.erased_at
""")
ORDERS = text("""
SELECT id, source, external_id, customer_id FROM orders WHERE customer_id = ANY(CAST(:ids AS uuid[]))
ORDER BY id FOR NO KEY UPDATE
""")
RESERVATIONS = text("""
SELECT id, source, external_id, customer_id FROM reservation WHERE customer_id = ANY(CAST(:ids AS uuid[]))
ORDER BY id FOR NO KEY UPDATE
""")
REFUNDS = text("SELECT id, order_id, external_id FROM refund WHERE order_id = ANY(CAST(:orders AS uuid[])) ORDER BY id")
BURIED_ORDER = {
    "id": "uuid",
    "external_id": "text",
    "customer_id": "uuid",
    "attribution": "text",
    "content": "bytea",
}
BURIED_RESERVATION = BURIED_ORDER | {"area": "text", "texts": "bytea"}
BURIED_REFUND = {"id": "uuid", "external_id": "text", "reason": "text"}


def bury_records(session: Session, *, vault: Vault, ids: Collection[UUID], now: datetime) -> None:
    """Delete what is known of these people, and keep a tombstone of each contact and external id."""
    values = {"ids": list(ids)}
    tokens = {bytes(token) for token in session.scalars(CONTACTS, values)}
    tokens |= {vault.external_token(row.source, row.external_id) for row in session.execute(EXTERNAL_IDS, values)}
    if tokens:
        session.execute(TOMBSTONES, {"tokens": sorted(tokens), "now": now})
    session.execute(TAGS, values)
    session.execute(RECORDS, {**values, "now": now})


def bury_history(session: Session, *, vault: Vault, ids: Collection[UUID]) -> None:
    """Leave orders and reservations to the restaurant's figures: a random id each person, their external ids hashed."""
    nobody = {id_: uuid4() for id_ in ids}
    _bury_orders(session, vault, nobody)
    _bury_reservations(session, vault, nobody)


def _bury_orders(session: Session, vault: Vault, nobody: Mapping[UUID, UUID]) -> None:
    orders = session.execute(ORDERS, {"ids": list(nobody)}).all()
    rows = [
        {
            "id": order.id,
            "external_id": vault.buried_order_id(order.source, order.external_id),
            "customer_id": nobody[order.customer_id],
            "attribution": "erased",
            "content": b"",
        }
        for order in orders
    ]
    bulk.update(session, "orders", BURIED_ORDER, rows)
    refunds = session.execute(REFUNDS, {"orders": [order.id for order in orders]})
    buried = [
        {"id": r.id, "external_id": vault.buried_refund_id(r.order_id, r.external_id), "reason": None} for r in refunds
    ]
    bulk.update(session, "refund", BURIED_REFUND, buried)


def _bury_reservations(session: Session, vault: Vault, nobody: Mapping[UUID, UUID]) -> None:
    """What was written with them goes too; which table it was for as well, since anybody may have written there."""
    rows = [
        {
            "id": each.id,
            "external_id": vault.buried_reservation_id(each.source, each.external_id),
            "customer_id": nobody[each.customer_id],
            "attribution": "erased",
            "content": b"",
            "area": None,
            "texts": None,
        }
        for each in session.execute(RESERVATIONS, {"ids": list(nobody)})
    ]
    bulk.update(session, "reservation", BURIED_RESERVATION, rows)
