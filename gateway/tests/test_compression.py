"""Answers travel as small as the client can read them, and mean the same."""

import gzip
import zlib

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.http import parse_accept_header

from crm_gateway.config import BASE
from crm_gateway.routing.compression import Compression, coding_for, is_compressible

LONG = b'{"items": [' + b'{"name": "Anna", "tags": ["vip"]},' * 200 + b"null]}"
DECODE = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}


@pytest.fixture
def ask(client, bearer, services):
    """``ask(accepted, body, **headers)``: the gateway's answer where the service says so."""

    def send(accepted, body=LONG, *, method="GET", **headers):
        services["customer"].answer = lambda handler, asked: handler.say(asked, 200, body, **headers)
        sent = bearer("owner") | ({} if accepted is None else {"Accept-Encoding": accepted})
        return client.open(f"{BASE}/customers", method=method, headers=sent)

    return send


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("br", "br"), ("gzip", "gzip"), ("gzip, deflate, br, zstd", "br"), ("gzip;q=1.0, br;q=0.5", "gzip"), ("*", "br"),
     ("br;q=0, *", "gzip"), ("gzip;q=0", None), ("identity", None), ("identity;q=1, gzip;q=0.5", None),
     ("zstd", None), ("", None), (None, None), ("br;q=nonsense", None)],
)  # fmt: skip
def test_the_client_gets_the_coding_it_prefers_and_caches_know(ask, accepted, coding):
    answer = ask(accepted)
    assert answer.headers.get("Content-Encoding") == coding
    assert DECODE[coding](answer.data) == LONG
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert coding is None or len(answer.data) < len(LONG) / 4


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_no_header_makes_it_send_what_was_not_asked_for(header):
    coding = coding_for(header)
    assert coding is None or parse_accept_header(header).quality(coding) > 0 or "*" in header


@pytest.mark.parametrize(
    "headers",
    [{"Content_Type": "image/png"}, {"Content_Type": "text/event-stream"}, {"Content_Type": None},
     {"Cache_Control": "no-store, no-transform"}],
)  # fmt: skip
def test_what_gains_nothing_or_must_not_be_touched_stays_as_it_is(ask, headers):
    answer = ask("br", **headers)
    assert "Content-Encoding" not in answer.headers
    assert answer.data == LONG


def test_what_is_encoded_already_or_has_no_content_is_left_alone():
    def verdict(status, **headers):
        return is_compressible(status, Headers({"Content-Type": "text/plain"} | headers))

    assert verdict(200)
    assert not verdict(200, **{"Content-Encoding": "gzip"})
    assert not any(map(verdict, (204, 206, 304)))


def test_short_answers_are_not_worth_it(ask):
    assert "Content-Encoding" not in ask("br", b'"' + b"x" * 1021 + b'"').headers
    assert ask("br", b'"' + b"x" * 1022 + b'"').headers["Content-Encoding"] == "br"


def test_a_records_tag_is_its_version_in_every_coding(ask):
    """If-Match compares strongly: a weakened tag would never match again."""
    assert ask("br", ETag='"7"').headers["ETag"] == ask(None, ETag='"7"').headers["ETag"] == '"7"'


def test_vary_is_added_to_and_stands_beside_what_the_service_says(ask, client, bearer, services):
    assert ask("br", Vary="Accept-Language").headers["Vary"] == "Accept-Language, Accept-Encoding"
    assert ask("br", Vary="*").headers["Vary"] == "*"
    services["customer"].answer = lambda handler, asked: handler.say(asked, 304, b"", Content_Length=None, ETag='"1"')
    assert client.get(f"{BASE}/customers", headers=bearer("owner")).headers["Vary"] == "Accept-Encoding"


def test_head_says_what_get_would(ask):
    head, get = ask("br", method="HEAD"), ask("br")
    assert head.data == b""
    assert "Content-Length" not in head.headers  # nobody encodes an answer to count it
    for name in ("Content-Encoding", "Vary", "Content-Type"):
        assert head.headers[name] == get.headers[name]
    assert ask(None, method="HEAD").headers["Content-Length"] == str(len(LONG))


def test_our_own_answers_are_smaller_too_but_none_that_holds_a_secret(client):
    answer = client.get(f"{BASE}/docs", headers={"Accept-Encoding": "br"})
    assert answer.headers["Content-Encoding"] == "br"
    assert b"</html>" in brotli.decompress(answer.data)
    secret = Compression(lambda _, start: start("200 OK", [("Content-Type", "application/json")]) or [LONG])
    for path, coding in ((f"{BASE}/auth/session", None), (f"{BASE}/staff", "br")):
        heads = []
        environ = {"PATH_INFO": path, "HTTP_ACCEPT_ENCODING": "br", "REQUEST_METHOD": "GET"}
        secret(environ, lambda _, head, heads=heads: heads.append(dict(head)))
        assert heads[0].get("Content-Encoding") == coding


def test_a_file_whose_parts_may_be_asked_for_gets_a_weak_tag(ask):
    def answer(_, start):
        start("200 OK", [("Content-Type", "text/css"), ("Accept-Ranges", "bytes"), ("ETag", '"a"')])
        return [LONG]

    heads = []
    environ = {"PATH_INFO": "/x.css", "HTTP_ACCEPT_ENCODING": "gzip", "REQUEST_METHOD": "GET"}
    Compression(answer)(environ, lambda _, head: heads.append(dict(head)))
    assert heads[0]["ETag"] == 'W/"a"'
    assert "Accept-Ranges" not in heads[0]


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_long_answer_is_encoded_as_it_flows(coding, client, bearer, services):
    """The first part can be read before the second one is written."""
    parts = [b'{"n": %d}\n' % n * 3000 for n in range(20)]

    def chunked(handler, _asked):
        handler.send_response(200)
        handler.send_header("Content-Type", "application/x-ndjson")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for part in parts:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        handler.wfile.write(b"0\r\n\r\n")

    services["customer"].answer = chunked
    answer = client.get(f"{BASE}/customers", headers=bearer("owner") | {"Accept-Encoding": coding}, buffered=False)
    assert answer.headers["Content-Encoding"] == coding
    assert "Content-Length" not in answer.headers
    pieces = iter(answer.response)
    first = next(pieces)
    decoder = brotli.Decompressor() if coding == "br" else zlib.decompressobj(31)
    decode = decoder.process if coding == "br" else decoder.decompress
    read = decode(first)
    assert read
    assert parts[0].startswith(read[: len(parts[0])])
    assert read + b"".join(map(decode, pieces)) == b"".join(parts)
    answer.close()
