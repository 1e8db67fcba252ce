"""flask-smorest as we use it: strict bodies and queries, problems for errors, and all of it in the OpenAPI document."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from http import HTTPStatus
from typing import Any, cast

import marshmallow as ma
import orjson
from apispec.ext.marshmallow import MarshmallowPlugin, resolver
from apispec.ext.marshmallow.common import resolve_schema_instance
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Flask, Request, request
from flask_smorest import Api
from flask_smorest import Blueprint as SmorestBlueprint
from webargs import core
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from crm_chassis import visibility
from crm_chassis.auth import ANYONE, handler_of
from crm_chassis.fields import CONTROL_BUT_LINES, CONTROL_MESSAGE, Body
from crm_chassis.problems import MEDIA_TYPE, InvalidRequest, flatten, render_http

ESCAPED_CONTROL = re.compile(rb"\\(?:u00[01]|[bf])")
HEADERS = {
    "idempotent": {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "The same key and body again get the same answer and change nothing (kept for 24 hours).",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    },
    "conditional": {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "The ETag that the edit started from; another one in force is a 412.",
        "schema": {"type": "string"},
    },
}


class Problem(ma.Schema):
    """An error, as RFC 9457 has it; some say more, such as how long to wait."""

    class Meta:
        """Problems may hold more (RFC 9457, 3.2)."""

        unknown = ma.INCLUDE

    type = ma.fields.String(required=True, metadata={"description": "Stable URN of this sort of problem"})
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    instance = ma.fields.String(metadata={"description": "URN of the request's id"})
    errors = ma.fields.Dict(
        keys=ma.fields.String(),
        values=ma.fields.List(ma.fields.String()),
        metadata={"description": "Field path, as lines.0.quantity, to what is wrong with it"},
    )


def read_body() -> bytes:
    """Return the request's whole body; 413 over the limit, also where no length was announced.

    werkzeug alone would cut a chunked body at the limit and say nothing.
    """
    body = request.get_data(cache=True)
    if request.content_length is None and len(body) >= (request.max_content_length or len(body) + 1):
        raise RequestEntityTooLarge
    return body


def read_json() -> Any:
    """Return the request's parsed JSON body; 415 for another media type, 400 for what is no JSON.

    For views that judge their items themselves (fastload); `arguments` needs no call.
    """
    body = read_body()
    if not core.is_json(request.mimetype):
        raise UnsupportedMediaType("The body must be application/json.")
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON: {error.msg}, at character {error.pos}.") from error


def control_characters(value: Any) -> dict[str, list[str]]:
    """Name the paths of all strings and keys that hold control characters other than line ends and tabs."""
    return {".".join(path) or "body": [CONTROL_MESSAGE] for path in _with_control(value)}


def _with_control(value: Any) -> Iterator[tuple[str, ...]]:
    waiting: list[tuple[tuple[str, ...], Any]] = [((), value)]
    while waiting:
        path, inner = waiting.pop()
        if isinstance(inner, str) and CONTROL_BUT_LINES.search(inner):
            yield path
        elif isinstance(inner, dict):
            waiting.extend(((*path, key), item) for key, item in inner.items())
            if any(CONTROL_BUT_LINES.search(key) for key in inner):
                yield path
        elif isinstance(inner, list):
            waiting.extend(((*path, str(index)), item) for index, item in enumerate(inner))


class Parser(FlaskParser):
    """Reads bodies with orjson, refuses control characters everywhere, and names what is wrong by its path."""

    def _raw_load_json(self, req: Request) -> Any:
        if not req.mimetype and not read_body():
            return core.missing
        parsed = read_json()
        if ESCAPED_CONTROL.search(read_body()) and (errors := control_characters(parsed)):
            raise InvalidRequest(errors=errors)
        return parsed

    def _process_location_data(self, location_data: Any, schema: ma.Schema, *rest: Any, **options: Any) -> Any:
        visibility.refuse_unseen(schema, location_data)
        try:
            return super()._process_location_data(location_data, schema, *rest, **options)
        except RecursionError as error:
            raise InvalidRequest(errors={"body": ["Nested too deeply."]}) from error

    def handle_error(self, error: ma.ValidationError, *_: Any, **__: Any) -> Any:
        """Refuse with 422 and the messages by field path."""
        messages = error.messages
        inner = next(iter(messages.values())) if isinstance(messages, dict) and len(messages) == 1 else messages
        raise InvalidRequest(errors=flatten(inner)) from error


class Blueprint(SmorestBlueprint):  # type: ignore[misc]
    """A resource's routes: ours in parsing, in refusing unknown parameters, in describing problems and roles."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prepare_doc_cbks.append(self._prepare_rules_doc)

    def arguments(self, schema: Any, **options: Any) -> Any:
        """Describe and check what a route takes; the schema is made once, not for each request."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)

    def response(self, status_code: Any, schema: Any = None, **options: Any) -> Any:
        """Describe and shape what a route answers, without the fields that the asker may not see."""
        return super().response(status_code, visibility.as_seen(schema), **options)

    @staticmethod
    def _prepare_rules_doc(doc: dict[str, Any], doc_info: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Describe what the chassis does to every route: roles, their problems, headers."""
        roles = doc_info.get("roles", [])
        statuses: list[HTTPStatus] = []
        if ANYONE not in roles:
            doc["security"] = [{"internal": []}]
            statuses += [HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN]
        doc["x-roles"] = roles
        if parts := doc_info.get("parts"):
            doc["x-parts"] = parts
        if "requestBody" in doc or "requestBody" in doc_info.get("manual_doc", {}):
            statuses += [HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE]
        if doc_info.get("idempotent"):
            statuses.append(HTTPStatus.CONFLICT)
        if doc_info.get("conditional"):
            statuses.append(HTTPStatus.PRECONDITION_FAILED)
        statuses += [HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY]
        responses = doc.setdefault("responses", {})
        for status in statuses:
            responses.setdefault(int(status), status.name)
        headers = [header for mark, header in HEADERS.items() if doc_info.get(mark)]
        doc["parameters"] = [*doc.get("parameters", []), *headers]
        return doc


class _Converter(OpenAPIConverter):
    """Requests are strict; an answer may hold more tomorrow (DESIGN §6), so its schema must not forbid it today."""

    def schema2jsonschema(self, schema: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]
        if found.get("additionalProperties") is False and not isinstance(resolve_schema_instance(schema), Body):
            del found["additionalProperties"]
        return found


class ProblemApi(Api):  # type: ignore[misc]
    """The API object: OpenAPI 3.1, one name per schema, problem documents for all errors."""

    ERROR_SCHEMA = Problem

    def __init__(self, app: Flask) -> None:
        plugin = MarshmallowPlugin(schema_name_resolver=cast("Any", schema_name))
        plugin.Converter = _Converter
        super().__init__(app, spec_kwargs={"marshmallow_plugin": plugin})
        self.spec.components.security_scheme("internal", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})

    def register_blueprint(self, blp: SmorestBlueprint, **options: Any) -> None:
        """Register a resource's routes; only blueprints of ours keep the rules."""
        if not isinstance(blp, Blueprint):
            raise TypeError(f"{blp.name}: make it with crm_chassis.http.Blueprint, not flask_smorest's")
        super().register_blueprint(blp, **options)

    def handle_http_exception(self, error: Any) -> Any:
        """Render as a problem document."""
        return render_http(error)

    def _register_responses(self) -> None:
        for name, text in [(status.name, status.phrase) for status in HTTPStatus] + [("DEFAULT_ERROR", "Any error")]:
            self.spec.components.response(
                name, {"description": text, "content": {MEDIA_TYPE: {"schema": Problem}}}, lazy=True
            )


def schema_name(schema: Any) -> str | None:
    """Name a schema in the document: class name without "Schema"; variants (only, exclude, partial) stand in place."""
    if isinstance(schema, ma.Schema) and (schema.only or schema.exclude or schema.partial):
        return None
    return str(resolver(schema))


@cache
def query_names(view: Any, method: str) -> frozenset[str]:
    """Return the names of all query parameters that a view describes."""
    described = getattr(handler_of(view, method), "_apidoc", {})
    names: set[str] = set()
    for parameter in described.get("arguments", {}).get("parameters", []):
        if parameter["in"] == "query":
            schema = parameter["schema"]
            fields: Mapping[str, Any] = (schema() if isinstance(schema, type) else schema).fields
            names.update(field.data_key or name for name, field in fields.items())
    names.update(p["name"] for p in described.get("manual_doc", {}).get("parameters", []) if p.get("in") == "query")
    return frozenset(names)
