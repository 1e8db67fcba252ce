"""What people see with a browser besides the console: what this is where none is built, and the API's reader page."""

import json
from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from crm_chassis.auth import ANYONE, allow
from crm_gateway.api.console import HOME, start_page
from crm_gateway.config import BASE
from crm_gateway.routing.operations import METHODS

blueprint = Blueprint("pages", __name__, template_folder="../templates")

_POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
LONGEST_QUERY = 100


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
    """Show every operation of the API, for reading, or those that have all words of q."""
    document = current_app.extensions["document"]
    q = request.args.get("q", "").strip()[:LONGEST_QUERY]
    total = sum(1 for _ in _operations(document))
    tags = _by_tag(document, q.casefold().split())
    found = sum(map(len, tags.values()))
    about = {tag["name"]: tag.get("description", "") for tag in document.get("tags", [])}
    schemas = document["components"]["schemas"]
    return _page(
        "docs.html", document=document, tags=tags, schemas=schemas, about=about, q=q, found=found, total=total,
        pretty=_pretty,
    )  # fmt: skip


@blueprint.get(f"{BASE}/openapi.json")
@allow(ANYONE)
def openapi() -> Response:
    """Give the OpenAPI document of the whole suite."""
    return Response(current_app.extensions["document_text"], content_type="application/json")


def _by_tag(document: dict[str, Any], words: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Give the operations that have all these words under each resource's name."""
    tags: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path, method, operation in _operations(document):
        text = _text(path, method, operation)
        if all(word in text for word in words):
            tags[(operation.get("tags") or ["other"])[0]].append({"path": path, "method": method, **operation})
    return dict(sorted(tags.items()))


def _text(path: str, method: str, operation: dict[str, Any]) -> str:
    """Give what an operation can be found by."""
    names = [parameter["name"] for parameter in operation.get("parameters", [])]
    said = [operation.get("summary", ""), operation.get("description", ""), *operation.get("tags", [])]
    return " ".join([method, path, *said, *names, *operation["x-roles"], operation["x-service"]]).casefold()


def _pretty(example: Any) -> str:
    """Write an example for reading."""
    return json.dumps(example, indent=2, ensure_ascii=False)


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
