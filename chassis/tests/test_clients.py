"""A client answers in time whatever the other side does, repeats only what it may, and rests a dead service."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest
import structlog
from flask import Flask
from test_auth import ADA, GATEWAY, GATEWAY_PUBLIC, LEDGER, LEDGER_PUBLIC, Keys

from crm_chassis import clients, deadlines, problems, tracing
from crm_chassis.auth import Principal, verify
from crm_chassis.clients import ServiceClient, UpstreamProblem, UpstreamUnavailable
from crm_chassis.config import Secret
from crm_chassis.errors import Kind

THINGS = Keys("things", Secret(""), f"{GATEWAY_PUBLIC},{LEDGER_PUBLIC}")


class Upstream(ThreadingHTTPServer):
    """A real server that does to each request what its script says: (status, headers, body), "hang", "cut", seconds."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list = []
        self.seen: list = []
        self.ports: set[int] = set()
        self.let_go = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    """One connection of it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def answer(self) -> None:
        """Do the next thing of the script, the last one for ever."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        server: Upstream = self.server
        server.ports.add(self.client_address[1])
        server.seen.append((self.command, self.path, dict(self.headers), body))
        step = server.script.pop(0) if len(server.script) > 1 else server.script[0]
        if step == "hang":
            server.let_go.wait(20)
            self.close_connection = True
            return
        if step == "cut":
            self.close_connection = True
            return
        status, headers, content = step
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(content))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = do_HEAD = answer  # noqa: N815  http.server's names

    def log_message(self, *_) -> None:
        """Say nothing."""


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    """A running server with an empty script."""
    with Upstream() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.let_go.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def client(upstream):
    made = ServiceClient(LEDGER, "things", upstream.url, answer_s=3)
    yield made
    made._session().close()


@contextmanager
def deadline_in(seconds: float) -> Iterator[None]:
    """Work under a deadline."""
    deadlines.begin(None, default_s=seconds)
    yield
    deadlines.end()


OK = (200, {"Content-Type": "application/json"}, b'{"a": 1}')
DOWN = (503, {}, b"")
PROBLEM = orjson.dumps(
    {"type": "urn:maitre:problem:x", "status": 409, "detail": "Taken.", "errors": {"name": ["no"]}, "holder": "h1"}
)


def test_a_call_carries_who_asks_and_what_it_belongs_to(upstream, client):
    upstream.script = [OK]
    structlog.contextvars.bind_contextvars(correlation_id="request-1")
    try:
        with tracing.server_span("test"), deadline_in(2):
            assert client.call("POST", "/v1/x", params={"q": "a b"}, json={"é": 1}) == {"a": 1}
            expected = tracing.current_traceparent()
    finally:
        structlog.contextvars.clear_contextvars()
    [(method, path, headers, body)] = upstream.seen
    assert (method, path, orjson.loads(body)) == ("POST", "/v1/x?q=a+b", {"é": 1})
    assert verify(THINGS, headers["Authorization"].removeprefix("Bearer ")) == Principal("service", "ledger", "service")
    assert headers["X-Request-ID"] == "request-1"
    assert headers["traceparent"][:35] == expected[:35]
    assert 0 < int(headers["X-Deadline"]) / 1000 - time.time() <= 2


def test_the_edge_calls_on_behalf_of_a_person(upstream):
    upstream.script = [OK]
    ServiceClient(GATEWAY, "things", upstream.url).send("GET", "/v1/x", on_behalf_of=ADA).close()
    assert verify(THINGS, upstream.seen[0][2]["Authorization"].removeprefix("Bearer ")) == ADA


def test_a_refusal_comes_through_whole(upstream, client):
    upstream.script = [(409, {"Content-Type": "application/problem+json"}, PROBLEM)]
    with pytest.raises(UpstreamProblem) as caught:
        client.call("POST", "/v1/x", json={})
    error = caught.value
    assert (error.kind, error.type, str(error), error.errors) == (
        Kind.CONFLICT,
        "urn:maitre:problem:x",
        "Taken.",
        {"name": ["no"]},
    )
    with Flask("x").app_context():
        rendered = problems.render_refusal(error)
    assert rendered.status_code == 409
    assert rendered.json["holder"] == "h1"
    assert len(upstream.seen) == 1


@pytest.mark.parametrize(
    ("answer", "refusal", "status"),
    [
        ((400, {}, b"nonsense"), UpstreamUnavailable, 503),
        ((400, {}, b""), UpstreamProblem, 400),
        ((404, {}, b"[]"), UpstreamProblem, 404),
        ((401, {}, b"{}"), UpstreamUnavailable, 503),
        ((500, {}, b"{}"), UpstreamProblem, 500),
        ((200, {}, b"<html>"), UpstreamUnavailable, 503),
    ],
    ids=range(6),
)
def test_odd_answers_become_refusals(upstream, client, answer, refusal, status):
    upstream.script = [answer]
    with pytest.raises(refusal) as caught:
        client.call("GET", "/v1/x")
    with Flask("x").app_context():
        assert problems.render_refusal(caught.value).status_code == status


def test_reads_are_tried_again(upstream, client):
    upstream.script = [DOWN, "cut", OK]
    assert client.call("GET", "/v1/x") == {"a": 1}
    assert len(upstream.seen) == 3


def test_tries_are_bounded(upstream, client):
    upstream.script = [DOWN]
    with pytest.raises(UpstreamUnavailable):
        client.call("GET", "/v1/x")
    assert len(upstream.seen) == 3


def test_writes_are_tried_again_only_with_a_key(upstream, client):
    upstream.script = [DOWN, OK]
    with pytest.raises(UpstreamUnavailable):
        client.call("POST", "/v1/x", json={})
    assert len(upstream.seen) == 1
    upstream.script = ["cut", OK]
    assert client.call("POST", "/v1/x", json={}, headers={"Idempotency-Key": "k"}) == {"a": 1}
    assert len(upstream.seen) == 3


def test_retry_after_is_honoured(upstream, client):
    upstream.script = [(503, {"Retry-After": "1"}, b""), (503, {"Retry-After": "soon"}, b""), OK]
    started = time.monotonic()
    assert client.call("GET", "/v1/x") == {"a": 1}
    assert time.monotonic() - started >= 1


def test_a_service_that_hangs_costs_no_more_than_the_deadline(upstream, client):
    upstream.script = ["hang"]
    started = time.monotonic()
    with deadline_in(0.5), pytest.raises(UpstreamUnavailable):
        client.call("GET", "/v1/x")
    assert time.monotonic() - started < 1.5


def test_no_pause_is_begun_that_would_pass_the_deadline(upstream, client):
    upstream.script = [(503, {"Retry-After": "2"}, b"")]
    with deadline_in(1), pytest.raises(UpstreamUnavailable):
        client.call("GET", "/v1/x")
    assert len(upstream.seen) == 1


def test_past_the_deadline_nothing_is_sent(upstream, client):
    upstream.script = [OK]
    with deadline_in(0), pytest.raises(UpstreamUnavailable):
        client.call("GET", "/v1/x")
    assert upstream.seen == []


def test_nobody_listening_is_unavailable():
    client = ServiceClient(LEDGER, "things", "http://127.0.0.1:9")
    with pytest.raises(UpstreamUnavailable):
        client.call("GET", "/v1/x")


def test_a_dead_service_is_left_alone_for_a_while_and_then_tried(upstream, client, monkeypatch):
    upstream.script = [DOWN]
    for _ in range(2):
        with pytest.raises(UpstreamUnavailable):
            client.call("GET", "/v1/x")
    assert len(upstream.seen) == clients.FAILURES_TO_OPEN
    with pytest.raises(UpstreamUnavailable) as caught:
        client.call("GET", "/v1/x")
    assert caught.value.extra["retry_after"] == clients.OPEN_S
    assert len(upstream.seen) == clients.FAILURES_TO_OPEN
    upstream.script = [OK]
    client._breaker.reset_timeout = 0
    assert client.call("GET", "/v1/x") == {"a": 1}
    assert client._breaker.current_state == "closed"


def test_refusals_do_not_open_the_circuit(upstream, client):
    upstream.script = [(404, {}, b"{}")]
    for _ in range(2 * clients.FAILURES_TO_OPEN):
        with pytest.raises(UpstreamProblem):
            client.call("GET", "/v1/x")
    assert client._breaker.current_state == "closed"


def test_one_slow_call_does_not_hold_up_the_others(upstream, client):
    upstream.script = ["hang", OK]
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(client.send, "POST", "/v1/slow")
        while not upstream.seen:
            time.sleep(0.01)
        started = time.monotonic()
        assert client.call("GET", "/v1/x") == {"a": 1}
        assert time.monotonic() - started < 1
        upstream.let_go.set()
        with pytest.raises(UpstreamUnavailable):
            slow.result()


def test_connections_are_used_again(upstream, client):
    upstream.script = [OK]
    for _ in range(5):
        client.call("GET", "/v1/x")
    assert len(upstream.ports) == 1
