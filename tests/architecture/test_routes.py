"""No door without a lock, no undocumented one: every route of every app says who may and what it does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm_gateway.permissions import DATA_CLASSES, SEES

ROOT = Path(__file__).parents[2]
DOCUMENTS = {
    path.parent.name if path.parent.name != "crm_gateway" else "gateway": path
    for path in [*ROOT.glob("services/*/openapi.json"), ROOT / "gateway/src/crm_gateway/openapi.json"]
}
METHODS = {"get", "post", "put", "patch", "delete"}
OPERATIONS = [
    pytest.param(operation, id=f"{name} {method} {path}")
    for name, document in sorted(DOCUMENTS.items())
    for path, item in json.loads(document.read_text())["paths"].items()
    for method, operation in item.items()
    if method in METHODS
]


def test_every_app_has_its_document():
    assert set(DOCUMENTS) == {"customer", "segmentation", "campaign", "loyalty", "feedback", "gateway"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_says_what_it_does_and_who_may(operation):
    assert operation["summary"]
    assert operation["operationId"]
    assert "x-roles" in operation or operation.get("security") == [] or operation["tags"] == ["about"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_declares_its_problems(operation):
    """Whoever calls it knows what can be refused, in one form."""
    refusals = [status for status in operation["responses"] if status.startswith("4") or status == "default"]
    assert refusals or operation["tags"] == ["about"]


def schemas() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object schema of every document, by where it stands."""
    for name, path in sorted(DOCUMENTS.items()):
        document = json.loads(path.read_text())
        waiting: list[tuple[str, Any]] = [(name, document["components"]), (name, document["paths"])]
        while waiting:
            at, node = waiting.pop()
            if isinstance(node, dict):
                if isinstance(node.get("properties"), dict):
                    yield at, node
                waiting += [(f"{at}/{key}", value) for key, value in node.items()]
            elif isinstance(node, list):
                waiting += [(at, value) for value in node]


def test_every_class_of_data_is_one_of_the_table():
    """A field of a class that no role sees would be shown to nobody; a misspelt one as well."""
    for at, schema in schemas():
        for name, part in schema["properties"].items():
            assert part.get("x-data-class", DATA_CLASSES[0]) in DATA_CLASSES, f"{at}: {name}"
    assert {data_class for sees in SEES.values() for data_class in sees} <= set(DATA_CLASSES)


def test_what_may_be_left_out_of_an_answer_is_not_promised_in_it():
    """Who may not see a field gets the answer without it: it cannot be required there."""
    for name, path in DOCUMENTS.items():
        document = json.loads(path.read_text())
        operations = [item[method] for item in document["paths"].values() for method in METHODS & item.keys()]
        for at, schema in _reached(document, [operation["responses"] for operation in operations]):
            marked = {key for key, part in schema["properties"].items() if "x-data-class" in part}
            assert not marked & set(schema.get("required", [])), f"{name}: {at}"


def _reached(document: dict[str, Any], waiting: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object schema that these parts of a document come to, with the reference it was found by."""
    seen: set[str] = set()
    at = ""
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            if isinstance(node.get("properties"), dict):
                yield at, node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
        elif isinstance(node, str) and node.startswith("#/components/") and node not in seen:
            seen.add(node)
            at, (*_, section, name) = node, node.split("/")
            waiting.append(document["components"][section][name])
