"""Which operations the audit log follows and what it keeps of each, derived from the merged OpenAPI document.

An operation is about guests where its path names one, or its answer holds guests' ids. Only names that the document
knows are kept of a body or a query: a client's own words never reach the log.
"""

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

import orjson

from crm_chassis.config import Secret
from crm_chassis.crypto import derive, parse_key
from crm_gateway.config import BASE
from crm_gateway.routing.operations import METHODS

GUEST_IDS = frozenset({"customer_id", "survivor_id", "merged_id", "referred_id", "referrer_id"})
READING = frozenset({"lookup", "previews", "tokens", "sessions"})
"""Last words of paths whose POST changes nothing about anybody."""
PAGING = frozenset({"limit", "cursor", "sort", "include", "fields"})
LARGEST_PARSED = 4 << 20
_DEEPEST = 12
_TEMPLATE = re.compile(r"{([^}]+)}")


@dataclass(frozen=True)
class Watch:
    """What to keep of one operation."""

    action: str
    method: str
    path: re.Pattern[str] | None
    is_change: bool
    has_guests: bool
    answers_guests: bool
    fields: frozenset[str]
    searches: frozenset[str]

    @property
    def is_followed(self) -> bool:
        """Whether anything is kept of it."""
        return self.is_change or self.path is not None or self.has_guests

    def named_in(self, path: str) -> set[UUID]:
        """Give the guests whose ids stand in a path."""
        found = self.path.fullmatch(path) if self.path else None
        return set(_uuids(found.groupdict().values())) if found else set()


def watches(document: Mapping[str, Any]) -> dict[str, Watch]:
    """Give the watch of every operation by its id."""
    found = {}
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                watch = _watch(document, path, method, item[method])
                found[watch.action] = watch
    return found


def own_actions(document: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    """Give the operation ids by method and full path template, as the gateway's own application routes them."""
    return {
        (method.upper(), BASE + path): item[method]["operationId"]
        for path, item in document.get("paths", {}).items()
        for method in METHODS
        if method in item
    }


def _watch(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Watch:
    words = [word for word in path.split("/") if word and not word.startswith("{")]
    names = set(_names(document, operation.get("responses", {}), _DEEPEST))
    is_guest = words[0] == "customers" and words[-1] in {"customers", "lookup"} and "{" not in path
    return Watch(
        action=operation["operationId"],
        method=method.upper(),
        path=_path_pattern(path),
        is_change=method != "get" and words[-1] not in READING,
        has_guests=is_guest or bool(names & GUEST_IDS),
        answers_guests=is_guest,
        fields=frozenset(_names(document, operation.get("requestBody", {}), _DEEPEST)),
        searches=frozenset(_searches(operation)),
    )


def _path_pattern(path: str) -> re.Pattern[str] | None:
    """Give a pattern that finds the guests' ids in a path, None where it names none."""
    if not set(_TEMPLATE.findall(path)) & GUEST_IDS:
        return None
    parts = _TEMPLATE.split(path)
    texts = [re.escape(part) if at % 2 == 0 else _group(part) for at, part in enumerate(parts)]
    return re.compile("".join(texts))


def _group(name: str) -> str:
    return f"(?P<{name}>[^/]+)" if name in GUEST_IDS else "[^/]+"


def _searches(operation: Mapping[str, Any]) -> Iterator[str]:
    """Name the query parameters that carry a value somebody looks for; choices and switches are none."""
    for parameter in operation.get("parameters", []):
        schema = parameter.get("schema", {})
        types = schema.get("type", "string")
        is_text = "string" in ([types] if isinstance(types, str) else types)
        if parameter["in"] == "query" and is_text and "enum" not in schema and parameter["name"] not in PAGING:
            yield parameter["name"]


def _names(document: Mapping[str, Any], node: Any, depth: int) -> Iterator[str]:
    """Name all properties of the schemas under a node, through references."""
    if depth <= 0:
        return
    if isinstance(node, list):
        for each in node:
            yield from _names(document, each, depth)
    elif isinstance(node, Mapping):
        reference = node.get("$ref")
        if isinstance(reference, str):
            target: Any = document
            for word in reference.removeprefix("#/").split("/"):
                target = target.get(word, {})
            yield from _names(document, target, depth - 1)
        if isinstance(node.get("properties"), Mapping):
            yield from node["properties"]
        for key, each in node.items():
            if key not in {"example", "examples"}:
                yield from _names(document, each, depth - (key in {"properties", "items"}))


class Hasher:
    """Keyed hashes of what was searched for and of addresses: the same value has the same hash, and nobody reads it."""

    def __init__(self, master_keys: Secret) -> None:
        entries = (entry.strip().partition(":") for entry in master_keys.reveal().split(",") if entry.strip())
        keys = [parse_key(key, "CRM_MASTER_KEYS") for _, _, key in entries]
        self._keys = [derive(key, "audit/searched/v1") for key in keys]

    def of(self, value: str) -> str:
        """Give the hash of a value under the current key, in 24 hex digits."""
        return self._under(self._keys[0], value)

    def all_of(self, value: str) -> list[str]:
        """Give a value's hashes under all keys, so that entries older than a rotation are found too."""
        return [self._under(key, value) for key in self._keys]

    def searched(self, watch: Watch, query: str) -> tuple[str, ...]:
        """Give ``name:hash`` of every value a query string looks for."""
        pairs = parse_qsl(query, errors="replace", max_num_fields=50) if query and watch.searches else []
        return tuple(sorted({f"{name}:{self.of(value)}" for name, value in pairs if name in watch.searches}))

    def searched_in(self, watch: Watch, body: Any) -> tuple[str, ...]:
        """Give ``name:hash`` of every text in a body that looks somebody up."""
        if not isinstance(body, dict):
            return ()
        texts = {name: value for name, value in body.items() if name in watch.fields and isinstance(value, str)}
        return tuple(sorted(f"{name}:{self.of(value)}" for name, value in texts.items() if name != "password"))

    @staticmethod
    def _under(key: bytes, value: str) -> str:
        form = " ".join(value.casefold().split())
        return hmac.new(key, form.encode("utf-8", "replace"), hashlib.sha256).hexdigest()[:24]


def parsed(body: bytes) -> Any:
    """Read a JSON body, None where it is none or larger than anybody sends."""
    if not body or len(body) > LARGEST_PARSED:
        return None
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def guests_in(value: Any, *, are_guests: bool = False) -> set[UUID]:
    """Find guests' ids anywhere in a parsed body; ``are_guests``: the objects on top are guests themselves."""
    found: set[str] = set()
    if are_guests and isinstance(value, dict):
        objects = value["items"] if isinstance(value.get("items"), list) else [value]
        found.update(each["id"] for each in objects if isinstance(each, dict) and isinstance(each.get("id"), str))
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            for name, inner in node.items():
                if name in GUEST_IDS and isinstance(inner, str):
                    found.add(inner)
                elif isinstance(inner, dict | list):
                    waiting.append(inner)
        elif isinstance(node, list):
            waiting.extend(each for each in node if isinstance(each, dict | list))
    return set(_uuids(found))


def fields_in(value: Any, watch: Watch) -> tuple[str, ...]:
    """Name the fields that a body sets, of those the operation knows; an array's are those of all its items."""
    objects = value if isinstance(value, list) else [value]
    names: set[str] = set()
    for each in objects:
        if isinstance(each, dict):
            names.update(each)
    return tuple(sorted(names & watch.fields))


def _uuids(texts: Any) -> Iterator[UUID]:
    for text in texts:
        try:
            yield UUID(text)
        except ValueError:
            continue
