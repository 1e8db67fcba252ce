"""Answers as small as the client can read them: brotli or gzip for text of 1 KB and more, streams as they flow (WSGI).

Which answers are left alone, and why ETags pass unchanged: docs/decisions/0016.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Protocol

import brotli
from werkzeug.datastructures import Accept, Headers
from werkzeug.http import parse_accept_header, parse_set_header

from crm_gateway.config import BASE

LEAST = 1024
"""Bytes below which a smaller answer saves nobody anything."""

MOST_AT_ONCE = 1 << 20
BROTLI_QUALITY, GZIP_LEVEL = 4, 5
BROTLI_WINDOW = 18  # 256 KB: a long download must not cost megabytes of memory
SECRETS = (f"{BASE}/auth/",)
"""Answers there hold a secret (the CSRF token) for as long as a session lasts: never compressed (BREACH)."""

_TYPES = frozenset({"application/json", "application/javascript", "application/xml", "application/x-ndjson",
                    "application/manifest+json", "image/svg+xml"})  # fmt: skip
_WITHOUT_CONTENT = frozenset({204, 205, 206, 304})
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Encoder(Protocol):
    """What makes bytes fewer, piece by piece."""

    def piece(self, data: bytes) -> bytes:
        """Give what is known of the output once *data* went in, so that the client can read all of it."""

    def end(self) -> bytes:
        """Give the rest."""


class _Brotli:
    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=BROTLI_QUALITY, lgwin=BROTLI_WINDOW)

    def piece(self, data: bytes) -> bytes:
        return bytes(self._compressor.process(data) + self._compressor.flush())

    def end(self) -> bytes:
        return bytes(self._compressor.finish())


class _Gzip:
    def __init__(self) -> None:
        self._compressor = zlib.compressobj(GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16)

    def piece(self, data: bytes) -> bytes:
        return self._compressor.compress(data) + self._compressor.flush(zlib.Z_SYNC_FLUSH)

    def end(self) -> bytes:
        return self._compressor.flush()


_ENCODERS: dict[str, Callable[[], Encoder]] = {"br": _Brotli, "gzip": _Gzip}


@lru_cache(maxsize=256)
def coding_for(accept_encoding: str) -> str | None:
    """Choose the coding that a client prefers (RFC 9110, 12.5.3), brotli where it likes both alike; None: as it is."""
    accepted = parse_accept_header(accept_encoding, Accept)
    best, quality = None, 0.0
    for coding in _ENCODERS:
        if accepted.quality(coding) > quality:
            best, quality = coding, accepted.quality(coding)
    prefers_none = "identity" in accepted.values() and accepted.quality("identity") > quality
    return None if prefers_none else best


def is_compressible(status: int, headers: Headers) -> bool:
    """Tell whether an answer gains by it and nobody forbids it."""
    if status in _WITHOUT_CONTENT or "Content-Encoding" in headers:
        return False
    if "no-transform" in parse_set_header(headers.get("Cache-Control")):
        return False
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind == "text/event-stream" or not (kind.startswith("text/") or kind in _TYPES or kind.endswith("+json")):
        return False
    return int(headers.get("Content-Length", LEAST)) >= LEAST


def _is_short(head: list[tuple[str, str]]) -> bool:
    """Tell whether an answer is too short to gain; cheap, for most are."""
    return any(name == "Content-Length" and int(value) < LEAST for name, value in head)


class Compression:
    """Wraps the whole gateway: the services' answers and its own."""

    def __init__(self, app: Wsgi) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if environ["PATH_INFO"].startswith(SECRETS):
            return self._app(environ, start_response)
        said: list[Any] = []
        content = self._app(environ, lambda *answer: said.append(answer))
        status, head = said[-1][:2]  # both applications answer before they return
        if _is_short(head):
            start_response(status, head, *said[-1][2:])
            return content
        headers = Headers(head)
        if is_compressible(int(status[:3]), headers):
            _vary(headers)
            coding = coding_for(environ.get("HTTP_ACCEPT_ENCODING", ""))
            if coding is not None:
                content = _encoded(environ, headers, content, coding)
            head = headers.to_wsgi_list()
        elif status.startswith("304"):
            _vary(headers)  # as its 200 would have it (RFC 9110, 15.4.5)
            head = headers.to_wsgi_list()
        start_response(status, head, *said[-1][2:])
        return content


def _vary(headers: Headers) -> None:
    """Tell caches that the answer depends on Accept-Encoding."""
    vary = parse_set_header(headers.get("Vary"))
    if "*" not in vary:
        vary.add("Accept-Encoding")
        headers["Vary"] = vary.to_header()


def _encoded(environ: dict[str, Any], headers: Headers, content: Iterable[bytes], coding: str) -> Iterable[bytes]:
    """Encode the content and let the headers say so."""
    length = int(headers.pop("Content-Length", -1))
    headers["Content-Encoding"] = coding
    if headers.pop("Accept-Ranges", None) is not None and headers.get("ETag", "").startswith('"'):
        # A file, whose parts may be asked for by this tag: those of two codings must not be joined.
        headers["ETag"] = f"W/{headers['ETag']}"
    if environ["REQUEST_METHOD"] == "HEAD":
        return content
    if 0 <= length <= MOST_AT_ONCE:
        return _at_once(headers, content, coding)
    return _Stream(content, _ENCODERS[coding]())


def _at_once(headers: Headers, content: Iterable[bytes], coding: str) -> list[bytes]:
    try:
        whole = b"".join(content)
    finally:
        _close(content)
    if coding == "br":
        encoded = brotli.compress(whole, quality=BROTLI_QUALITY, mode=brotli.MODE_TEXT)
    else:
        encoded = zlib.compress(whole, GZIP_LEVEL, wbits=zlib.MAX_WBITS | 16)
    headers["Content-Length"] = str(len(encoded))
    return [encoded]


class _Stream:
    """A long answer, encoded as it flows; closing it closes what it flows from."""

    def __init__(self, content: Iterable[bytes], encoder: Encoder) -> None:
        self._content, self._encoder = content, encoder

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._content:
            if piece:
                yield self._encoder.piece(piece)
        yield self._encoder.end()

    def close(self) -> None:
        """Close what the answer flows from."""
        _close(self._content)


def _close(content: Iterable[bytes]) -> None:
    close = getattr(content, "close", None)
    if close is not None:
        close()
