"""What services offer for the gateway to compose (``@part_of``), and how the merged document describes the wholes."""

from typing import Any, NamedTuple

from crm_gateway.routing.operations import INTERNAL_ROLE, METHODS

Document = dict[str, Any]


class Described(NamedTuple):
    """A part's name, its schema, and that of the items it lists, as the gateway gives them on."""

    name: str
    schema: Document
    item: Document | None


def parts(documents: dict[str, Document]) -> list[Document]:
    """List the parts: of what, by whom, where, for whom, and which query parameters they take."""
    found = [
        {"of": part["of"], "name": part["name"], "service": service, "method": method, "path": path}
        | {"roles": sorted(set(item[method]["x-roles"]) - {INTERNAL_ROLE}), "query": _query(item, method)}
        for service, document in documents.items()
        for path, item in document["paths"].items()
        for method in METHODS
        if method in item
        for part in item[method].get("x-parts", [])
    ]
    return sorted(found, key=lambda part: (part["of"], part["name"], part["service"]))


def describe(part: Document, paths: Document, schemas: Document) -> Described:
    """Describe a part: by its route's answer, or of a route that brings several (``parts``) by its property there."""
    answer = paths[part["path"]][part["method"]]["responses"]["200"]
    schema: Document = answer["content"]["application/json"]["schema"]
    if "parts" in part["query"]:
        schema = _resolved(schema, schemas)["properties"][part["name"]]
    listed = _resolved(schema, schemas).get("properties", {}).get("items")
    item = None if listed is None else _with_service(_resolved(listed["items"], schemas), part["service"])
    return Described(part["name"], schema, item)


def fill_in(node: Any, wholes: dict[str, list[Described]]) -> None:
    """Describe the wholes by the parts that services offer now: ``x-parts-of`` and ``x-items-of`` say where."""
    if isinstance(node, dict):
        found = wholes.get(node.get("x-parts-of", ""))
        if found:
            node["properties"] = {part.name: {"anyOf": [part.schema, {"type": "null"}]} for part in found}
        items = [part.item for part in wholes.get(node.get("x-items-of", ""), []) if part.item]
        if items:
            node["items"] = {"anyOf": items} if len(items) > 1 else items[0]
        for value in node.values():
            fill_in(value, wholes)
    elif isinstance(node, list):
        for value in node:
            fill_in(value, wholes)


def _query(item: Document, method: str) -> list[str]:
    """Name the query parameters of an operation."""
    parameters = [*item.get("parameters", []), *item[method].get("parameters", [])]
    return sorted(each["name"] for each in parameters if each["in"] == "query")


def _with_service(item: Document, service: str) -> Document:
    """Add to an item's schema whose it is; what a later release may add is let through."""
    whose = {"type": "string", "enum": [service]}
    return {
        **{key: value for key, value in item.items() if key != "additionalProperties"},
        "properties": {**item["properties"], "service": whose},
        "required": sorted({*item.get("required", []), "service"}),
    }


def _resolved(schema: Document, schemas: Document) -> Document:
    """Follow a reference to the schema it names."""
    found: Document = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    return found
