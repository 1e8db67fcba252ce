"""Requests made of an operation's own description, for tests that walk every route, known to them or not."""

import re
import uuid

import orjson

from crm_gateway.routing.operations import METHODS, load_document

BASE = "/admin/customers/api/v1"
DOCUMENT = load_document()
DOOR = {"urn:maitre:problem:forbidden", "urn:maitre:problem:unauthenticated"}
"""Problems that say: not you."""


def operations():
    """Every published operation: method, path as the document has it, description."""
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def resolved(node):
    """Follow a reference within the document."""
    while "$ref" in node:
        found = DOCUMENT
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def path_of(template, known):
    """Write a path; ids that are known by the name of their parameter are used, others are of nothing."""
    return BASE + re.sub(r"{([^}]+)}", lambda found: str(known.get(found[1]) or uuid.uuid4()), template)


def query_names(operation):
    """Name the query parameters of an operation."""
    return [each["name"] for each in map(resolved, operation.get("parameters", [])) if each["in"] == "query"]


def body_schema(operation):
    """Give the schema of an operation's JSON body, None where it has none."""
    content = resolved(operation.get("requestBody", {})).get("content", {})
    return content["application/json"]["schema"] if "application/json" in content else None


def body_of(operation, known):
    """Make the smallest body that the schema allows, {} for an operation that describes none."""
    schema = body_schema(operation)
    return {} if schema is None else sample(schema, known)


def sample(schema, known, name=""):
    """Make a value: what is known by the name, the example, else the first and least that is allowed."""
    schema = resolved(schema)
    for choice in ("oneOf", "anyOf", "allOf"):
        if choice in schema:
            return sample(schema[choice][0], known, name)
    if name in known:
        return known[name]
    for given in ("example", "default"):
        if given in schema:
            return schema[given]
    if "enum" in schema:
        return next(value for value in schema["enum"] if value is not None)
    return _made(schema, known)


def _made(schema, known):
    kind = schema.get("type")
    kind = next(each for each in kind if each != "null") if isinstance(kind, list) else kind
    if kind == "object" or "properties" in schema:
        wanted = schema.get("required", [])
        return {
            name: sample(part, known, name) for name, part in schema.get("properties", {}).items() if name in wanted
        }
    if kind == "array":
        return [sample(schema.get("items", {}), known) for _ in range(schema.get("minItems", 0))]
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1) or 1
    if kind == "boolean":
        return False
    texts = {
        "uuid": str(uuid.uuid4()),
        "date-time": "2026-01-31T18:30:00Z",
        "date": "2026-01-31",
        "email": "a@example.com",
    }
    return texts.get(schema.get("format"), "x" * max(1, schema.get("minLength", 1)))


def send(client, method, url, *, headers=None, body=None, **options):
    """Send a request as JSON where there is a body."""
    if body is not None and (body or method not in {"GET", "DELETE"}):
        options |= {"data": orjson.dumps(body), "content_type": "application/json"}
    return client.open(url, method=method, headers=headers or {}, **options)


def refused_at_the_door(answer):
    """Tell whether an answer says that this caller may not do that at all."""
    return (answer.get_json(silent=True) or {}).get("type") in DOOR if answer.status_code in {401, 403} else False
