"""Many reads at once within one deadline: a service that is away, slow or broken costs its own part and no more."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any

import orjson
import structlog
from flask import g
from werkzeug.exceptions import NotFound

from crm_chassis import auth, deadlines, tracing
from crm_chassis.auth import Principal
from crm_chassis.config import ProcessSettings
from crm_chassis.errors import problem_type
from crm_gateway.routing.bodies import Body
from crm_gateway.routing.upstreams import (
    Answer,
    Call,
    ServiceTooSlow,
    ServiceUnavailable,
    ServiceUnintelligible,
    Upstream,
)

AWAY, SLOW, BROKEN, NOT_OFFERED, NOT_PERMITTED = REASONS = ("away", "slow", "broken", "not_offered", "not_permitted")
PATIENCE_S = 2.0
"""A connection is given up after so long, however short the deadline: what is merely late must not open the circuit."""

SLOT_WAIT_S = 0.25
LARGEST = 4 << 20
"""Most bytes of one part's answer."""

_NOTHING = Body({"wsgi.input": BytesIO()}, 0)
_FAILURES: dict[int, str] = {
    HTTPStatus.FORBIDDEN: NOT_PERMITTED,
    HTTPStatus.SERVICE_UNAVAILABLE: AWAY,
    HTTPStatus.GATEWAY_TIMEOUT: SLOW,
    HTTPStatus.TOO_MANY_REQUESTS: SLOW,
}
_NO_SUCH_ROUTE = problem_type(NotFound.__name__)
_ABSENT = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
logger = structlog.get_logger()


@dataclass(frozen=True)
class Outcome:
    """What came of one read: a body, or the reason why there is none; ``status`` 0 where nothing was answered."""

    body: Any = None
    reason: str | None = None
    status: int = 0

    @property
    def is_absent(self) -> bool:
        """Tell whether the service answered that there is no such thing (any more)."""
        return self.reason is None and self.status in _ABSENT


class Caller:
    """Asks services on behalf of somebody, in threads of its own: never more of them than the services have slots."""

    def __init__(self, settings: ProcessSettings, upstreams: Mapping[str, Upstream], *, concurrency: int) -> None:
        self._settings, self._upstreams = settings, upstreams
        # Who is given a slot finds a thread: a stalled service keeps its own slots busy and nobody else's.
        self._threads = ThreadPoolExecutor(max(1, len(upstreams) * concurrency), thread_name_prefix="part")

    def gather(self, wanted: Sequence[tuple[str, str]], asker: Principal, *, within_s: float) -> list[Outcome]:
        """Send a GET for each (service, path and query) and give one outcome each, all within *within_s* seconds."""
        began = time.monotonic()
        left_s = deadlines.remaining(within_s)
        ends = began + left_s
        is_free = [self._upstreams[service].reserve(0) for service, _ in wanted]
        futures: list[Future[Outcome] | None] = [
            self._begin(service, target, asker, left_s) if free else None
            for (service, target), free in zip(wanted, is_free, strict=True)
        ]
        for at, (service, target) in enumerate(wanted):
            if futures[at] is None and self._upstreams[service].reserve(_most(SLOT_WAIT_S, ends)):
                futures[at] = self._begin(service, target, asker, ends - time.monotonic())
        found = [_outcome(future, ends) for future in futures]
        for (service, _), outcome in zip(wanted, found, strict=True):
            if outcome.reason is not None and outcome.reason != NOT_PERMITTED:
                logger.warning("part missing", upstream=service, reason=outcome.reason, status=outcome.status)
        return found

    def _begin(self, service: str, target: str, asker: Principal, left_s: float) -> Future[Outcome]:
        """Start a read in a slot that was reserved."""
        headers = {
            "Accept": "application/json",
            "Authorization": f"Bearer {auth.mint(self._settings, service, asker)}",
            deadlines.HEADER: str(int((time.time() + left_s) * 1000)),
        }
        if request_id := g.get("request_id"):
            headers["X-Request-ID"] = request_id
        if traceparent := tracing.current_traceparent():
            headers["traceparent"] = traceparent
        call = Call(
            method="GET",
            target=target,
            headers=headers,
            body=_NOTHING,
            is_repeatable=True,
            timeout=max(left_s, PATIENCE_S),
            is_brief=True,
        )
        return self._threads.submit(_read, self._upstreams[service], call)


def _most(seconds: float, ends: float) -> float:
    """Give so many seconds, or what is left of them until the deadline."""
    return max(0.0, min(seconds, ends - time.monotonic()))


def _outcome(future: Future[Outcome] | None, ends: float) -> Outcome:
    """Wait for a read until the deadline; one that got no slot is as slow as one that did not come."""
    if future is None:
        return Outcome(reason=SLOW)
    try:
        return future.result(timeout=max(0.0, ends - time.monotonic()))
    except NotInTime:
        return Outcome(reason=SLOW)


def _read(upstream: Upstream, call: Call) -> Outcome:
    """Send one GET and judge its answer; never raises what a service can cause."""
    try:
        answer = upstream.send_reserved(call)
        content = _content(answer, time.monotonic() + call.timeout)
    except ServiceUnavailable:
        return Outcome(reason=AWAY)
    except ServiceTooSlow:
        return Outcome(reason=SLOW)
    except ServiceUnintelligible:
        return Outcome(reason=BROKEN)
    return _judged(answer.status, content)


def _judged(status: int, content: bytes) -> Outcome:
    """Say what an answer is worth: a body, "there is no such thing", or a reason why there is nothing."""
    if status != HTTPStatus.OK and status not in _ABSENT:
        return Outcome(reason=_FAILURES.get(status, BROKEN), status=status)
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        return Outcome(reason=BROKEN, status=status)
    if status == HTTPStatus.NOT_FOUND and isinstance(body, dict) and body.get("type") == _NO_SUCH_ROUTE:
        return Outcome(reason=NOT_OFFERED, status=status)  # an older release over there
    return Outcome(body=body, status=status)


def _content(answer: Answer, ends: float) -> bytes:
    """Read an answer whole; raises ServiceUnintelligible for an endless one, ServiceTooSlow for one that trickles."""
    if isinstance(answer.content, bytes):
        return answer.content
    content = b""
    try:
        for chunk in answer.content:
            content += chunk
            if len(content) > LARGEST:
                raise ServiceUnintelligible
            if time.monotonic() > ends:
                raise ServiceTooSlow
    finally:
        answer.content.close()
    return content
