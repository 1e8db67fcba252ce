"""Which parts there are of a whole: what services mark with ``@part_of``, and what the product expects to come."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

ANCHOR = "customer"
"""The service that owns guests: what it says about a guest (404, 410) is true of the whole."""

EXPECTED: dict[str, dict[str, str]] = {
    "profile": {
        "guest": "customer",
        "metrics": "customer",
        "orders": "customer",
        "reservations": "customer",
        "loyalty": "loyalty",
        "segments": "segmentation",
        "messages": "campaign",
        "reviews": "feedback",
        "surveys": "feedback",
    },
    "timeline": dict(zip(names := ("customer", "loyalty", "segmentation", "campaign", "feedback"), names, strict=True)),
    "suggestions": {"customers": "customer", "segments": "segmentation", "campaigns": "campaign"},
    "success-metrics": {name: name for name in ("customer", "campaign", "loyalty", "feedback")},
    "tiles": {name: name for name in ("customer", "campaign", "loyalty", "feedback")},
    "jobs": {},
}
"""Parts of each whole by name, and whose they will be: those that nobody offers yet are named ``not_offered``."""


@dataclass(frozen=True)
class Part:
    """One part of a whole, as a service's document offers it; *query* names the parameters it takes."""

    of: str
    name: str
    service: str
    path: str
    roles: frozenset[str]
    query: frozenset[str]


@dataclass(frozen=True)
class Ask:
    """One GET that brings one part of a whole, or several of one service."""

    service: str
    path: str
    names: tuple[str, ...]
    roles: frozenset[str]
    query: frozenset[str]

    def target(self, subject: str | None, query: Mapping[str, str]) -> str:
        """Write path and query: *subject* stands for the path's parameter, and only what the part takes is sent."""
        path = re.sub(r"{[^}]+}", quote(subject or "", safe=""), self.path)
        taken = {name: value for name, value in query.items() if name in self.query}
        if "parts" in self.query:
            taken["parts"] = ",".join(self.names)
        return f"{path}?{urlencode(taken)}" if taken else path

    def parts_in(self, body: Any) -> dict[str, Any]:
        """Give the parts that an answer holds: the answer itself where the path is one part, else one by its name."""
        if len(self.names) == 1 and "parts" not in self.query:
            return {self.names[0]: body}
        if not isinstance(body, dict):
            raise TypeError("an answer of several parts is an object")
        return {name: body[name] for name in self.names if name in body}


def offered(document: Mapping[str, Any]) -> tuple[Part, ...]:
    """Read the parts that services offer from the merged document."""
    return tuple(
        Part(
            of=each["of"],
            name=each["name"],
            service=each["service"],
            path=each["path"],
            roles=frozenset(each["roles"]),
            query=frozenset(each.get("query", ())),
        )
        for each in document.get("x-parts", [])
        if each["method"] == "get"
    )


def asks(parts: Iterable[Part]) -> list[Ask]:
    """Join the parts that one path brings into one request each, in a steady order."""
    by_path: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        by_path.setdefault((part.service, part.path), []).append(part)
    return [
        Ask(service, path, tuple(part.name for part in found), found[0].roles, found[0].query)
        for (service, path), found in by_path.items()
    ]
