"""HTTP/1.1 with one service: kept connections, a deadline that no trickling moves, and what may be tried again.

Written for the hop and nothing else (no TLS, no redirects, no cookies): half the time of the hop went into a general
client's handling of headers. llhttp (httptools) reads the answers, as strictly as it does.
"""

import random
import select
import socket
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import httptools

CONNECT_S = 2.0
READ = 64 * 1024
_AWAY = frozenset({502, 503, 504})
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


class NotReached(Exception):
    """Nobody takes the connection."""


class Late(Exception):
    """The deadline passed before the service had read the request or written its answer."""


class Broken(Exception):
    """The connection ended too early, or what came over it was no HTTP."""


class Tries(NamedTuple):
    """How often a request may be sent again, and whether also after it may have arrived; one not taken always may."""

    most: int
    after_break: bool = False
    after_away: bool = False


REPEATABLE = Tries(2, after_break=True, after_away=True)
"""For what changes nothing when it is done twice."""

ONCE = Tries(1)
"""For writes without a key: a connection refused was never a request."""

BRIEFLY = Tries(1, after_break=True)
"""For one part of several, within a short deadline: a connection that was just closed is tried again, nothing else."""

NEVER = Tries(0)
"""For a body that is gone once it began to flow."""


class Fields(dict[str, str]):
    """An answer's header fields, found whatever the case of their names."""

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]
        """Give a field's value."""
        return super().get(name.lower(), default)

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())


class Request(NamedTuple):
    """One request as it goes on the wire; the body is whole, or flows."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | Iterable[bytes]
    ends: float
    tries: Tries


class Connection:
    """A connection to a service; every wait on it ends at ``ends`` (monotonic seconds)."""

    def __init__(self, address: tuple[str, int], ends: float) -> None:
        self.ends = ends
        try:
            self._socket = socket.create_connection(
                address, timeout=max(0.001, min(CONNECT_S, ends - time.monotonic()))
            )
        except OSError as error:
            raise NotReached from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        weakref.finalize(self, self._socket.close)  # whoever forgets it
        self._poll = select.poll()
        self._poll.register(self._socket, select.POLLIN)

    def is_fresh(self) -> bool:
        """Tell whether a kept connection can be used: nobody closed it, nothing came that nobody asked for."""
        return not self._poll.poll(0)

    def read(self) -> bytes:
        """Read what is there, b"" at the end."""
        try:
            self._socket.settimeout(self._left())
            return self._socket.recv(READ)
        except TimeoutError as error:
            raise Late from error
        except OSError as error:
            raise Broken from error

    def write(self, head: bytes, body: bytes | Iterable[bytes], *, is_chunked: bool) -> None:
        """Write a request, a small one in one piece; who stops reading may have answered: that is no error."""
        try:
            if isinstance(body, bytes):
                self._send(head + body)
                return
            self._send(head)
            for piece in body:
                self._send(b"%x\r\n%b\r\n" % (len(piece), piece) if is_chunked else piece)
            if is_chunked:
                self._send(b"0\r\n\r\n")
        except TimeoutError as error:
            raise Late from error
        except OSError:
            return

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def _send(self, data: bytes) -> None:
        self._socket.settimeout(self._left())
        self._socket.sendall(data)

    def _left(self) -> float:
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return min(left, 3600.0)


class Reply:
    """A service's answer as it comes in; ``release`` gives its connection back, or closes what cannot be used again."""

    def __init__(self, pool: "Pool", connection: Connection, *, is_head: bool) -> None:
        self._pool, self.connection, self._is_head = pool, connection, is_head
        self._parser = httptools.HttpResponseParser(self)
        self._pieces: list[bytes] = []
        self._is_open, self._has_head, self._is_usable = True, False, True
        self.is_whole = False
        self.status = 0
        self.fields = Fields()
        while not self._has_head:
            self._more()

    @property
    def length(self) -> int | None:
        """How many bytes the content has, None where its end will show it."""
        text = self.fields.get("content-length")
        return 0 if self._is_head else int(text) if text is not None else None

    def whole(self) -> bytes:
        """Read the content to its end."""
        while not self.is_whole:
            self._more()
        return b"".join(self._pieces)

    def pieces(self) -> Iterator[bytes]:
        """Give the content as it comes; whoever reads it may move ``connection.ends`` on between the pieces."""
        while True:
            pieces, self._pieces = self._pieces, []
            yield from pieces
            if self.is_whole:
                self.release()
                return
            self._more()

    def release(self) -> None:
        """Let go of the connection."""
        if not self._is_open:
            return
        self._is_open = False
        if self.is_whole and self._is_usable:
            self._pool.keep(self.connection)
        else:
            self.connection.close()

    def _more(self) -> None:
        """Read on; raises Late, or Broken for an end too early and for what is no HTTP."""
        data = self.connection.read()
        if data:
            try:
                self._parser.feed_data(data)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
                if not self.is_whole:  # what follows a whole answer is nobody's
                    raise Broken from error
                self._is_usable = False
        elif self._has_head and self.length is None and "transfer-encoding" not in self.fields:
            self.is_whole, self._is_usable = True, False
        else:
            raise Broken

    def on_message_begin(self) -> None:
        """Hear that an answer begins; a second one was not asked for."""
        self._is_usable = not self.is_whole

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field; repeated ones become a list (RFC 9110, 5.3)."""
        if not self.is_whole:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            self.fields[key] = f"{self.fields[key]}, {text}" if key in self.fields else text

    def on_headers_complete(self) -> None:
        """Take the status; nothing comes after the head of an answer to HEAD."""
        if not self.is_whole:
            self.status, self._has_head = self._parser.get_status_code(), True
            self._is_usable = self._parser.should_keep_alive()
            self.is_whole = self._is_head

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the content."""
        if self.is_whole:
            self._is_usable = False
        else:
            self._pieces.append(piece)

    def on_message_complete(self) -> None:
        """Hear that the answer is whole."""
        self.is_whole = True


class Pool:
    """The connections to one service: as many as are asked for at once, *size* of them kept."""

    def __init__(self, url: str, *, size: int) -> None:
        parts = urlsplit(url)
        self._address = (parts.hostname or "localhost", parts.port or 80)
        self._host, self._prefix, self._size = parts.netloc.rpartition("@")[2], parts.path, size
        self._kept: list[Connection] = []

    def exchange(self, request: Request) -> Reply:
        """Send a request, again where that may be and there is time; raises NotReached, Late or Broken."""
        tried = 0
        while True:
            may_retry = tried < request.tries.most and time.monotonic() < request.ends
            try:
                reply = self._exchange(request)
            except NotReached:
                if not may_retry:
                    raise
            except Broken:
                if not (may_retry and request.tries.after_break):
                    raise
            else:
                if not (may_retry and request.tries.after_away and reply.status in _AWAY):
                    return reply
                reply.connection.close()
            tried += 1
            time.sleep(tried * random.uniform(0.05, 0.15))  # noqa: S311  jitter is no secret

    def keep(self, connection: Connection) -> None:
        """Keep a connection for the next request."""
        if len(self._kept) < self._size:
            self._kept.append(connection)
        else:
            connection.close()

    def _exchange(self, request: Request) -> Reply:
        is_chunked = not isinstance(request.body, bytes) and "Content-Length" not in request.headers
        connection = self._take(request.ends)
        try:
            connection.write(self._head(request, is_chunked=is_chunked), request.body, is_chunked=is_chunked)
            return Reply(self, connection, is_head=request.method == "HEAD")
        except BaseException:
            connection.close()
            raise

    def _take(self, ends: float) -> Connection:
        while self._kept:
            try:
                connection = self._kept.pop()
            except IndexError:  # another thread was quicker
                break
            if connection.is_fresh():
                connection.ends = ends
                return connection
            connection.close()
        return Connection(self._address, ends)

    def _head(self, request: Request, *, is_chunked: bool) -> bytes:
        target = quote((self._prefix + request.target).encode("latin-1", "replace"), safe=_VISIBLE)
        lines = [f"{request.method} {target} HTTP/1.1", f"Host: {self._host}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        if is_chunked:
            lines.append("Transfer-Encoding: chunked")
        head = "\r\n".join(lines)
        if head.count("\n") != len(lines) - 1 or head.count("\r") != len(lines) - 1 or "\0" in head:
            raise ValueError("a header field with a line end")
        return f"{head}\r\n\r\n".encode("latin-1", "replace")
