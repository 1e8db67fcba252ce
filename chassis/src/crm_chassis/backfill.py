"""Telling old facts again to one service, so that it can build its projection from nothing while traffic flows.

A service's own ``backfill.py`` has ``facts(session, types)``, which yields what it owns as events. They go straight
into the listener's inbox, marked as restated, each with a new id (an emptied projection may still have its inbox) and
with the subject's sequence at the time of reading, by which the listener tells them from newer, live events.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, Protocol

from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis import broker, subjects
from crm_chassis import topology as topologies
from crm_chassis.config import Secret
from crm_chassis.events import Event, envelope, subject_of
from crm_chassis.publishing import Message, Publisher, persistent
from crm_chassis.topology import Topology

BATCH = 500
UNDER_WAY = 4


class Restated(NamedTuple):
    """A fact told again: the event, its subject's sequence as of reading, and when its owner first recorded it."""

    event: Event
    sequence: int
    recorded_at: datetime
    even_if_erased: bool = False


class HasBroker(Protocol):
    """Settings that know the broker."""

    @property
    def broker_url(self) -> Secret:
        """AMQP URL."""


def restate(settings: HasBroker, topology: Topology, to: str, stream: Iterable[tuple[Any, ...]]) -> int:
    """Publish the facts of ``stream`` that ``to`` listens to into its inbox and give their number, all confirmed.

    ``stream`` yields Restated, or tuples that start like one. Raises PublishFailed; then simply do it all again.
    """
    with broker.channel(settings.broker_url) as channel:
        topologies.declare(channel, topology)
    facts = (Restated(*fact) for fact in stream)
    wanted = (fact for fact in facts if fact.event.type in topology.listeners[to])
    count = 0
    under_way = deque[Future[None]]()
    with Publisher(settings.broker_url) as publisher:
        while batch := [_message(to, fact) for fact in islice(wanted, BATCH)]:
            under_way.append(publisher.publish(batch))
            count += len(batch)
            if len(under_way) >= UNDER_WAY:
                under_way.popleft().result()
        for confirmed in under_way:
            confirmed.result()
    return count


def of_the_living(session: Session, stream: Iterable[Restated]) -> Iterator[Restated]:
    """Leave out facts about erased subjects, other than those meant to be told all the same (RULES E2)."""
    facts = iter(stream)
    while chunk := list(islice(facts, BATCH)):
        erased = subjects.is_erased(session, {subject_of(fact.event) for fact in chunk})
        yield from (fact for fact in chunk if fact.even_if_erased or subject_of(fact.event) not in erased)


def _message(to: str, fact: Restated) -> Message:
    """Address one fact to the inbox itself, past the exchange, so that no other listener hears it again."""
    event_id = uuid7()
    body = envelope(fact.event, id=event_id, sequence=fact.sequence, time=fact.recorded_at, is_restated=True)
    return Message("", topologies.inbox_name(to), body, persistent(str(event_id), fact.event.type))
