"""Announcing events in the transaction that changes the data: all of it commits, or none (DESIGN §2).

``emit`` only remembers the event. Just before the commit all remembered events are written in three statements:
their subjects' next sequences are taken in sorted order (two transactions never wait for each other in a circle, and
the row locks make sequence order commit order), erased subjects' events are refused, the rest goes into the outbox.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from opentelemetry import trace
from sqlalchemy import event as hooks
from sqlalchemy.orm import Session, SessionTransaction
from uuid_utils.compat import uuid7

from crm_chassis import subjects
from crm_chassis.events import Event, Received, envelope, subject_of

logger = structlog.get_logger()

TAKE_SEQUENCES = """
INSERT INTO subject_sequence AS known (subject, sequence)
SELECT * FROM unnest(%(subjects)b::uuid[], %(counts)b::bigint[])
ON CONFLICT (subject) DO UPDATE SET sequence = known.sequence + excluded.sequence
RETURNING subject, sequence
"""
GIVE_BACK_SEQUENCES = """
UPDATE subject_sequence AS known SET sequence = known.sequence - refused.count
FROM unnest(%(subjects)b::uuid[], %(counts)b::bigint[]) AS refused(subject, count)
WHERE known.subject = refused.subject
"""
INSERT_EVENTS = """
INSERT INTO outbox (event_id, type, subject, traceparent, body)
SELECT event_id, type, subject, traceparent, body
FROM unnest(
    %(event_ids)b::uuid[], %(types)b::text[], %(subjects)b::uuid[], %(traceparents)b::text[], %(bodies)b::bytea[]
) WITH ORDINALITY AS emitted(event_id, type, subject, traceparent, body, position)
ORDER BY position
"""

EMITTED = "crm.emitted"
SAVEPOINTS = "crm.savepoints"
ANNOUNCED = "crm.announced"


@dataclass(frozen=True, slots=True)
class Emitted:
    """An event remembered until its transaction commits."""

    event: Event
    subject: UUID
    recorded_at: datetime
    traceparent: str | None
    causation_id: UUID | None
    even_if_erased: bool


def emit(session: Session, event: Event, *, cause: Received[Any] | None = None, even_if_erased: bool = False) -> None:
    """Announce ``event`` if and when the transaction commits; events of an erased subject are dropped and logged."""
    if not session.in_transaction():
        session.begin()
    session.info[EMITTED].append(
        Emitted(
            event=event,
            subject=subject_of(event),
            recorded_at=datetime.now(UTC),
            traceparent=cause.traceparent if cause is not None else current_traceparent(),
            causation_id=cause.id if cause is not None else None,
            even_if_erased=even_if_erased,
        )
    )


def emitted(session: Session) -> list[Event]:
    """List the events that this session's open transaction will announce."""
    return [each.event for each in session.info.get(EMITTED, ())]


def was_announced(session: Session) -> bool:
    """Say, once, whether a transaction of this session has committed events since the last asking."""
    return bool(session.info.pop(ANNOUNCED, False))


def current_traceparent() -> str | None:
    """Write the current OpenTelemetry span as a W3C traceparent."""
    span = trace.get_current_span().get_span_context()
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}" if span.is_valid else None


@hooks.listens_for(Session, "before_commit")
def _write_before_commit(session: Session) -> None:
    """Write what was emitted as the transaction's last statements; a savepoint's release writes nothing."""
    if session.in_nested_transaction() or not session.info.get(EMITTED):
        return
    session.flush()
    _write(session, session.info[EMITTED])
    session.info[EMITTED] = []
    session.info[ANNOUNCED] = True


@hooks.listens_for(Session, "after_transaction_create")
def _mark_beginning(session: Session, transaction: SessionTransaction) -> None:
    """Start each transaction with no events, and note how many there were before a savepoint."""
    if transaction.parent is None:
        session.info[EMITTED], session.info[SAVEPOINTS] = [], {}
    elif transaction.nested:
        session.info[SAVEPOINTS][transaction] = len(session.info[EMITTED])


@hooks.listens_for(Session, "after_soft_rollback")
def _forget_rolled_back(session: Session, transaction: SessionTransaction) -> None:
    """Drop the events emitted since the savepoint that rolled back, or all with the transaction."""
    if transaction.nested or transaction.parent is None:
        del session.info[EMITTED][session.info[SAVEPOINTS].get(transaction, 0) :]


def _write(session: Session, remembered: list[Emitted]) -> None:
    """Number the events, refuse those of erased subjects, and add the rest to the outbox in the order of emission."""
    counts = Counter(each.subject for each in remembered)
    last = _change_sequences(session, TAKE_SEQUENCES, counts)
    erased = subjects.is_erased(session, counts)  # after the locks: an erasure committed meanwhile is seen
    if erased:
        refused = [each for each in remembered if each.subject in erased and not each.even_if_erased]
        remembered = [each for each in remembered if each.subject not in erased or each.even_if_erased]
        _refuse(session, refused)
        counts, taken = Counter(each.subject for each in remembered), counts
        last = {subject: last[subject] - taken[subject] + counts[subject] for subject in last}
    if remembered:
        _insert(
            session, remembered, next_sequences={subject: last[subject] - counts[subject] + 1 for subject in counts}
        )


def _change_sequences(session: Session, statement: str, counts: Counter[UUID]) -> dict[UUID, int]:
    """Move the subjects' sequences by their counts, in sorted order, and give where they stand then."""
    ordered = sorted(counts)
    parameters = {"subjects": ordered, "counts": [counts[subject] for subject in ordered]}
    result = session.connection().exec_driver_sql(statement, parameters)
    return {row.subject: row.sequence for row in result} if result.returns_rows else {}


def _refuse(session: Session, refused: list[Emitted]) -> None:
    """Give the refused events' sequences back, so that no gap stays, and say which types were refused."""
    if refused:
        _change_sequences(session, GIVE_BACK_SEQUENCES, Counter(each.subject for each in refused))
        logger.warning("events_of_erased_subjects_refused", types=sorted({each.event.type for each in refused}))


def _insert(session: Session, remembered: list[Emitted], next_sequences: dict[UUID, int]) -> None:
    """Add numbered envelopes to the outbox."""
    sequences = defaultdict(int, next_sequences)
    columns: dict[str, list[Any]] = {"event_ids": [], "types": [], "subjects": [], "traceparents": [], "bodies": []}
    for each in remembered:
        event_id = uuid7()
        body = envelope(
            each.event,
            id=event_id,
            sequence=sequences[each.subject],
            time=each.recorded_at,
            traceparent=each.traceparent,
            causation_id=each.causation_id,
        )
        sequences[each.subject] += 1
        columns["event_ids"].append(event_id)
        columns["types"].append(each.event.type)
        columns["subjects"].append(each.subject)
        columns["traceparents"].append(each.traceparent)
        columns["bodies"].append(body)
    session.connection().exec_driver_sql(INSERT_EVENTS, columns)
