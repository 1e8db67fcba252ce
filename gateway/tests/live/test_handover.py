"""Streams through the one public address: gunicorn hands the connection over and keeps nothing of it."""

import http.client
import json
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from crm_chassis.testing import wait_until
from crm_gateway.config import BASE

THREADS = 2


@pytest.fixture
def connection(gateway):
    """A client's kept-alive connection to the gateway."""
    made = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    yield made
    made.close()


def status(connection, path, headers):
    """Ask something ordinary."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def sockets_of(gateway):
    """How many sockets gunicorn's worker holds."""
    children = Path(f"/proc/{gateway.process.pid}/task/{gateway.process.pid}/children").read_text().split()
    links = [path.readlink() for pid in children for path in Path(f"/proc/{pid}/fd").iterdir()]
    return sum(link.name.startswith("socket:") for link in links)


def test_a_stream_through_the_gateway_is_served_by_the_live_process(gateway, live, open_stream, teller, facts):
    stream = open_stream(gateway)
    teller.tell(facts.points())
    assert stream.next().event == "points"


def test_streams_hold_no_thread_and_no_socket_of_the_gateway(gateway, connection, open_stream, bearer):
    """Many times more streams than threads, and everybody else is served as ever."""
    assert status(connection, f"{BASE}/staff", bearer("owner")) == 200
    before = sockets_of(gateway)
    assert {open_stream(gateway).status for _ in range(5 * THREADS)} == {200}
    assert [status(connection, f"{BASE}/staff", bearer("owner")) for _ in range(5)] == [200] * 5
    wait_until(lambda: sockets_of(gateway) <= before)


def test_many_come_at_once_while_others_are_served(gateway, live, connection, open_stream, bearer):
    with ThreadPoolExecutor(20) as pool:
        opening = [pool.submit(open_stream, gateway, role) for role in ("owner", "manager", "host") for _ in range(15)]
        assert [status(connection, f"{BASE}/staff", bearer("owner")) for _ in range(20)] == [200] * 20
        assert {each.result().status for each in opening} == {200}
    wait_until(lambda: live.metric("crm_live_streams") == 45)


def test_a_connection_that_served_other_requests_becomes_a_stream(gateway, connection, bearer, teller, facts):
    assert status(connection, f"{BASE}/staff", bearer("owner")) == 200
    connection.request("GET", f"{BASE}/stream", headers=bearer("owner"))
    answer = connection.getresponse()
    assert answer.status == 200
    teller.tell(facts.points())
    assert any(line == b"event: points\n" for line in iter(answer.readline, b""))
    answer.close()


def test_what_is_sent_behind_the_request_disturbs_nothing(gateway, open_stream, teller, facts):
    """A stream has no end, so a request that is pipelined behind it is never served."""
    stream = open_stream(gateway, more=b"GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n")
    teller.tell(facts.points())
    assert stream.next().event == "points"


def test_http_1_0_and_head_are_served(gateway, open_stream, teller, facts):
    old = open_stream(gateway, protocol="HTTP/1.0")
    teller.tell(facts.points())
    assert old.next().event == "points"
    head = open_stream(gateway, method="HEAD")
    assert head.headers["content-type"].startswith("text/event-stream")
    assert head.socket.recv(100) == b""


def test_refusals_come_as_problems_and_end_the_connection(gateway, open_stream):
    stranger = open_stream(gateway, headers={"X-Request-ID": "stranger-1"})
    assert stranger.status == 401
    problem = stranger.problem()
    assert problem["type"] == "urn:maitre:problem:unauthenticated"
    assert problem["instance"] == "urn:request:stranger-1"
    assert stranger.socket.recv(100) == b""
    till = open_stream(gateway, "till")
    assert (till.status, till.problem()["type"]) == (403, "urn:maitre:problem:forbidden")


def test_a_body_is_refused_before_the_handover(gateway, bearer):
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    connection.request("GET", f"{BASE}/stream", body=b"{}", headers=bearer("owner"))
    answer = connection.getresponse()
    assert answer.status == 400
    assert json.loads(answer.read())["type"] == "urn:maitre:problem:body-not-wanted"
    connection.close()


def test_other_methods_are_the_applications_to_refuse(gateway, open_stream):
    assert open_stream(gateway, method="POST").status == 405


def test_while_the_live_process_is_away_it_is_said_so_and_the_rest_is_served(
    gateway, live, connection, open_stream, bearer
):
    live.stop(signal.SIGKILL)
    refused = open_stream(gateway)
    assert (refused.status, refused.headers["retry-after"]) == (503, "5")
    assert refused.problem()["type"] == "urn:maitre:problem:live-unavailable"
    assert status(connection, f"{BASE}/staff", bearer("owner")) == 200
    live.start()
    assert open_stream(gateway).status == 200


def test_a_live_process_that_hangs_takes_no_client_later(gateway, live, open_stream):
    """What we answered ourselves must not be answered a second time once it wakes up."""
    live.process.send_signal(signal.SIGSTOP)
    refused = open_stream(gateway)
    assert refused.status == 503
    live.process.send_signal(signal.SIGCONT)
    wait_until(lambda: live.says("handover_failed") == 1)
    refused.problem()
    refused.socket.sendall(b"GET /health/live HTTP/1.1\r\nHost: here\r\n\r\n")
    assert refused.socket.recv(100).startswith(b"HTTP/1.1 200 OK\r\n")
    assert live.metric("crm_live_streams") == 0


def test_rubbish_on_the_socket_harms_nobody(live, gateway, open_stream, live_environment):
    for said in (b"", b"hello\r\n\r\n", b"x" * 100_000):
        with socket.socket(socket.AF_UNIX) as stranger:
            stranger.settimeout(5)
            stranger.connect(live_environment["CRM_LIVE_SOCKET"])
            stranger.sendall(said)
            stranger.shutdown(socket.SHUT_WR)
            with suppress(ConnectionResetError):
                assert stranger.recv(1) == b""
    assert open_stream(gateway).status == 200
