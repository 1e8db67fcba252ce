"""A service for tests: coins drop into a till. Run as a script it is the service's worker, in a process of its own."""

import os
import signal
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar
from uuid import UUID

if __name__ == "__main__":
    from crm_chassis import green

    green.patch()

from sqlalchemy import text

from crm_chassis import subjects, topology
from crm_chassis.config import ServiceSettings, read_settings
from crm_chassis.consuming import Subscriptions

RETRY_DELAYS_S = (1, 2)
DELIVERY_LIMIT = 6
POISON, KILLER, SLOW = -1, -2, -3
TABLES = """
CREATE TABLE IF NOT EXISTS coin (
    position bigint GENERATED ALWAYS AS IDENTITY, event_id uuid, purse_id uuid, cents bigint
);
CREATE TABLE IF NOT EXISTS tick (at timestamptz DEFAULT now())
"""


@dataclass(frozen=True, kw_only=True)
class CoinDroppedV1:
    """A coin fell into the till."""

    type: ClassVar[str] = "till.coin_dropped.v1"
    subject: ClassVar[str] = "purse_id"

    purse_id: UUID
    cents: int
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class PurseCountedV1:
    """Somebody counted a purse."""

    type: ClassVar[str] = "till.purse_counted.v1"
    subject: ClassVar[str] = "purse_id"

    purse_id: UUID
    occurred_at: datetime


@dataclass(frozen=True, kw_only=True)
class PurseLostV1:
    """A purse is gone for good."""

    type: ClassVar[str] = "till.purse_lost.v1"
    subject: ClassVar[str] = "purse_id"

    purse_id: UUID
    occurred_at: datetime


@dataclass(frozen=True)
class Topology:
    """What the contracts would say."""

    owners: tuple[str, ...]
    listeners: dict[str, tuple[str, ...]]
    announced: tuple[str, ...] = ("till.coin_dropped.v1", "till.till_opened.v1")


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of the test service."""

    service: str = "coins"


def topology_of(service):
    types = tuple(event.type for event in (CoinDroppedV1, PurseCountedV1, PurseLostV1))
    return Topology(owners=("till",), listeners={service: types})


def shorten():
    """Retry sooner and give up sooner than in earnest."""
    topology.RETRY_DELAYS_S, topology.DELIVERY_LIMIT = RETRY_DELAYS_S, DELIVERY_LIMIT


def subscriptions_of(service):
    """Make the service's table of events; each call is independent of the others."""
    subscriptions = Subscriptions(service)

    @subscriptions.on(CoinDroppedV1)
    def bank(session, events):
        for event in events:
            if event.data.cents == POISON:
                raise ValueError("jane.doe@example.com dropped a button")
            if event.data.cents == KILLER:
                os.kill(os.getpid(), signal.SIGKILL)
        session.execute(
            text("INSERT INTO coin (event_id, purse_id, cents) SELECT * FROM unnest(:a, :b, :c)"),
            {"a": [e.id for e in events], "b": [e.subject for e in events], "c": [e.data.cents for e in events]},
        )
        if any(event.data.cents == SLOW for event in events):
            session.execute(text("SELECT pg_sleep(1.5)"))

    @subscriptions.on(PurseCountedV1)
    def count(session, events):
        for event in events:
            session.execute(
                text("INSERT INTO coin (event_id, purse_id, cents) VALUES (:a, :b, 0)"),
                {"a": event.id, "b": event.subject},
            )

    @subscriptions.on(PurseLostV1, even_if_erased=True)
    def forget(session, events):
        for event in events:
            session.execute(text("DELETE FROM coin WHERE purse_id = :id"), {"id": event.subject})
            subjects.erase(session, event.subject)

    return subscriptions


def main():
    """Run the worker."""
    from crm_chassis import worker  # noqa: PLC0415  the tests import this module without eventlet

    shorten()
    if "COINS_STOPPED_EARLY" in os.environ:
        worker.startup.settle = lambda: os.kill(os.getpid(), signal.SIGTERM)
    settings = replace(read_settings(Settings), service=os.environ["COINS_SERVICE"])
    tick = worker.Timer("tick", 0.2, lambda session: session.execute(text("INSERT INTO tick DEFAULT VALUES")))
    worker.run(settings, subscriptions_of(settings.service), topology_of(settings.service), [tick])


if __name__ == "__main__":
    main()
