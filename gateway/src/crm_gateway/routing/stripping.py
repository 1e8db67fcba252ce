"""The last look at an answer before it goes out: what its asker may not see is taken out, and the leak is told."""

import dataclasses
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from flask import Flask, Response, g, request
from prometheus_client import Counter
from urllib3 import HTTPHeaderDict

from crm_chassis.auth import ANYONE, Principal
from crm_gateway.config import BASE
from crm_gateway.routing.fields import Fields, FieldsReader
from crm_gateway.routing.operations import METHODS, OWN, Operation
from crm_gateway.routing.refusals import about
from crm_gateway.routing.upstreams import Answer, ServiceUnintelligible

LONGEST = 8 << 20
"""Most bytes of an answer that is read to be looked through; only those wait for it who may not see all of it."""

JSON = "application/json"
LEAKS = Counter("crm_field_leaks", "Answers from which the gateway took fields that the asker may not see", ["service"])
logger = structlog.get_logger()


def stripped(operation: Operation, asking: Principal, answer: Answer) -> Answer:
    """Give a service's answer without what the asker may not see; who may see all of it gets it as it comes."""
    hidden = operation.fields.hidden_from(asking)
    if not hidden or answer.status >= HTTPStatus.BAD_REQUEST:
        return answer
    headers = HTTPHeaderDict(answer.headers)
    if answer.content == b"":
        headers.pop("Content-Length", None)  # of a HEAD: the length of what was not looked through
        return dataclasses.replace(answer, headers=headers)
    if headers.get("Content-Type", "").partition(";")[0] != JSON or "Content-Encoding" in headers:
        _close(answer)
        what = "answered in a form that cannot be looked through"
        raise about(operation.service, HTTPStatus.BAD_GATEWAY, "AnswerUnreadable", what)
    content = _whole(operation, answer)
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise ServiceUnintelligible from error
    if taken := operation.fields.strip(body, hidden):
        _tell(operation.service, operation.method, operation.path, taken)
        content = orjson.dumps(body)
    headers["Content-Length"] = str(len(content))
    return dataclasses.replace(answer, headers=headers, content=content)


def install(app: Flask, document: Mapping[str, Any]) -> None:
    """Look through the answers of the gateway's own operations too: they are composed of what services say."""
    reader = FieldsReader(document)
    own = {
        (method.upper(), path): fields
        for path, item in document.get("paths", {}).items()
        for method in METHODS
        if method in item and item[method]["x-service"] == OWN
        if (fields := reader.of_operation(item[method])).classes
    }

    @app.after_request
    def look_through(response: Response) -> Response:
        fields = own.get((request.method, _template())) if own else None
        if fields is not None and response.is_json and response.status_code < HTTPStatus.BAD_REQUEST:
            _strip_own(fields, response)
        return response


def _strip_own(fields: Fields, response: Response) -> None:
    hidden = fields.hidden_from(g.get("principal") or Principal(kind="program", id=ANYONE, role=ANYONE))
    if hidden:
        body = orjson.loads(response.get_data())
        if taken := fields.strip(body, hidden):
            _tell(OWN, request.method, _template(), taken)
            response.set_data(orjson.dumps(body))


def _template() -> str:
    """Write the path of the route in charge as the document has it."""
    rule = request.url_rule.rule if request.url_rule else ""
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule).removeprefix(BASE)


def _whole(operation: Operation, answer: Answer) -> bytes:
    """Read an answer to its end, up to LONGEST bytes."""
    if isinstance(answer.content, bytes):
        return answer.content
    content = bytearray()
    try:
        for chunk in answer.content:
            content += chunk
            if len(content) > LONGEST:
                what = "answered with more than can be looked through for your role: ask for less at once"
                raise about(operation.service, HTTPStatus.BAD_GATEWAY, "AnswerTooLong", what)
    finally:
        answer.content.close()
    return bytes(content)


def _tell(service: str, method: str, path: str, taken: set[str]) -> None:
    LEAKS.labels(service).inc()
    logger.error("fields leaked", upstream=service, method=method, route=path, fields=sorted(taken))


def _close(answer: Answer) -> None:
    if not isinstance(answer.content, bytes):
        answer.content.close()
