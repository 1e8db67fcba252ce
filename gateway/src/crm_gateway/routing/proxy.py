"""The way of a request to its service and back, as WSGI: cheaper than a second Flask application in between."""

import errno
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from structlog.contextvars import bound_contextvars

from crm_chassis import auth, deadlines, tracing
from crm_chassis.auth import ANYONE, Principal
from crm_chassis.errors import DomainError
from crm_chassis.http import REQUESTS
from crm_chassis.patience import PACE
from crm_chassis.problems import MEDIA_TYPE
from crm_gateway.audit.trails import Trails
from crm_gateway.authentication import Authenticator
from crm_gateway.config import BASE, Settings
from crm_gateway.limits import EDGE, READ, SEARCH, STRANGER, WRITE, Limits, address_key, caller_key
from crm_gateway.routing import headers as travelling
from crm_gateway.routing.audited import asked, audited, following
from crm_gateway.routing.bodies import BadLength, Body, BodyTooLarge, ClientGone, ClientStalled, drain
from crm_gateway.routing.operations import Operation, RouteTable, UnknownMethod, UnknownPath
from crm_gateway.routing.refusals import Refusal, Reply, about, problem, refused, request_id, status_line
from crm_gateway.routing.stripping import stripped
from crm_gateway.routing.upstreams import Answer, Call, ServiceTooSlow, ServiceUnintelligible, Streamed, Upstream

logger = structlog.get_logger()

StartResponse = Callable[..., Any]
Wsgi = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

SLOW_S = 1.0
STAFF = "staff"
SAFE = frozenset({"GET", "HEAD"})
_UNRESERVED = "/-._~!$&'()*+,;=:@"


class Proxy:
    """Serves the operations of the services; every other path goes on to the gateway's own application."""

    def __init__(
        self,
        own: Wsgi,
        *,
        settings: Settings,
        routes: RouteTable,
        upstreams: Mapping[str, Upstream],
        authenticator: Authenticator,
        limits: Limits,
        trails: Trails,
    ) -> None:
        self._own, self._settings, self._routes, self._limits = own, settings, routes, limits
        self._upstreams, self._authenticator, self._trails = upstreams, authenticator, trails

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path: str = environ["PATH_INFO"]
        if not path.startswith(BASE + "/"):
            return self._own(environ, start_response)
        relative = path[len(BASE) :].encode("latin-1").decode("utf-8", "replace")
        try:
            operation = self._routes.find(environ["REQUEST_METHOD"], relative)
        except UnknownPath:
            return self._own(environ, start_response)
        except UnknownMethod as error:
            status, head, content = _without_operation(environ, error.allowed)
        else:
            status, head, content = self._observed(environ, operation, relative)
        start_response(status, head)
        return content

    def _observed(self, environ: dict[str, Any], operation: Operation, relative: str) -> Reply:
        """Answer within a span, count the request and log it by its operation, never by its values."""
        began = time.perf_counter()
        with (
            bound_contextvars(correlation_id=request_id(environ)),
            tracing.server_span(f"{operation.method} {operation.path}", environ.get("HTTP_TRACEPARENT")) as span,
        ):
            reply = self._answer(environ, operation, relative)
            elapsed = time.perf_counter() - began
            status = int(reply[0].partition(" ")[0])
            span.set_attribute("http.response.status_code", status)
            REQUESTS.labels(environ["REQUEST_METHOD"], operation.path, status).observe(elapsed)
            # What went well is counted here and logged by the service: a line here would cost a tenth of the hop.
            if status >= HTTPStatus.BAD_REQUEST or elapsed > SLOW_S:
                logger.info(
                    "request", method=environ["REQUEST_METHOD"], route=operation.path, upstream=operation.service,
                    status=status, ms=round(elapsed * 1000, 1),
                )  # fmt: skip
            return reply

    def _answer(self, environ: dict[str, Any], operation: Operation, relative: str) -> Reply:
        """Give status line, headers and content, whatever goes wrong."""
        left: list[tuple[str, str]] = []
        try:
            answer = self._forward(environ, operation, relative, left)
        except Refusal as refusal:
            drain(environ)
            return problem(environ, refusal)
        except DomainError as error:
            drain(environ)
            return problem(environ, refused(error))
        except Exception:
            logger.exception("request failed", operation=operation.id)
            detail = "Something went wrong."
            return problem(environ, Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "InternalError", detail))
        head = [
            *travelling.for_client(answer.headers),
            *left,
            ("X-Content-Type-Options", "nosniff"),
            ("X-Request-ID", request_id(environ)),
        ]
        content = [answer.content] if isinstance(answer.content, bytes) else _Relay(answer.content, operation.service)
        return status_line(answer.status), head, content

    def _forward(
        self, environ: dict[str, Any], operation: Operation, relative: str, left: list[tuple[str, str]]
    ) -> Answer:
        """Check who asks and how often, send the request on, make sure that what comes back is an answer to show."""
        principal = self._admit(environ, operation)
        left += self._limits.check(_kind(environ, operation), caller_key(principal, environ.get("REMOTE_ADDR", "")))
        operation.fields.refuse_query(principal, environ.get("QUERY_STRING", ""))
        limit = operation.max_body or self._settings.max_body
        try:
            call = self._call(environ, relative, Body(environ, limit), limit)
            call.headers["Authorization"] = f"Bearer {auth.mint(self._settings, operation.service, principal)}"
            trail = self._trails.begin(operation.id, principal, asked(environ, relative, call.body))
            with following(trail):
                answer = _presentable(operation, self._upstreams[operation.service].send(call))
                return audited(trail, stripped(operation, principal, answer))
        except BodyTooLarge as error:
            detail = f"The body has more than {limit} bytes."
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "BodyTooLarge", detail) from error
        except BadLength as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, "BadLength", "Content-Length is no number.") from error
        except ClientStalled as error:
            raise Refusal(HTTPStatus.REQUEST_TIMEOUT, "BodyTooSlow", "The body came too slowly.") from error
        except ClientGone as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, "BodyIncomplete", "The body broke off.") from error
        except ServiceTooSlow as error:
            what = "did not answer in time"
            raise about(operation.service, HTTPStatus.GATEWAY_TIMEOUT, "ServiceTooSlow", what) from error
        except ServiceUnintelligible as error:
            what = "broke off its answer"
            raise about(operation.service, HTTPStatus.BAD_GATEWAY, "ServiceUnintelligible", what) from error

    def _admit(self, environ: dict[str, Any], operation: Operation) -> Principal:
        """Give who asks; raises Unauthenticated, Forbidden, or a refusal while the gateway's database is away."""
        if ANYONE in operation.roles:
            return Principal(kind="program", id=ANYONE, role=ANYONE)
        try:
            principal = self._authenticator.authenticate(environ)
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            detail, headers = "Sign-ins cannot be checked right now.", [("Retry-After", "5")]
            raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, "IdentityUnavailable", detail, headers=headers) from error
        except auth.Unauthenticated:
            self._limits.check(STRANGER, address_key(environ.get("REMOTE_ADDR", "")))
            raise
        try:
            _check(principal, operation)
        except auth.Forbidden:
            self._trails.refused(operation.id, principal, asked(environ, operation.path))
            raise
        return principal

    def _call(self, environ: dict[str, Any], relative: str, body: Body, limit: int) -> Call:
        """Write the request for the service, but for who asks; a long body gets the time that patience grants it."""
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        timeout = self._settings.upstream_timeout + (0 if body.is_repeatable else (body.length or limit) / PACE)
        sent = travelling.for_service(environ)
        if body.length is not None and (body.length or method not in SAFE):
            sent["Content-Length"] = str(body.length)
        sent["X-Request-ID"] = request_id(environ)
        sent[deadlines.HEADER] = str(int((time.time() + timeout) * 1000))
        traceparent = tracing.current_traceparent()
        if traceparent:
            sent["traceparent"] = traceparent
        return Call(
            method=method,
            target=travelling.SERVICE_BASE + quote(relative, safe=_UNRESERVED) + (f"?{query}" if query else ""),
            headers=sent,
            body=body,
            is_repeatable=method in SAFE or "Idempotency-Key" in sent,
            timeout=timeout,
        )


class _Relay:
    """A long answer on its way to the client; where it breaks off over there, it breaks off here too."""

    def __init__(self, content: Streamed, service: str) -> None:
        self._content, self._service = content, service
        self.close = content.close

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._content
        except (ServiceTooSlow, ServiceUnintelligible) as error:
            logger.warning("answer broke off", upstream=self._service, reason=type(error).__name__)
            # The head is out: all that still tells the client is a connection that ends too early.
            raise ConnectionResetError(errno.ECONNRESET, "the answer broke off") from error


def _check(principal: Principal, operation: Operation) -> None:
    """Raise Forbidden unless the role, and the scopes of a key, allow the operation."""
    auth.check_role(principal, tuple(operation.roles))
    if principal.kind != STAFF and operation.scope not in principal.scopes:
        raise auth.Forbidden("This key was not made for that.")


def _kind(environ: dict[str, Any], operation: Operation) -> str:
    """Say which rate limit a request counts in."""
    if ANYONE in operation.roles:
        return EDGE
    if environ["REQUEST_METHOD"] not in SAFE:
        return WRITE
    is_search = operation.is_searchable and "q=" in environ.get("QUERY_STRING", "")
    return SEARCH if is_search else READ


def _without_operation(environ: dict[str, Any], allowed: tuple[str, ...]) -> Reply:
    """Answer OPTIONS, or refuse a method that a path does not have."""
    allow = ("Allow", ", ".join(allowed))
    drain(environ)
    if environ["REQUEST_METHOD"] == "OPTIONS":
        return "204 No Content", [allow, ("X-Request-ID", request_id(environ))], []
    return problem(
        environ, Refusal(HTTPStatus.METHOD_NOT_ALLOWED, "MethodNotAllowed", "No such method here.", headers=[allow])
    )


def _presentable(operation: Operation, answer: Answer) -> Answer:
    """Give the answer on if a client can make sense of it; a service's own failings become 502 problems."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        return answer
    if answer.status == HTTPStatus.UNAUTHORIZED:
        # Our own token was refused: the keys do not fit. The client's sign-in is not at fault.
        logger.error("service refuses the gateway", upstream=operation.service)
        _close(answer)
        what = "does not accept the gateway"
        raise about(operation.service, HTTPStatus.BAD_GATEWAY, "ServiceRefusesGateway", what)
    if answer.headers.get("Content-Type", "").partition(";")[0] != MEDIA_TYPE and answer.content != b"":
        _close(answer)
        status = HTTPStatus.BAD_GATEWAY if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR else answer.status
        what = "refused the request without a reason"
        raise about(operation.service, HTTPStatus(status), "ServiceUnintelligible", what)
    return answer


def _close(answer: Answer) -> None:
    """Give an unread answer's connection back."""
    if not isinstance(answer.content, bytes):
        answer.content.close()
