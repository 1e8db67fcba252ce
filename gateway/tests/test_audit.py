"""Who saw or changed which guest is in the log, before anybody hears the outcome (RULES G3)."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
import requests
from sqlalchemy import select, text

from crm_chassis.testing import wait_until
from crm_gateway.config import BASE
from crm_gateway.models.audit import AuditEntry
from crm_gateway.routing.operations import load_document

PUBLISHED = load_document()
ANN, BOB = str(uuid4()), str(uuid4())


@pytest.fixture
def gateway(make_gateway):
    """A gateway with the published document, whose log is looked at."""
    return make_gateway(document=PUBLISHED)


@pytest.fixture
def since(database):
    """Entries written from now on: ``since()``."""
    with database.reading() as connection:
        start = connection.scalar(text("SELECT sequence FROM audit_head"))

    def entries(count=None):
        def found():
            with database.reading() as connection:
                query = select(*AuditEntry.__table__.columns).where(AuditEntry.sequence > start)
                rows = connection.execute(query.order_by(AuditEntry.sequence)).all()
            return rows if count is None or len(rows) >= count else None

        return wait_until(found) if count is not None else found()

    return entries


def says(service, body, status=200):
    """Have a service answer with this body."""
    service.answer = lambda handler, asked: handler.say(asked, status, json.dumps(body).encode())


def ids(entry):
    return {str(each) for each in entry.customer_ids}


def test_a_guest_looked_at_is_a_view(gateway, bearer, services, since):
    answer = gateway.test_client().get(f"{BASE}/customers/{ANN}", headers=bearer("host"))
    (entry,) = since(1)
    assert (entry.kind, entry.actor_role, entry.action) == ("view", "host", "get_customers_customer_id")
    assert (ids(entry), entry.customers, entry.times) == ({ANN}, 1, 1)
    assert (entry.status, entry.request_id) == (200, answer.headers["X-Request-ID"])


def test_the_guests_of_a_list_are_found_in_the_answer_and_what_was_searched_is_hashed(gateway, bearer, services, since):
    says(services["customer"], {"items": [{"id": ANN, "name": "Ann"}, {"id": BOB, "name": "Bob"}], "next_cursor": None})
    gateway.test_client().get(f"{BASE}/customers?q=Secret+Name&limit=20", headers=bearer("host"))
    (entry,) = since(1)
    assert ids(entry) == {ANN, BOB}
    assert entry.searched == [f"q:{gateway.extensions['audit'].hasher.of('secret name')}"]
    assert "Secret" not in str(entry)


def test_looking_up_by_post_is_a_view_with_the_value_hashed(gateway, bearer, services, since):
    says(services["customer"], {"id": ANN, "name": "Ann"})
    body = {"email": "ann@example.com"}
    gateway.test_client().post(f"{BASE}/customers/lookup", json=body, headers=bearer("host"))
    (entry,) = since(1)
    assert (entry.kind, ids(entry)) == ("view", {ANN})
    assert entry.searched == [f"email:{gateway.extensions['audit'].hasher.of('ann@example.com')}"]


def test_views_of_one_person_are_grouped_into_one_entry_within_a_second(gateway, bearer, services, since):
    client = gateway.test_client()
    for guest in (ANN, BOB, ANN):
        client.get(f"{BASE}/customers/{guest}", headers=bearer("host"))
    wait_until(lambda: sum(each.times for each in since()) == 3, timeout=1)
    assert set().union(*(ids(each) for each in since())) == {ANN, BOB}
    assert len(since()) < 3


def test_guests_whom_a_search_box_suggests_were_seen(gateway, bearer, services, since):
    found = [{"kind": "customer", "id": ANN, "label": "Ann"}, {"kind": "customer", "id": "no id"}]
    says(services["customer"], {"items": found})
    gateway.test_client().get(f"{BASE}/search/suggestions?q=Secret", headers=bearer("host"))
    (entry,) = since(1)
    assert (entry.kind, ids(entry)) == ("view", {ANN})
    assert entry.searched == [f"q:{gateway.extensions['audit'].hasher.of('secret')}"]


def test_a_long_answer_is_looked_through_as_it_passes(gateway, bearer, services, since):
    says(services["customer"], {"items": [{"id": ANN, "name": "x" * 400_000}], "next_cursor": None})
    answer = gateway.test_client().get(f"{BASE}/customers", headers=bearer("host"), buffered=False)
    assert len(answer.get_data()) > 400_000
    answer.close()
    assert ids(since(1)[0]) == {ANN}


def test_an_answer_that_shows_nobody_is_no_view(gateway, bearer, services, since):
    client = gateway.test_client()
    client.get(f"{BASE}/loyalty/programme", headers=bearer("host"))
    services["customer"].problem(404)
    client.get(f"{BASE}/customers/{ANN}", headers=bearer("host"))
    client.get(f"{BASE}/customers/{ANN}/metrics", headers=bearer("till"))
    assert [(each.kind, each.status) for each in since(1)] == [("refused", 403)]


def test_a_change_is_committed_as_an_attempt_before_the_service_hears_of_it(gateway, bearer, services, since):
    recorded = []

    def answer(handler, asked):
        recorded.extend(since())
        handler.say(asked, 200, json.dumps({"id": ANN}).encode())

    services["customer"].answer = answer
    body = {"name": "Somebody Else", "no_such_field": "x"}
    headers = bearer("owner")
    assert gateway.test_client().patch(f"{BASE}/customers/{ANN}", json=body, headers=headers).status_code == 200
    assert [(each.kind, each.status) for each in recorded] == [("attempt", None)]
    attempt, outcome = since(2)
    assert (outcome.kind, outcome.status, outcome.attempt) == ("outcome", 200, attempt.sequence)
    assert ids(attempt) == ids(outcome) == {ANN}
    assert attempt.changed == outcome.changed == ["name"], "names that the document does not know are a client's words"
    assert "Somebody" not in str(since())


def test_a_guest_made_is_named_in_the_outcome(gateway, bearer, services, since):
    says(services["customer"], {"id": ANN, "name": "Ann"}, 201)
    gateway.test_client().post(f"{BASE}/customers", json={"name": "Ann"}, headers=bearer("host"))
    attempt, outcome = since(2)
    assert (ids(attempt), ids(outcome), outcome.status) == (set(), {ANN}, 201)


def test_a_change_that_the_service_refused_or_never_answered_has_its_outcome(gateway, bearer, services, since):
    client = gateway.test_client()
    services["customer"].problem(409)
    client.patch(f"{BASE}/customers/{ANN}", json={"name": "A"}, headers=bearer("owner"))
    assert [each.status for each in since(2)] == [None, 409]
    client.post(f"{BASE}/loyalty/members/{BOB}/entries", json={}, headers=bearer("owner"))
    services["customer"].answer = lambda handler, asked: setattr(handler, "close_connection", True)
    client.patch(f"{BASE}/customers/{ANN}", json={"name": "A"}, headers=bearer("owner"))
    assert [(each.kind, each.status) for each in since(6)][-1] == ("outcome", 502)


def test_a_tills_array_is_one_entry_with_counts_and_needs_no_attempt(gateway, bearer, services, since):
    guests = [str(uuid4()) for _ in range(300)]
    says(services["customer"], {"items": [{"external_id": "1", "customer_id": guest} for guest in guests]})
    gateway.test_client().post(f"{BASE}/orders", json=[{"source": "bar"}] * 300, headers=bearer("till"))
    (entry,) = since(1)
    assert (entry.kind, entry.customers, len(entry.customer_ids)) == ("change", 300, 100)
    assert entry.changed == ["source"]


def test_what_a_role_may_not_do_is_recorded_as_refused(gateway, bearer, services, since):
    gateway.test_client().patch(f"{BASE}/organisation", json={}, headers=bearer("host"))
    (entry,) = since(1)
    assert (entry.kind, entry.actor_role, entry.status) == ("refused", "host", 403)


def test_the_gateways_own_changes_are_recorded_too(gateway, bearer, since):
    body = {"email": "audited@example.org", "password": "long enough to be one", "role": "host"}
    assert gateway.test_client().post(f"{BASE}/staff", json=body, headers=bearer("owner")).status_code == 201
    attempt, outcome = since(2)
    assert (attempt.action, attempt.changed) == ("post_staff", ["email", "password", "role"])
    assert (outcome.status, outcome.attempt) == (201, attempt.sequence)
    assert "audited@example.org" not in str(since())
    gateway.test_client().post(f"{BASE}/staff", json=body, headers=bearer("host"))
    assert since(3)[-1].kind == "refused"


def test_sign_ins_are_recorded_with_the_address_given_as_a_hash(gateway, people, since):
    hasher = gateway.extensions["audit"].hasher
    body = {"email": people["host"], "password": "wrong wrong wrong"}
    gateway.test_client().post(f"{BASE}/auth/tokens", json=body)
    (entry,) = since(1)
    assert (entry.kind, entry.status, entry.actor_id) == ("sign_in", 401, "")
    assert entry.searched == [f"email:{hasher.of('HOST@example.com')}"]


def test_while_the_log_cannot_be_written_no_change_is_tried_and_views_go_on(gateway, bearer, services, database):
    """The head's lock held by somebody is a log that cannot be written; nothing may happen unrecorded."""
    headers, client = bearer("owner"), gateway.test_client()
    client.get(f"{BASE}/customers/{ANN}", headers=headers)
    services["customer"].asked.clear()
    recorder = gateway.extensions["audit"].recorder
    recorder.flush()
    with database.transaction() as session:
        session.execute(text("SET LOCAL lock_timeout = 0"))
        session.execute(text("SELECT * FROM audit_head FOR UPDATE"))
        recorder.patience_s = 0.2
        answer = client.patch(f"{BASE}/customers/{ANN}", json={"name": "A"}, headers=headers)
        assert answer.status_code == 503
        assert answer.get_json()["type"] == "urn:maitre:problem:audit-unavailable"
        assert answer.headers["Retry-After"]
        assert services["customer"].asked == []
        assert client.get(f"{BASE}/customers/{ANN}", headers=headers).status_code == 200
    assert recorder.flush()


def test_when_too_much_waits_nothing_more_is_shown(gateway, bearer, services, database):
    recorder = gateway.extensions["audit"].recorder
    recorder.most_waiting = 3
    client, headers = gateway.test_client(), bearer("host")
    with database.transaction() as session:
        session.execute(text("SELECT * FROM audit_head FOR UPDATE"))
        statuses = [client.get(f"{BASE}/customers/{ANN}", headers=headers).status_code for _ in range(12)]
        assert statuses[0] == 200
        assert statuses[-1] == 503
    assert recorder.flush()


def test_only_owners_read_the_log_and_find_what_they_look_for(gateway, bearer, services, since):
    client, owner = gateway.test_client(), bearer("owner")
    guest = str(uuid4())
    says(services["customer"], {"items": [{"id": guest, "name": "x"}], "next_cursor": None})
    client.get(f"{BASE}/customers?q=Jane+Doe+{guest}", headers=bearer("host"))
    client.patch(f"{BASE}/customers/{guest}", json={"name": "y"}, headers=owner)
    since(3)
    assert client.get(f"{BASE}/audit", headers=bearer("manager")).status_code == 403

    def found(**query):
        return client.get(f"{BASE}/audit", query_string=query, headers=owner).get_json()

    items = found(customer_id=guest)["items"]
    assert {each["kind"] for each in items} == {"view", "attempt", "outcome"}
    assert {each["actor_name"] for each in items} == {"host@Example.com", "owner@Example.com"}
    assert [each["kind"] for each in found(searched=f"jane  doe {guest}")["items"]] == ["view"]
    assert found(searched="somebody else")["items"] == []
    assert found(customer_id=guest, kind="attempt", action="patch_customers_customer_id")["items"]
    assert found(customer_id=guest, to="2026-01-01T00:00:00Z")["items"] == []
    first = found(customer_id=guest, limit=2)
    second = found(customer_id=guest, limit=2, cursor=first["next_cursor"])
    sequences = [each["sequence"] for each in first["items"] + second["items"]]
    assert sequences == sorted(sequences, reverse=True)
    assert len(sequences) == 3


def test_owners_have_the_chain_verified(gateway, bearer, database):
    answer = gateway.test_client().get(f"{BASE}/audit/verification", headers=bearer("owner")).get_json()
    assert answer["is_intact"] is True
    assert answer["is_complete"] is True
    again = gateway.test_client().get(
        f"{BASE}/audit/verification?after={answer['checked_to']}", headers=bearer("owner")
    )
    assert again.get_json()["is_intact"] is True


def test_nothing_personal_is_in_the_table(database, gateway, bearer, services, since):
    """Names, addresses and what was typed go through everywhere above; none of it is in any column."""
    says(services["customer"], {"id": ANN, "name": "Zaphod", "emails": [{"address": "zaphod@example.org"}]}, 201)
    body = {"name": "Zaphod", "emails": [{"address": "zaphod@example.org"}]}
    gateway.test_client().post(f"{BASE}/customers", json=body, headers=bearer("owner"))
    since(2)
    with database.reading() as connection:
        rows = connection.execute(text("SELECT audit_entries::text FROM audit_entries")).scalars().all()
    for secret in ("Zaphod", "zaphod", "example.org", "example.com", "127.0.0.1", "Ann"):
        assert not any(secret in row for row in rows), secret


def test_many_changes_at_once_are_all_recorded(gateway, bearer, services, since):
    headers = bearer("owner")

    def change():
        gateway.test_client().patch(f"{BASE}/customers/{ANN}", json={"name": "A"}, headers=headers)

    threads = [threading.Thread(target=change) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    kinds = [each.kind for each in since(12)]
    assert kinds.count("attempt") == kinds.count("outcome") == 6


@pytest.fixture
def gunicorn(environment, people, tmp_path):
    """A gateway as it is deployed: ``process``, ``url``."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    command = [Path(sys.executable).with_name("gunicorn"), "-c", "python:crm_chassis.gunicorn_conf",
               "crm_gateway.app:create_app()"]  # fmt: skip
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            command, env=os.environ | environment | {"CRM_PORT": str(port)}, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"

    def is_ready():
        with suppress(requests.RequestException):
            return requests.get(f"{url}/health/ready", timeout=5).status_code == 200

    wait_until(is_ready)
    yield SimpleNamespace(process=process, url=url + BASE)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def test_killed_in_the_middle_of_a_change_the_attempt_is_there(gunicorn, bearer, services, since):
    """Kill -9 while the service is at work: what was tried is known, and that its outcome is not."""
    asked = threading.Event()
    done = threading.Event()

    def answer(handler, _asked):
        asked.set()
        done.wait(10)
        handler.close_connection = True

    services["customer"].answer = answer

    def change():
        with suppress(requests.RequestException):
            requests.patch(f"{gunicorn.url}/customers/{ANN}", json={"name": "A"}, headers=bearer("owner"), timeout=20)

    changing = threading.Thread(target=change)
    changing.start()
    assert asked.wait(10)
    os.killpg(gunicorn.process.pid, signal.SIGKILL)
    changing.join()
    done.set()
    (entry,) = since(1)
    assert (entry.kind, ids(entry), entry.changed) == ("attempt", {ANN}, ["name"])


def test_told_to_stop_a_process_writes_what_it_still_holds(gunicorn, bearer, services, since):
    guests = {str(uuid4()) for _ in range(5)}
    for guest in guests:
        requests.get(f"{gunicorn.url}/customers/{guest}", headers=bearer("host"), timeout=10)
    gunicorn.process.terminate()
    gunicorn.process.wait(20)
    assert set().union(*(ids(each) for each in since())) == guests
