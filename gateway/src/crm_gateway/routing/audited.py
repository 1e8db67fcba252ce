"""What the audit log hears of a proxied request: what it asks for, and how it ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from crm_chassis.errors import DomainError
from crm_chassis.problems import STATUS
from crm_gateway.audit.trails import Asked, Trail
from crm_gateway.routing.bodies import Body, BodyTooLarge, ClientGone, ClientStalled
from crm_gateway.routing.refusals import Refusal, request_id
from crm_gateway.routing.upstreams import Answer, ServiceTooSlow, ServiceUnintelligible

_STATUS: dict[type[Exception], HTTPStatus] = {
    ServiceTooSlow: HTTPStatus.GATEWAY_TIMEOUT,
    ServiceUnintelligible: HTTPStatus.BAD_GATEWAY,
    BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    ClientGone: HTTPStatus.BAD_REQUEST,
    ClientStalled: HTTPStatus.REQUEST_TIMEOUT,
}


def asked(environ: dict[str, Any], relative: str, body: Body | None = None) -> Asked:
    """Say for the audit log what is asked for."""
    content = body.content if body is not None else b""
    return Asked(
        path=relative,
        query=environ.get("QUERY_STRING", ""),
        body=content if isinstance(content, bytes) else b"",
        request_id=request_id(environ),
        address=environ.get("REMOTE_ADDR", ""),
    )


def audited(trail: Trail | None, answer: Answer) -> Answer:
    """Record an answer, or have it recorded once it has gone through."""
    if trail is None:
        return answer
    if isinstance(answer.content, bytes):
        trail.ended(answer.status, answer.content)
        return answer
    content: Any = trail.streamed(answer.status, answer.content)
    return replace(answer, content=content)


@contextmanager
def following(trail: Trail | None) -> Iterator[None]:
    """Record that a request failed on the way, with the status that its client is told."""
    try:
        yield
    except Exception as error:
        if trail is not None:
            trail.ended(status_of(error))
        raise


def status_of(error: Exception) -> int:
    """Give the status that an error becomes."""
    if isinstance(error, Refusal):
        return int(error.status)
    if isinstance(error, DomainError):
        return int(STATUS[error.kind])
    return int(_STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR))
