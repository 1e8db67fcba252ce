"""What gunicorn itself refuses, before there is a request that the app could answer: as a problem too (RFC 9457)."""

from http import HTTPStatus
from typing import Any

import gunicorn.util  # type: ignore[import-untyped]
import orjson
import uuid_utils.compat as uuid_utils

from crm_chassis.errors import problem_type

DETAIL = "The request cannot be read."


def answer(sock: Any, status: int, _reason: str, _message: str) -> None:
    """Write the refusal; gunicorn's own page is HTML and repeats what was sent."""
    title, request_id = HTTPStatus(status).phrase, str(uuid_utils.uuid7())
    detail = "Something went wrong." if status == HTTPStatus.INTERNAL_SERVER_ERROR else DETAIL
    problem = {"type": problem_type(title.title().replace(" ", "")), "title": title, "status": status, "detail": detail}
    body = orjson.dumps(problem | {"instance": f"urn:request:{request_id}"})
    head = (
        f"HTTP/1.1 {status} {title}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
        f"X-Request-ID: {request_id}\r\n\r\n"
    )
    gunicorn.util.write_nonblock(sock, head.encode("ascii") + body)


def install() -> None:
    """Have gunicorn answer so; it has no setting for it."""
    gunicorn.util.write_error = answer
