"""DESIGN §4, promise 1: nothing is lost and nothing applied twice, whatever is killed at whatever moment."""

import ast
import sys
import time
from pathlib import Path

import pytest
from tools.maitre.processes import GATEWAY, PROCESSES, SERVICES
from tools.maitre.suite import is_ready

from .auditor import Auditor, Observer, Sampler, wait_for
from .saboteur import Saboteur
from .till import Orders, Tills

pytestmark = pytest.mark.faults

ORDERS, SLICE, GUESTS = 20_000, 500, 1_500
OWNERS = ("customer", "loyalty")
TWICE = ("customer-relay", "loyalty-relay", "loyalty-worker")


@pytest.fixture
def suite(suite_of_its_own):
    """What orders pass through, from the gateway to the ledger: two relays a service, two loyalty workers."""
    processes = tuple(process for process in PROCESSES if process.service in (GATEWAY, *OWNERS))
    nowhere = {f"CRM_UPSTREAM_{name.upper()}_URL": "http://127.0.0.1:9" for name in SERVICES if name not in OWNERS}
    plan = {"processes": processes, "replicas": dict.fromkeys(TWICE, 2), "environment": nowhere}
    with suite_of_its_own(**plan) as running:
        yield running


def faults_of(saboteur):
    """List what is done to the suite, one after the other, while orders flow in."""
    s = saboteur

    def kill(*names):
        return f"kill {', '.join(names)}", lambda: s.kill(*names)

    def aim(act, *arguments):
        return " ".join((act.__name__, *arguments)), lambda: act(*arguments)

    return [
        kill("customer-relay"),
        aim(s.kill_relay_between_publish_and_mark, "customer"),
        aim(s.poison_inbox),
        kill("loyalty-worker"),
        aim(s.kill_workers_between_commit_and_ack),
        aim(s.deliver_duplicates),
        aim(s.deliver_out_of_order),
        aim(s.restart_rabbitmq),
        kill("customer-relay-2", "loyalty-worker-2"),
        aim(s.kill_workers_mid_batch),
        aim(s.restart_postgres),
        kill("loyalty-relay", "customer-worker"),
        aim(s.kill_relay_between_publish_and_mark, "customer"),
        aim(s.kill_rabbitmq),
        kill("loyalty-relay-2", "customer-api"),
        aim(s.shut_postgres_down_immediately),
        aim(s.kill_relay_between_publish_and_mark, "loyalty"),
        aim(s.deliver_out_of_order),
        aim(s.kill_workers_between_commit_and_ack),
        kill("gateway", *workers_and_relays(s)),
    ]


def workers_and_relays(saboteur):
    """Name all workers and relays there are."""
    return [process.name for process in saboteur._suite.processes if process.kind in ("worker", "relay")]


@pytest.mark.timeout(900)
def test_promise_1_twenty_thousand_orders_survive_every_death(suite):
    auditor = Auditor(suite.databases.urls, suite.servers.broker_url)
    wait_for("what the installation itself tells", lambda: not auditor.outbox("customer"))
    since = {owner: auditor.sequences(owner) for owner in OWNERS}
    workers = [port for name, port in suite.ports.items() if name.startswith("loyalty-worker")]
    with (
        Observer(suite.servers.broker_url, OWNERS) as observer,
        Sampler(workers, "crm_inbox_duplicates_total") as duplicates,
        Tills(suite.gateway, suite.till_api_key, auditor.input) as tills,
    ):
        orders = Orders(GUESTS)

        def pour(at_least=0):
            while tills.is_idle() or orders.made < at_least:
                if tills.is_idle():
                    tills.begin(*orders.next_slice(SLICE))
                time.sleep(0.02)

        saboteur = Saboteur(suite, auditor, observer, duplicates, pour)
        faults = faults_of(saboteur)
        for number, (name, fault) in enumerate(faults, start=1):
            pour(at_least=ORDERS * number // len(faults))  # which leaves the last of them under way
            began = time.monotonic()
            fault()
            print(f"{name}: {time.monotonic() - began:.1f} s, {orders.made} orders", flush=True)
        wait_for("the tills", tills.is_idle, seconds=150)
        tills.begin(*orders.next_slice(0))
        wait_for("the tills", tills.is_idle)
        settled(auditor, saboteur)
        eventually_empty(lambda: auditor.gaps(observer, OWNERS, since), seconds=60)
        all_is_up_again(suite, saboteur)
        has_hit(saboteur, observer, duplicates)
        would_have_noticed(auditor, observer, since)
        observer.unbind()
        for fresh in (50, 0):
            tills.begin(*orders.next_slice(fresh))
            wait_for("the tills", tills.is_idle)
        settled(auditor, saboteur)  # with nobody to observe: nothing is unrouted
    for name in workers_and_relays(saboteur):
        suite.supervisor.stop(name)  # drains: what was unacked would be waiting now
    settled(auditor, saboteur)


def settled(auditor, saboteur):
    """All is as it follows from the input, nothing waits anywhere, and only the poison is parked."""
    eventually_empty(auditor.waiting, seconds=150)
    eventually_empty(auditor.differences, seconds=60)
    eventually_empty(lambda: wrongly_parked(auditor, saboteur), seconds=100)  # the retries take 71 s
    assert auditor.waiting() == {}


def eventually_empty(find, seconds):
    """Ask until nothing is found any more; what is found at last is what the test fails with."""
    found = find()
    deadline = time.monotonic() + seconds
    while found and time.monotonic() < deadline:
        time.sleep(0.5)
        found = find()
    assert not found, f"{len(found)}: {list(found.items() if isinstance(found, dict) else found)[:10]}"


def wrongly_parked(auditor, saboteur):
    """Say which poison is not parked, what is parked and no poison, and what is parked without a reason."""
    parked = auditor.parked()
    found = {(service, id_) for service, id_, _ in parked} ^ saboteur.poison
    return [*found, *(letter for letter in parked if not letter[2])]


def all_is_up_again(suite, saboteur):
    """Nobody lent a hand: what was killed runs again, and is ready."""
    assert set(workers_and_relays(saboteur)) <= saboteur.killed.keys()
    wait_for("all processes to be ready", lambda: all(is_ready(suite.ports[p.name]) for p in suite.processes))
    states = {name: state["statename"] for name, state in suite.supervisor.states().items()}
    assert set(states.values()) == {"RUNNING"}, states
    assert {process.name for process in suite.processes} <= states.keys()


def has_hit(saboteur, observer, duplicates):
    """The run counts only if the faults fell where they hurt."""
    evidence = saboteur.evidence | {
        "events published twice in all": len(observer.duplicates),
        "duplicates the inbox dropped": int(duplicates.total()),
    }
    print(dict(evidence), dict(saboteur.killed))
    for what in (
        "published, not marked", "published twice", "committed, not acked", "redelivered", "mid-batch", "out of order",
        "events published twice in all", "duplicates the inbox dropped",
    ):  # fmt: skip
        assert evidence[what] > 0, f"the faults missed: {what}: {evidence}"


def would_have_noticed(auditor, observer, since):
    """An auditor that never finds anything proves nothing: one cent more refunded, one event unseen, and it does."""
    order = next(
        name for name, (_, status, spend, guest) in auditor.input.expected_orders().items() if spend > 200 and guest
    )
    auditor.input.refund(order, "never sent", 100)
    assert len(auditor.differences()) == 5  # the order, its points here and in the ledger, the balance, its entries
    del auditor.input.refunds[order]["never sent"]
    observer.sequences["loyalty", next(iter(auditor.sequences("loyalty")))].popitem()
    assert len(auditor.gaps(observer, OWNERS, since)) == 1
    assert auditor.differences() == []


def test_the_auditor_imports_none_of_the_products_code():
    for name in ("auditor", "till", "saboteur"):
        tree = ast.parse(Path(__file__).with_name(f"{name}.py").read_text())
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        modules = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        imported |= {node.module for node in modules if node.level == 0}
        allowed = {"pika", "psycopg", "requests"} | sys.stdlib_module_names
        assert {module.partition(".")[0] for module in imported} <= allowed, name
        assert {node.module for node in modules if node.level} <= {"auditor"}, name
