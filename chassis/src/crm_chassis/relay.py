"""The relay: publishes a service's outbox, in order per subject, and deletes what the broker confirmed.

One relay is active (advisory lock), others stand by. Whatever dies, rows that were not deleted are published again:
at least once, in effect once through the consumers' inboxes. While one batch waits for its confirms the next is read
and sent on the same channel, so the order stays.
"""

import math
import random
import signal
import sys
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass

import psycopg
import structlog
from amqp.exceptions import AMQPError
from prometheus_client import Counter, Gauge

from crm_chassis import broker, health, startup
from crm_chassis import topology as topologies
from crm_chassis.broker import BrokerAway
from crm_chassis.config import ServiceSettings
from crm_chassis.database import CHANNEL, KEEPALIVES, connect, database_url, driver_url
from crm_chassis.logs import configure_logging, describe
from crm_chassis.publishing import Message, Publisher, PublishFailed, persistent
from crm_chassis.topology import Topology, TopologyMismatch

logger = structlog.get_logger()

BATCH = 500
IN_FLIGHT = 2
SAFETY_POLL_S = 1.0
CONFIRM_TIMEOUT_S = 60.0
STANDBY_POLL_S = 1.0
BACK_OFF_S = (0.2, 5.0)
MEASURE_EVERY_S = 5.0
MEASURED_DEPTH = 100_000
"""The depth gauge counts no further: counting a huge backlog would slow down its clearing."""
LATE_IDS = 10_000
"""How far below the highest id seen we look for rows of transactions that took their ids early and committed late."""
ACTIVE_RELAY = 7_741_001

# The server must notice that a relay's machine is gone: the lock goes only with the session. And statistics of a table
# that is empty at times mislead the planner; reading by id is right whatever they say.
SESSION = """
SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 3; SET tcp_keepalives_count = 3; SET enable_seqscan = off
"""
NEXT = """
SELECT id, event_id::text, type, traceparent, body FROM outbox
WHERE id > %s AND id <> ALL(%s) ORDER BY id LIMIT %s
"""
DELETE = "DELETE FROM outbox WHERE id = ANY(%s)"
BACKLOG = """
SELECT (SELECT count(*) FROM (SELECT FROM outbox LIMIT %s) AS counted),
       coalesce((SELECT extract(epoch FROM clock_timestamp() - created_at)::float8 FROM outbox ORDER BY id LIMIT 1), 0)
"""

PUBLISHED = Counter("crm_outbox_published", "Events confirmed by the broker")
DEPTH = Gauge("crm_outbox_depth", f"Events waiting for the broker's confirm, counted up to {MEASURED_DEPTH}")
OLDEST_AGE = Gauge("crm_outbox_oldest_age_seconds", "Age of the event that has waited longest")
ACTIVE = Gauge("crm_relay_active", "1 in the relay that publishes, 0 in one that stands by")


def run(settings: ServiceSettings, topology: Topology) -> None:
    """Publish until SIGTERM or SIGINT, then settle what is under way; reconnects by itself for ever."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    configure_logging(settings.service, "relay", settings.log_level)
    if settings.health_port:
        health.serve(settings.health_port, database=connect(settings), name=f"{settings.service}-relay")
    startup.settle()
    try:
        relay(settings, topology, stop)
    except TopologyMismatch as error:
        logger.critical("topology_mismatch", error=describe(error))
        sys.exit(1)
    logger.info("relay_stopped")


def relay(settings: ServiceSettings, topology: Topology, stop: threading.Event) -> None:
    """Publish until ``stop`` is set; raises TopologyMismatch, waits out every other failure."""
    shortest, longest = BACK_OFF_S
    delay = shortest
    while not stop.is_set():
        began = time.monotonic()
        try:
            _lead(settings, topology, stop)
        except (psycopg.Error, PublishFailed, BrokerAway, OSError, AMQPError) as error:
            if time.monotonic() - began > longest:
                delay = shortest
            logger.warning("relay_interrupted", error=describe(error), retry_in_s=delay)
            stop.wait(delay * random.uniform(0.5, 1.0))  # noqa: S311 -- jitter
            delay = min(delay * 2, longest)
        finally:
            ACTIVE.set(0)


def backlog(connection: psycopg.Connection, at_most: int | None = None) -> tuple[int, float]:
    """Count the events waiting (up to ``at_most``), and give the age of the oldest in seconds."""
    depth, age = connection.execute(BACKLOG, [at_most]).fetchone() or (0, 0.0)
    return depth, age


def _lead(settings: ServiceSettings, topology: Topology, stop: threading.Event) -> None:
    """Stand by until the database makes this relay the active one, then publish; returns when told to stop."""
    url = driver_url(database_url(settings))
    name = f"{settings.service}-relay"
    with psycopg.connect(url, autocommit=True, application_name=name, **KEEPALIVES) as connection:
        connection.execute(SESSION)
        while not _became_active(connection):
            if stop.wait(STANDBY_POLL_S):
                return
        connection.execute(f"LISTEN {CHANNEL}")
        with broker.channel(settings.broker_url) as channel:
            topologies.declare(channel, topology)
        with Publisher(settings.broker_url) as publisher:
            ACTIVE.set(1)
            logger.info("relay_active")
            _Pump(connection, publisher).run(stop)


def _became_active(connection: psycopg.Connection) -> bool:
    """Try to take the lock that one relay per database holds; it goes with the connection."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [ACTIVE_RELAY]).fetchone()
    return row is not None and row[0]


@dataclass
class _Sent:
    """A batch under way to the broker."""

    ids: list[int]
    confirmed: Future[None]


class _Pump:
    """Moves rows from the outbox to the broker, a few batches under way at a time."""

    def __init__(self, connection: psycopg.Connection, publisher: Publisher) -> None:
        self._connection = connection
        self._publisher = publisher
        self._under_way: deque[_Sent] = deque()
        self._highest = 0
        self._looked_at_all = self._measured = -math.inf

    def run(self, stop: threading.Event) -> None:
        """Publish until ``stop`` is set and what is under way is settled; raises what interrupts it."""
        while not stop.is_set():
            self._publisher.check()
            sent = self._send_next()
            if self._under_way and (not sent or len(self._under_way) >= IN_FLIGHT):
                self._settle_oldest()
            elif not sent:
                self._wait_for_poke()
            self._measure()
        while self._under_way:
            self._settle_oldest()

    def _send_next(self) -> bool:
        """Read the next rows that are not under way and hand them to the publisher; says whether there were any."""
        under_way = [id_ for sent in self._under_way for id_ in sent.ids]
        parameters = [self._lowest_to_read(), under_way, BATCH]
        # Not prepared: only a plan made with the ids at hand hashes them.
        rows = self._connection.execute(NEXT, parameters, binary=True, prepare=False).fetchall()
        if not rows:
            return False
        ids = [row[0] for row in rows]
        self._highest = max(self._highest, ids[-1])
        self._under_way.append(_Sent(ids, self._publisher.publish([_message(*row[1:]) for row in rows])))
        return True

    def _lowest_to_read(self) -> int:
        """Skip the ids long gone, whose dead index entries would slow every read; once a second skip none."""
        now = time.monotonic()
        if now - self._looked_at_all >= SAFETY_POLL_S:
            self._looked_at_all = now
            return 0
        return max(0, self._highest - LATE_IDS)

    def _settle_oldest(self) -> None:
        """Wait for a batch's confirms, then delete its rows."""
        sent = self._under_way[0]
        try:
            sent.confirmed.result(CONFIRM_TIMEOUT_S)
        except TimeoutError as error:
            raise PublishFailed("the broker did not confirm in time") from error
        self._connection.execute(DELETE, [sent.ids])
        self._under_way.popleft()
        PUBLISHED.inc(len(sent.ids))

    def _wait_for_poke(self) -> None:
        """Sleep until a transaction has announced events, or for the safety poll's interval."""
        for _ in self._connection.notifies(timeout=SAFETY_POLL_S, stop_after=1):
            pass

    def _measure(self) -> None:
        """Refresh the gauges now and then."""
        now = time.monotonic()
        if now - self._measured >= MEASURE_EVERY_S:
            self._measured = now
            depth, age = backlog(self._connection, MEASURED_DEPTH)
            DEPTH.set(depth)
            OLDEST_AGE.set(age)


def _message(event_id: str, event_type: str, traceparent: str | None, body: bytes) -> Message:
    """Address one outbox row."""
    headers = {"traceparent": traceparent} if traceparent else None
    return Message(*topologies.route(event_type), body, persistent(event_id, event_type, headers))
