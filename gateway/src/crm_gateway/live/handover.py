"""The gateway's side of the live stream: it hands the client's connection to the live process and forgets it.

Nothing of a stream passes through gunicorn: neither a thread nor a connection of its worker stays with it. The client's
socket travels over a UNIX socket with the head of its request; the live process checks who asks and answers.
"""

import errno
import os
import socket
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

import structlog

from crm_chassis.errors import DomainError, Kind
from crm_chassis.logs import describe
from crm_gateway.live.admission import PATH
from crm_gateway.live.sockets import END_OF_HEAD, LARGEST_HEAD, PATIENCE_S, TAKEN
from crm_gateway.routing.refusals import Refusal, problem, refused, request_id

logger = structlog.get_logger()

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
METHODS = frozenset({"GET", "HEAD"})
TRAVELLING = ("Authorization", "Cookie", "Last-Event-ID", "Accept")
SOCKET = "gunicorn.socket"


class LiveUnavailable(DomainError):
    """The live stream is not available right now; what it would tell can be fetched."""

    kind = Kind.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(extra={"retry_after": 5})


class Handover:
    """Hands streams over; every other request goes on to the application."""

    def __init__(self, application: Wsgi, path: str) -> None:
        self._application, self._path = application, path

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request, or leave its connection to the live process."""
        client: socket.socket | None = environ.get(SOCKET)
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] not in METHODS or client is None:
            return self._application(environ, start_response)
        try:
            self._give(environ, client)
        except (Refusal, LiveUnavailable) as error:
            refusal = error if isinstance(error, Refusal) else refused(error)
            status, head, content = problem(environ, refusal)
            start_response(status, head)
            return content
        # gunicorn takes this for a client that left: it says nothing more and lets go of the (now dead) connection.
        raise BrokenPipeError(errno.EPIPE, "handed over")

    def _give(self, environ: dict[str, Any], client: socket.socket) -> None:
        """Hand the connection over; raises Refusal or LiveUnavailable, and then it still is ours to answer."""
        if environ.get("CONTENT_LENGTH", "0") not in {"", "0"} or "HTTP_TRANSFER_ENCODING" in environ:
            raise Refusal(HTTPStatus.BAD_REQUEST, "BodyNotWanted", "A stream is asked for without a body.")
        head = _head(environ)
        if len(head) > LARGEST_HEAD:
            what = "The request's headers are too large."
            raise Refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "HeadersTooLarge", what)
        if not self._path:
            raise LiveUnavailable
        try:
            _send(self._path, head, client)
        except OSError as error:
            logger.warning("live_away", error=describe(error))
            raise LiveUnavailable from error
        _kill(client)


def _head(environ: dict[str, Any]) -> bytes:
    """Write the request's head with what the live process needs of it; the connection is for this request alone."""
    query = environ.get("QUERY_STRING", "")
    lines = [f"{environ['REQUEST_METHOD']} {PATH}{'?' + query if query else ''} {environ['SERVER_PROTOCOL']}"]
    lines += [
        f"Host: {environ.get('HTTP_HOST', 'maitre')}",
        "Connection: close",
        f"X-Request-ID: {request_id(environ)}",
    ]
    for name in TRAVELLING:
        value = environ.get("HTTP_" + name.upper().replace("-", "_"))
        if value is not None:
            lines.append(f"{name}: {value}")
    return "\r\n".join(lines).encode("latin-1") + END_OF_HEAD


def _send(path: str, head: bytes, client: socket.socket) -> None:
    """Send head and socket and wait for the word that they were taken; raises OSError where they were not."""
    with socket.socket(socket.AF_UNIX) as live:
        live.settimeout(PATIENCE_S)
        live.connect(path)
        sent = socket.send_fds(live, [head], [client.fileno()])
        if sent < len(head):  # else it may be taken and our side closed already: sending nothing would fail then
            live.sendall(head[sent:])
        try:
            answer = live.recv(1)
        except TimeoutError:
            live.shutdown(socket.SHUT_RD)  # from here on its word cannot come any more; it may have just before
            answer = live.recv(1)
        if answer != TAKEN:
            raise ConnectionAbortedError(errno.ECONNABORTED, "the live process did not take the connection")


def _kill(client: socket.socket) -> None:
    """Put a dead socket in the place of ours: gunicorn shuts down what it closes, and this one is shared now."""
    ours, other = socket.socketpair()
    other.close()
    os.dup2(ours.fileno(), client.fileno(), inheritable=False)
    ours.close()
