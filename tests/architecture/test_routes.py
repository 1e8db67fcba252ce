"""No door without a lock, no undocumented one: every route of every app says who may and what it does."""

import json
from pathlib import Path

import pytest

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
