"""Webhooks out: signed as Standard Webhooks has it, at least once, never into our own network, never for ever."""

import base64
import json
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from uuid import uuid4

import amqp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from standardwebhooks import Webhook

from crm_chassis import broker, topology
from crm_chassis.database import connect
from crm_chassis.events import envelope
from crm_chassis.testing import wait_until
from crm_contracts import loyalty
from crm_contracts.topology import TOPOLOGY
from crm_gateway.config import BASE
from crm_gateway.egress import Policy
from crm_gateway.models.webhooks import WebhookDelivery, WebhookEndpoint
from crm_gateway.operations import webhooks
from crm_gateway.routing.operations import load_document
from crm_gateway.sealing import Sealer
from crm_gateway.webhooks import schedule, types
from crm_gateway.webhooks.sender import Sender

PUBLISHED = load_document()
ALLOWED = "127.0.0.0/8"
URL = f"{BASE}/webhook-endpoints"


class Receiver:
    """A real receiver: it keeps what it was sent, and answers ``status`` (a callable is asked each time)."""

    def __init__(self):
        self.received, self.status, self.hold = [], 200, None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append(SimpleNamespace(headers=dict(self.headers), body=body, path=self.path))
                if receiver.hold is not None:
                    receiver.hold.wait(20)
                status = receiver.status() if callable(receiver.status) else receiver.status
                self.send_response(status)
                if status // 100 == 3:
                    self.send_header("Location", receiver.url + "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def ids(self):
        """Give the Webhook-Id of each request."""
        return [each.headers["Webhook-Id"] for each in self.received]


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    if made.hold:
        made.hold.set()
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def allowing(settings):
    """The gateway's settings, where receivers on this machine may be called."""
    return replace(settings, egress_allowed=ALLOWED)


@pytest.fixture
def owner(make_gateway, allowing, bearer, database):
    """An owner's ``owner.post(path, json)``, on an installation without any endpoint."""
    with database.transaction() as session:
        session.execute(text("DELETE FROM webhook_endpoints"))
    client, headers = make_gateway(allowing, document=PUBLISHED).test_client(), bearer("owner")

    def asking(method):
        def ask(path="", json=None, status=None, **more):
            answer = client.open(URL + path, method=method, json=json, headers=headers | more)
            assert status is None or answer.status_code == status, answer.get_data(as_text=True)
            return answer.get_json() if answer.data else None

        return ask

    yield SimpleNamespace(**{method: asking(method.upper()) for method in ("get", "post", "patch", "delete")})
    with database.transaction() as session:
        session.execute(text("DELETE FROM webhook_endpoints"))


@pytest.fixture
def sender(allowing, settings):
    """A sender in this process, driven by hand: ``sender()`` sends what is due and waits for the answers."""
    database = connect(replace(settings, pool_size=8))
    made = Sender(database, Sealer(settings.master_keys, webhooks.PURPOSE), Policy.parse(ALLOWED))

    def send():
        begun = made.send_due()
        wait_until(made.is_idle)
        return begun

    send.sender = made
    yield send
    made.close()
    database.engine.dispose()


def earned(guest=None):
    """A fact as loyalty announces it."""
    return loyalty.EnrolledV1(customer_id=guest or uuid4(), occurred_at=datetime.now(UTC))


def queue(database, endpoint, count=1):
    """Queue test events for an endpoint, by hand."""
    with database.transaction() as session:
        return [webhooks.add_test(session, endpoint, now=datetime.now(UTC)).id for _ in range(count)]


def deliveries(database):
    with database.transaction() as session:
        return session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).all()


def make_due(database):
    """Let the time pass that everything waits for."""
    with database.transaction() as session:
        session.execute(text("UPDATE webhook_deliveries SET next_try_at = now() WHERE state = 'pending'"))
        session.execute(text("UPDATE webhook_endpoints SET paused_until = NULL"))


def add(owner, receiver, *event_types):
    wanted = {"url": receiver.url + "/hook", "event_types": list(event_types or ["*"])}
    return owner.post("", wanted, 201)


def test_the_secret_is_shown_once_and_kept_sealed(owner, receiver, database):
    made = add(owner, receiver)
    assert len(base64.b64decode(made["secret"].removeprefix("whsec_"))) == 32
    assert "secret" not in owner.get(f"/{made['id']}")
    assert "secret" not in owner.get()["items"][0]
    with database.transaction() as session:
        stored = bytes(session.scalars(select(WebhookEndpoint.secret)).one())
    assert made["secret"].encode() not in stored


def test_what_is_sent_is_signed_as_the_library_verifies_it(owner, receiver, sender):
    made = add(owner, receiver)
    delivery = owner.post(f"/{made['id']}/tests", status=202)
    assert sender() == 1
    (sent,) = receiver.received
    assert Webhook(made["secret"]).verify(sent.body, sent.headers)["type"] == "webhook.test"
    assert sent.headers["Webhook-Id"] == delivery["event_id"] == json.loads(sent.body)["id"]
    shown = owner.get(f"/{made['id']}/deliveries")["items"][0]
    assert (shown["state"], shown["attempts"], shown["last_status"], shown["last_error"]) == ("delivered", 1, 200, None)
    assert sender() == 0


def test_after_a_rotation_both_secrets_verify_until_the_overlap_ends(owner, receiver, sender, database):
    made = add(owner, receiver)
    fresh = owner.post(f"/{made['id']}/secret-rotations", {"overlap_hours": 1}, 201)["secret"]
    queue(database, made["id"])
    sender()
    for secret in (made["secret"], fresh):
        Webhook(secret).verify(receiver.received[0].body, receiver.received[0].headers)
    with database.transaction() as session:
        session.execute(text("UPDATE webhook_endpoints SET previous_until = now() - interval '1 second'"))
    queue(database, made["id"])
    sender()
    assert len(receiver.received[1].headers["Webhook-Signature"].split()) == 1
    Webhook(fresh).verify(receiver.received[1].body, receiver.received[1].headers)


@pytest.mark.parametrize("status", [500, 404, 302, 429])
def test_what_was_not_taken_is_sent_again_later_under_the_same_id(owner, receiver, sender, database, status):
    made = add(owner, receiver)
    queue(database, made["id"])
    receiver.status = status
    sender()
    (waiting,) = deliveries(database)
    assert (waiting.state, waiting.attempts, waiting.last_status, waiting.last_error) == (
        "pending",
        1,
        status,
        "refused",
    )
    assert timedelta(seconds=3) < waiting.next_try_at - datetime.now(UTC) < timedelta(seconds=6)
    receiver.status = 204
    make_due(database)
    sender()
    (done,) = deliveries(database)
    assert (done.state, done.attempts, done.last_status) == ("delivered", 2, 204)
    assert len(set(receiver.ids())) == 1
    assert [each.path for each in receiver.received] == ["/hook", "/hook"], "no redirect is followed"


def test_after_three_days_of_tries_it_is_given_up_and_can_be_replayed(owner, receiver, sender, database):
    made = add(owner, receiver)
    queue(database, made["id"])
    receiver.status = 500
    for _ in range(len(schedule.RETRIES) + 1):
        make_due(database)
        sender()
    (failed,) = deliveries(database)
    assert (failed.state, failed.attempts) == ("failed", 10)
    receiver.status = 200
    make_due(database)
    again = owner.post(f"/{made['id']}/deliveries/{failed.id}/replays", status=202)
    assert again["is_replay"] is True
    sender()
    assert len(receiver.received) == 11
    assert len(set(receiver.ids())) == 1, "the receiver knows it by the same id"
    states = [each["state"] for each in owner.get(f"/{made['id']}/deliveries")["items"]]
    assert states == ["delivered", "failed"]
    assert [e["id"] for e in owner.get(f"/{made['id']}/deliveries?state=failed")["items"]] == [str(failed.id)]


def test_an_endpoint_that_is_gone_is_switched_off_and_can_be_switched_on_again(owner, receiver, sender, database):
    made = add(owner, receiver)
    queue(database, made["id"], 1)
    receiver.status = 410
    sender()
    shown = owner.get(f"/{made['id']}")
    assert (shown["is_active"], shown["disabled_reason"]) == (False, "gone")
    assert deliveries(database)[0].state == "failed"
    queue(database, made["id"])
    assert sender() == 0
    receiver.status = 200
    shown = owner.patch(f"/{made['id']}", {"is_active": True}, 200)
    assert (shown["disabled_reason"], shown["failures"]) == (None, 0)
    assert sender() == 1


def test_an_endpoint_that_fails_for_three_days_is_switched_off(owner, receiver, sender, database):
    made = add(owner, receiver)
    queue(database, made["id"])
    receiver.status = 500
    sender()
    with database.transaction() as session:
        session.execute(text("UPDATE webhook_endpoints SET failing_since = now() - interval '73 hours'"))
    make_due(database)
    sender()
    assert owner.get(f"/{made['id']}")["disabled_reason"] == "failing"


def test_an_endpoint_that_fails_again_and_again_is_left_in_peace_and_then_tried_once(owner, receiver, sender, database):
    made = add(owner, receiver)
    queue(database, made["id"], 20)
    receiver.status = 503
    while owner.get(f"/{made['id']}")["paused_until"] is None:
        sender()
    tried = len(receiver.received)
    assert schedule.TRIPPED_AT <= tried <= schedule.TRIPPED_AT + 3
    assert sender() == 0
    make_due(database)
    assert sender() == 1, "one probe"
    make_due(database)
    receiver.status = 200
    assert sender() == 1
    while sender():
        pass
    assert owner.get(f"/{made['id']}")["failures"] == 0


def test_a_slow_receiver_delays_no_other(owner, receiver, sender, database):
    slow, quick = receiver, Receiver()
    slow.hold = threading.Event()
    queue(database, add(owner, slow)["id"], 40)
    queue(database, add(owner, quick)["id"], 20)
    try:
        sent = 0
        while sent < 20:
            sender.sender.send_due()
            wait_until(lambda: len(slow.received) == 4 or len(quick.received) == 20)
            sent = len(quick.received)
        assert len(slow.received) <= 8
    finally:
        slow.hold.set()
        wait_until(sender.sender.is_idle)
        quick.server.shutdown()
        quick.server.server_close()


def test_two_senders_do_not_send_the_same(owner, receiver, sender, database, settings):
    queue(database, add(owner, receiver)["id"], 30)
    other = Sender(database, Sealer(settings.master_keys, webhooks.PURPOSE), Policy.parse(ALLOWED))
    threads = [threading.Thread(target=lambda each=each: [each.send_due() for _ in range(12)]) for each in
               (other, sender.sender)]  # fmt: skip
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    wait_until(lambda: other.is_idle() and sender.sender.is_idle())
    while sender():
        pass
    other.close()
    assert len(receiver.received) == len(set(receiver.ids())) == 30


def test_killed_between_sending_and_noting_it_is_sent_again_under_the_same_id(owner, receiver, worker, database):
    """Kill -9 of the worker while the receiver is at it: the lease runs out, another process sends it again."""
    made = add(owner, receiver)
    receiver.hold = threading.Event()
    queue(database, made["id"])
    worker.begin(CRM_EGRESS_ALLOWED=ALLOWED)
    wait_until(lambda: receiver.received)
    worker.stop()
    assert deliveries(database)[0].state == "pending"
    receiver.hold.set()
    make_due(database)  # the lease of 60 s has run out
    worker.begin(CRM_EGRESS_ALLOWED=ALLOWED)
    wait_until(lambda: deliveries(database)[0].state == "delivered")
    assert len(receiver.received) == 2
    assert len(set(receiver.ids())) == 1


@contextmanager
def publishing(settings):
    """Publish events as a relay does."""
    with broker.channel(settings.broker_url) as channel:
        topology.declare(channel, TOPOLOGY)

        def publish(*bodies, event_type=loyalty.EnrolledV1.type):
            exchange, key = topology.route(event_type)
            for body in bodies:
                message = amqp.Message(body, delivery_mode=2, type=event_type)
                channel.basic_publish_confirm(message, exchange, key)

        publish.depth = lambda: channel.queue_declare(topology.inbox_name("gateway"), passive=True).message_count
        yield publish


def said(event):
    return envelope(event, id=uuid4(), sequence=1, time=datetime.now(UTC))


def test_events_reach_those_who_asked_for_them_each_once(owner, receiver, worker, settings, database):
    other = Receiver()
    made = add(owner, receiver, "loyalty.*")
    add(owner, other, "customer.registered.v1")
    worker.begin(CRM_EGRESS_ALLOWED=ALLOWED)
    wait_until(lambda: all(each["listening_at"] for each in owner.get()["items"]))
    with publishing(settings) as publish:
        bodies = [said(earned()) for _ in range(3)]
        publish(*bodies, bodies[0])
        wait_until(lambda: len(receiver.received) == 3)
    for sent in receiver.received:
        Webhook(made["secret"]).verify(sent.body, sent.headers)
    assert sorted(json.loads(each.body)["id"] for each in receiver.received) == sorted(
        json.loads(each)["id"] for each in bodies
    )
    assert {each.body for each in receiver.received} == set(bodies), "as the owner said it, byte for byte"
    assert other.received == []
    other.server.shutdown()
    other.server.server_close()


def test_what_nobody_wants_does_not_reach_the_inbox(owner, receiver, worker, settings):
    made = add(owner, receiver, loyalty.EnrolledV1.type)
    process = worker.begin(CRM_EGRESS_ALLOWED=ALLOWED)
    wait_until(lambda: owner.get(f"/{made['id']}")["listening_at"])
    owner.patch(f"/{made['id']}", {"is_active": False}, 200)
    with publishing(settings) as publish:
        wait_until(lambda: worker.says('"types":0'))
        process.terminate()
        process.wait(20)
        publish(said(earned()))
        assert publish.depth() == 0


@pytest.mark.parametrize("body", [
    {"url": "https://10.0.0.1/", "event_types": ["*"]},
    {"url": "https://localhost:22/", "event_types": ["*"]},
    {"url": "https://example.com/", "event_types": ["no.such.event"]},
    {"url": "https://example.com/", "event_types": []},
    {"url": "https://example.com/", "event_types": ["*"], "secret": "whsec_mine"},
])  # fmt: skip
def test_what_cannot_be_is_refused_with_the_field(make_gateway, bearer, problem, body):
    client = make_gateway(document=PUBLISHED).test_client()
    refusal = problem(client.post(URL, json=body, headers=bearer("owner")), 422)
    assert {each.partition(".")[0] for each in refusal["errors"]} <= {"url", "event_types", "secret"}


def test_an_address_that_turned_inside_meanwhile_is_not_called(owner, receiver, sender, database, settings):
    """Without the allowance the very same endpoint is refused at the moment of sending."""
    queue(database, add(owner, receiver)["id"])
    strict = Sender(database, Sealer(settings.master_keys, webhooks.PURPOSE), Policy())
    strict.send_due()
    wait_until(strict.is_idle)
    strict.close()
    assert receiver.received == []
    assert deliveries(database)[0].last_error == "address_refused"


def test_edits_by_two_are_not_lost(make_gateway, allowing, bearer, owner, receiver):
    made = add(owner, receiver)
    owner.patch(f"/{made['id']}", {"description": "mine"}, 200, **{"If-Match": '"1"'})
    owner.patch(f"/{made['id']}", {"description": "theirs"}, 412, **{"If-Match": '"1"'})
    assert owner.get(f"/{made['id']}")["description"] == "mine"


def test_deleted_is_deleted_with_its_deliveries(owner, receiver, database, sender):
    made = add(owner, receiver)
    queue(database, made["id"], 2)
    owner.delete(f"/{made['id']}", status=204)
    assert deliveries(database) == []
    owner.get(f"/{made['id']}", status=404)
    owner.post(f"/{made['id']}/tests", status=404)
    assert sender() == 0


def test_old_deliveries_are_forgotten(owner, receiver, database):
    old, _ = queue(database, add(owner, receiver)["id"], 2)
    with database.transaction() as session:
        session.execute(
            text("UPDATE webhook_deliveries SET created_at = now() - interval '31 days' WHERE id = :id"), {"id": old}
        )
        assert webhooks.forget_old(session, now=datetime.now(UTC)) == 1
    assert len(deliveries(database)) == 1


@pytest.mark.parametrize("role", ["manager", "marketing_manager", "host", "till"])
def test_only_owners_have_to_do_with_webhooks(make_gateway, bearer, role):
    client = make_gateway(document=PUBLISHED).test_client()
    assert client.get(URL, headers=bearer(role)).status_code == 403
    assert client.post(URL, json={}, headers=bearer(role)).status_code == 403


def test_the_types_that_can_be_had_are_listed(make_gateway, bearer):
    client = make_gateway(document=PUBLISHED).test_client()
    items = client.get(f"{BASE}/webhook-event-types", headers=bearer("owner")).get_json()["items"]
    assert [each["type"] for each in items] == sorted(TOPOLOGY.announced)
    assert all(each["description"] for each in items)


@given(st.lists(st.sampled_from(types.PATTERNS), max_size=5), st.sampled_from(TOPOLOGY.announced))
def test_what_is_bound_is_what_somebody_matches(patterns, event_type):
    assert (event_type in types.wanted([patterns])) == types.matches(patterns, event_type)


@given(st.integers(1, 30), st.floats(0, 1))
def test_pauses_grow_and_end(attempts, jitter):
    pause = schedule.next_pause(attempts, jitter)
    assert (pause is None) == (attempts > 9)
    if pause is not None:
        assert schedule.RETRIES[attempts - 1] <= pause <= schedule.RETRIES[attempts - 1] * 1.1
    assert timedelta(days=2.5) < sum(schedule.RETRIES, timedelta()) < timedelta(days=4)
    peace = schedule.breaker_pause(attempts)
    assert (peace is None) == (attempts < schedule.TRIPPED_AT)
    assert peace is None or schedule.FIRST_PAUSE <= peace <= schedule.LONGEST_PAUSE
