"""What people see with a browser besides the console: what this is where none is built, and the API's reader page."""

from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from crm_chassis.auth import ANYONE, allow
from crm_gateway.api.console import HOME, start_page
from crm_gateway.config import BASE
from crm_gateway.routing.operations import METHODS

blueprint = Blueprint("pages", __name__, template_folder="../templates")

_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


@blueprint.get("/")
@allow(ANYONE)
def root() -> AnyResponse:
    """Show the way in."""
    return redirect(HOME)


@blueprint.get(HOME)
@allow(ANYONE)
def home() -> Response:
    """Show the console; say what this is where none is built."""
    return start_page() or _page("home.html")


@blueprint.get(f"{HOME}/pages.css")
@allow(ANYONE)
def style() -> Response:
    """Give the pages' style sheet."""
    sheet = resources.files("crm_gateway").joinpath("templates/pages.css").read_bytes()
    return Response(sheet, content_type="text/css; charset=utf-8", headers={"Cache-Control": "max-age=3600"})


@blueprint.get(f"{BASE}/docs")
@allow(ANYONE)
def docs() -> Response:
    """Show every operation of the API, for reading."""
    document = current_app.extensions["document"]
    return _page("docs.html", document=document, tags=_by_tag(document), schemas=document["components"]["schemas"])


@blueprint.get(f"{BASE}/openapi.json")
@allow(ANYONE)
def openapi() -> Response:
    """Give the OpenAPI document of the whole suite."""
    return Response(current_app.extensions["document_text"], content_type="application/json")


def _by_tag(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Give the operations under each resource's name."""
    tags: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, method, operation in _operations(document):
        tags[(operation.get("tags") or ["other"])[0]].append({"path": path, "method": method, **operation})
    return dict(sorted(tags.items()))


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method.upper(), item[method]


def _page(template: str, **values: Any) -> Response:
    """Render a page that may load nothing but our style sheet and may not be framed."""
    text = render_template(template, base=BASE, home=HOME, **values)
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
    return Response(text, content_type="text/html; charset=utf-8", headers=headers)
