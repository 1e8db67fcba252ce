"""Orders as staff see them: one, a guest's newest first, those that wait for somebody to say whose they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.errors import DomainError, Kind
from crm_customer.queries.restaurant import Locations, among
from crm_customer.rules.matching import Attribution

COLUMNS = """
SELECT id, source, external_id, version, revision, status, location_id, placed_at, business_day, channel, currency,
       total_minor, tip_minor, tax_minor, refunded_minor, spend_minor, customer_id, attribution, lines
FROM orders
"""
HERE = "(CAST(:locations AS uuid[]) IS NULL OR location_id = ANY(CAST(:locations AS uuid[])))"
ONE = text(f"{COLUMNS} WHERE id = :id AND {HERE}")
OF_GUEST = text(f"""
{COLUMNS} WHERE customer_id = ANY(CAST(:members AS uuid[])) AND attribution = 'guest' AND {HERE}
  AND (CAST(:at AS timestamptz) IS NULL OR (placed_at, id) < (CAST(:at AS timestamptz), CAST(:before AS uuid)))
ORDER BY placed_at DESC, id DESC LIMIT :limit
""")
AMBIGUOUS = text(f"""
{COLUMNS} WHERE attribution = 'ambiguous' AND {HERE}
  AND (CAST(:before AS uuid) IS NULL OR id < CAST(:before AS uuid))
ORDER BY id DESC LIMIT :limit
""")
ITEMS = text("SELECT id, name, category FROM item WHERE id = ANY(CAST(:ids AS uuid[]))")
REFUNDS = text("""
SELECT id, order_id, external_id, amount_minor, refunded_at, reason FROM refund WHERE order_id = :id ORDER BY id
""")
IS_FORGOTTEN = text("SELECT erased_at IS NOT NULL FROM guest WHERE id = :id")


class NoSuchOrder(DomainError):
    """There is no such order."""

    kind = Kind.NOT_FOUND


class NoSuchGuestOfOrders(DomainError):
    """There is no such guest."""

    kind = Kind.NOT_FOUND


class ForgottenOrders(DomainError):
    """The guest asked to be forgotten, and was; their orders are nobody's."""

    kind = Kind.GONE


def order(session: Session, order_id: UUID, *, locations: Locations) -> dict[str, Any]:
    """Return an order of these locations (None: of any) with its lines and refunds; raises NoSuchOrder."""
    rows = session.execute(ONE, {"id": order_id, "locations": among(locations)}).all()
    if not rows:
        raise NoSuchOrder
    refunds = session.execute(REFUNDS, {"id": order_id}).mappings().all()
    return {**_orders(session, rows)[0], "refunds": [dict(refund) for refund in refunds]}


def orders_of_guest(
    session: Session, *, customer_id: UUID, limit: int, after: tuple[datetime, UUID] | None, locations: Locations
) -> list[dict[str, Any]]:
    """Return up to ``limit`` + 1 orders of a guest, of merged records too, newest first; raises ForgottenOrders."""
    is_forgotten = session.scalar(IS_FORGOTTEN, {"id": customer_id})
    if is_forgotten is None:
        raise NoSuchGuestOfOrders
    if is_forgotten:
        raise ForgottenOrders
    members = subjects.members(session, customer_id)
    return recent_orders(session, members=members, limit=limit + 1, after=after, locations=locations)


def recent_orders(
    session: Session,
    *,
    members: Sequence[UUID],
    limit: int,
    locations: Locations,
    after: tuple[datetime, UUID] | None = None,
) -> list[dict[str, Any]]:
    """Return up to ``limit`` orders of the person that these ids mean, newest first."""
    at, before = after or (None, None)
    values = {"members": members, "at": at, "before": before, "limit": limit, "locations": among(locations)}
    return _orders(session, session.execute(OF_GUEST, values).all())


def ambiguous_orders(
    session: Session, *, limit: int, before: UUID | None, locations: Locations
) -> list[dict[str, Any]]:
    """Return up to ``limit`` + 1 orders that several guests fit, newest first."""
    values = {"before": before, "limit": limit + 1, "locations": among(locations)}
    return _orders(session, session.execute(AMBIGUOUS, values).all())


def _orders(session: Session, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Shape rows, their items by name."""
    wanted = {line[0] for row in rows for line in row.lines}
    items = {str(r.id): r for r in session.execute(ITEMS, {"ids": sorted(wanted)})} if wanted else {}
    return [_order(row._mapping, items) for row in rows]  # noqa: SLF001 -- SQLAlchemy's public name for it


def _order(row: Mapping[Any, Any], items: Mapping[str, Row[Any]]) -> dict[str, Any]:
    lines = [
        {
            "item_id": item,
            "name": items[item].name,
            "category": items[item].category or None,
            "sku": sku,
            "quantity": quantity,
            "unit_price_minor": price,
            "discount_minor": discount,
        }
        for item, quantity, price, discount, sku in row["lines"]
    ]
    is_known = row["attribution"] == Attribution.GUEST
    return {**row, "lines": lines, "customer_id": row["customer_id"] if is_known else None}
