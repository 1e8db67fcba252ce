"""Joining the programme."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError, Kind
from crm_chassis.events import Received
from crm_chassis.outbox import emit
from crm_contracts.loyalty import EnrolledV1
from crm_loyalty.rules.tiers import FIRST_TIER

# Registration says since when a guest is known; an order that overtook it only says that there is one.
_ENROLL_BY_ORDER = """
INSERT INTO members (customer_id, enrolled_at, tier, balance)
SELECT customer_id, enrolled_at, %(tier)s, 0
FROM unnest(%(ids)b::uuid[], %(times)b::timestamptz[]) AS guest (customer_id, enrolled_at)
ORDER BY customer_id ON CONFLICT (customer_id) DO NOTHING
RETURNING customer_id, true AS is_new
"""
_ENROLL_BY_REGISTRATION = """
INSERT INTO members (customer_id, enrolled_at, tier, balance)
SELECT customer_id, enrolled_at, %(tier)s, 0
FROM unnest(%(ids)b::uuid[], %(times)b::timestamptz[]) AS guest (customer_id, enrolled_at)
ORDER BY customer_id ON CONFLICT (customer_id)
DO UPDATE SET enrolled_at = excluded.enrolled_at WHERE members.enrolled_at <> excluded.enrolled_at
RETURNING customer_id, xmax = 0 AS is_new
"""


class NotAMember(DomainError):
    """This guest is not in the loyalty programme."""

    kind = Kind.NOT_FOUND


def enroll(session: Session, *, causes: Sequence[Received[Any]], is_registration: bool) -> None:
    """Make a member of each event's guest who is none yet and announce it once; a registration sets since when."""
    first = _earliest(causes)
    rows = session.connection().exec_driver_sql(
        _ENROLL_BY_REGISTRATION if is_registration else _ENROLL_BY_ORDER,
        {"ids": list(first), "times": [cause.data.occurred_at for cause in first.values()], "tier": FIRST_TIER},
    )
    for row in rows:
        if row.is_new:
            cause = first[row.customer_id]
            emit(session, EnrolledV1(customer_id=row.customer_id, occurred_at=cause.data.occurred_at), cause=cause)


def _earliest(causes: Sequence[Received[Any]]) -> dict[UUID, Received[Any]]:
    """Give each guest's earliest fact."""
    earliest: dict[UUID, Received[Any]] = {}
    for cause in causes:
        known = earliest.get(cause.subject)
        if known is None or cause.data.occurred_at < known.data.occurred_at:
            earliest[cause.subject] = cause
    return earliest
