"""Order intake through the gateway: arrays of 500 to booked points, and the latency of a single order."""

import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import orjson
import psycopg
import requests
from tools.maitre.suite import Suite

from bench.harness import Row, alternate, batched
from bench.installation import cpu_by_process, idle_memory, installation

BASE = "/admin/customers/api/v1"
ARRAY = 500
TILLS = 2
DISHES = ("Ribollita", "Tagliatelle al ragù", "Saltimbocca", "Panna cotta", "Espresso", "Negroni", "Acqua", "Branzino")
NAMED = ("gateway", "customer-api", "customer-relay", "loyalty-worker", "loyalty-relay", "postgres", "rabbitmq")
PASSED = ("gateway", "customer", "loyalty")
PATIENCE_S = 300
POLL_S = 0.05
WATCH_S = 0.003
RATE = 20


class Till:
    """Makes a restaurant's orders by seed: of guests it knows already, or each of a new one."""

    def __init__(self, known_guests: int, seed: int = 3) -> None:
        self._random = Random(seed)
        self._known = known_guests
        self._orders = self._guests = 0

    def arrays(self, count: int, *, is_new: bool) -> list[bytes]:
        """*count* orders in bodies of 500, three lines each."""
        orders = (self.order(self._new_guest() if is_new else self.known_guest()) for _ in range(count))
        return [orjson.dumps(part) for part in batched(orders, ARRAY)]

    def first_arrays(self) -> list[bytes]:
        """One order of each of the guests that are known from then on."""
        orders = (self.order({"external_id": f"guest-{number}"}) for number in range(self._known))
        return [orjson.dumps(part) for part in batched(orders, ARRAY)]

    def order(self, guest: dict[str, str]) -> dict[str, Any]:
        """One paid order of ordinary size; every one earns points."""
        self._orders += 1
        prices = [self._random.randrange(300, 4_000) for _ in range(3)]
        return {
            "source": "bench",
            "external_id": f"order-{self._orders}",
            "placed_at": (datetime(2026, 1, 2, 11, tzinfo=UTC) + timedelta(seconds=self._orders)).isoformat(),
            "currency": "USD",
            "total_minor": sum(prices),
            "guest": guest,
            "lines": [
                {"name": self._random.choice(DISHES), "quantity": 1, "unit_price_minor": price} for price in prices
            ],
        }

    def known_guest(self) -> dict[str, str]:
        """Somebody the restaurant knows."""
        return {"external_id": f"guest-{self._random.randrange(self._known)}"}

    def _new_guest(self) -> dict[str, str]:
        """Somebody never seen, with a name and an address to encrypt and to find them by."""
        self._guests += 1
        name = f"{self._random.choice(('Ada', 'Luca', 'Mei', 'Noor'))} Neumann-{self._guests}"
        return {
            "external_id": f"new-{self._guests}",
            "name": name,
            "email": f"{name.replace(' ', '.').lower()}@example.com",
        }


@dataclass
class Taken:
    """What one run of arrays came to."""

    orders_per_s: float
    booked_per_s: float
    last_point_after_s: float
    cpu_ms: dict[str, float]


@dataclass
class Intake:
    """A running suite as its tills and the two databases see it."""

    suite: Suite
    till: Till
    customer: psycopg.Connection[Any]
    loyalty: psycopg.Connection[Any]
    runs: dict[str, list[Taken]] = field(default_factory=dict)

    def session(self) -> requests.Session:
        """A till's own connection to the gateway."""
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.suite.till_api_key}"
        session.headers["Content-Type"] = "application/json"
        return session

    def post(self, session: requests.Session, body: bytes) -> list[dict[str, Any]]:
        """Send orders; whatever is not taken in ends the run."""
        answer = session.post(f"{self.suite.gateway}{BASE}/orders", data=body, timeout=120)
        answer.raise_for_status()
        items: list[dict[str, Any]] = answer.json()["items"]
        refused = [item for item in items if item["outcome"] != "created"]
        if refused:
            raise SystemExit(f"bench: not taken in: {refused[0]}")
        return items

    def take_in(self, bodies: list[bytes], tills: int = 1) -> Taken:
        """Send the arrays by so many tills at once, and wait until the last point is booked."""
        count = ARRAY * len(bodies)
        expected = self.entries() + count
        before, started = cpu_by_process(self.suite), time.monotonic()
        with ThreadPoolExecutor(tills) as pool:
            sessions = [self.session() for _ in range(tills)]
            for done in [pool.submit(self._send, sessions[n], bodies[n::tills]) for n in range(tills)]:
                done.result()
        answered = time.monotonic()
        self.wait("the last point", lambda: self.entries() >= expected)
        booked = time.monotonic()
        self.wait("the outboxes", lambda: not self.waiting())
        after = cpu_by_process(self.suite)
        return Taken(
            orders_per_s=count / (answered - started),
            booked_per_s=count / (booked - started),
            last_point_after_s=booked - answered,
            cpu_ms={name: (after[name] - before[name]) * 1e3 / count for name in NAMED if name in after},
        )

    def _send(self, session: requests.Session, bodies: list[bytes]) -> None:
        for body in bodies:
            self.post(session, body)

    def measured(self, name: str, count: int, *, is_new: bool, tills: int) -> float:
        """Orders per second of one more run, which is kept."""
        taken = self.take_in(self.till.arrays(count, is_new=is_new), tills)
        self.runs.setdefault(name, []).append(taken)
        return taken.orders_per_s

    def insert_rate(self, count: int) -> float:
        """Orders per second that PostgreSQL alone takes of the very rows (lines in them) by COPY, 500 a commit."""
        self.customer.execute("CREATE TABLE IF NOT EXISTS bench_orders (LIKE orders INCLUDING ALL)")
        self.customer.execute("TRUNCATE bench_orders")
        newest = f"COPY (SELECT * FROM orders ORDER BY id DESC LIMIT {int(count)}) TO STDOUT"  # noqa: S608
        with self.customer.cursor().copy(newest) as copy:
            rows = b"".join(copy).splitlines(keepends=True)
        parts = [b"".join(part) for part in batched(rows, ARRAY)]
        started = time.monotonic()
        for part in parts:
            with self.customer.cursor().copy("COPY bench_orders FROM STDIN") as copy:
                copy.write(part)
        return len(rows) / (time.monotonic() - started)

    def entries(self) -> int:
        """Lines of the ledger."""
        return _number(self.loyalty, "SELECT count(*) FROM entries")

    def waiting(self) -> int:
        """Events that are not published yet."""
        return sum(_number(each, "SELECT count(*) FROM outbox") for each in (self.customer, self.loyalty))

    def wait(self, what: str, condition: Any) -> None:
        """Wait for a condition, with bounded patience."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > deadline:
                raise SystemExit(f"bench: gave up waiting for {what}")
            time.sleep(POLL_S)


def _number(connection: psycopg.Connection[Any], query: str) -> int:
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def prepared(known_guests: int, *, is_whole: bool = True) -> Iterator[Intake]:
    """A suite and a till with orders of so many guests; not whole: only what orders pass through."""
    with installation() if is_whole else installation(PASSED) as suite:
        urls = suite.databases.urls
        with (
            psycopg.connect(urls["customer"], autocommit=True) as customer,
            psycopg.connect(urls["loyalty"], autocommit=True) as loyalty,
        ):
            yield Intake(suite, Till(known_guests), customer, loyalty)


def latency(intake: Intake, seconds: float) -> dict[str, float]:
    """Milliseconds from a till's sending of a single order to its points in the ledger, at 20 orders/s."""
    sent: dict[str, float] = {}
    answered: list[float] = []
    seen: dict[str, float] = {}
    count = int(RATE * seconds)
    watcher = threading.Thread(target=_watch, args=(intake, count, seen))
    watcher.start()
    local = threading.local()

    def send(at: float, body: bytes) -> None:
        session = local.__dict__.setdefault("session", intake.session())
        time.sleep(max(0, at - time.monotonic()))
        began = time.monotonic()
        order_id = intake.post(session, body)[0]["order_id"]
        answered.append(time.monotonic() - began)
        sent[order_id] = began

    start = time.monotonic() + 0.2
    bodies = [orjson.dumps(intake.till.order(intake.till.known_guest())) for _ in range(count)]
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(send, start + n / RATE, body) for n, body in enumerate(bodies)]:
            done.result()
    watcher.join()
    return {
        **_quantiles("visible", [seen[id_] - began for id_, began in sent.items()]),
        **_quantiles("answer", answered),
    }


def _watch(intake: Intake, count: int, seen: dict[str, float]) -> None:
    """Note when each order's entry can first be read; entries' ids are in the order of their booking."""
    last = intake.loyalty.execute("SELECT id FROM entries ORDER BY id DESC LIMIT 1").fetchone()
    newer = "SELECT order_id::text FROM entries WHERE id > %s"
    deadline = time.monotonic() + PATIENCE_S
    while len(seen) < count and time.monotonic() < deadline:
        found = intake.loyalty.execute(newer, last).fetchall()
        now = time.monotonic()
        for (order_id,) in found:
            seen.setdefault(order_id, now)
        time.sleep(WATCH_S)


def _quantiles(name: str, seconds: list[float]) -> dict[str, float]:
    """Median and 99th percentile in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {f"{name}_p50": round(cuts[49] * 1e3, 1), f"{name}_p99": round(cuts[98] * 1e3, 1)}


def rows(intake: Intake, *, orders: int, pairs: int) -> dict[str, Row]:
    """Take orders in beside PostgreSQL's own rate for the same rows: known guests and new ones, one till and two."""
    found = {}
    for kind, is_new in (("known", False), ("new", True)):
        for tills in (1, TILLS):
            name = f"{kind}_guests_{tills}_till{'s' if tills > 1 else ''}"
            row = Row(f"intake, {kind} guests, tills: {tills}, beside COPY", "orders/s", None)

            def ours(name: str = name, is_new: bool = is_new, tills: int = tills) -> float:  # noqa: FBT001
                return intake.measured(name, orders, is_new=is_new, tills=tills)

            found[f"intake-{kind}-{tills}"] = alternate(row, ours, lambda: intake.insert_rate(orders), pairs)
    return found


def figures(intake: Intake) -> dict[str, dict[str, float]]:
    """What each kind of run came to: rates and waiting as medians, CPU ms per order as the least seen."""
    found = {}
    for name, runs in intake.runs.items():
        found[name] = {
            "orders_per_s": round(statistics.median(run.orders_per_s for run in runs), 1),
            "booked_per_s": round(statistics.median(run.booked_per_s for run in runs), 1),
            "last_point_after_s": round(statistics.median(run.last_point_after_s for run in runs), 2),
        } | {f"cpu_ms_{process}": round(min(run.cpu_ms[process] for run in runs), 3) for process in runs[0].cpu_ms}
    return found


def measure(
    *, known_guests: int, orders: int, pairs: int, seconds: float, is_whole: bool = True
) -> tuple[dict[str, Row], dict[str, Any]]:
    """Bring a suite up, measure all of it, take it down; rows, and the figures beside them."""
    with prepared(known_guests, is_whole=is_whole) as intake:
        memory = idle_memory(intake.suite, settle_s=5 if is_whole else 0)
        intake.take_in(intake.till.first_arrays())
        found = rows(intake, orders=orders, pairs=pairs)
        quick = latency(intake, seconds)
        return found, {"intake": figures(intake), "latency_ms": quick, "idle_pss_mb": memory}
