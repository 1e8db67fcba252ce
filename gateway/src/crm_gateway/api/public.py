"""Pages for guests, reached by the links in their messages: no sign-in, no cookie, no script; looking does nothing."""

import mimetypes
from collections.abc import Mapping
from http import HTTPStatus
from importlib import resources
from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from crm_chassis.auth import ANYONE, allow
from crm_chassis.errors import DomainError
from crm_chassis.http import read_body
from crm_chassis.logs import describe, logger
from crm_chassis.problems import STATUS
from crm_gateway.edge import texts
from crm_gateway.edge.desk import desk

MOST_FORM = 64 * 1024
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Vary": "Accept-Language",
}
_WHEN_REFUSED = {
    HTTPStatus.NOT_FOUND: "unknown",
    HTTPStatus.TOO_MANY_REQUESTS: "busy",
    HTTPStatus.SERVICE_UNAVAILABLE: "later",
    HTTPStatus.GATEWAY_TIMEOUT: "later",
    HTTPStatus.INTERNAL_SERVER_ERROR: "later",
}
RETRY_AFTER_S = 60


def language() -> str:
    """Give the language for this guest: the best of ours that their browser asks for."""
    return request.accept_languages.best_match(texts.LANGUAGES, texts.ENGLISH) or texts.ENGLISH


def page(template: str, status: int = HTTPStatus.OK, **values: Any) -> Response:
    """Render a page in the guest's language; ``t(key)`` says a text in it."""
    spoken = language()
    named = desk().restaurant()
    in_text = named or texts.say(spoken, "restaurant")

    def t(key: str, **more: str) -> str:
        return texts.say(spoken, key, restaurant=in_text, **more)

    content = render_template(f"edge/{template}.html", t=t, lang=spoken, restaurant=named, **values)
    headers = _HEADERS | {"Content-Language": spoken}
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers["Retry-After"] = str(RETRY_AFTER_S)
    return Response(content, status=int(status), headers=headers, content_type="text/html; charset=utf-8")


def message(key: str, status: int = HTTPStatus.OK, *, text: str = "") -> Response:
    """Render a page that only says something."""
    return page("message", status, key=key, text=text or f"{key}.text")


def form() -> Mapping[str, list[str]]:
    """Read a small form, urlencoded or multipart; files and empty names are left out."""
    read_body()
    return {name: values for name, values in request.form.to_dict(flat=False).items() if name}


def _refuse(error: DomainError) -> Response:
    """Say kindly what cannot be done."""
    status = STATUS[error.kind]
    return message(_WHEN_REFUSED.get(status, "wrong"), status)


def _refuse_http(error: HTTPException) -> Response:
    """Say the same where it was Flask that refused: too large, too often, wrong method, unreadable."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    answer = message(_WHEN_REFUSED.get(status, "wrong"), status)
    answer.headers.extend((name, value) for name, value in error.get_headers() if name == "Allow")
    return answer


def _nothing_saved(error: Exception) -> Response:
    """Say that nothing was saved where our database is away: never that it was."""
    logger.warning("database_away", error=describe(error))
    return message("later", HTTPStatus.SERVICE_UNAVAILABLE, text="unsaved.text")


def _failed(error: Exception) -> Response:
    """Log a defect and ask for patience."""
    logger.error("request failed", exc_info=error)
    return message("later", HTTPStatus.INTERNAL_SERVER_ERROR)


def pages(name: str) -> Blueprint:
    """Make a blueprint of pages under /p, which answers every refusal with a page too."""
    blueprint = Blueprint(name, __name__, url_prefix="/p", template_folder="../templates")
    blueprint.register_error_handler(DomainError, _refuse)
    blueprint.register_error_handler(HTTPException, _refuse_http)
    blueprint.register_error_handler(HTTPStatus.TOO_MANY_REQUESTS, _refuse_http)
    for outage in (OperationalError, InterfaceError, PoolTimeout):
        blueprint.register_error_handler(outage, _nothing_saved)
    blueprint.register_error_handler(Exception, _failed)
    return blueprint


assets = pages("public-assets")


@assets.get("/<any('edge.css', 'edge.svg'):name>")
@allow(ANYONE)
def asset(name: str) -> Response:
    """Give the pages' style sheet or picture."""
    content = resources.files("crm_gateway").joinpath("templates", "edge", name).read_bytes()
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(content, content_type=f"{kind}; charset=utf-8", headers={"Cache-Control": "max-age=3600"})
