"""The independent auditor: says from the input alone what must be true afterwards, and looks whether it is.

It imports none of the product's code. What the tills sent is its only input; databases are read by SQL, the broker by
AMQP. An observing queue, bound before traffic begins, keeps a copy of every event that is published.
"""

import json
import threading
import time
import urllib.request
from collections import Counter, defaultdict, deque
from contextlib import closing, contextmanager

import pika
import psycopg
from pika.exceptions import AMQPError

SERVICES = ("customer", "segmentation", "campaign", "loyalty", "feedback")
OBSERVING = "auditor.v1"
SHOWN = 5


class Input:
    """All that the tills sent and was accepted, in whatever order: versions of orders, and refunds."""

    def __init__(self):
        self.versions = defaultdict(dict)
        self.refunds = defaultdict(dict)

    def order(self, body):
        """Note a version of an order."""
        self.versions[body["source"], body["external_id"]][body.get("version", 1)] = body

    def refund(self, order, external_id, amount_minor):
        """Note a refund of an order."""
        self.refunds[order][external_id] = amount_minor

    def expected_orders(self):
        """Give (version, status, spend, guest) of each order: the newest version, less tip, tax and refunds."""
        found = {}
        for name, versions in self.versions.items():
            newest = versions[max(versions)]
            status = newest.get("status", "paid")
            taken_off = newest.get("tip_minor", 0) + newest.get("tax_minor", 0) + sum(self.refunds[name].values())
            spend = max(0, newest["total_minor"] - taken_off) if status == "paid" else 0
            found[name] = (max(versions), status, spend, _person(newest))
        return found


def _person(order):
    """Name the guest of an order: an external id is its source's own, an e-mail address the same everywhere."""
    guest = order.get("guest")
    if guest is None:
        return None
    return guest.get("email") or f"{guest['external_id']} of {order['source']}"


class Auditor:
    """Compares what stands in the databases and queues with what follows from the input."""

    def __init__(self, databases, broker_url):
        self._databases, self._broker_url = databases, broker_url
        self.input = Input()

    def rows(self, database, statement, *values):
        """Read a service's database."""
        with closing(psycopg.connect(self._databases[database], autocommit=True)) as connection:
            return connection.execute(statement, values).fetchall()

    @contextmanager
    def channel(self):
        """Open a confirming channel to the broker."""
        with closing(pika.BlockingConnection(pika.URLParameters(self._broker_url))) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            yield channel

    # what must be true

    def differences(self):
        """Say what of orders, guests, spend and points differs from what the input makes them."""
        expected = self.input.expected_orders()
        found, ids, guests = [], {}, {}
        stored = self.rows(
            "customer", "SELECT source, external_id, version, status, spend_minor, customer_id, id FROM orders"
        )
        counts = Counter((source, external_id) for source, external_id, *_ in stored)
        found += [f"order {name} stands {count} times" for name, count in counts.items() if count != 1]
        found += [f"order {name} is missing" for name in expected.keys() - counts.keys()]
        for source, external_id, version, status, spend, customer, id_ in stored:
            name = source, external_id
            if name not in expected:
                found.append(f"order {name} was never sent")
                continue
            ids[name] = id_
            if (version, status, spend) != expected[name][:3]:
                found.append(f"order {name} is {version, status, spend}, expected {expected[name]}")
            guest = expected[name][3]
            if guest is None and customer is not None:
                found.append(f"order {name} is anonymous, yet somebody's")
            elif guest is not None and guests.setdefault(guest, customer) != customer:
                found.append(f"order {name} is of {customer}, other orders of {guest} are of {guests[guest]}")
        if len(set(guests.values())) != len(guests):
            found.append("two guests share a customer id")
        return found + self._points(expected, ids, guests)

    def _points(self, expected, ids, guests):
        """Say what differs in loyalty: points of each order, the ledger, each member's balance."""
        worth = {
            ids[name]: (guests[guest], spend, spend // 100)
            for name, (_, status, spend, guest) in expected.items()
            if guest is not None and name in ids and status != "open"
        }
        booked = self.rows("loyalty", "SELECT order_id, customer_id, spend_minor, points FROM orders")
        known = {order: (customer, spend, points) for order, customer, spend, points in booked}
        wrong = [order for order in worth.keys() | known.keys() if worth.get(order) != known.get(order)]
        found = [f"loyalty's order {order} is {known.get(order)}, expected {worth.get(order)}" for order in wrong]
        balances = dict.fromkeys(guests.values(), 0)
        for customer, _, points in worth.values():
            balances[customer] += points
        for what, statement in (
            ("balance", "SELECT customer_id, balance FROM members"),
            (
                "sum of entries",
                "SELECT customer_id, coalesce(sum(points), 0)::int8 FROM members NATURAL LEFT JOIN entries GROUP BY 1",
            ),
        ):
            real = dict(self.rows("loyalty", statement))
            wrong = [c for c in balances.keys() | real.keys() if real.get(c, 0) != balances.get(c, 0)]
            wrong += balances.keys() - real.keys()
            found += [f"{what} of {c} is {real.get(c)}, expected {balances.get(c)}" for c in wrong]
        ledger = dict(self.rows("loyalty", "SELECT order_id, sum(points)::bigint FROM entries GROUP BY 1"))
        found += [
            f"entries of order {order} come to {ledger.get(order)}, expected {points}"
            for order, (*_, points) in worth.items()
            if ledger.get(order, 0) != points
        ]
        return found

    def gaps(self, observer, owners, since):
        """Say where a subject's sequence has a gap, a number twice, or is not where its owner has it."""
        found = [f"two events have one number: {clash}" for clash in observer.clashes]
        for owner in owners:
            stands = dict(self.rows(owner, "SELECT subject::text, sequence FROM subject_sequence"))
            for subject, last in stands.items():
                first = since[owner].get(subject, 0) + 1
                missing = set(range(first, last + 1)) ^ set(observer.sequences[owner, subject])
                if missing:
                    found.append(f"{owner} {subject}: {sorted(missing)[:SHOWN]} of {first}..{last}")
        return found

    def sequences(self, owner):
        """Give where each subject's sequence stands in its owner's database."""
        return dict(self.rows(owner, "SELECT subject::text, sequence FROM subject_sequence"))

    # queues

    def waiting(self):
        """Count the messages that must not be there when all is done: outboxes, inboxes, retries, unrouted."""
        queues = ["unrouted"]
        for service in SERVICES:
            queues += [f"{service}.inbox.v1{end}" for end in ("", ".retry.1s", ".retry.10s", ".retry.60s")]
        depths = {f"{owner}'s outbox": self.outbox(owner) for owner in ("customer", "loyalty")}
        with self.channel() as channel:
            depths |= {name: channel.queue_declare(name, passive=True).method.message_count for name in queues}
        return {name: depth for name, depth in depths.items() if depth}

    def outbox(self, owner):
        """Count the events that wait for the broker's confirm."""
        return self.rows(owner, "SELECT count(*) FROM outbox")[0][0]

    def parked(self):
        """List (service, message id, reason) of all dead letters; they stay where they are."""
        found = []
        for service in SERVICES:
            with self.channel() as channel:
                name = f"{service}.inbox.v1.parked"
                for _ in range(channel.queue_declare(name, passive=True).method.message_count):
                    _, properties, _ = channel.basic_get(name)
                    found.append((service, properties.message_id, properties.headers.get("x-parked-reason", "")))
        return found


class Observer:
    """Keeps what every event's copy in the observing queue tells; lives through the broker's deaths."""

    def __init__(self, broker_url, owners):
        self._broker_url, self._owners = broker_url, owners
        self.published = Counter()
        self.sequences = defaultdict(dict)
        self.clashes = []
        self.copies = deque(maxlen=4_000)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="observer")

    def __enter__(self):
        with closing(pika.BlockingConnection(pika.URLParameters(self._broker_url))) as connection:
            channel = connection.channel()
            channel.queue_declare(OBSERVING, durable=True, arguments={"x-queue-type": "quorum"})
            for owner in self._owners:
                channel.queue_bind(OBSERVING, f"{owner}.events", "#")
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._stop.set()
        self._thread.join()

    def unbind(self):
        """Observe no more, so that what nobody else wants is unrouted again."""
        self._stop.set()
        self._thread.join()
        with closing(pika.BlockingConnection(pika.URLParameters(self._broker_url))) as connection:
            connection.channel().queue_delete(OBSERVING)

    @property
    def duplicates(self):
        """Events that were published more than once."""
        return {id_ for id_, count in list(self.published.items()) if count > 1}

    def _run(self):
        while not self._stop.is_set():
            try:
                with closing(pika.BlockingConnection(pika.URLParameters(self._broker_url))) as connection:
                    self._consume(connection.channel())
            except (AMQPError, OSError):
                self._stop.wait(0.2)

    def _consume(self, channel):
        channel.basic_qos(prefetch_count=500)
        unacked, last = 0, None
        for method, properties, body in channel.consume(OBSERVING, inactivity_timeout=0.2):
            if self._stop.is_set():
                break
            if method is not None:
                self._note(method, properties, body)
                unacked, last = unacked + 1, method.delivery_tag
            if unacked and (method is None or unacked >= 100):
                channel.basic_ack(last, multiple=True)
                unacked = 0
        if unacked:
            channel.basic_ack(last, multiple=True)
        channel.cancel()

    def _note(self, method, properties, body):
        event = json.loads(body)
        if method.redelivered and event["id"] in self.published:
            return  # ours to have lost the connection, not the relay's to have published again
        self.published[event["id"]] += 1
        known = self.sequences[event["source"], event["subject"]]
        if known.setdefault(event["sequence"], event["id"]) != event["id"]:
            self.clashes.append((event["source"], event["subject"], event["sequence"]))
        if event["source"] == "customer":
            self.copies.append((properties, body))


class Sampler:
    """Reads a counter of processes that die now and then, often enough not to lose it with them."""

    def __init__(self, ports, name):
        self._ports, self._name = ports, name
        self._highest = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sampler")

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_error):
        self._stop.set()
        self._thread.join()

    def total(self):
        """Give the sum over all lives of all processes, as far as it was seen."""
        return sum(list(self._highest.values()))

    def _run(self):
        while not self._stop.wait(0.25):
            for port in self._ports:
                values = metrics(port)
                if self._name in values:
                    self._highest[port, values.get("process_start_time_seconds")] = values[self._name]


def metrics(port):
    """Read a process's metrics without labels; none while it is away."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=2) as answer:
            lines = answer.read().decode().splitlines()
    except (OSError, ValueError):
        return {}
    return {
        name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line and line[0] != "#")
    }


def wait_for(what, condition, seconds=60.0, pause=0.05):
    """Give the condition's first true answer; AssertionError that names what was waited for after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        time.sleep(pause)
    return answer
