"""Connections to a service that keep to a deadline, whatever trickles over them, and what may be tried again."""

import random
import socket
import threading
import time
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool, connection_from_url
from urllib3.exceptions import ReadTimeoutError

_AWAY = (502, 503, 504)


class _Deadline(threading.local):
    """The instant (monotonic seconds) by which this thread's exchange must have moved on."""

    ends = float("inf")


_deadline = _Deadline()


def keep_to(ends: float) -> None:
    """Let every wait of this thread on a service's connection end at this instant, however little trickles in."""
    _deadline.ends = ends


class _Socket(socket.socket):
    """A timeout counts anew for each byte that comes; this one's deadline does not move."""

    def recv_into(self, *arguments: Any, **named: Any) -> int:
        self._hurry()
        return super().recv_into(*arguments, **named)

    def sendall(self, *arguments: Any) -> None:
        self._hurry()
        super().sendall(*arguments)

    def _hurry(self) -> None:
        left = _deadline.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.settimeout(min(left, 3600))


class _Connection(HTTPConnection):
    """Sends head and body of a small request in one piece: one packet, one system call, one wake-up over there."""

    _held: bytes | None = None

    def _new_conn(self) -> socket.socket:
        plain = super()._new_conn()
        return _Socket(plain.family, plain.type, plain.proto, fileno=plain.detach())

    def request(self, method: str, url: str, body: Any = None, **options: Any) -> None:  # type: ignore[override]
        """Send a request."""
        self._held = b"" if isinstance(body, bytes) and body else None
        super().request(method, url, body, **options)

    def send(self, data: Any) -> None:
        """Hold the head back until the body comes."""
        if self._held == b"" and isinstance(data, bytes):
            self._held = data
            return
        held, self._held = self._held, None
        super().send(held + data if held else data)


class _Safely(urllib3.Retry):
    """Retries with jitter; a service that took its whole time once gets no second chance."""

    def get_backoff_time(self) -> float:
        """Wait 50 to 150 ms longer after each attempt."""
        return len(self.history) * random.uniform(0.05, 0.15)  # noqa: S311  jitter is no secret

    def increment(  # the base class's own signature
        self,
        method: str | None = None,
        url: str | None = None,
        response: urllib3.BaseHTTPResponse | None = None,
        error: Exception | None = None,
        *rest: Any,
        **named: Any,
    ) -> "_Safely":
        """Give the next attempt's retries, or raise at once what a retry would make worse."""
        if error is not None and (isinstance(error, ReadTimeoutError) or time.monotonic() >= _deadline.ends):
            raise error
        return super().increment(method, url, response, error, *rest, **named)

    def is_retry(self, *arguments: Any, **named: Any) -> bool:
        """Tell whether an answer is worth another try; one that came at the last moment is the answer."""
        return time.monotonic() < _deadline.ends and super().is_retry(*arguments, **named)


REPEATABLE = _Safely(
    total=2, redirect=0, other=0, allowed_methods=None, status_forcelist=_AWAY, raise_on_status=False,
    respect_retry_after_header=False,
)  # fmt: skip
"""For what changes nothing when it is done twice."""

ONCE = _Safely(total=1, connect=1, read=0, status=0, redirect=0, other=0, allowed_methods=None)
"""For writes without a key: a connection refused was never a request."""

BRIEFLY = _Safely(total=1, connect=1, read=1, status=0, redirect=0, other=0, allowed_methods=None)
"""For one part of several, within a short deadline: a connection that was just closed is tried again, nothing else."""

NEVER = _Safely(total=0, redirect=0)
"""For a body that is gone once it began to flow."""


def pool_of(url: str, *, size: int) -> HTTPConnectionPool:
    """Make the pool of connections to a service."""
    pool = connection_from_url(url, maxsize=size, block=False)
    pool.ConnectionCls = _Connection  # type: ignore[assignment]  # its protocol names no private part
    return pool
