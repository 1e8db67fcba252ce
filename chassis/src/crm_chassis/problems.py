"""The one renderer of errors: whatever goes wrong is answered as application/problem+json (RFC 9457)."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException
from werkzeug.sansio.response import Response as SansIOResponse

from crm_chassis.errors import DomainError, Kind, problem_type
from crm_chassis.logs import describe

MEDIA_TYPE = "application/problem+json"
STATUS = {
    Kind.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Kind.CONFLICT: HTTPStatus.CONFLICT,
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Kind.PRECONDITION_FAILED: HTTPStatus.PRECONDITION_FAILED,
    Kind.TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.GONE: HTTPStatus.GONE,
    Kind.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
}
logger = structlog.get_logger()


class InvalidRequest(DomainError):
    """The request's fields are not as the API describes them."""


class DatabaseAway(DomainError):
    """The database does not answer right now; the same request may be sent again."""

    kind = Kind.UNAVAILABLE


def register(app: Flask) -> None:
    """Make *app* answer every error, foreseen or not, as a problem document."""
    app.register_error_handler(DomainError, render_refusal)
    for outage in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(outage, render_outage)
    app.register_error_handler(HTTPException, render_http)
    app.register_error_handler(Exception, render_unexpected)


def render_refusal(error: DomainError) -> Response:
    """Render an anticipated refusal; `retry_after` (seconds) in its extra becomes the header."""
    status = int(getattr(error, "status", STATUS[error.kind]))  # what another service refused keeps its status
    headers = {"Retry-After": str(error.extra["retry_after"])} if "retry_after" in error.extra else {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return problem(status, type_=error.type, detail=str(error), errors=error.errors, extra=error.extra, headers=headers)


def render_http(error: HTTPException) -> Response | SansIOResponse | HTTPException:
    """Render what Flask or a parser refused: unknown path, wrong method, unreadable body."""
    if error.response is not None:
        return error.response
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    carried = getattr(error, "data", None) or {}
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    errors = flatten(carried.get("messages") or carried.get("errors") or {})
    detail = carried.get("message") or error.description or ""
    return problem(error.code, type_=problem_type(type(error).__name__), detail=detail, errors=errors, headers=headers)


def render_outage(error: Exception) -> Response:
    """Answer 503 where the database is away, shutting down, out of connections or gave way to a deadlock."""
    state = getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None
    if state and state[:2] not in {"08", "40", "53", "55", "57"}:
        return render_unexpected(error)
    logger.warning("database_away", error=describe(error))
    return render_refusal(DatabaseAway(extra={"retry_after": 1}))


def render_unexpected(error: Exception) -> Response:
    """Log a defect with its trace and answer 500 without a word about the inside."""
    logger.error("request failed", exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, type_=problem_type("InternalError"), detail="Something went wrong."
    )


def problem(
    status: int,
    *,
    type_: str,
    detail: str,
    errors: Mapping[str, list[str]] | None = None,
    extra: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Build the problem document; `instance` is the request's id, `errors` maps field paths to messages."""
    body: dict[str, Any] = {**(extra or {}), "type": type_, "title": HTTPStatus(status).phrase, "status": int(status)}
    body["detail"] = detail
    if request_id := g.get("request_id"):
        body["instance"] = f"urn:request:{request_id}"
    if errors:
        body["errors"] = errors
    answer = orjson.dumps(body, default=str)
    return Response(answer, status=int(status), headers=dict(headers or {}), content_type=MEDIA_TYPE)


def flatten(messages: Any) -> dict[str, list[str]]:
    """Turn marshmallow's nested messages into dotted paths: {"lines": {0: {"name": [".."]}}} -> "lines.0.name"."""
    flat: dict[str, list[str]] = {}
    for path, message in _walk(messages, ()):
        flat.setdefault(".".join(path) or "body", []).append(message)
    return flat


def _walk(messages: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from _walk(inner, path if key == "_schema" else (*path, str(key)))
    elif isinstance(messages, list | tuple):
        for inner in messages:
            yield from _walk(inner, path)
    else:
        yield path, str(messages)
