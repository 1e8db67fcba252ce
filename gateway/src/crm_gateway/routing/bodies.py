"""Request bodies: small ones are read at once (and may be sent again), large ones are streamed, none is endless."""

import time
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from crm_chassis.patience import ClientTooSlow

CHUNK = 64 * 1024
KEPT = 1 << 20
"""Bodies up to this many bytes are held in memory: the service gets them in one go, whatever the client's pace."""

DRAINED = 32 << 20
_DRAIN_S = 5.0
_TAKEN = "maitre.body_taken"


class BodyTooLarge(Exception):
    """The body has more bytes than the operation takes."""


class BadLength(Exception):
    """Content-Length is no number."""


class ClientGone(Exception):
    """The client stopped sending in the middle of the body."""


class ClientStalled(ClientGone):
    """The client sends too slowly to be waited for."""


class Body:
    """A request's body: ``length`` in bytes (None: chunked, unknown) and ``content``, bytes or an iterator."""

    def __init__(self, environ: dict[str, Any], limit: int) -> None:
        self._source = cast("BinaryIO", environ["wsgi.input"])
        self._environ = environ
        self._limit = limit
        self._left = self.length = _length(environ)
        if self.length is not None and self.length > limit:
            raise BodyTooLarge
        self._read = 0
        self.content: bytes | Iterator[bytes] = b""
        if self.length is None or self.length > 0:
            self._open()

    @property
    def is_repeatable(self) -> bool:
        """Tell whether the body can be sent a second time."""
        return isinstance(self.content, bytes)

    def _open(self) -> None:
        """Read up to KEPT bytes; what goes beyond is streamed."""
        start = b""
        while len(start) <= KEPT and (self.length is None or self.length <= KEPT):
            chunk = self._next()
            if not chunk:
                self.content, self.length = start, len(start)
                return
            start += chunk
        self.content = self._stream(start)

    def _stream(self, start: bytes) -> Iterator[bytes]:
        if start:
            yield start
        while chunk := self._next():
            yield chunk

    def _next(self) -> bytes:
        """Read the next piece, b"" at the end; raises ClientGone or BodyTooLarge."""
        if self._left == 0:
            return b""
        try:
            chunk = self._source.read(CHUNK if self._left is None else min(CHUNK, self._left))
        except ClientTooSlow as error:
            raise ClientStalled from error
        except Exception as error:
            raise ClientGone from error
        if self._left is not None:
            if not chunk:
                raise ClientGone
            self._left -= len(chunk)
        self._read += len(chunk)
        self._environ[_TAKEN] = self._read
        if self._read > self._limit:
            raise BodyTooLarge
        return chunk


def _length(environ: dict[str, Any]) -> int | None:
    """Give Content-Length, None for a chunked body, 0 where there is none."""
    if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return None
    text = environ.get("CONTENT_LENGTH") or "0"
    if not (text.isascii() and text.isdigit()):
        raise BadLength
    return int(text)


def drain(environ: dict[str, Any]) -> None:
    """Read and forget what the client still sends (bounded), so that it gets to read the answer and not a reset."""
    try:
        left = _length(environ)
    except BadLength:
        return
    # What Body took is gone: not every server says so at the end, some wait for more.
    budget = DRAINED if left is None else min(left - environ.get(_TAKEN, 0), DRAINED)
    ends = time.monotonic() + _DRAIN_S
    try:
        while budget > 0 and time.monotonic() < ends:
            chunk = environ["wsgi.input"].read(min(CHUNK, budget))
            if not chunk:
                return
            budget -= len(chunk)
    except Exception:  # noqa: BLE001  the client left or sent rubbish: there is nobody to answer
        return
