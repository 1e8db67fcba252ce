"""What every HTTP process shares: the app, its API object, and the rules that each request passes."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import orjson
import structlog
import uuid_utils.compat as uuid_utils
from flask import Flask, Response, current_app, g, request
from flask.json.provider import JSONProvider
from opentelemetry.trace import StatusCode
from prometheus_client import Histogram
from werkzeug.exceptions import GatewayTimeout, NotFound

from crm_chassis import auth, deadlines, health, problems, tracing
from crm_chassis.auth import ANYONE, Principal, allow, describe, part_of
from crm_chassis.config import ServiceSettings
from crm_chassis.database import Database, connect
from crm_chassis.errors import DomainError, Kind
from crm_chassis.logs import logger
from crm_chassis.openapi import Blueprint, ProblemApi, control_characters, query_names, read_body, read_json
from crm_chassis.problems import InvalidRequest

if TYPE_CHECKING:
    from crm_chassis.crypto import BlindIndex, FieldCipher
    from crm_chassis.keys import KeyStore

__all__ = [
    "Blueprint",
    "Context",
    "InvalidRequest",
    "allow",
    "body_limit",
    "check_if_match",
    "conditional",
    "create_api",
    "crm",
    "etag_of",
    "part_of",
    "read_body",
    "read_json",
]

MEGABYTE = 1024 * 1024
BODY_LIMIT = 2 * MEGABYTE
LARGEST_BODY_LIMIT = 8 * MEGABYTE
LONGEST_WORK_S = 30.0
REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
View = TypeVar("View", bound=Callable[..., Any])
REQUESTS = Histogram(
    "http_request_seconds",
    "Time to answer a request",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


class ChangedMeanwhile(DomainError):
    """The record was changed since it was read; read it again and repeat the edit."""

    kind = Kind.PRECONDITION_FAILED


@dataclass(frozen=True)
class Context:
    """What this process holds: its settings, its database, and its keys where it has some."""

    settings: Any

    @cached_property
    def database(self) -> Database:
        """The service's own database."""
        return connect(self.settings)

    @cached_property
    def keys(self) -> "KeyStore":
        """The store of the persons' data keys."""
        from crm_chassis.keys import KeyStore  # noqa: PLC0415  a process without keys needs none of it

        return KeyStore(self.settings)

    @cached_property
    def cipher(self) -> "FieldCipher":
        """Encrypts and decrypts fields under a person's key."""
        from crm_chassis.crypto import FieldCipher  # noqa: PLC0415

        return FieldCipher(self.settings.service, self.keys)

    @cached_property
    def index(self) -> "BlindIndex":
        """Makes search tokens; only for a service whose settings have an index key."""
        from crm_chassis.crypto import BlindIndex  # noqa: PLC0415

        return BlindIndex(self.settings.index_key)

    def verify_keys(self) -> None:
        """Raise keys.MasterKeyRefused where the master keys do not fit; a process without keys has none to check."""
        if isinstance(self.settings, ServiceSettings):
            self.keys.verify()

    def close(self) -> None:
        """Close the connections to the databases."""
        if "database" in self.__dict__:
            self.database.engine.dispose()
        if "keys" in self.__dict__:
            self.keys.close()


class OrjsonProvider(JSONProvider):
    """JSON by orjson: datetimes as RFC 3339 with Z, UUIDs as text."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """Return *obj* as JSON text."""
        return orjson.dumps(obj, default=str, option=orjson.OPT_UTC_Z).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Read JSON."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """Return a JSON response, without a detour over str."""
        body = orjson.dumps(self._prepare_response_obj(args, kwargs), default=str, option=orjson.OPT_UTC_Z)
        return Response(body, mimetype="application/json")


def create_api(
    settings: Any, title: str, *, public: bool = False, authenticate: Callable[[], Principal] | None = None
) -> tuple[Flask, ProblemApi]:
    """Return a Flask app and its OpenAPI-documented API; each route must say whom it allows, or it answers 403.

    A service's callers prove themselves with internal tokens; a *public* process names its own *authenticate*,
    which returns who asks or raises Unauthenticated.
    """
    # root_path: a directory named as the service, where the process was started, is no package of ours
    app = Flask(settings.service, static_folder=None, root_path=str(Path(__file__).parent))
    app.json = OrjsonProvider(app)
    app.url_map.merge_slashes = False
    app.config.update(
        API_TITLE=title,
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        PROVIDE_AUTOMATIC_OPTIONS=False,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
    )
    context = app.extensions["crm"] = Context(settings)
    if authenticate is None and not public:
        authenticate = _by_internal_token(settings)
    app.before_request(_begin)
    app.before_request(lambda: _admit(authenticate))
    app.after_request(_finish)
    app.teardown_request(_forget)
    problems.register(app)
    api = ProblemApi(app)
    document = "api-docs.openapi_json"
    app.view_functions[document] = allow(ANYONE)(partial(app.view_functions[document]))
    health.add_routes(app, context.database)
    return app, api


def crm() -> Context:
    """Return what the process that serves the present request holds."""
    return cast("Context", current_app.extensions["crm"])


def body_limit(most_bytes: int) -> Callable[[View], View]:
    """Let a route take bodies of up to *most_bytes*, 8 MB at most, instead of 2 MB."""
    if most_bytes > LARGEST_BODY_LIMIT:
        raise ValueError(f"bodies are never larger than {LARGEST_BODY_LIMIT} bytes")

    def mark(view: View) -> View:
        cast("Any", view).__body_limit__ = most_bytes
        return view

    return mark


def conditional(view: View) -> View:
    """Describe a route as one that takes If-Match; the view itself calls `check_if_match`."""
    describe(view, conditional=True)
    return view


def etag_of(version: object) -> str:
    """Return the ETag header's value for a record's version."""
    return f'"{version}"'


def check_if_match(version: object) -> None:
    """Refuse the edit (412) where If-Match names another version than the one in force; no header passes."""
    if "If-Match" in request.headers and not request.if_match.contains(str(version)):
        raise ChangedMeanwhile


def _by_internal_token(settings: Any) -> Callable[[], Principal]:
    return lambda: auth.verify(settings, auth.bearer_token())


def _begin() -> None:
    """Take over the caller's ids and deadline, before anything can fail."""
    g.started = time.perf_counter()
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if REQUEST_ID.fullmatch(given) else str(uuid_utils.uuid7())
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(correlation_id=g.request_id)
    deadlines.begin(request.headers.get(deadlines.HEADER), default_s=LONGEST_WORK_S)
    name, attributes = f"{request.method} {_route()}", {"http.request.method": request.method, "http.route": _route()}
    g.span_scope = tracing.server_span(name, request.headers.get("traceparent"), **attributes)
    g.span = g.span_scope.__enter__()


def _admit(authenticate: Callable[[], Principal] | None) -> None:
    """Refuse what may not come in: who, how late, with which parameters, how large."""
    if request.routing_exception is not None or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    roles = auth.roles_of(view, request.method)
    if ANYONE not in roles:
        if authenticate is None:
            raise auth.Unauthenticated
        g.principal = authenticate()
        auth.check_role(g.principal, roles)
    if deadlines.remaining(LONGEST_WORK_S) <= 0:
        raise GatewayTimeout("The request's deadline has passed.")
    request.max_content_length = getattr(view, "__body_limit__", BODY_LIMIT)
    if control_characters(list((request.view_args or {}).values())):
        raise NotFound
    if isinstance(current_app.blueprints.get(request.blueprint or ""), Blueprint):
        _check_query(query_names(view, request.method))


def _check_query(known: frozenset[str]) -> None:
    errors = control_characters(request.args.to_dict(flat=True))
    errors |= {name: ["Unknown parameter."] for name in request.args if name not in known}
    if errors:
        raise InvalidRequest(errors=errors)


def _route() -> str:
    return request.url_rule.rule if request.url_rule else "unmatched"


def _finish(response: Response) -> Response:
    """Hand the id back, count and log: method, route template, status, milliseconds, never values."""
    elapsed = time.perf_counter() - g.get("started", time.perf_counter())
    response.headers.setdefault("X-Request-ID", g.get("request_id", ""))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Cache-Control", "no-store")
    method = request.method if request.method in Blueprint.HTTP_METHODS else "OTHER"
    REQUESTS.labels(method, _route(), response.status_code).observe(elapsed)
    if span := g.get("span"):
        span.set_attribute("http.response.status_code", response.status_code)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            span.set_status(StatusCode.ERROR)
    if not _route().startswith(("/health", "/metrics")):
        logger.info("request", method=method, route=_route(), status=response.status_code, ms=round(elapsed * 1000, 1))
    return response


def _forget(_: BaseException | None) -> None:
    """Leave nothing of this request to the thread's next one."""
    if scope := g.pop("span_scope", None):
        scope.__exit__(None, None, None)
    deadlines.end()
    structlog.contextvars.clear_contextvars()
