"""Which service takes what came in at the edge: services say so themselves (``@part_of("edge", "sendgrid")``)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Part:
    """One route of one service."""

    name: str
    service: str
    method: str
    path: str


class TwiceOffered(Exception):
    """Two services offer to take the same thing; each message has one owner."""

    is_safe_to_log = True


def parts_of(document: Mapping[str, Any], whole: str) -> dict[str, Part]:
    """Give what services offer of *whole* ("edge", "edge-preferences", ...) by name; raises TwiceOffered."""
    found: dict[str, Part] = {}
    for part in _parts(document, whole):
        if part.name in found:
            raise TwiceOffered(f"{whole} {part.name}: both {found[part.name].service} and {part.service}")
        found[part.name] = part
    return found


def _parts(document: Mapping[str, Any], whole: str) -> Iterator[Part]:
    for part in document.get("x-parts", []):
        if part["of"] == whole:
            yield Part(part["name"], part["service"], part["method"].upper(), part["path"])
