"""A client that trickles bytes in or does not read its answer holds a thread for as long as patience lasts."""

import http.client
import os
import socket
import threading
from contextlib import ExitStack, contextmanager

import pytest

from crm_chassis.testing import wait_until
from crm_gateway.config import BASE

THREADS = 4


@pytest.fixture(scope="module")
def address(served):
    """A gateway with four threads and a second of patience."""
    with served(CRM_CLIENT_PATIENCE="1", CRM_API_THREADS=str(THREADS)) as address:
        yield address


def post(address, bearer, body=b"[]"):
    connection = http.client.HTTPConnection(*address, timeout=30)
    try:
        connection.request("POST", f"{BASE}/orders", body, bearer("till") | {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@contextmanager
def trickling(address, head, count):
    """So many clients who sent this and go on with a byte every now and then; yields how many are cut off."""
    over, cut = threading.Event(), []

    def trickle(client):
        try:
            while not over.wait(0.05):
                client.sendall(b"x")
        except OSError:
            cut.append(client)

    with ExitStack() as stack:
        clients = [stack.enter_context(socket.create_connection(address)) for _ in range(count)]
        for client in clients:
            client.sendall(head)
        threads = [threading.Thread(target=trickle, args=(client,)) for client in clients]
        for thread in threads:
            thread.start()
        try:
            yield cut
        finally:
            over.set()
            for thread in threads:
                thread.join()


def head_of(bearer, length):
    lines = [f"POST {BASE}/orders HTTP/1.1", "Host: x", "Content-Type: application/json", f"Content-Length: {length}",
             f"Authorization: {bearer('till')['Authorization']}"]  # fmt: skip
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("part", ["head", "small body", "large body"])
def test_clients_that_trickle_are_cut_off_and_the_others_served(address, bearer, services, part):
    head = head_of(bearer, 5_000_000 if part == "large body" else 1000)
    sent = head + (b"\r\nX-" if part == "head" else b"\r\n\r\n[")
    with trickling(address, sent, 2 * THREADS) as cut:
        assert post(address, bearer)[0] == 200
        wait_until(lambda: len(cut) == 2 * THREADS)
    assert [asked.body for asked in services["customer"].asked if asked.body == b"[]"] == [b"[]"]


def test_a_body_that_comes_too_slowly_is_told_so(address, bearer, services):
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(head_of(bearer, 1000) + b"\r\n\r\n[")
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"urn:maitre:problem:body-too-slow" in answer
    assert not services["customer"].asked


def test_clients_that_do_not_read_their_answer_are_cut_off(address, bearer, services):
    services["customer"].answer = lambda handler, asked: handler.say(asked, 200, os.urandom(1 << 24))
    with ExitStack() as stack:
        for _ in range(2 * THREADS):
            client = stack.enter_context(socket.socket())
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.connect(address)
            client.sendall(head_of(bearer, 2) + b"\r\n\r\n[]")
        wait_until(lambda: services["customer"].asked)
        services["customer"].answer = None
        assert post(address, bearer) == (200, b'{"ok": true}')


def test_a_slow_but_steady_client_is_served(address, bearer, services):
    """Twice as slow as patience alone would bear, but it moves."""
    body = b"[" + b" " * 60_000 + b"]"
    pause = threading.Event()
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(head_of(bearer, len(body)) + b"\r\nConnection: close\r\n\r\n")
        for start in range(0, len(body), 6_000):
            pause.wait(0.2)
            client.sendall(body[start : start + 6_000])
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert services["customer"].asked[0].body == body
