"""Answers that trickle, stop, break off or say odd things are bounded, and never mixed up with another's."""

import dataclasses
import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest

from crm_chassis.testing import wait_until
from crm_gateway.config import BASE
from crm_gateway.routing import upstreams


@pytest.fixture
def gateway_with(make_gateway, settings):
    """``gateway_with(**settings)``: a client of a gateway with these settings."""
    return lambda **more: make_gateway(dataclasses.replace(settings, **more)).test_client()


def raw(text):
    """An answer as it goes on the wire; the connection stays open."""
    return lambda handler, _asked: handler.wfile.write(text)


def chunked(handler, pieces):
    """Write a chunked answer without its end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n")
    for piece in pieces:
        handler.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))


def test_what_follows_an_answer_is_nobodys_answer(client, bearer, services):
    """A service that sends more than it announced must not have the rest read as the next caller's answer."""
    stolen = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"not you"'
    good = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    services["customer"].answer = raw(good + stolen)
    for _ in range(5):
        assert client.get(f"{BASE}/customers", headers=bearer("owner")).data == b"{}"


def test_an_answer_with_two_lengths_is_none(client, bearer, problem, services):
    services["customer"].answer = raw(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 3\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n4\r\n[1]\n\r\n0\r\n\r\n"
    )
    problem(client.get(f"{BASE}/customers", headers=bearer("owner")), 502)


@pytest.mark.parametrize("status", ["101 Switching Protocols", "103 Early Hints", "999 What"])
def test_a_status_that_ends_nothing_is_no_answer(client, bearer, problem, services, status):
    services["customer"].answer = raw(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    answer = client.post(f"{BASE}/customers", json={}, headers=bearer("owner"))
    assert answer.status_code in {502, 999}
    assert not answer.data or problem(answer, 502)


def test_a_head_that_trickles_is_a_504_in_time(gateway_with, bearer, problem, services):
    stop = threading.Event()

    def trickle(handler, _asked):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not stop.wait(0.05):
            handler.wfile.write(b"x")

    services["customer"].answer = trickle
    began = time.monotonic()
    problem(gateway_with(upstream_timeout=1).get(f"{BASE}/customers", headers=bearer("owner")), 504)
    stop.set()
    assert time.monotonic() - began < 3


def test_tries_share_one_deadline(gateway_with, bearer, services):
    """A service that takes its time to say that it is busy is not asked for ever."""
    pause = threading.Event()

    def busy(handler, asked):
        pause.wait(0.7)
        handler.say(asked, 503, b"{}", Content_Type="application/problem+json")

    services["customer"].answer = busy
    client = gateway_with(upstream_timeout=1)
    began = time.monotonic()
    assert client.get(f"{BASE}/customers", headers=bearer("owner")).status_code in {503, 504}
    assert time.monotonic() - began < 3
    assert len(services["customer"].asked) == 2


def test_the_deadline_travels(gateway_with, bearer, services):
    client = gateway_with(upstream_timeout=7)
    client.get(f"{BASE}/customers", headers=bearer("owner"))
    left = int(services["customer"].asked[0].headers["X-Deadline"]) / 1000 - time.time()
    assert 5 < left <= 7


def test_while_a_service_recovers_a_single_request_tries(gateway_with, bearer, services, monkeypatch):
    monkeypatch.setattr(upstreams, "RESET_S", 0.2)
    client, ask = gateway_with(upstream_timeout=2), bearer("owner")
    services["customer"].answer = lambda handler, asked: setattr(handler, "close_connection", True)
    while client.post(f"{BASE}/customers", json={}, headers=ask).status_code != HTTPStatus.SERVICE_UNAVAILABLE:
        pass
    services["customer"].asked.clear()
    threading.Event().wait(0.3)
    release = threading.Event()

    def stall(handler, asked):
        release.wait(10)
        handler.say(asked)

    services["customer"].answer = stall
    with ThreadPoolExecutor(6) as pool:
        path = f"{BASE}/customers"
        first = pool.submit(client.application.test_client().get, path, headers=ask)
        wait_until(lambda: services["customer"].asked)
        others = [pool.submit(client.application.test_client().get, path, headers=ask) for _ in range(5)]
        assert [each.result().status_code for each in others] == [503] * 5
        release.set()
        assert first.result().status_code == HTTPStatus.OK
    assert len(services["customer"].asked) == 1
    assert client.get(path, headers=ask).status_code == HTTPStatus.OK


@pytest.mark.parametrize("stops", ["breaks off", "stalls"])
def test_a_long_answer_that_stops_ends_as_a_broken_one(client, bearer, services, stops, monkeypatch):
    monkeypatch.setattr(upstreams, "STALL_S", 0.3)
    release = threading.Event()

    def stop(handler, _asked):
        chunked(handler, [b"a,b\n" * 1000] * 3)
        if stops == "stalls":
            release.wait(10)
        handler.close_connection = True

    services["customer"].answer = stop
    answer = client.get(f"{BASE}/customers", headers=bearer("owner"), buffered=False)
    with pytest.raises(ConnectionResetError):
        b"".join(answer.response)
    release.set()
    answer.close()
    services["customer"].answer = None
    assert client.get(f"{BASE}/customers", headers=bearer("owner")).status_code == HTTPStatus.OK


def test_a_broken_answer_is_not_taken_for_a_whole_one(served, bearer, services):
    """Over the wire: no last chunk, so the client knows; and no trace of a defect in the log."""

    def stop(handler, _asked):
        chunked(handler, [b"a,b\n" * 1000] * 3)
        handler.close_connection = True

    services["customer"].answer = stop
    with served() as address:
        connection = http.client.HTTPConnection(*address, timeout=30)
        connection.request("GET", f"{BASE}/customers", headers=bearer("owner"))
        answer = connection.getresponse()
        assert answer.status == HTTPStatus.OK
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
        connection.close()


def test_long_answers_leave_most_of_the_share_to_quick_ones(gateway_with, bearer, problem, services):
    """Eight threads, six for one service, two of them for downloads at their clients' pace."""
    client, ask = gateway_with(threads=8), bearer("owner")
    release = threading.Event()

    def download(handler, _asked):
        chunked(handler, [b"a,b\n"])
        release.wait(10)
        handler.wfile.write(b"0\r\n\r\n")

    services["customer"].answer = download
    running = [client.get(f"{BASE}/customers", headers=ask, buffered=False) for _ in range(2)]
    found = problem(client.get(f"{BASE}/customers", headers=ask), 503)
    assert found["type"] == "urn:maitre:problem:service-busy"
    services["customer"].answer = None
    assert {client.get(f"{BASE}/customers", headers=ask).status_code for _ in range(8)} == {200}
    release.set()
    assert [b"".join(answer.response) for answer in running] == [b"a,b\n"] * 2
    for answer in running:
        answer.close()


def test_parts_of_a_file_can_be_asked_for(client, bearer, services):
    services["customer"].answer = lambda handler, asked: handler.say(
        asked, 206, b"x" * 2000, Content_Range="bytes 0-1999/9000", Accept_Ranges="bytes", ETag='"a"'
    )
    sent = {"Range": "bytes=0-1999", "If-Range": '"a"', "Accept-Encoding": "br"}
    answer = client.get(f"{BASE}/customers", headers=bearer("owner") | sent)
    assert (answer.status_code, answer.data) == (206, b"x" * 2000)
    assert answer.headers["Content-Range"] == "bytes 0-1999/9000"
    assert (answer.headers["ETag"], answer.headers["Accept-Ranges"]) == ('"a"', "bytes")
    assert "Content-Encoding" not in answer.headers
    asked = services["customer"].asked[0].headers
    assert (asked["Range"], asked["If-Range"]) == ("bytes=0-1999", '"a"')
