"""Rows 7 and 8 of the goals and their neighbours: relaying, consuming, the whole path, each beside its yardstick."""

import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

import pika
import psycopg
from uuid_utils.compat import uuid7

from bench import kernel, service
from bench.harness import ROOT, Row, alternate, batched, drain_rate, process
from crm_chassis import migrate
from crm_chassis.broker import channel
from crm_chassis.config import Secret
from crm_chassis.database import connect
from crm_chassis.events import envelope
from crm_chassis.outbox import emit
from crm_chassis.publishing import Message, Publisher, persistent
from crm_chassis.topology import declare, inbox_name, route
from crm_contracts.customer import OrderRecordedV1

TYPE = OrderRecordedV1.type
QUEUE = inbox_name("bench")
STOCK_QUEUE = "evt-stocktill-order_recorded.v1--stock.add_up"
BATCH = 500
WINDOW = 1000


class Bench:
    """One migrated database, one declared broker, and the counting of both."""

    def __init__(self, database_url: str, broker_url: str) -> None:
        self.broker = broker_url
        self.environ = {
            "CRM_DATABASE_URL": database_url,
            "CRM_KEYS_DATABASE_URL": database_url,
            "CRM_BROKER_URL": broker_url,
            "CRM_MASTER_KEYS": "bench:" + "A" * 43,
            "CRM_SIGNING_KEY": "bench/1:" + "A" * 43,
            "CRM_TRUSTED_KEYS": "bench/1:" + "A" * 43,
            "CRM_LOG_LEVEL": "WARNING",
        }
        self.settings = service.settings(self.environ)
        migrate.run(self.settings, "bench")
        with channel(Secret(broker_url)) as plain:
            declare(plain, service.TOPOLOGY)
        self.database = connect(self.settings)
        self.sql = psycopg.connect(database_url, autocommit=True)
        self.sql.execute(service.TABLE)

    def empty(self) -> None:
        """Start from nothing: tables and queue."""
        self.sql.execute("TRUNCATE outbox, inbox, stats, subject_sequence")
        with broker(self.broker) as channel:
            channel.queue_purge(QUEUE)

    def emit(self, count: int) -> None:
        """Announce *count* paid orders, 500 a transaction, as an array of orders does."""
        for part in batched(service.paid_orders(count), BATCH):
            with self.database.transaction() as session:
                for event in part:
                    emit(session, event)

    def applied(self) -> int:
        """Events the projection holds, committed."""
        return self._number("SELECT coalesce(sum(orders), 0) FROM stats")

    def waiting(self) -> int:
        """Events in the outbox."""
        return self._number("SELECT count(*) FROM outbox")

    def _number(self, query: str) -> int:
        """One number."""
        row = self.sql.execute(query).fetchone()
        assert row is not None
        return int(row[0])


@contextmanager
def broker(url: str) -> Iterator["pika.adapters.blocking_connection.BlockingChannel"]:
    """A channel for setting things up."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        yield connection.channel()
    finally:
        connection.close()


def bodies(count: int, poison: int | None = None) -> Iterator[bytes]:
    """*count* events in their envelopes; the one numbered *poison* is one that the handler refuses."""
    now = datetime.now(UTC)
    for number, event in enumerate(service.paid_orders(count)):
        told = replace(event, spend_minor=service.POISON) if number == poison else event
        yield envelope(told, id=uuid7(), sequence=1, time=now)


def fill(
    bench: Bench,
    exchange: str,
    routing_key: str,
    count: int,
    *,
    content_type: str | None = None,
    poison: int | None = None,
) -> None:
    """Publish *count* events with confirms."""
    with Publisher(Secret(bench.broker)) as publisher:
        for part in batched(bodies(count, poison), WINDOW):
            properties = persistent(str(uuid7()), TYPE)
            properties.content_type = content_type or properties.content_type
            messages = [Message(exchange, routing_key, body, properties) for body in part]
            publisher.publish(messages).result(60)


def relay_rate(bench: Bench, count: int) -> tuple[float, float]:
    """Events per second from a full outbox to the broker's confirm and the rows' deletion; CPU µs per event."""
    bench.empty()
    bench.emit(count)
    with process("bench.relay", **bench.environ) as running:
        return drain_rate(lambda: count - bench.waiting(), count, running.pid)


def kernel_rate(bench: Bench, count: int) -> float:
    """Messages per second that a C client gets confirmed, through the same exchange to the same queue."""
    bench.empty()
    url, size = urlsplit(bench.broker), len(next(bodies(1)))
    vhost = unquote(url.path[1:]) or "/"
    credentials = (url.username or "guest", url.password or "guest")
    exchange, key = route(TYPE)
    arguments = [str(url.port or 5672), vhost, *credentials, exchange, key, str(count), str(size), str(WINDOW)]
    done = subprocess.run([kernel.BINARY, *arguments], check=True, capture_output=True, text=True, timeout=300)
    return float(done.stdout)


def consume_rate(bench: Bench, count: int) -> tuple[float, float]:
    """Events per second our worker applies and commits from a full queue; CPU µs per event."""
    bench.empty()
    fill(bench, *route(TYPE), count)
    with process("bench.worker", **bench.environ) as running:
        return drain_rate(bench.applied, count, running.pid)


def stock_rate(bench: Bench, count: int) -> float:
    """Events per second that nameko's own handler applies, a commit per event."""
    bench.empty()
    with broker(bench.broker) as channel:
        channel.queue_declare(STOCK_QUEUE, durable=True)
        channel.queue_purge(STOCK_QUEUE)
    fill(bench, "", STOCK_QUEUE, count, content_type="application/json")
    with process("bench.stock", **bench.environ) as running:
        rate, _ = drain_rate(bench.applied, count, running.pid)
    with broker(bench.broker) as channel:
        channel.queue_delete(STOCK_QUEUE)
    return rate


def bare_rate(bench: Bench, count: int) -> float:
    """Messages per second that a consumer gets which only acknowledges."""
    bench.empty()
    fill(bench, *route(TYPE), count)
    done = subprocess.run(
        [sys.executable, "-m", "bench.bare", bench.broker, QUEUE, str(count)],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
        cwd=ROOT,
    )
    return float(done.stdout)


def insert_rate(bench: Bench, count: int) -> float:
    """Rows per second PostgreSQL takes of the same writes in batches of 200, with no broker and no envelopes."""
    bench.empty()
    events = list(service.paid_orders(count))
    insert = "INSERT INTO inbox (event_id, consumer) SELECT unnest(%s::uuid[]), 'bench' ON CONFLICT DO NOTHING"
    project = """
    INSERT INTO stats AS known SELECT id, count(*), sum(spend) FROM unnest(%s::uuid[], %s::bigint[]) AS e(id, spend)
    GROUP BY id ORDER BY id ON CONFLICT (customer_id) DO UPDATE
    SET orders = known.orders + excluded.orders, spend_minor = known.spend_minor + excluded.spend_minor
    """
    started = time.monotonic()
    for part in batched(events, 200):
        with bench.sql.transaction():
            bench.sql.execute(insert, (sorted(uuid7() for _ in part),))
            bench.sql.execute(project, ([e.customer_id for e in part], [e.spend_minor for e in part]))
    return count / (time.monotonic() - started)


def path_rate(bench: Bench, count: int) -> float:
    """Events per second from emit to the committed projection, with relay and worker running beside the producer."""
    bench.empty()
    with process("bench.relay", **bench.environ), process("bench.worker", **bench.environ) as running:
        bench.emit(1)
        drain_rate(bench.applied, 1, running.pid)
        started = time.monotonic()
        bench.emit(count)
        while bench.applied() < count + 1:
            time.sleep(0.01)
        return count / (time.monotonic() - started)


def poisoned_rate(bench: Bench, count: int) -> float:
    """Events per second as in `consume_rate`, with one in the middle whose handler always raises."""
    bench.empty()
    fill(bench, *route(TYPE), count, poison=count // 2)
    with process("bench.worker", **bench.environ) as running:
        rate, _ = drain_rate(bench.applied, count - 1, running.pid)
    return rate


ROWS: dict[str, tuple[str, float | None, str, str]] = {
    "8": ("relay beside a C client's confirms", 0.6, "relay", "kernel"),
    "7": ("consume beside stock nameko", 10, "consume", "stock"),
    "7-bare": ("consume beside a bare acking consumer", 0.5, "consume", "bare"),
    "7-insert": ("consume beside PostgreSQL's own inserts", None, "consume", "insert"),
    "7-poison": ("consume with a poison message beside without", None, "poisoned", "consume"),
    "path": ("whole path beside stock nameko", None, "path", "stock"),
}
"""Every row: its name, what is to reach, what of ours is measured beside what."""


Cpu = dict[str, list[float]]


def measures(bench: Bench, events: int, cpu: Cpu) -> dict[str, Callable[[], float]]:
    """Everything that can be measured, by name: events per second; CPU µs per event of ours go into *cpu*."""

    def with_cpu(name: str, measure: Callable[[Bench, int], tuple[float, float]]) -> float:
        rate, used = measure(bench, events)
        cpu.setdefault(name, []).append(used)
        return rate

    return {
        "relay": lambda: with_cpu("relay", relay_rate),
        "consume": lambda: with_cpu("consume", consume_rate),
        "poisoned": lambda: poisoned_rate(bench, events),
        "path": lambda: path_rate(bench, events),
        "kernel": lambda: kernel_rate(bench, events),
        "stock": lambda: stock_rate(bench, max(events // 10, 500)),
        "bare": lambda: bare_rate(bench, events),
        "insert": lambda: insert_rate(bench, events),
    }


def rows(bench: Bench, wanted: Iterable[str], *, events: int, pairs: int) -> tuple[dict[str, Row], dict[str, Any]]:
    """Measure the rows wanted; the figures beside them are the least CPU per event that was seen."""
    cpu: Cpu = {}
    by_name = measures(bench, events, cpu)
    found = {}
    for key in wanted:
        name, target, ours, reference = ROWS[key]
        found[key] = alternate(Row(name, "events/s", target), by_name[ours], by_name[reference], pairs)
    figures = {"cpu_us_per_event": {name: round(min(used), 1) for name, used in cpu.items()}} if cpu else {}
    return found, figures


def scaling(bench: Bench, sizes: list[int]) -> dict[str, float]:
    """CPU µs per event of relay and worker at growing backlogs: flat, if cost does not grow with what waits."""
    found = {}
    for size in sizes:
        found[f"relay at {size}"] = round(relay_rate(bench, size)[1], 1)
        found[f"consume at {size}"] = round(consume_rate(bench, size)[1], 1)
        print(
            f"  {size} events: relay {found[f'relay at {size}']} µs, consume {found[f'consume at {size}']} µs each",
            flush=True,
        )
    return found


@contextmanager
def prepared(postgres_url: str, broker_url: str) -> Iterator[Bench]:
    """A Bench on a database of its own, dropped afterwards."""
    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            bench = Bench(urlunsplit(urlsplit(postgres_url)._replace(path=f"/{name}")), broker_url)
            yield bench
            bench.sql.close()
            bench.database.engine.dispose()
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
