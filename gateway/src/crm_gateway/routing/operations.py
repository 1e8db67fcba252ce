"""The table of routes: which service owns an operation, who may call it, how large its body may be."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, MapAdapter, Rule

from crm_gateway.routing.fields import Fields, FieldsReader

METHODS = ("get", "put", "post", "delete", "patch")
OWN = "gateway"
INTERNAL_ROLE = "service"


@dataclass(frozen=True)
class Operation:
    """One operation of a service as the merged OpenAPI document describes it."""

    id: str
    service: str
    method: str
    path: str
    rule: str
    roles: frozenset[str]
    max_body: int | None = None
    fields: Fields = field(default_factory=Fields)
    is_searchable: bool = False

    @property
    def scope(self) -> str:
        """What an API key needs for it: the resource that the path ends with, and whether it is read or written."""
        words = [word for word in self.path.split("/") if not word.startswith("{")]
        return f"{words[-1]}:{'read' if self.method == 'GET' else 'write'}"


class UnknownPath(Exception):
    """No service has an operation at this path."""


class UnknownMethod(Exception):
    """The path exists, the method does not; ``allowed`` names those that do."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__(", ".join(allowed))
        self.allowed = allowed


def load_document() -> dict[str, Any]:
    """Read the merged OpenAPI document that tools/export_openapi.py wrote into this package."""
    text = resources.files("crm_gateway").joinpath("openapi.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def operations(document: Mapping[str, Any]) -> Iterator[Operation]:
    """Give the services' operations; the gateway's own are served by its own application."""
    reader = FieldsReader(document)
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            described = item.get(method)
            if described is None or described["x-service"] == OWN:
                continue
            yield Operation(
                id=described["operationId"],
                service=described["x-service"],
                method=method.upper(),
                path=path,
                rule=_rule(path, described.get("parameters", [])),
                roles=frozenset(described["x-roles"]) - {INTERNAL_ROLE},
                max_body=described.get("x-max-body"),
                fields=reader.of_operation(described),
                is_searchable=any(each.get("name") == "q" for each in described.get("parameters", [])),
            )


def _rule(path: str, parameters: list[dict[str, Any]]) -> str:
    """Write a path as werkzeug does: /customers/{id} -> /customers/<uuid:id>, so that /customers/lookup is none."""
    ids = {each["name"] for each in parameters if each.get("in") == "path" and each["schema"].get("format") == "uuid"}
    return re.sub(r"{([^}]+)}", lambda found: f"<{'uuid:' if found[1] in ids else ''}{found[1]}>", path)


class RouteTable:
    """Finds the operation of a method and a path; paths are relative to the base and start with a slash."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._operations = {operation.id: operation for operation in operations(document)}
        rules = [
            Rule(operation.rule, endpoint=operation.id, methods=[operation.method])
            for operation in self._operations.values()
        ]
        self._map: MapAdapter = Map(rules, merge_slashes=False, redirect_defaults=False).bind("gateway")

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._operations.values())

    def find(self, method: str, path: str) -> Operation:
        """Give the operation; raises UnknownPath or UnknownMethod. HEAD is served where GET is."""
        if any(segment in {"", ".", ".."} for segment in path.split("/")[1:]):
            raise UnknownPath  # HTTP clients resolve these, and would reach another operation than the one checked
        try:
            endpoint, _ = self._map.match(path, method)
        except NotFound as error:
            raise UnknownPath from error
        except MethodNotAllowed as error:
            raise UnknownMethod(tuple(sorted({*(error.valid_methods or ()), "OPTIONS"}))) from error
        return self._operations[endpoint]
