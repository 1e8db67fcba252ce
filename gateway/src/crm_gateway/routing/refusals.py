"""The gateway's own answers on the way to a service: problem documents, and the request's id in all of them."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, problem_type
from crm_chassis.http import REQUEST_ID
from crm_chassis.problems import MEDIA_TYPE, STATUS

Reply = tuple[str, list[tuple[str, str]], Iterable[bytes]]
"""Status line, headers and content, as WSGI wants them."""


class Refusal(Exception):
    """An answer of the gateway's own, with the status, the problem's name and what else it says."""

    def __init__(
        self,
        status: HTTPStatus,
        name: str,
        detail: str,
        *,
        extra: Mapping[str, Any] | None = None,
        headers: Iterable[tuple[str, str]] = (),
    ) -> None:
        super().__init__(detail)
        self.status, self.type, self.extra, self.headers = status, problem_type(name), dict(extra or {}), list(headers)


def about(service: str, status: HTTPStatus, name: str, what: str) -> Refusal:
    """Make a refusal that names the service it is about."""
    return Refusal(status, name, f"The {service} service {what}.", extra={"service": service})


def refused(error: DomainError) -> Refusal:
    """Turn a refusal that knows no HTTP into one with its status and headers."""
    status = STATUS[error.kind]
    added = [("Retry-After", str(error.extra["retry_after"]))] if "retry_after" in error.extra else []
    if status == HTTPStatus.UNAUTHORIZED:
        added.append(("WWW-Authenticate", "Bearer"))
    extra = error.extra | ({"errors": error.errors} if error.errors else {})
    return Refusal(status, type(error).__name__, str(error), extra=extra, headers=added)


def request_id(environ: dict[str, Any]) -> str:
    """Give the request's id: the client's where it is harmless, else a new one; the same each time."""
    known = environ.get("maitre.request_id")
    if known is None:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        known = given if REQUEST_ID.fullmatch(given) else str(uuid7())
        environ["maitre.request_id"] = known
    return str(known)


def status_line(status: int) -> str:
    """Write a status as WSGI wants it."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def problem(environ: dict[str, Any], refusal: Refusal) -> Reply:
    """Write a refusal as RFC 9457 has it."""
    body = orjson.dumps(
        {
            **refusal.extra,
            "type": refusal.type,
            "title": refusal.status.phrase,
            "status": int(refusal.status),
            "detail": str(refusal),
            "instance": f"urn:request:{request_id(environ)}",
        }
    )
    head = [
        ("Content-Type", MEDIA_TYPE),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Request-ID", request_id(environ)),
        *refusal.headers,
    ]
    return status_line(refusal.status), head, [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
