"""Booking what orders earn: a whole batch of events in a handful of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis.events import Received
from crm_loyalty.models import Programme
from crm_loyalty.operations import ledger, members
from crm_loyalty.rules import earning
from crm_loyalty.rules.earning import BookedOrder, OrderFact, advance

# Arrays go binary (%b): dumping them as text took a fifth of a batch's time.
# New orders go in by one statement; those that were there already are then locked and compared. Both run in the
# order of their keys, so workers that meet on the same orders wait for each other and never block each other.
_ADD = """
INSERT INTO orders (order_id, customer_id, revision, spend_minor, placed_at, placed_revision, points)
SELECT * FROM unnest(
    %(order_ids)b::uuid[], %(customer_ids)b::uuid[], %(revisions)b::bigint[], %(spends)b::bigint[],
    %(placed_ats)b::timestamptz[], %(placed_revisions)b::bigint[], %(points)b::bigint[]
) AS known (order_id)
ORDER BY order_id ON CONFLICT (order_id) DO NOTHING RETURNING order_id
"""
_LOCK = """
SELECT order_id, customer_id, revision, spend_minor, placed_at, placed_revision, points
FROM orders WHERE order_id = ANY(%(order_ids)b::uuid[]) ORDER BY order_id FOR NO KEY UPDATE
"""
_CHANGE = """
UPDATE orders SET customer_id = known.customer_id, revision = known.revision, spend_minor = known.spend_minor,
    placed_at = known.placed_at, placed_revision = known.placed_revision, points = known.points
FROM unnest(
    %(order_ids)b::uuid[], %(customer_ids)b::uuid[], %(revisions)b::bigint[], %(spends)b::bigint[],
    %(placed_ats)b::timestamptz[], %(placed_revisions)b::bigint[], %(points)b::bigint[]
) AS known (order_id, customer_id, revision, spend_minor, placed_at, placed_revision, points)
WHERE orders.order_id = known.order_id
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A fact about an order and the event that told it."""

    fact: OrderFact
    cause: Received[Any]


@dataclass(frozen=True, slots=True)
class _Outcome:
    """An order after its facts, and the ledger's lines that they cause."""

    order: BookedOrder
    lines: list[ledger.Line]
    has_changed: bool


def book_orders(session: Session, *, told: Sequence[Told], booked_at: datetime) -> None:
    """Bring orders' points up to what is told: each order's highest revision wins, the ledger gets the differences.

    Facts may come in any order and any number of times. Guests not yet in the programme join it.
    """
    settings = session.get_one(Programme, 1)
    programme = earning.Programme(points_per_unit=settings.points_per_unit, starts_on=settings.starts_on)
    members.enroll(session, causes=[one.cause for one in told], is_registration=False)
    by_order = _in_order(told)
    outcomes = {order_id: _follow(None, facts, programme) for order_id, facts in by_order.items()}
    added = {row.order_id for row in session.connection().exec_driver_sql(_ADD, _parameters(outcomes))}
    there = _locked(session, [order_id for order_id in by_order if order_id not in added])
    changed = {}
    for order_id, before in there.items():
        outcomes[order_id] = outcome = _follow(before, by_order[order_id], programme)
        if outcome.has_changed:
            changed[order_id] = outcome
    if changed:
        session.connection().exec_driver_sql(_CHANGE, _parameters(changed))
    ledger.append(session, lines=[line for one in outcomes.values() for line in one.lines], booked_at=booked_at)


def _in_order(told: Sequence[Told]) -> dict[UUID, list[Told]]:
    """Group facts by order, orders in the order of their ids, facts in the order of their revisions."""
    ordered = sorted(told, key=lambda one: (one.fact.order_id, one.fact.revision))
    return {order_id: list(facts) for order_id, facts in groupby(ordered, key=lambda one: one.fact.order_id)}


def _follow(before: BookedOrder | None, facts: Iterable[Told], programme: earning.Programme) -> _Outcome:
    """Take an order's facts into account one after the other."""
    order, lines = before, []
    for one in facts:
        order, movements = advance(order, one.fact, programme)
        lines += [
            ledger.Line(
                customer_id=movement.customer_id,
                kind=movement.kind,
                points=movement.points,
                occurred_at=one.fact.occurred_at,
                order_id=one.fact.order_id,
                order_revision=one.fact.revision,
                cause=one.cause,
            )
            for movement in movements
        ]
    assert order is not None
    return _Outcome(order, lines, order is not before)


def _locked(session: Session, order_ids: list[UUID]) -> dict[UUID, BookedOrder]:
    """Lock the orders that are known already and give what is booked of them."""
    if not order_ids:
        return {}
    rows = session.connection().exec_driver_sql(_LOCK, {"order_ids": order_ids})
    return {
        row.order_id: BookedOrder(
            customer_id=row.customer_id,
            revision=row.revision,
            spend_minor=row.spend_minor,
            placed_at=row.placed_at,
            placed_revision=row.placed_revision,
            points=row.points,
        )
        for row in rows
    }


def _parameters(outcomes: dict[UUID, _Outcome]) -> dict[str, list[Any]]:
    """Turn orders into the columns that the statements unnest."""
    orders = [outcome.order for outcome in outcomes.values()]
    return {
        "order_ids": list(outcomes),
        "customer_ids": [order.customer_id for order in orders],
        "revisions": [order.revision for order in orders],
        "spends": [order.spend_minor for order in orders],
        "placed_ats": [order.placed_at for order in orders],
        "placed_revisions": [order.placed_revision for order in orders],
        "points": [order.points for order in orders],
    }
