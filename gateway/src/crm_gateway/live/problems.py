"""Refusals of the live process as problem documents (RFC 9457); it loads no Flask, whose renderer the APIs use."""

import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import orjson
import structlog
from aiohttp import web
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, Kind, problem_type

logger = structlog.get_logger()

STATUS = {
    Kind.INVALID: HTTPStatus.UNPROCESSABLE_ENTITY,
    Kind.FORBIDDEN: HTTPStatus.FORBIDDEN,
    Kind.UNAUTHENTICATED: HTTPStatus.UNAUTHORIZED,
    Kind.UNAVAILABLE: HTTPStatus.SERVICE_UNAVAILABLE,
    Kind.RATE_LIMITED: HTTPStatus.TOO_MANY_REQUESTS,
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def rendered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer refusals and failures as problems, each with the request's id."""
    given = request.headers.get("X-Request-ID", "")
    request["id"] = given if _REQUEST_ID.fullmatch(given) else str(uuid7())
    try:
        return await handler(request)
    except DomainError as error:
        return _refusal(request, error)
    except web.HTTPException as error:
        headers = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        phrase = HTTPStatus(error.status).phrase
        return _problem(request, error.status, problem_type(phrase.title().replace(" ", "")), f"{phrase}.", headers)
    except Exception:
        logger.exception("request failed")
        return _problem(request, 500, problem_type("InternalError"), "Something went wrong.", {})


def _refusal(request: web.Request, error: DomainError) -> web.Response:
    """Render an anticipated refusal."""
    status, headers = STATUS[error.kind], {}
    if "retry_after" in error.extra:
        headers["Retry-After"] = str(error.extra["retry_after"])
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    more = {**error.extra, **({"errors": error.errors} if error.errors else {})}
    return _problem(request, status, error.type, str(error), headers, **more)


def _problem(
    request: web.Request, status: int, type_: str, detail: str, headers: dict[str, str], **more: object
) -> web.Response:
    body = {
        **more,
        "type": type_,
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
        "instance": f"urn:request:{request['id']}",
    }
    common = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "X-Request-ID": request["id"]}
    return web.Response(
        body=orjson.dumps(body), status=status, headers=common | headers, content_type="application/problem+json"
    )
