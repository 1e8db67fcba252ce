"""What is odd on the wire is refused, or means to the service what it meant to us."""

import socket

import pytest

from crm_gateway.config import BASE

CHUNKED = b"Transfer-Encoding: chunked\r\n"


@pytest.fixture(scope="module")
def address(served):
    """Host and port of a gateway under gunicorn."""
    with served() as address:
        yield address


@pytest.fixture
def talk(address, bearer):
    """``talk(lines, body)``: all that comes back for these bytes on one connection."""

    def send(lines, body=b"", *, path="/orders", close=b"Connection: close\r\n"):
        head = f"POST {BASE}{path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n".encode()
        head += f"Authorization: {bearer('till')['Authorization']}\r\n".encode() + close
        with socket.create_connection(address, timeout=30) as client:
            client.sendall(head + lines + b"\r\n" + body)
            return client.makefile("rb").read()

    return send


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 2\r\n" + CHUNKED,
        CHUNKED + b"Content-Length: 2\r\n",
        b"Content-Length: 2\r\nContent-Length: 3\r\n",
        b"Content-Length: 2, 3\r\n",
        b"Content-Length: +2\r\n",
        b"Content-Length: 0x2\r\n",
        b"Transfer-Encoding : chunked\r\n",
        b"Transfer-Encoding: xchunked\r\n",
        b"Transfer-Encoding: chunked, identity\r\n",
        b"Transfer-Encoding:\n chunked\r\n",
        b"X-Folded: a\r\n b\r\nContent-Length: 2\r\n",
        b"Bad Name: 1\r\nContent-Length: 2\r\n",
        b"X: a\x00b\r\nContent-Length: 2\r\n",
    ],
)
def test_bodies_whose_length_could_be_read_in_two_ways_are_refused(talk, services, lines):
    answer = talk(lines, b"2\r\n[]\r\n0\r\n\r\n" if b"chunked" in lines else b"[]")
    assert answer.partition(b" ")[2][:3] in {b"400", b"501"}, answer
    assert b"application/problem+json" in answer
    assert not services["customer"].asked


@pytest.mark.parametrize(
    "body", [b"zz\r\n[]\r\n0\r\n\r\n", b"2\r\n[]xx0\r\n\r\n", b"2\r\n[]\r\n", b"-2\r\n[]\r\n0\r\n\r\n"]
)
def test_broken_chunks_are_refused(address, bearer, services, body):
    head = f"POST {BASE}/orders HTTP/1.1\r\nHost: x\r\nAuthorization: {bearer('till')['Authorization']}\r\n"
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(head.encode() + CHUNKED + b"\r\n" + body)
        client.shutdown(socket.SHUT_WR)
        answer = client.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 400 "), answer
    assert not services["customer"].asked


def test_what_follows_a_body_is_another_request_and_checked_as_one(talk, services):
    smuggled = f"GET {BASE}/customers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    answer = talk(b"Content-Length: 2\r\n", b"[]" + smuggled, close=b"")
    assert answer.count(b"HTTP/1.1 200 ") == answer.count(b"HTTP/1.1 401 ") == 1
    assert [(asked.method, asked.body) for asked in services["customer"].asked] == [("POST", b"[]")]


def test_a_client_that_asks_first_may_go_on(talk, services):
    answer = talk(b"Content-Length: 2\r\nExpect: 100-continue\r\n", b"[]")
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 ")
    assert services["customer"].asked[0].body == b"[]"
    assert "Expect" not in services["customer"].asked[0].headers


@pytest.mark.parametrize("query", [b"a=%00", b"a=\xc3\xa9", b"a=b%0d%0aX-Principal:+owner", b'a=[]|^`{}\\"<>', b"%"])
def test_odd_query_strings_arrive_as_one_line_or_not_at_all(address, bearer, services, query):
    head = b"GET " + BASE.encode() + b"/customers?" + query + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
    with socket.create_connection(address, timeout=30) as client:
        client.sendall(head + f"Authorization: {bearer('owner')['Authorization']}\r\n\r\n".encode())
        answer = client.makefile("rb").read()
    assert answer.partition(b" ")[2][:3] in {b"200", b"400"}, answer
    assert all("X-Principal" not in asked.headers for asked in services["customer"].asked)


@pytest.mark.parametrize(
    "path",
    [
        "/customers/..%2f..%2forders",
        "/customers/%2e%2e/orders",
        "/customers//orders",
        "/customers;x=1",
        "/CUSTOMERS",
        "/customers%00",
        "/customers/%ff%fe/orders%0a",
    ],
)
def test_paths_are_taken_as_they_are(talk, services, path):
    assert talk(b"Content-Length: 2\r\n", b"[]", path=path).startswith(b"HTTP/1.1 40")
    assert not services["customer"].asked
