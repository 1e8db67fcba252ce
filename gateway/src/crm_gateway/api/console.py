"""The console, the browser's application: its files, and its one page for every address that is the console's own."""

from flask import Blueprint, Flask, Response, current_app, redirect, request, send_file
from werkzeug.exceptions import NotFound
from werkzeug.routing import PathConverter
from werkzeug.wrappers import Response as AnyResponse

from crm_chassis.auth import ANYONE, allow
from crm_gateway.config import BASE
from crm_gateway.console import INDEX, Console, ConsoleFile

HOME = BASE.removesuffix("/api/v1")

POLICY = (
    "default-src 'none'; script-src 'self'; "
    # Mantine sets sizes and colors of its components by style elements; scripts have no such exception, and a nonce
    # would keep the page from any static host
    "style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_YEAR = 31_536_000

blueprint = Blueprint("console", __name__)


class ConsolePath(PathConverter):
    """An address of the console: everything but the API's, whose unknown addresses stay problems."""

    regex = "(?!api(?:/|$))[^/].*?"


def install(app: Flask, folder: str) -> None:
    """Serve the console of the folder; where there is none, its addresses are unknown."""
    app.extensions["console"] = Console(folder)
    app.url_map.converters["console"] = ConsolePath
    app.register_blueprint(blueprint)


def start_page() -> Response | None:
    """Give the console's page, None where no console is built."""
    index = _console().find(INDEX)
    return None if index is None else _send(index)


@blueprint.get(f"{HOME}/")
@allow(ANYONE)
def with_slash() -> AnyResponse:
    """Show the console under its one address."""
    return redirect(HOME)


@blueprint.get(f"{HOME}/<console:path>")
@allow(ANYONE)
def show(path: str) -> Response:
    """Give a file of the console, or its page for an address that the browser's application knows."""
    found = _console().find(path)
    if found is None and _is_page(path):
        found = _console().find(INDEX)
    if found is None:
        raise NotFound
    return _send(found)


def _console() -> Console:
    console: Console = current_app.extensions["console"]
    return console


def _is_page(path: str) -> bool:
    """Say whether a browser asks for a page there; a file that is missing must not look like one."""
    return "." not in path.rpartition("/")[2] and request.accept_mimetypes.accept_html


def _send(file: ConsoleFile) -> Response:
    accepted = [name for name, quality in request.accept_encodings if quality > 0]
    path, encoding = file.choose(accepted)
    tag = f"{file.etag}-{encoding}" if encoding else file.etag
    answer = send_file(path, etag=tag, conditional=True)
    del answer.headers["Content-Disposition"]
    answer.headers["Content-Type"] = file.content_type
    answer.headers.extend(_HEADERS)
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if file.is_immutable else "no-cache"
    if encoding:
        answer.headers["Content-Encoding"] = encoding
    return answer
