"""What makes the merged document good to read: examples of every body, tags with a sentence, refusals as they look.

An example is put together from what stands at the fields (``metadata={"example": ...}``), from their formats and
choices, and for what recurs everywhere from the table here: one guest and one restaurant run through all of it.
"""

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from crm_chassis.errors import problem_type

Document = dict[str, Any]
METHODS = ("get", "put", "post", "delete", "patch")
JSON = "application/json"

FORMATS: dict[str, Any] = {
    "uuid": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
    "date-time": "2026-02-14T19:30:00Z",
    "date": "2026-02-14",
    "discount_minor": 0,
    "email": "anna.ruiz@example.com",
    "uri": "https://example.com/hook",
    "url": "https://example.com/hook",
    "password": "correct horse battery",
    "time": "19:30:00",
}
NAMES: dict[str, Any] = {
    "acquisition_source": "website",
    "actor": "01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d",
    "address": "anna.ruiz@example.com",
    "amount_minor": 1250,
    "Line.name": "Tiramisù",
    "Location.name": "Dupont Circle",
    "LocationChanges.name": "Dupont Circle",
    "NewLine.name": "Tiramisù",
    "NewLocation.name": "Dupont Circle",
    "Organisation.name": "Casa Ruiz",
    "OrganisationChanges.name": "Casa Ruiz",
    "area": "terrace",
    "birthday": {"month": 5, "day": 17},
    "business_day_starts_at": "04:00",
    "category": "starters",
    "city": "Lisbon",
    "closes": "23:00",
    "code": "492817",
    "countries": ["US"],
    "country": "US",
    "currency": "USD",
    "day": 17,
    "default_zone": "America/New_York",
    "detail": "The loyalty service is away.",
    "email": "anna.ruiz@example.com",
    "external_id": "T1-20260214-0042",
    "from_address": "hello@example.com",
    "id": "10472",
    "item_id": "tiramisu",
    "kind": "adjust",
    "legal_name": "Casa Ruiz LLC",
    "month": 5,
    "name": "Anna Ruiz",
    "next_cursor": None,
    "note": "Prefers the window table",
    "number": "+12025550143",
    "occasion": "birthday",
    "opens": "11:30",
    "party_size": 4,
    "phone": "+12025550143",
    "placed_at": "2026-02-14T19:30:00Z",
    "points": 50,
    "postal_address": "12 Main Street, Washington, DC 20001",
    "postal_code": "20001",
    "prefix": "k3v9q2",
    "quantity": 2,
    "reason": "Waited too long for the main course",
    "region": "DC",
    "requests": "A quiet table, please",
    "role": "manager",
    "scopes": ["orders:write"],
    "sku": "TIRA",
    "source": "till",
    "status": "paid",
    "street": "12 Main Street",
    "subject": "A table for you",
    "tag": "vip",
    "tags": ["regular"],
    "tax_minor": 400,
    "text_version": "2026-01",
    "tip_minor": 500,
    "title": "Service Unavailable",
    "token": "eyJhbGciOiJFZERTQSJ9.e30.c2lnbmF0dXJl",
    "total_minor": 4875,
    "type": "urn:maitre:problem:service-unavailable",
    "unit_price_minor": 1250,
    "version": 3,
    "year": 1988,
    "zone": "America/New_York",
}


class Examples:
    """Puts examples together from a document's schemas; ``without`` names the fields it found no good one for."""

    def __init__(self, document: Document) -> None:
        self._schemas = document["components"]["schemas"]
        self._open: list[str] = []
        self.without: set[str] = set()

    def of(self, schema: Document, name: str = "") -> Any:
        """Give an example of what a schema describes."""
        if "$ref" in schema:
            return self._named(schema["$ref"].rpartition("/")[2], name)
        known = self._known(name)
        if known is not None and known in schema.get("enum", []):
            return known
        if (told := _told(schema)) is not None:
            return told[0]
        variants = [each for each in schema.get("anyOf") or schema.get("oneOf") or [] if each.get("type") != "null"]
        if variants or "allOf" in schema:
            return self.of((variants or schema["allOf"])[0], name)
        types = schema.get("type", "object" if "properties" in schema else "any")
        kind = types if isinstance(types, str) else next((each for each in types if each != "null"), "null")
        if kind == "object":
            return self._object(schema)
        return self._array(schema, name) if kind == "array" else self._plain(schema, kind, name)

    def _named(self, reference: str, name: str) -> Any:
        """Give an example of a schema by its name; one within itself stays empty."""
        if reference in self._open:
            return {}
        self._open.append(reference)
        try:
            return self.of(self._schemas[reference], name or reference)
        finally:
            self._open.pop()

    def _known(self, name: str) -> Any:
        """Give what the table has for a field, of this schema if it has that."""
        return NAMES.get(f"{self._open[-1]}.{name}" if self._open else name, NAMES.get(name))

    def _array(self, schema: Document, name: str) -> list[Any]:
        if isinstance(known := self._known(name), list):
            return known
        items = schema.get("items", {})
        if items.get("$ref", "").rpartition("/")[2] in self._open:
            return []
        return [self.of(items)] * max(1, schema.get("minItems", 1))

    def _object(self, schema: Document) -> Document:
        more = schema.get("additionalProperties")
        made = {name: self.of(field, name) for name, field in schema.get("properties", {}).items()}
        return made or ({"name": self.of(more)} if isinstance(more, dict) and more else {})

    def _plain(self, schema: Document, kind: str, name: str) -> Any:
        """Give a number, a text or a truth."""
        if kind == "boolean":
            return True
        known = self._known(name)
        if kind in {"integer", "number"}:
            value = known if isinstance(known, int) else 2
            return min(max(value, schema.get("minimum", value)), schema.get("maximum", value))
        if kind != "string":
            return known
        if schema.get("format") in FORMATS:
            return FORMATS[schema["format"]]
        if isinstance(known, str) and _fits(known, schema):
            return known
        self.without.add(name)
        return "text"


def _told(schema: Document) -> tuple[Any] | None:
    """Give the example that stands at the schema itself, in a tuple, for it may be null."""
    if "example" in schema:
        return (schema["example"],)
    if schema.get("examples"):
        return (schema["examples"][0],)
    if "const" in schema:
        return (schema["const"],)
    if choices := [each for each in schema.get("enum", []) if each is not None]:
        return (choices[0],)
    return (schema["default"],) if schema.get("default") is not None else None


def _fits(text: str, schema: Document) -> bool:
    is_long_enough = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
    return is_long_enough and re.search(schema.get("pattern", ""), text) is not None


def operations(document: Document) -> Iterator[Document]:
    """Give every operation of a document."""
    for item in document["paths"].values():
        yield from (item[method] for method in METHODS if method in item)


def bodies(operation: Document) -> Iterator[Document]:
    """Give the JSON bodies of an operation: what it takes, and its main answer."""
    main = min((status for status in operation["responses"] if status.startswith("2")), default=None)
    holders = [operation.get("requestBody", {}), operation["responses"].get(main, {})]
    yield from (holder["content"][JSON] for holder in holders if JSON in holder.get("content", {}))


def make_readable(document: Document, documents: dict[str, Document]) -> None:
    """Add examples, the tags' sentences and the refusals that the gateway itself has for everything."""
    examples = Examples(document)
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    refusals = document["components"].setdefault("responses", {})
    refusals.setdefault("TOO_MANY_REQUESTS", {"description": "Too Many Requests", "content": problem})
    for operation in operations(document):
        operation["responses"].setdefault("429", {"$ref": "#/components/responses/TOO_MANY_REQUESTS"})
        for body in bodies(operation):
            if not {"example", "examples"} & body.keys():
                body["example"] = examples.of(body["schema"])
    about = {"about": "This document, and its page"}
    for each in documents.values():
        about |= {tag["name"]: tag["description"] for tag in each.get("tags", []) if "description" in tag}
    for tag in document["tags"]:
        tag["description"] = about.get(tag["name"], tag["name"].capitalize())
    for name, response in document["components"].get("responses", {}).items():
        for media in response.get("content", {}).values():
            media["example"] = _refusal(name)


def _refusal(name: str) -> Document:
    """Show a problem document of a status."""
    status = HTTPStatus.__members__.get(name, HTTPStatus.INTERNAL_SERVER_ERROR)
    told = {
        HTTPStatus.UNPROCESSABLE_ENTITY: ("InvalidRequest", "The request's fields are not as the API describes them."),
        HTTPStatus.PRECONDITION_FAILED: ("ChangedMeanwhile", "The record was changed since it was read."),
        HTTPStatus.UNAUTHORIZED: ("Unauthenticated", "The token is not valid, has expired or was revoked."),
        HTTPStatus.FORBIDDEN: ("Forbidden", "Your role may not do this."),
        HTTPStatus.TOO_MANY_REQUESTS: ("TooManyRequests", "More than 3000 search requests in 60 s; wait 12 s."),
        HTTPStatus.INTERNAL_SERVER_ERROR: ("InternalError", "Something went wrong."),
    }
    kind, detail = told.get(status, (status.phrase.title().replace(" ", ""), f"{status.description or status.phrase}."))
    shown: Document = {"type": problem_type(kind), "title": status.phrase, "status": int(status), "detail": detail}
    shown["instance"] = f"urn:request:{FORMATS['uuid']}"
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        shown["errors"] = {"lines.0.quantity": ["Must be greater than or equal to 1 and less than or equal to 9999."]}
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        shown["retry_after"] = 12
    return shown
