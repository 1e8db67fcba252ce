"""Calls to one service: pooled, bounded in time and number, retried where that is safe, cut off while it is down."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus

import pybreaker

from crm_chassis.errors import DomainError, Kind
from crm_gateway.routing.bodies import Body, BodyTooLarge, ClientGone
from crm_gateway.routing.connections import (
    BRIEFLY,
    NEVER,
    ONCE,
    REPEATABLE,
    Broken,
    Late,
    NotReached,
    Pool,
    Reply,
    Request,
)

SLOT_WAIT_S = 1.0
BURST_S = 0.25
"""How long a request waits where others wait already: a burst is over by then, and a stall holds no thread longer."""
FAILURES, RESET_S = 5, 5
WHOLE = 1 << 20
"""Answers up to this many bytes are read at once, which frees the connection whatever the client's pace."""

STALL_S = 20.0
"""A long answer of which nothing came for so many seconds is broken off."""

LONGEST_S = 1800.0
"""A long answer is broken off after so many seconds: it holds a thread here and one at the service."""


class ServiceUnavailable(DomainError):
    """The service that owns this resource is away; the others are not."""

    kind = Kind.UNAVAILABLE
    what = "is away"

    def __init__(self, service: str, *, retry_after: int = RESET_S) -> None:
        super().__init__(f"The {service} service {self.what}.", extra={"service": service, "retry_after": retry_after})


class ServiceBusy(ServiceUnavailable):
    """As many requests as may wait for this service at once are waiting already."""

    what = "has as many requests in work as it gets"


class ServiceTooSlow(Exception):
    """The service did not answer in time."""


class ServiceUnintelligible(Exception):
    """The service's answer was no HTTP answer, or broke off."""


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
    """A long answer on its way through; raises ServiceTooSlow or ServiceUnintelligible where it stops coming.

    Closing it early closes the connection under it.
    """

    def __init__(self, reply: Reply, release: Callable[[], None]) -> None:
        self._reply = reply
        self._release = release

    def __iter__(self) -> Iterator[bytes]:
        longest, connection = time.monotonic() + LONGEST_S, self._reply.connection
        connection.ends = min(time.monotonic() + STALL_S, longest)
        try:
            for piece in self._reply.pieces():
                yield piece
                connection.ends = min(time.monotonic() + STALL_S, longest)
        except Late as error:
            raise ServiceTooSlow from error
        except Broken as error:
            raise ServiceUnintelligible from error

    def close(self) -> None:
        """Give the connection back, or close it where the answer was not read to its end."""
        self._reply.release()
        self._release()


class Upstream:
    """One service: its connections, its circuit breaker, and how many requests may wait for it at once."""

    def __init__(self, service: str, url: str, *, concurrency: int) -> None:
        self.service = service
        self._pool = Pool(url, size=concurrency)
        self._slots = threading.BoundedSemaphore(concurrency)
        # A thread that waits for a slot serves nobody else: few may, or a stalled service would take them all.
        self._queue = threading.BoundedSemaphore(max(1, concurrency // 6))
        # Long answers go at their clients' pace: they leave most of the share to what is quick.
        self._streams = threading.BoundedSemaphore(max(1, concurrency // 3))
        self._trial = threading.Lock()
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=FAILURES,
            reset_timeout=RESET_S,
            exclude=[ClientGone, BodyTooLarge, ServiceBusy],
            throw_new_error_on_trip=False,
            name=service,
        )

    def reserve(self, wait_s: float) -> bool:
        """Take one of the slots for a call of ``send_reserved``, which gives it back; False if none comes free."""
        return self._slots.acquire(timeout=wait_s)

    def send(self, call: Call) -> Answer:
        """Send and give the answer; raises ServiceUnavailable, ServiceTooSlow, ServiceUnintelligible or the body's."""
        if not self.reserve(0) and not self._wait(min(SLOT_WAIT_S, call.timeout)):
            raise ServiceBusy(self.service, retry_after=1)
        return self.send_reserved(call)

    def send_reserved(self, call: Call) -> Answer:
        """Send as ``send`` does, in a slot that was reserved."""
        try:
            # Not breaker.call(): that holds its lock for the whole call and so lets one request through at a time.
            with self._one_at_a_time(), self._named_errors(), self._breaker.calling():
                return self._exchange(call)
        finally:
            self._slots.release()

    def _wait(self, seconds: float) -> bool:
        if not self._queue.acquire(blocking=False):
            return self.reserve(min(seconds, BURST_S))
        try:
            return self.reserve(seconds)
        finally:
            self._queue.release()

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """While the circuit is not closed, let a single request try: a service that stalls takes one thread."""
        if self._breaker.current_state == pybreaker.STATE_CLOSED:
            yield
        elif self._trial.acquire(blocking=False):
            try:
                yield
            finally:
                self._trial.release()
        else:
            raise ServiceUnavailable(self.service)

    def _exchange(self, call: Call) -> Answer:
        tries = BRIEFLY if call.is_brief else REPEATABLE if call.is_repeatable else ONCE
        tries = tries if call.body.is_repeatable else NEVER
        ends = time.monotonic() + call.timeout
        reply = self._pool.exchange(Request(call.method, call.target, call.headers, call.body.content, ends, tries))
        is_long = False
        try:
            if reply.status < HTTPStatus.OK:  # 1xx: whatever follows is not for us
                raise ServiceUnintelligible
            is_long = not reply.is_whole and (reply.length is None or reply.length > WHOLE)
            if not is_long:
                return Answer(reply.status, reply.fields, reply.whole())
            if not self._streams.acquire(blocking=False):
                is_long = False
                raise ServiceBusy(self.service)
            return Answer(reply.status, reply.fields, Streamed(reply, self._streams.release))
        finally:
            if not is_long:
                reply.release()

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        """Say in our own words what went wrong on the way."""
        try:
            yield
        except pybreaker.CircuitBreakerError as error:
            raise ServiceUnavailable(self.service) from error
        except NotReached as error:
            raise ServiceUnavailable(self.service) from error
        except Late as error:
            raise ServiceTooSlow from error
        except Broken as error:
            raise ServiceUnintelligible from error
