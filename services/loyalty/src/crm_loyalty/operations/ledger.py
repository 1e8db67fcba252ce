"""The one door into the ledger: lines in, balances moved, facts announced, all in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.events import Received
from crm_chassis.outbox import emit
from crm_contracts.loyalty import PointsEarnedV1, PointsReversedV1

# Always in the order of the ids: whoever locks several members cannot block another who does.
_LOCK_MEMBERS = """
SELECT customer_id, balance FROM members
WHERE customer_id = ANY(%(ids)b::uuid[]) ORDER BY customer_id FOR NO KEY UPDATE
"""
_MOVE_BALANCES = """
UPDATE members SET balance = moved.balance
FROM unnest(%(ids)b::uuid[], %(balances)b::bigint[]) AS moved (customer_id, balance)
WHERE members.customer_id = moved.customer_id
"""
_ADD_ENTRIES = """
INSERT INTO entries (id, customer_id, kind, points, order_id, order_revision, occurred_at, booked_at, reason, actor)
SELECT id, customer_id, kind, points, order_id, order_revision, occurred_at, %(booked_at)s, reason, actor
FROM unnest(%(ids)b::uuid[], %(customer_ids)b::uuid[], %(kinds)b::text[], %(points)b::bigint[],
    %(order_ids)b::uuid[], %(order_revisions)b::bigint[], %(occurred_ats)b::timestamptz[],
    %(reasons)b::bytea[], %(actors)b::text[])
    AS line (id, customer_id, kind, points, order_id, order_revision, occurred_at, reason, actor)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line to be booked; ``reason`` is encrypted already."""

    customer_id: UUID
    kind: str
    points: int
    occurred_at: datetime
    order_id: UUID | None = None
    order_revision: int | None = None
    reason: bytes | None = None
    actor: str | None = None
    cause: Received[Any] | None = None


def lock_balances(session: Session, *, customer_ids: Sequence[UUID]) -> dict[UUID, int]:
    """Lock members until the transaction ends and give their balances in points; strangers are left out."""
    rows = session.connection().exec_driver_sql(_LOCK_MEMBERS, {"ids": list(customer_ids)})
    return {row.customer_id: row.balance for row in rows}


def append(session: Session, *, lines: Sequence[Line], booked_at: datetime) -> list[UUID]:
    """Book lines, oldest fact first, move their members' balances and announce what was earned and reversed.

    The members must exist. A line for an order's revision that stands already is refused by the database.
    """
    if not lines:
        return []
    lines = sorted(lines, key=lambda line: line.occurred_at)
    balances = lock_balances(session, customer_ids=[line.customer_id for line in lines])
    ids = [uuid7() for _ in lines]
    for entry_id, line in zip(ids, lines, strict=True):
        balances[line.customer_id] += line.points
        _announce(session, entry_id, line, balances[line.customer_id])
    session.connection().exec_driver_sql(_ADD_ENTRIES, _parameters(ids, lines) | {"booked_at": booked_at})
    session.connection().exec_driver_sql(_MOVE_BALANCES, {"ids": list(balances), "balances": list(balances.values())})
    return ids


def _parameters(ids: list[UUID], lines: Sequence[Line]) -> dict[str, Any]:
    """Turn lines into the columns that the statement unnests."""
    return {
        "ids": ids,
        "customer_ids": [line.customer_id for line in lines],
        "kinds": [line.kind for line in lines],
        "points": [line.points for line in lines],
        "order_ids": [line.order_id for line in lines],
        "order_revisions": [line.order_revision for line in lines],
        "occurred_ats": [line.occurred_at for line in lines],
        "reasons": [line.reason for line in lines],
        "actors": [line.actor for line in lines],
    }


def _announce(session: Session, entry_id: UUID, line: Line, balance: int) -> None:
    """Announce a line that adds or takes points; an erased guest's forfeit concerns nobody."""
    if line.kind == "forfeit":
        return
    event = PointsEarnedV1 if line.points > 0 else PointsReversedV1
    emit(
        session,
        event(
            entry_id=entry_id,
            customer_id=line.customer_id,
            order_id=line.order_id,
            points=line.points,
            balance=balance,
            occurred_at=line.occurred_at,
        ),
        cause=line.cause,
    )
