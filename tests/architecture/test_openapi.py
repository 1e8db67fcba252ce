"""The merged document is good to read and to generate from: examples that hold, strict requests, open answers."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from tools.openapi_examples import Examples, bodies, operations

DOCUMENT = json.loads((Path(__file__).parents[2] / "gateway/src/crm_gateway/openapi.json").read_text())
BODIES = [
    pytest.param(body, id=f"{operation['operationId']} {number}")
    for operation in operations(DOCUMENT)
    for number, body in enumerate(bodies(operation))
]


def reachable(*roots):
    """Names of the schemas that these refer to, at any depth."""
    found, waiting = set(), list(roots)
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            waiting += node.values()
            name = str(node.get("$ref", "")).partition("#/components/schemas/")[2]
            if name and name not in found:
                found.add(name)
                waiting.append(DOCUMENT["components"]["schemas"][name])
        elif isinstance(node, list):
            waiting += node
    return found


TAKEN = reachable(*(operation["requestBody"] for operation in operations(DOCUMENT) if "requestBody" in operation))


@pytest.mark.parametrize("body", BODIES)
def test_examples_are_what_their_schema_describes(body):
    validator = Draft202012Validator(
        {"components": DOCUMENT["components"], **body["schema"]}, format_checker=FormatChecker()
    )
    found = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(body["example"])]
    assert not found, found


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_every_field_that_a_request_may_have_has_an_example(name):
    """Give it one with ``metadata={"example": ...}``, or a format, or choices, or a default."""
    examples = Examples(DOCUMENT)
    examples.of(DOCUMENT["components"]["schemas"][name])
    assert not examples.without, f"{name}: {', '.join(sorted(examples.without))}"


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_requests_are_strict(name):
    schema = DOCUMENT["components"]["schemas"][name]
    assert schema.get("type") != "object" or schema.get("additionalProperties") is False or "properties" not in schema


def test_answers_may_hold_more_than_they_do_today():
    closed = {n for n, s in DOCUMENT["components"]["schemas"].items() if s.get("additionalProperties") is False}
    assert closed <= TAKEN


def test_tags_and_refusals_say_what_they_are():
    assert all(tag["description"] for tag in DOCUMENT["tags"])
    for response in DOCUMENT["components"]["responses"].values():
        assert response["content"]["application/problem+json"]["example"]["type"].startswith("urn:maitre:problem:")
    assert all("429" in operation["responses"] for operation in operations(DOCUMENT))
