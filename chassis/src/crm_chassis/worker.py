"""The consuming process of a service: nameko hosts the inbox and the timers, Subscriptions apply the events."""

import errno
import logging
import signal
import sys
import time
import zlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import eventlet
from eventlet.event import Event as Signal
from nameko.runners import ServiceRunner
from nameko.timer import timer as nameko_timer
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_chassis import green, health, metrics, startup, tracing
from crm_chassis.config import BrokerSettings, ServiceSettings
from crm_chassis.consuming import Subscriptions, purge_inbox
from crm_chassis.database import Database, connect
from crm_chassis.deliveries import DeliveredTooOften, Failure, Message, TryLater, is_transient
from crm_chassis.entrypoint import consume_inbox
from crm_chassis.events import NotAnEvent, Received
from crm_chassis.keys import KeyStore
from crm_chassis.logs import configure_logging, describe, logger
from crm_chassis.topology import Topology

Pair = tuple[Message, Received[Any]]

_CLAIM_TICK = text("SELECT pg_try_advisory_xact_lock(:lock)")


@dataclass(frozen=True)
class Timer:
    """Work that is due every ``seconds``, in a transaction of its own; replicas never run it at the same time."""

    name: str
    seconds: float
    function: Callable[[Session], object]


PURGE_INBOX = Timer("purge_inbox", 60, purge_inbox)


def run(
    settings: BrokerSettings, subscriptions: Subscriptions, topology: Topology, timers: Sequence[Timer] = ()
) -> None:
    """Consume the service's inbox and run its timers until SIGTERM, which lets the batch in hand finish."""
    green.check()
    configure_logging(settings.service, "worker", settings.log_level)
    logging.getLogger("nameko").setLevel(logging.ERROR)  # it reports expected errors as warnings: we log our own
    tracing.configure(settings.service)
    if isinstance(settings, ServiceSettings):
        with closing(KeyStore(settings)) as keys:
            keys.verify()
    database = connect(settings)
    if settings.health_port:
        health.serve(settings.health_port, database=database, name=settings.service)
    runner = ServiceRunner({})
    runner.add_service(_service(settings, subscriptions, topology, database, (PURGE_INBOX, *timers)))
    told_to_stop = Signal()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.ready() or told_to_stop.send(None))
    startup.settle()
    runner.start()
    eventlet.spawn_n(_stop_when_told, runner, told_to_stop)
    _wait(eventlet.spawn(runner.wait))
    logger.info("stopped")


class Applier:
    """Applies batches in as few transactions as their contents allow."""

    def __init__(self, database: Database, subscriptions: Subscriptions) -> None:
        self._database = database
        self._subscriptions = subscriptions

    def apply(self, batch: Sequence[Message]) -> list[Failure]:
        """Apply and commit a batch; gives the messages that failed, raises TryLater if the database is away."""
        pairs: list[Pair] = []
        failures: list[Failure] = []
        for message in batch:
            try:
                event = self._decode(message)
            except (NotAnEvent, DeliveredTooOften) as error:
                failures.append(Failure(message, error, is_hopeless=True))
            else:
                if event is not None:
                    pairs.append((message, event))
        self._apply(pairs, failures)
        return failures

    def _decode(self, message: Message) -> Received[Any] | None:
        """Decode a message that is worth a try, None where nobody here listens to its type."""
        if message.came_back_too_often:
            raise DeliveredTooOften(f"came back unacked {message.deliveries} times")
        return self._subscriptions.decode(message.body)

    def _apply(self, pairs: Sequence[Pair], failures: list[Failure]) -> None:
        """Apply events in one transaction; where that fails its halves, down to the ones that raise."""
        if not pairs:
            return
        error = self._commit([event for _, event in pairs])
        if error is None:
            return
        if is_transient(error):
            raise TryLater(describe(error)) from error
        if len(pairs) == 1:
            failures.append(Failure(pairs[0][0], error))
            return
        middle = len(pairs) // 2
        self._apply(pairs[:middle], failures)
        self._apply(pairs[middle:], failures)

    def _commit(self, events: Sequence[Received[Any]]) -> Exception | None:
        """Apply events in one transaction and count them once it is committed; gives what it failed with."""
        started = time.perf_counter()
        span = tracing.consumer_span(f"{self._subscriptions.service} inbox", [event.traceparent for event in events])
        try:
            with span, self._database.transaction() as session:
                delivery = self._subscriptions.apply(session, events)
        except Exception as error:  # noqa: BLE001  the caller decides by its kind
            return error
        metrics.BATCH_SECONDS.observe(time.perf_counter() - started)
        for event_type, count in delivery.handled.items():
            metrics.EVENTS_HANDLED.labels(event_type).inc(count)
        metrics.INBOX_DUPLICATES.inc(delivery.duplicates)
        metrics.EVENTS_ERASED.inc(delivery.erased)
        metrics.LAG_SECONDS.set((datetime.now(UTC) - events[-1].time).total_seconds())
        return None


def _service(
    settings: BrokerSettings,
    subscriptions: Subscriptions,
    topology: Topology,
    database: Database,
    timers: Sequence[Timer],
) -> type[Any]:
    """Make the class nameko hosts: one method for the inbox, one for each timer."""
    applier = Applier(database, subscriptions)

    def consume(_self: object, batch: list[Message]) -> list[Failure]:
        return applier.apply(batch)

    entrypoint = consume_inbox(settings.service, settings.broker_url.reveal(), topology, expected_exceptions=TryLater)
    methods: dict[str, Any] = {"name": settings.service, "consume": entrypoint(consume)}
    for timer in timers:
        methods[f"tick_{timer.name}"] = nameko_timer(interval=timer.seconds)(_tick(timer, database))
    return type("Worker", (), methods)


def _tick(timer: Timer, database: Database) -> Callable[[object], None]:
    """Make a timer's method: it works unless another replica is at it, and a failure waits for the next tick."""
    lock = zlib.crc32(timer.name.encode())

    def tick(_self: object) -> None:
        try:
            with database.transaction() as session:
                if session.scalar(_CLAIM_TICK, {"lock": lock}):
                    timer.function(session)
        except Exception as error:  # noqa: BLE001  a timer fails alone
            logger.error("timer_failed", timer=timer.name, exc_info=error)

    tick.__name__ = f"tick_{timer.name}"
    return tick


def _stop_when_told(runner: ServiceRunner, told: Signal) -> None:
    """Stop what has started: a stop in the middle of a start would be lost."""
    told.wait()
    runner.stop()


def _wait(stopped: Any) -> None:
    """Wait until the runner has stopped; a signal interrupts the hub's own waiting, which is no error."""
    while True:
        try:
            stopped.wait()
        except OSError as error:
            if error.errno != errno.EINTR:
                raise
        except Exception as error:  # noqa: BLE001  whatever killed the container: end, the supervisor starts anew
            logger.critical("worker_died", exc_info=error)
            sys.exit(1)
        else:
            return
