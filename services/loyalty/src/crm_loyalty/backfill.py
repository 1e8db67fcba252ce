"""Telling loyalty's own facts again, for a listener that builds its projection anew."""

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.backfill import Restated
from crm_contracts.loyalty import CustomerDataErasedV1, EnrolledV1, PointsEarnedV1, PointsReversedV1

# Whom nothing was ever announced about is an erased guest's random id: it has no sequence and is left out.
_MEMBERS = text("""
SELECT customer_id, enrolled_at, sequence FROM members JOIN subject_sequence ON subject = customer_id
ORDER BY customer_id
""")
_ENTRIES = text("""
SELECT id, customer_id, order_id, points, occurred_at, booked_at, sequence,
    CAST(sum(points) OVER (PARTITION BY customer_id ORDER BY id) AS bigint) AS balance
FROM entries JOIN subject_sequence ON subject = customer_id ORDER BY customer_id, id
""")
_STREAMED = {"yield_per": 1_000}


def facts(session: Session, types: Sequence[str]) -> Iterator[Restated]:
    """Yield who is a member, all points that came and went, and the answers to erasures, as far as ``types`` asks."""
    if EnrolledV1.type in types:
        yield from _enrolments(session)
    if PointsEarnedV1.type in types or PointsReversedV1.type in types:
        yield from _movements(session, types)
    if CustomerDataErasedV1.type in types:
        for gone in subjects.erasures(session):
            answer = CustomerDataErasedV1(customer_id=gone.subject, occurred_at=gone.erased_at)
            yield Restated(answer, gone.sequence, gone.erased_at, even_if_erased=True)


def _enrolments(session: Session) -> Iterator[Restated]:
    for row in session.execute(_MEMBERS, execution_options=_STREAMED):
        event = EnrolledV1(customer_id=row.customer_id, occurred_at=row.enrolled_at)
        yield Restated(event, row.sequence, row.enrolled_at)


def _movements(session: Session, types: Sequence[str]) -> Iterator[Restated]:
    for row in session.execute(_ENTRIES, execution_options=_STREAMED):
        event_type: Callable[..., PointsEarnedV1 | PointsReversedV1] = (
            PointsEarnedV1 if row.points > 0 else PointsReversedV1
        )
        event = event_type(
            entry_id=row.id,
            customer_id=row.customer_id,
            order_id=row.order_id,
            points=row.points,
            balance=row.balance,
            occurred_at=row.occurred_at,
        )
        if event.type in types:
            yield Restated(event, row.sequence, row.booked_at)
