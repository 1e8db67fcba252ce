"""A service that is away, slow or talks rubbish is named in a problem, and the others go on."""

import dataclasses
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from crm_chassis.config import Secret
from crm_gateway.config import BASE
from crm_gateway.routing import upstreams


@pytest.fixture
def listener():
    """A server that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.listen(64)
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def gateway_to(make_gateway, settings):
    """``gateway_to(url, **settings)``: a gateway whose customer service is there."""
    return lambda url, **more: make_gateway(dataclasses.replace(settings, upstream_customer=url, **more)).test_client()


def closed_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_service_that_is_away_is_a_503_that_names_it(gateway_to, bearer, problem, services):
    client = gateway_to(closed_port())
    for method in ("GET", "POST"):
        answer = client.open(f"{BASE}/customers", method=method, headers=bearer("owner"))
        found = problem(answer, 503)
        assert found["service"] == "customer"
        assert "customer" in found["detail"]
        assert int(answer.headers["Retry-After"]) > 0
    assert client.get(f"{BASE}/loyalty/programme", headers=bearer("owner")).status_code == 200


def test_after_several_failures_it_is_left_in_peace_and_then_tried_again(
    gateway_to, bearer, problem, services, monkeypatch
):
    monkeypatch.setattr(upstreams, "RESET_S", 0.3)
    services["customer"].answer = lambda handler, asked: setattr(handler, "close_connection", True)
    client = gateway_to(services["customer"].url)
    statuses = [client.post(f"{BASE}/customers", json={}, headers=bearer("owner")).status_code for _ in range(8)]
    assert statuses == [502] * 5 + [503] * 3
    assert len(services["customer"].asked) == 5
    services["customer"].answer = None
    deadline = time.monotonic() + 5
    while client.post(f"{BASE}/customers", json={}, headers=bearer("owner")).status_code != 200:
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


def test_a_slow_service_is_a_504_within_the_deadline(gateway_to, bearer, problem, listener):
    client = gateway_to(listener, upstream_timeout=1)
    began = time.monotonic()
    found = problem(client.get(f"{BASE}/customers", headers=bearer("owner")), 504)
    assert found["service"] == "customer"
    assert time.monotonic() - began < 3


def test_an_answer_that_trickles_is_a_504(gateway_to, bearer, problem, services):
    stop = threading.Event()

    def trickle(handler, _asked):
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        while not stop.wait(0.1):
            handler.wfile.write(b"x")

    services["customer"].answer = trickle
    client = gateway_to(services["customer"].url, upstream_timeout=1)
    began = time.monotonic()
    problem(client.get(f"{BASE}/customers", headers=bearer("owner")), 504)
    stop.set()
    assert time.monotonic() - began < 4


def test_a_stalled_service_cannot_take_every_thread(gateway_to, bearer, listener, services):
    """Eight threads: six may wait for the stalled service, the seventh is told so at once."""
    client = gateway_to(listener, upstream_timeout=4, threads=8)
    ask = bearer("owner")
    with ThreadPoolExecutor(7) as pool:
        began = time.monotonic()
        waiting = [
            pool.submit(client.application.test_client().get, f"{BASE}/customers", headers=ask) for _ in range(7)
        ]
        answer = client.get(f"{BASE}/loyalty/programme", headers=ask)
        assert answer.status_code == 200
        assert time.monotonic() - began < 3
        assert sorted(each.result().status_code for each in waiting) == [503] + [504] * 6


@pytest.mark.parametrize(
    ("garbage", "status"),
    [(b"nonsense\r\n\r\n", 502), (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", 502), (b"", 502)],
)
def test_a_service_that_talks_rubbish_is_a_502(gateway_to, bearer, problem, services, garbage, status):  # noqa: PLR0917
    def talk(handler, _asked):
        handler.wfile.write(garbage)
        handler.close_connection = True

    services["customer"].answer = talk
    client = gateway_to(services["customer"].url)
    found = problem(client.post(f"{BASE}/customers", json={}, headers=bearer("owner")), status)
    assert found["service"] == "customer"


@pytest.mark.parametrize(("status", "shown"), [(500, 502), (503, 502), (404, 404), (400, 400), (418, 418)])
def test_errors_that_are_no_problems_become_problems(client, bearer, problem, services, status, shown):  # noqa: PLR0917
    services["customer"].answer = lambda handler, asked: handler.say(
        asked, status, b"<h1>Traceback: secrets</h1>", Content_Type="text/html"
    )
    answer = client.post(f"{BASE}/customers", json={}, headers=bearer("owner"))
    problem(answer, shown)
    assert b"secrets" not in answer.data


def test_a_refused_internal_token_is_our_fault_not_the_clients(client, bearer, problem, services):
    services["customer"].problem(401)
    problem(client.get(f"{BASE}/customers", headers=bearer("owner")), 502)


def test_reads_are_tried_again_after_a_lost_connection(client, bearer, services):
    def lose_the_first(handler, asked):
        if len(services["customer"].asked) == 1:
            handler.close_connection = True
        else:
            handler.say(asked)

    services["customer"].answer = lose_the_first
    assert client.get(f"{BASE}/customers", headers=bearer("owner")).status_code == 200
    assert len(services["customer"].asked) == 2


def test_writes_are_tried_again_only_with_an_idempotency_key(client, bearer, problem, services):
    def lose(handler, _asked):
        handler.close_connection = True

    services["customer"].answer = lose
    problem(client.post(f"{BASE}/customers", json={}, headers=bearer("owner")), 502)
    assert len(services["customer"].asked) == 1
    problem(client.post(f"{BASE}/customers", json={"a": 1}, headers=bearer("owner") | {"Idempotency-Key": "k"}), 502)
    assert [asked.body for asked in services["customer"].asked[1:]] == [b'{"a":1}'] * 3


def test_a_busy_service_is_asked_again_for_reads(client, bearer, services):
    def busy_once(handler, asked):
        handler.say(asked, 503 if len(services["customer"].asked) == 1 else 200)

    services["customer"].answer = busy_once
    assert client.get(f"{BASE}/customers", headers=bearer("owner")).status_code == 200


def test_connections_are_kept(client, bearer, services):
    peers = set()

    def remember(handler, asked):
        peers.add(handler.client_address)
        handler.say(asked)

    services["customer"].answer = remember
    for _ in range(5):
        client.get(f"{BASE}/customers", headers=bearer("owner"))
        client.post(f"{BASE}/customers", json={}, headers=bearer("owner"))
    assert len(peers) == 1


def test_without_its_database_the_gateway_says_so(make_gateway, settings, bearer, problem, services):
    away = make_gateway(
        dataclasses.replace(settings, database_url=Secret("postgresql://x@127.0.0.1:9/x"))
    ).test_client()
    answer = away.get(f"{BASE}/customers", headers=bearer("owner"))
    problem(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0
    problem(away.get(f"{BASE}/staff", headers=bearer("owner")), 503)
    problem(away.post(f"{BASE}/auth/tokens", json={"email": "a@example.com", "password": "x"}), 503)
    assert away.get("/health/live").status_code == 200
    assert away.get("/health/ready").status_code == 503
    assert not services["customer"].asked
