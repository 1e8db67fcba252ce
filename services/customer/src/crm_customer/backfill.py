"""Telling customer's own facts again, for a listener that builds its projection anew; all as they stand now."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.backfill import Restated
from crm_contracts.customer import (
    ErasedV1,
    LocationChangedV1,
    MergedV1,
    OrderCorrectedV1,
    OrderPlacedV1,
    OrderRecordedV1,
    RegisteredV1,
    ReservationBookedV1,
    ReservationCancelledV1,
    ReservationCompletedV1,
    ReservationNoShowV1,
    TaggedV1,
    UnmergedV1,
)
from crm_customer.operations import reservationbook
from crm_customer.operations.orderbook import NAMES, OrderState
from crm_customer.operations.reservationbook import ReservationState
from crm_customer.operations.reserving import told
from crm_customer.operations.revising import corrected, placed, recorded
from crm_customer.rules import money

LOCATIONS = text("""
SELECT location.id, location.zone, location.is_default, location.changed_at, organisation.currency,
       organisation.business_day_starts_at, sequence
FROM location CROSS JOIN organisation JOIN subject_sequence ON subject = location.id ORDER BY location.id
""")
GUESTS = text("""
SELECT id, registered_at, created_at, sequence FROM guest JOIN subject_sequence ON subject = id
WHERE erased_at IS NULL ORDER BY id
""")
TAGS = text("""
SELECT guest_id AS id, array_agg(tag_id ORDER BY tag_id) AS tag_ids, max(sequence) AS sequence, max(created_at) AS at
FROM guest_tag JOIN guest ON guest.id = guest_id JOIN subject_sequence ON subject = guest_id
GROUP BY guest_id ORDER BY guest_id
""")
MERGES = text("""
SELECT DISTINCT ON (merged_id) id, merged_id, survivor_id, merged_at, unmerged_at, sequence
FROM merge JOIN subject_sequence ON subject = merged_id ORDER BY merged_id, id DESC
""")
ORDERS = text(f"""
SELECT {NAMES}, sequence FROM orders JOIN subject_sequence ON subject = customer_id
WHERE attribution = 'guest' AND (is_recorded OR is_placed) ORDER BY customer_id, orders.id
""")  # noqa: S608 -- column names of our own
RESERVATIONS = text(f"""
SELECT {reservationbook.NAMES}, sequence FROM reservation JOIN subject_sequence ON subject = customer_id
WHERE attribution = 'guest' AND is_announced ORDER BY customer_id, reservation.id
""")  # noqa: S608 -- column names of our own
RESERVATION_TYPES = {
    event.type for event in (ReservationBookedV1, ReservationCompletedV1, ReservationCancelledV1, ReservationNoShowV1)
}
STREAMED = {"yield_per": 1_000}


def facts(session: Session, types: Sequence[str]) -> Iterator[Restated]:
    """Yield locations, guests, their tags, merges, erasures, orders and reservations, as far as ``types`` asks."""
    for fact in _all(session, frozenset(types)):
        if fact.event.type in types:
            yield fact


def _all(session: Session, types: frozenset[str]) -> Iterator[Restated]:
    if LocationChangedV1.type in types:
        yield from _locations(session)
    yield from _guests(session, types)
    if types & {MergedV1.type, UnmergedV1.type}:
        yield from map(_merge, session.execute(MERGES, execution_options=STREAMED))
    if types & {OrderPlacedV1.type, OrderRecordedV1.type, OrderCorrectedV1.type}:
        yield from map(_order, session.execute(ORDERS, execution_options=STREAMED))
    if types & RESERVATION_TYPES:
        yield from map(_reservation, session.execute(RESERVATIONS, execution_options=STREAMED))
    if ErasedV1.type in types:
        for gone in subjects.erasures(session):
            erased = ErasedV1(customer_id=gone.subject, occurred_at=gone.erased_at)
            yield Restated(erased, gone.sequence, gone.erased_at, even_if_erased=True)


def _guests(session: Session, types: frozenset[str]) -> Iterator[Restated]:
    if RegisteredV1.type in types:
        for row in session.execute(GUESTS, execution_options=STREAMED):
            event = RegisteredV1(customer_id=row.id, occurred_at=row.registered_at)
            yield Restated(event, row.sequence, row.created_at)
    if TaggedV1.type in types:
        for row in session.execute(TAGS, execution_options=STREAMED):
            tagged = TaggedV1(customer_id=row.id, tag_ids=tuple(row.tag_ids), occurred_at=row.at)
            yield Restated(tagged, row.sequence, row.at)


def _locations(session: Session) -> Iterator[Restated]:
    for row in session.execute(LOCATIONS):
        event = LocationChangedV1(
            location_id=row.id,
            zone=row.zone,
            currency=row.currency,
            business_day_starts_at=row.business_day_starts_at,
            is_default=row.is_default,
            occurred_at=row.changed_at,
        )
        yield Restated(event, row.sequence, row.changed_at)


def _merge(row: Row[Any]) -> Restated:
    at = row.unmerged_at or row.merged_at
    kind = MergedV1 if row.unmerged_at is None else UnmergedV1
    event = kind(merge_id=row.id, customer_id=row.merged_id, survivor_id=row.survivor_id, occurred_at=at)
    return Restated(event, row.sequence, at)


def _order(row: Row[Any]) -> Restated:
    """Tell an order as it stands, refunds taken off: recorded when paid, corrected where it no longer counts."""
    values = dict(row._mapping)  # noqa: SLF001 -- SQLAlchemy's public name for it
    sequence = values.pop("sequence")
    order = OrderState(**values)
    assert order.customer_id is not None
    event: OrderRecordedV1 | OrderCorrectedV1 | OrderPlacedV1
    if order.status == money.PAID:
        event = recorded(order, customer_id=order.customer_id)
    elif order.is_recorded or order.status == money.VOID:
        event = corrected(order, customer_id=order.customer_id)
    else:
        event = placed(order, customer_id=order.customer_id)
    return Restated(event, sequence, order.recorded_at)


def _reservation(row: Row[Any]) -> Restated:
    """Tell a reservation as it stands, as if for the first time."""
    values = dict(row._mapping)  # noqa: SLF001 -- SQLAlchemy's public name for it
    sequence = values.pop("sequence")
    reservation = ReservationState(**values)
    assert reservation.customer_id is not None
    return Restated(
        told(reservation, customer_id=reservation.customer_id, is_first=True), sequence, reservation.recorded_at
    )
