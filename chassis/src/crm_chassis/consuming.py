"""Applying deliveries exactly once: one transaction for the inbox and the handlers of a micro-batch (DESIGN §2).

A service says with ``Subscriptions`` which events it listens to; a handler takes a sequence of events of its type (or
types) and changes its tables in the session it is given. Events of one subject keep the order of their delivery.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, overload

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.events import Event, EventType, Received, parse

if TYPE_CHECKING:
    from uuid import UUID

E = TypeVar("E", bound=Event)
F = TypeVar("F", bound=Event)
G = TypeVar("G", bound=Event)
Handler = Callable[[Session, Sequence[Received[E]]], None]
Register = Callable[[Handler[E]], Handler[E]]

INBOX_DAYS = 30
PURGE_AT_ONCE = 10_000
ERASING = 0x6372_6D65
"""Advisory lock: batches hold it shared, what may erase a subject holds it alone, so no event slips past an erasure."""

_RECORD = """
WITH erasing AS MATERIALIZED (SELECT pg_advisory_xact_lock_shared(%(lock)s) AS held)
INSERT INTO inbox (event_id, consumer)
SELECT event_id, %(consumer)s FROM unnest(%(ids)b::uuid[]) AS event_id, erasing
ON CONFLICT DO NOTHING RETURNING event_id
"""
_ERASE_ALONE = text("SELECT pg_advisory_xact_lock(:lock)")
_PURGE = text("""
DELETE FROM inbox WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM inbox WHERE received_at < now() - make_interval(days => :days) LIMIT :most
))
""")


@dataclass(frozen=True)
class Delivery:
    """What became of delivered messages: how many were applied by type, known already, about the erased, not ours."""

    handled: Counter[str] = field(default_factory=Counter)
    duplicates: int = 0
    erased: int = 0
    ignored: int = 0


@dataclass(frozen=True)
class _Subscription:
    event_types: dict[str, EventType[Any]]
    handler: Handler[Any]
    even_if_erased: bool


@dataclass(frozen=True)
class _Group:
    """Events that one call of a handler takes."""

    subscription: _Subscription
    events: list[Received[Any]] = field(default_factory=list)


class Subscriptions:
    """The table of events a service listens to and the functions that apply them."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._by_type: dict[str, _Subscription] = {}

    @overload
    def on(self, one: EventType[E], /, *, even_if_erased: bool = False) -> Register[E]: ...
    @overload
    def on(self, one: EventType[E], two: EventType[F], /, *, even_if_erased: bool = False) -> Register[E | F]: ...
    @overload
    def on(
        self, one: EventType[E], two: EventType[F], three: EventType[G], /, *, even_if_erased: bool = False
    ) -> Register[E | F | G]: ...
    def on(self, *event_types: EventType[Any], even_if_erased: bool = False) -> Register[Any]:
        """Register the decorated function for these types; only with ``even_if_erased`` it may erase subjects.

        A function for several types takes a batch of them in one call, and so its locks in one order.
        """

        def register(handler: Handler[Any]) -> Handler[Any]:
            by_type = {event_type.type: event_type for event_type in event_types}
            if known := by_type.keys() & self._by_type.keys():
                raise ValueError(f"{', '.join(sorted(known))} has a handler already")
            self._by_type |= dict.fromkeys(by_type, _Subscription(by_type, handler, even_if_erased))
            return handler

        return register

    @property
    def types(self) -> tuple[str, ...]:
        """The event types that have a handler."""
        return tuple(self._by_type)

    def decode(self, body: bytes) -> Received[Any] | None:
        """Decode a message's body, None for a type nobody here listens to; raises NotAnEvent."""
        envelope = parse(body)
        subscription = self._by_type.get(envelope.type)
        return None if subscription is None else envelope.received(subscription.event_types[envelope.type])

    def deliver(self, session: Session, bodies: Sequence[bytes]) -> Delivery:
        """Decode and apply ``bodies`` in the session's transaction; raises NotAnEvent, or what a handler raises."""
        decoded = [event for body in bodies if (event := self.decode(body)) is not None]
        applied = self.apply(session, decoded)
        return Delivery(applied.handled, applied.duplicates, applied.erased, len(bodies) - len(decoded))

    def apply(self, session: Session, events: Sequence[Received[Any]]) -> Delivery:
        """Apply those of ``events`` that the inbox does not know, and record them there; the caller commits."""
        if not events:
            return Delivery()
        if any(self._by_type[event.type].even_if_erased for event in events):
            session.execute(
                _ERASE_ALONE, {"lock": ERASING}
            )  # before the shared one: two that both upgrade would deadlock
        new = self._record(session, events)
        handled: Counter[str] = Counter()
        erased = 0
        for group in self._grouped(new):
            subscription, wanted = group.subscription, group.events
            if not subscription.even_if_erased:
                gone = subjects.is_erased(session, {event.subject for event in wanted})
                wanted = [event for event in wanted if event.subject not in gone] if gone else wanted
                erased += len(group.events) - len(wanted)
            if wanted:
                subscription.handler(session, wanted)
                handled.update(event.type for event in wanted)
        return Delivery(handled, len(events) - len(new), erased)

    def _record(self, session: Session, events: Sequence[Received[Any]]) -> list[Received[Any]]:
        """Put the events into the inbox and give those that were not in it, in the order of delivery."""
        by_id = {event.id: event for event in reversed(events)}
        parameters = {"ids": sorted(by_id), "consumer": self.service, "lock": ERASING}
        recorded = {row[0] for row in session.connection().exec_driver_sql(_RECORD, parameters)}
        if len(recorded) == len(events):
            return list(events)
        return [event for event in events if event.id in recorded and by_id.pop(event.id, None) is not None]

    def _grouped(self, events: Sequence[Received[Any]]) -> list[_Group]:
        """Group events by handler, in few groups whose order keeps each subject's own.

        An event joins its handler's latest group, unless a later group holds an event of its subject.
        """
        groups: list[_Group] = []
        latest_of_handler: dict[int, int] = {}
        latest_of_subject: dict[UUID, int] = {}
        for event in events:
            subscription = self._by_type[event.type]
            position = latest_of_handler.get(id(subscription), -1)
            if position < 0 or latest_of_subject.get(event.subject, -1) > position:
                position = len(groups)
                groups.append(_Group(subscription))
                latest_of_handler[id(subscription)] = position
            groups[position].events.append(event)
            latest_of_subject[event.subject] = position
        return groups


def purge_inbox(session: Session) -> None:
    """Forget up to 10,000 inbox entries older than 30 days (RULES D2)."""
    session.execute(_PURGE, {"days": INBOX_DAYS, "most": PURGE_AT_ONCE})
