"""Calling another service over HTTP: pooled, bounded in time and number, and quick to give up on one that is down."""

import random
import threading
import time
from collections.abc import Mapping
from typing import Any, cast

import orjson
import pybreaker
import requests
import structlog
from requests.adapters import HTTPAdapter
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from crm_chassis import auth, deadlines, tracing
from crm_chassis.auth import Principal
from crm_chassis.config import ProcessSettings
from crm_chassis.errors import DomainError, Kind
from crm_chassis.logs import describe, logger

CONNECT_S = 1.0
ANSWER_S = 10.0
RETRIES = 2
SAFE = frozenset({"GET", "HEAD"})
FAILING = frozenset({502, 503, 504})
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 2
FAILURES_TO_OPEN = 5
OPEN_S = 5.0
RENDERED = frozenset({"type", "title", "status", "detail", "instance", "errors"})
KINDS = {
    400: Kind.INVALID,
    403: Kind.FORBIDDEN,
    404: Kind.NOT_FOUND,
    409: Kind.CONFLICT,
    410: Kind.GONE,
    412: Kind.PRECONDITION_FAILED,
    413: Kind.TOO_LARGE,
    429: Kind.RATE_LIMITED,
}


class UpstreamUnavailable(DomainError):
    """A service that is needed for the answer does not answer now."""

    kind = Kind.UNAVAILABLE

    def __init__(self, service: str, retry_after: int = 1) -> None:
        super().__init__(f"{service} does not answer now.", extra={"service": service, "retry_after": retry_after})


class UpstreamProblem(DomainError):
    """What another service refused, with its own type, detail and field errors."""

    def __init__(self, status: int, document: Mapping[str, Any]) -> None:
        extra = {name: value for name, value in document.items() if name not in RENDERED}
        super().__init__(str(document.get("detail") or ""), errors=document.get("errors"), extra=extra)
        self.status = status
        self.kind = KINDS.get(status, Kind.INVALID if status < 500 else Kind.UNAVAILABLE)  # noqa: PLR2004
        self._type = document.get("type")

    @property
    def type(self) -> str:
        """The type that the other service gave."""
        return str(self._type or super().type)


class _Failing(Exception):
    """Counts for the breaker: an answer that says the service is not working."""

    def __init__(self, answer: requests.Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


class ServiceClient:
    """Calls one service, as this process or on behalf of somebody; safe to share between threads."""

    def __init__(self, settings: ProcessSettings, service: str, base_url: str, *, answer_s: float = ANSWER_S) -> None:
        self.service = service
        self._settings = settings
        self._base_url = base_url.rstrip("/")
        self._answer_s = answer_s
        self._own = threading.local()
        self._breaker = pybreaker.CircuitBreaker(
            FAILURES_TO_OPEN, OPEN_S, name=service, listeners=[_Log()], throw_new_error_on_trip=False
        )
        self._itself = Principal("service", settings.service, "service")

    def call(self, method: str, path: str, **options: Any) -> Any:
        """Send a request (options as `send`) and return its JSON, None if empty; a refusal raises UpstreamProblem."""
        answer = self.send(method, path, **options)
        try:
            body = orjson.loads(answer.content) if answer.content else None
        except orjson.JSONDecodeError as error:
            raise UpstreamUnavailable(self.service) from error
        if answer.status_code == 401:  # noqa: PLR2004  our own token was refused: no fault of whoever asked us
            logger.error("upstream refused our token", upstream=self.service)
            raise UpstreamUnavailable(self.service)
        if answer.status_code >= 400:  # noqa: PLR2004
            raise UpstreamProblem(answer.status_code, body if isinstance(body, dict) else {})
        return body

    def send(
        self,
        method: str,
        path: str,
        *,
        on_behalf_of: Principal | None = None,
        params: Any = None,
        json: Any = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a request and return whatever is answered, 4xx and 500 too; UpstreamUnavailable if nothing is.

        GET and HEAD, and writes with an Idempotency-Key header, are tried up to three times within the deadline.
        """
        sent = {**self._headers(on_behalf_of or self._itself), **(headers or {})}
        if json is not None:
            data = orjson.dumps(json, default=str)
            sent["Content-Type"] = "application/json"
        tries = 1 + RETRIES if method in SAFE or "Idempotency-Key" in sent else 1
        with tracing.client_span(f"{method} {self.service}"):
            if traceparent := tracing.current_traceparent():
                sent["traceparent"] = traceparent
            request = requests.Request(method, self._base_url + path, sent, data=data, params=params)
            return self._tried(request, tries)

    def _tried(self, request: requests.Request, tries: int) -> requests.Response:
        """Try until something is answered, all tries are used or the deadline would pass in the pause."""
        for tried in range(1, tries + 1):
            pause: float | None = None
            try:
                with self._breaker.calling():
                    return self._attempt(request)
            except pybreaker.CircuitBreakerError as error:
                raise UpstreamUnavailable(self.service, retry_after=int(OPEN_S)) from error
            except _Failing as error:
                reason, pause = f"status {error.answer.status_code}", _retry_after(error.answer)
            except requests.RequestException as error:
                reason = describe(error)
            logger.warning("upstream failed", upstream=self.service, reason=reason, tried=tried)
            pause = pause or random.uniform(0, FIRST_PAUSE_S * 2**tried)  # noqa: S311  jitter, no secret
            if tried == tries or pause >= deadlines.remaining(self._answer_s):
                break
            time.sleep(pause)
        raise UpstreamUnavailable(self.service)

    def _attempt(self, request: requests.Request) -> requests.Response:
        """Send once, in what is left of the time; the callee learns the same deadline."""
        left = deadlines.remaining(self._answer_s)
        if left <= 0:
            raise requests.Timeout("no time left")
        request.headers[deadlines.HEADER] = deadlines.as_header(self._answer_s)
        answer = self._session().send(request.prepare(), timeout=(min(CONNECT_S, left), left), allow_redirects=False)
        if answer.status_code in FAILING:
            raise _Failing(answer)
        return answer

    def _headers(self, principal: Principal) -> dict[str, str]:
        headers = {
            "Authorization": f"Bearer {auth.mint(self._settings, self.service, principal)}",
            "Accept": "application/json",
        }
        if correlation_id := structlog.contextvars.get_contextvars().get("correlation_id"):
            headers["X-Request-ID"] = correlation_id
        return headers

    def _session(self) -> requests.Session:
        """Return this thread's session: sessions are not made for sharing."""
        if not hasattr(self._own, "session"):
            session = requests.Session()
            session.trust_env = False
            session.mount("http://", HTTPAdapter(pool_connections=1, pool_maxsize=4))
            session.mount("https://", HTTPAdapter(pool_connections=1, pool_maxsize=4))
            self._own.session = session
        return cast("requests.Session", self._own.session)


class _Log(pybreaker.CircuitBreakerListener):
    """Says when a service is given up and when it is tried again."""

    def state_change(self, cb: Any, old_state: Any, new_state: Any) -> None:
        logger.warning("circuit changed", upstream=cb.name, was=old_state and old_state.name, now=new_state.name)


def _retry_after(answer: requests.Response) -> float | None:
    """Return the seconds a 503 asks to wait, cut to what is sensible between services; None if it does not say."""
    try:
        return Retry(retry_after_max=LONGEST_PAUSE_S).get_retry_after(answer.raw)
    except InvalidHeader:
        return None
