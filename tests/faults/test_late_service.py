"""RULES D3, D4: who comes late hears what was told before; who starts from nothing ends where the others are."""

import os
import random
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path
from typing import get_type_hints

import pika
import psycopg
import pytest

from crm_chassis import broker, topology
from crm_chassis.config import Secret, Variable
from crm_chassis.database import connect
from crm_chassis.testing import *  # noqa: F403  the fixtures
from crm_chassis.testing import wait_until
from crm_contracts.topology import TOPOLOGY
from crm_customer.app import create_app
from crm_customer.config import Settings as CustomerSettings
from crm_customer.operations.organisation import establish
from crm_loyalty.config import Settings as LoyaltySettings

from .till import FIRST

pytestmark = pytest.mark.faults

INBOX = "loyalty.inbox.v1"
SHADOW = "shadow.v1"
GUESTS = 60


def environ_of(settings):
    """Write settings as the environment that a process of their service reads."""
    marks = {
        name: mark
        for name, hint in get_type_hints(type(settings), include_extras=True).items()
        for mark in getattr(hint, "__metadata__", ())
        if isinstance(mark, Variable)
    }
    values = {mark.name: getattr(settings, name) for name, mark in marks.items()}
    plain = {name: value.reveal() if isinstance(value, Secret) else str(value) for name, value in values.items()}
    return {name: value for name, value in os.environ.items() if not name.startswith("CRM_")} | plain


@pytest.fixture
def running(tmp_path):
    """Run a module with a service's settings for as long as a block lasts; SIGTERM ends it gracefully."""

    @contextmanager
    def run(module, settings):
        with (tmp_path / f"{module}.log").open("ab") as log:
            process = subprocess.Popen([sys.executable, "-m", module], env=environ_of(settings), stdout=log, stderr=log)
        try:
            yield process
            assert process.poll() is None, (tmp_path / f"{module}.log").read_text()[-2000:]
            process.terminate()
            assert process.wait(30) == 0
        finally:
            process.kill()
            process.wait()

    return run


@pytest.fixture
def vhost(broker_url):
    """The test's virtual host, with nothing of ours in it before and afterwards."""

    def empty():
        with broker.channel(Secret(broker_url)) as channel:
            for queue in topology.queues(TOPOLOGY):
                channel.queue_delete(queue.name)
            channel.queue_delete(SHADOW)

    empty()
    with closing(pika.BlockingConnection(pika.URLParameters(broker_url))) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        yield channel
    empty()


class Restaurant:
    """A customer service that takes in orders and whatever else happens to guests."""

    def __init__(self, settings, headers):
        self.settings = settings
        self._app = create_app(settings)
        self._headers = headers
        self._random = random.Random(3)
        self._number = 0
        self._taken = {}
        self._merges = []
        self.guests = {}

    def call(self, method, path, body=None, role="owner"):
        """Ask the service; fails on any refusal."""
        headers = self._headers(self.settings, role, "till" if role == "till" else "staff")
        with self._app.test_client() as client:
            answer = client.open(f"/v1{path}", method=method, headers=headers, json=body)
        assert answer.status_code < 300, answer.text
        return answer.json if answer.data else None

    def trade(self, count):
        """Take in new orders, newer versions and refunds of old ones."""
        orders = [self._order() for _ in range(count)]
        for name in self._random.sample(sorted(self._taken), min(len(self._taken), count // 10)):
            body, _ = self._taken[name]
            orders.append(body | {"version": body["version"] + 1, "total_minor": self._random.randrange(5_000, 9_000)})
        for item, body in zip(self.call("POST", "/orders", orders, "till")["items"], orders, strict=True):
            assert item["outcome"] in {"created", "corrected"}, item
            self._taken[body["external_id"]] = body, item["order_id"]
            self.guests[body["guest"]["external_id"]] = item["customer_id"]
        for name in self._random.sample(sorted(self._taken), count // 20):
            refund = {"external_id": f"r{self._number}", "amount_minor": 700, "refunded_at": FIRST.isoformat()}
            self.call("POST", f"/orders/{self._taken.pop(name)[1]}/refunds", refund, "till")

    def _order(self):
        self._number += 1
        return {
            "source": "till",
            "external_id": f"{self._number}",
            "version": 1,
            "placed_at": FIRST.isoformat(),
            "currency": "USD",
            "total_minor": self._random.randrange(5_000, 9_000),
            "guest": {"external_id": f"g{self._random.randrange(GUESTS)}"},
        }

    def merge(self, survivor, merged):
        """Find that two guests are one."""
        body = {"survivor_id": self.guests[survivor], "merged_id": self.guests[merged]}
        self._merges.append(self.call("POST", "/customers/merges", body)["id"])

    def part(self):
        """Find that the guests merged last are two after all."""
        self.call("DELETE", f"/customers/merges/{self._merges.pop()}")

    def erase(self, guest):
        """Forget a guest, and all that was taken in from them."""
        id_ = self.guests.pop(guest)
        self._taken = {n: known for n, known in self._taken.items() if known[0]["guest"]["external_id"] != guest}
        self.call("POST", "/privacy/requests", {"customer_id": id_, "kind": "erasure"})

    def close(self):
        """Close the connections."""
        self._app.extensions["crm"].close()


@pytest.fixture
def restaurant(service_settings, clean, internal_headers):
    """A restaurant that has just opened."""
    settings = service_settings(CustomerSettings, "crm_customer")
    clean(settings)
    database = connect(settings)
    with database.transaction() as session:
        establish(session, name="R", currency="USD", country="US", zone="UTC", spend_includes_tax=False, now=FIRST)
    database.engine.dispose()
    opened = Restaurant(settings, internal_headers)
    yield opened
    opened.close()
    clean(settings)


@pytest.fixture
def loyalties(service_settings, clean):
    """Two empty loyalty services: the live one, and one that is built anew."""
    made = [service_settings(LoyaltySettings, "crm_loyalty", CRM_DATABASE_POOL_SIZE=size) for size in ("4", "5")]
    for settings in made:
        clean(settings)
    return made


def rows(settings, statement, **values):
    with closing(psycopg.connect(settings.database_url.reveal(), autocommit=True)) as connection:
        return connection.execute(statement, values).fetchall()


def points_due(restaurant):
    """Points of each guest who is not forgotten, from their orders."""
    statement = """
        SELECT guest.id, coalesce(sum(spend_minor / 100), 0)::bigint
        FROM guest LEFT JOIN orders ON customer_id = guest.id WHERE erased_at IS NULL GROUP BY 1
    """
    return dict(rows(restaurant.settings, statement))


def state(loyalty, guests):
    """All that loyalty knows of these guests and their orders, but for its own ids and the times it booked at."""
    statements = {
        "members": "SELECT customer_id, enrolled_at, tier, balance FROM members WHERE customer_id = ANY(%(ids)s)",
        "orders": "SELECT order_id, customer_id, revision, spend_minor, placed_at, points FROM orders "
        "WHERE customer_id = ANY(%(ids)s)",
        "ledger": "SELECT order_id, customer_id, sum(points)::bigint FROM entries WHERE customer_id = ANY(%(ids)s) "
        "GROUP BY 1, 2 HAVING sum(points) <> 0",
        "aliases": "SELECT merged, survivor FROM subject_alias WHERE survivor IS NOT NULL AND merged = ANY(%(ids)s)",
        "erased": "SELECT subject FROM erased_subject",
    }
    return {what: sorted(rows(loyalty, statement, ids=guests)) for what, statement in statements.items()}


def depth(channel, queue=INBOX):
    return channel.queue_declare(queue, passive=True).method.message_count


def has_caught_up(restaurant, loyalty, channel):
    """Say whether all is told, heard and booked."""
    if rows(restaurant.settings, "SELECT count(*) FROM outbox")[0][0] or depth(channel):
        return False
    due = points_due(restaurant)
    booked = dict(
        rows(loyalty, "SELECT customer_id, balance FROM members WHERE customer_id = ANY(%(ids)s)", ids=list(due))
    )
    erased = "SELECT subject FROM erased_subject ORDER BY 1"
    return booked == due and rows(loyalty, erased) == rows(restaurant.settings, erased)


@pytest.mark.timeout(400)
def test_d3_d4_a_late_service_hears_all_and_a_backfill_equals_the_live_one(restaurant, loyalties, vhost, running):
    live, anew = loyalties
    with running("crm_customer.relay", restaurant.settings):
        for _ in range(5):
            restaurant.trade(100)
        restaurant.merge("g1", "g2")
        restaurant.merge("g3", "g4")
        restaurant.part()
        restaurant.erase("g5")
        wait_until(lambda: not rows(restaurant.settings, "SELECT count(*) FROM outbox")[0][0], timeout=40)
        assert depth(vhost) > 500, "what was published waits for the service that is not there yet"

        with running("crm_loyalty.worker", live):
            wait_until(lambda: has_caught_up(restaurant, live, vhost), timeout=60)
        assert sum(points_due(restaurant).values()) > 10_000

        vhost.queue_declare(SHADOW, durable=True)
        for event_type in TOPOLOGY.listeners["loyalty"]:
            vhost.queue_bind(SHADOW, *topology.route(event_type))
        with running("crm_loyalty.worker", anew):
            backfill_under_traffic(restaurant)
            wait_until(lambda: has_caught_up(restaurant, anew, vhost), timeout=60)

    for _ in range(depth(vhost, SHADOW)):  # the live one hears of the traffic, not of the backfill
        _, properties, body = vhost.basic_get(SHADOW, auto_ack=True)
        vhost.basic_publish("", INBOX, body, properties, mandatory=True)
    with running("crm_loyalty.worker", live):
        wait_until(lambda: has_caught_up(restaurant, live, vhost), timeout=60)
    guests = list(points_due(restaurant))
    before, after = state(live, guests), state(anew, guests)
    for what in before:
        assert before[what] == after[what], what
    assert len(before["orders"]) > 500


def backfill_under_traffic(restaurant):
    """Tell loyalty all of customer's facts again by the command line, while guests come, merge, part and go."""
    is_told, failures = threading.Event(), []

    def go_on():
        try:
            for number in range(10, 40):
                restaurant.trade(20)
                if number % 5 == 0:
                    restaurant.merge(f"g{number}", f"g{number + 1}")
                if number == 26:
                    restaurant.part()
                if number % 10 == 9:
                    restaurant.erase(f"g{number - 6}")
                if is_told.is_set() and number > 30:
                    return
        except BaseException as error:  # noqa: BLE001 - the test's own thread raises it
            failures.append(error)

    traffic = threading.Thread(target=go_on)
    traffic.start()
    try:
        command = [Path(sys.executable).with_name("crm-events"), "backfill", "customer", "--to", "loyalty"]
        environ = environ_of(restaurant.settings)
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert traffic.is_alive() or not failures, "traffic flows while the facts are told"
    finally:
        is_told.set()
        traffic.join()
    assert not failures, failures
    assert done.returncode == 0, done.stderr
    assert "facts of customer told to loyalty" in done.stdout
