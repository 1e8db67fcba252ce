"""Bodies of every size over a real socket, through gunicorn as it is deployed."""

import http.client
import json
import os
import socket

import pytest

from crm_chassis.testing import wait_until
from crm_gateway.config import BASE

MEGABYTE = 1 << 20


@pytest.fixture(scope="module")
def address(served):
    """Host and port of a gateway under gunicorn."""
    with served() as address:
        yield address


def send(address, body, headers, path="/orders"):
    """Send one POST and give status, content type and content."""
    connection = http.client.HTTPConnection(*address, timeout=30)
    try:
        connection.request("POST", BASE + path, body, {"Content-Type": "application/json"} | headers)
        answer = connection.getresponse()
        return answer.status, answer.headers["Content-Type"], answer.read()
    finally:
        connection.close()


def test_four_megabytes_pass_byte_for_byte(address, bearer, services):
    body = json.dumps([{"n": n, "text": "x" * 4000} for n in range(1000)]).encode()
    assert len(body) > 4_000_000
    assert send(address, body, bearer("till"))[0] == 200
    assert services["customer"].asked[0].body == body
    assert services["customer"].asked[0].headers["Content-Length"] == str(len(body))


def test_a_chunked_body_passes(address, bearer, services):
    body = [b"x" * 50_000] * 20
    assert send(address, iter(body), bearer("till"))[0] == 200
    assert services["customer"].asked[0].body == b"".join(body)


@pytest.mark.parametrize("is_chunked", [False, True])
def test_more_than_eight_megabytes_are_refused_and_the_client_gets_to_read_why(address, bearer, services, is_chunked):
    body = b"x" * (10 * MEGABYTE)
    sent = (body[at : at + MEGABYTE] for at in range(0, len(body), MEGABYTE)) if is_chunked else body
    status, content_type, content = send(address, sent, bearer("till"))
    assert (status, content_type) == (413, "application/problem+json")
    assert json.loads(content)["type"] == "urn:maitre:problem:body-too-large"
    assert not [asked for asked in services["customer"].asked if len(asked.body) > 8 * MEGABYTE]


def test_a_stranger_gets_to_read_the_refusal_too(address, services):
    status, content_type, _ = send(address, b"x" * (5 * MEGABYTE), {})
    assert (status, content_type) == (401, "application/problem+json")
    assert not services["customer"].asked


def test_an_operation_can_have_a_limit_of_its_own(address, bearer, services):
    assert send(address, b"x" * 1000, bearer("owner"), "/small")[0] == 200
    assert send(address, b"x" * 1001, bearer("owner"), "/small")[0] == 413
    assert len(services["customer"].asked) == 1


def test_a_service_that_refuses_early_is_heard(address, bearer, services):
    """The service answers before it has read the body; the client gets that answer."""
    services["customer"].problem(422)
    status, content_type, _ = send(address, b"x" * (4 * MEGABYTE), bearer("till"))
    assert (status, content_type) == (422, "application/problem+json")


def test_large_answers_stream_through(address, bearer, services):
    content = os.urandom(3 * MEGABYTE)
    services["customer"].answer = lambda handler, asked: handler.say(asked, 200, content)
    assert send(address, b"[]", bearer("till"))[2] == content

    def chunked(handler, _asked):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for _ in range(30):
            handler.wfile.write(b"186a0\r\n" + b"x" * 100_000 + b"\r\n")
        handler.wfile.write(b"0\r\n\r\n")

    services["customer"].answer = chunked
    assert send(address, b"[]", bearer("till"))[2] == b"x" * 3_000_000


def test_a_client_that_leaves_in_the_middle_harms_nobody(address, bearer, services):
    head = f"POST {BASE}/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n"
    head += f"Authorization: {bearer('till')['Authorization']}\r\n\r\n"
    for _ in range(12):
        with socket.create_connection(address) as connection:
            connection.sendall(head.encode() + b"x" * 500_000)
    wait_until(lambda: send(address, b"[]", bearer("till"))[0] == 200)


@pytest.mark.parametrize("length", ["-1", "x", "1e3"])
def test_a_length_that_is_none_is_refused(address, bearer, length):
    head = f"POST {BASE}/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n"
    with socket.create_connection(address) as connection:
        connection.sendall(f"{head}Authorization: {bearer('till')['Authorization']}\r\n\r\n".encode())
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400")


def test_connections_are_kept_alive(address, bearer):
    connection = http.client.HTTPConnection(*address, timeout=30)
    for _ in range(3):
        connection.request("POST", f"{BASE}/orders", b"[]", bearer("till"))
        answer = connection.getresponse()
        answer.read()
        assert (answer.status, answer.will_close) == (200, False)
    connection.close()
