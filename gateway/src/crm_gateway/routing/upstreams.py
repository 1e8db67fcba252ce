"""Calls to one service: pooled, bounded in time and number, retried where that is safe, cut off while it is down."""

import random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pybreaker
import urllib3
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool, connection_from_url
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NewConnectionError,
    ReadTimeoutError,
)

from crm_chassis.errors import DomainError, Kind
from crm_gateway.routing.bodies import Body, BodyTooLarge, ClientGone

CONNECT_S = 2.0
SLOT_WAIT_S = 1.0
FAILURES, RESET_S = 5, 5
WHOLE = 256 * 1024
"""Answers up to this many bytes are read at once, which frees the connection whatever the client's pace."""

_AWAY = (502, 503, 504)


class ServiceUnavailable(DomainError):
    """The service that owns this resource is away; the others are not."""

    kind = Kind.UNAVAILABLE

    def __init__(self, service: str, *, retry_after: int = RESET_S) -> None:
        super().__init__(f"The {service} service is away.", extra={"service": service, "retry_after": retry_after})


class ServiceTooSlow(Exception):
    """The service did not answer in time."""


class ServiceUnintelligible(Exception):
    """The service's answer was no HTTP answer, or broke off."""


class _Connection(HTTPConnection):
    """Sends head and body of a small request in one piece: one packet, one system call, one wake-up over there."""

    _held: bytes | None = None

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
        if isinstance(error, ReadTimeoutError):
            raise error
        return super().increment(method, url, response, error, *rest, **named)


_REPEATABLE = _Safely(
    total=2, redirect=0, other=0, allowed_methods=None, status_forcelist=_AWAY, raise_on_status=False,
    respect_retry_after_header=False,
)  # fmt: skip
# A connection refused was never a request: even a write without a key may try that again.
_ONCE = _Safely(total=1, connect=1, read=0, status=0, redirect=0, other=0, allowed_methods=None)
# One part of several, within a short deadline: a connection that was just closed is tried again, nothing else.
_BRIEFLY = _Safely(total=1, connect=1, read=1, status=0, redirect=0, other=0, allowed_methods=None)
# A streamed body is gone once it began to flow.
_NEVER = _Safely(total=0, redirect=0)


@dataclass(frozen=True)
class Call:
    """One request for a service: path and query as they go on the wire, headers as they are passed on."""

    method: str
    target: str
    headers: dict[str, str]
    body: Body
    is_repeatable: bool
    timeout: float
    is_brief: bool = False


@dataclass(frozen=True)
class Answer:
    """A service's answer; ``content`` is whole, or an iterator that has to be closed."""

    status: int
    headers: Mapping[str, str]
    content: "bytes | Streamed"


class Streamed:
    """A long answer on its way through; closing it early closes the connection under it."""

    def __init__(self, response: urllib3.BaseHTTPResponse, release: Any) -> None:
        self._response = response
        self._release = release

    def __iter__(self) -> Iterator[bytes]:
        return self._response.stream(64 * 1024, decode_content=False)

    def close(self) -> None:
        """Give the connection back, or close it where the answer was not read to its end."""
        try:
            if self._response.closed:
                self._response.release_conn()
            else:
                self._response.close()
        finally:
            self._release()


class Upstream:
    """One service: its connections, its circuit breaker, and how many requests may wait for it at once."""

    def __init__(self, service: str, url: str, *, concurrency: int) -> None:
        self.service = service
        self._pool: HTTPConnectionPool = connection_from_url(url, maxsize=concurrency, block=False)
        self._pool.ConnectionCls = _Connection  # type: ignore[assignment]  # its protocol names no private part
        self._prefix = urllib3.util.parse_url(url).path or ""
        self._slots = threading.BoundedSemaphore(concurrency)
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=FAILURES,
            reset_timeout=RESET_S,
            exclude=[ClientGone, BodyTooLarge],
            throw_new_error_on_trip=False,
            name=service,
        )

    def reserve(self, wait_s: float) -> bool:
        """Take one of the slots for a call of ``send_reserved``, which gives it back; False if none comes free."""
        return self._slots.acquire(timeout=wait_s)

    def send(self, call: Call) -> Answer:
        """Send and give the answer; raises ServiceUnavailable, ServiceTooSlow, ServiceUnintelligible or the body's."""
        if not self.reserve(min(SLOT_WAIT_S, call.timeout)):
            raise ServiceUnavailable(self.service, retry_after=1)
        return self.send_reserved(call)

    def send_reserved(self, call: Call) -> Answer:
        """Send as ``send`` does, in a slot that was reserved."""
        is_held = True
        try:
            # Not breaker.call(): that holds its lock for the whole call and so lets one request through at a time.
            with self._named_errors(), self._breaker.calling():
                answer = self._exchange(call)
            is_held = not isinstance(answer.content, Streamed)
            return answer
        finally:
            if is_held:
                self._slots.release()

    def _exchange(self, call: Call) -> Answer:
        retries = _BRIEFLY if call.is_brief else _REPEATABLE if call.is_repeatable else _ONCE
        retries = retries if call.body.is_repeatable else _NEVER
        ends = time.monotonic() + call.timeout
        response = self._pool.urlopen(
            call.method,
            self._prefix + call.target,
            body=call.body.content or None,
            headers=call.headers,
            retries=retries,
            timeout=urllib3.Timeout(connect=min(CONNECT_S, call.timeout), read=call.timeout),
            redirect=False,
            assert_same_host=False,
            preload_content=False,
            decode_content=False,
        )
        length = response.headers.get("Content-Length", "")
        if call.method == "HEAD" or (length.isdigit() and int(length) <= WHOLE):
            content = _whole(response, 0 if call.method == "HEAD" else int(length), ends)
            response.release_conn()
            return Answer(response.status, response.headers, content)
        return Answer(response.status, response.headers, Streamed(response, self._slots.release))

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """Say in our own words what went wrong on the way."""
        try:
            yield
        except pybreaker.CircuitBreakerError as error:
            raise ServiceUnavailable(self.service) from error
        except HTTPError as error:
            reason = error.reason if isinstance(error, MaxRetryError) and error.reason else error
            if isinstance(reason, NewConnectionError | ConnectTimeoutError):
                raise ServiceUnavailable(self.service) from error
            if isinstance(reason, ReadTimeoutError):
                raise ServiceTooSlow from error
            raise ServiceUnintelligible from error


def _whole(response: urllib3.BaseHTTPResponse, length: int, ends: float) -> bytes:
    """Read an answer of so many bytes; raises ServiceTooSlow where it only trickles in."""
    content = b""
    while len(content) < length:
        chunk = response.read1(WHOLE, decode_content=False)
        content += chunk
        if not chunk:
            break
        if len(content) < length and time.monotonic() > ends:
            response.close()
            raise ServiceTooSlow
    return content
