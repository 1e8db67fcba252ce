"""Fields that not everybody may see (RULES G2): those who may not neither send them nor get them in an answer.

A field says its class of data in its metadata, ``{"x-data-class": "..."}``; who asks carries the classes they see.
"""

from collections.abc import Mapping
from functools import cache, lru_cache, partial
from typing import Any, cast

import marshmallow as ma

from crm_chassis.auth import current_principal
from crm_chassis.errors import DomainError, Kind

MARK, DEEPEST = "x-data-class", 8
Path = tuple[str, ...]


class ForbiddenFields(DomainError):
    """Some of these fields are not for your role: leave them out."""

    kind = Kind.FORBIDDEN


def may_see(data_class: str) -> bool:
    """Tell whether who asks in the present request sees this class of data; nobody in particular sees none."""
    asking = current_principal()
    return asking is not None and asking.may_see(data_class)


@cache
def marked(schema: ma.Schema, levels: int = DEEPEST) -> tuple[tuple[Path, str], ...]:
    """List the paths of a schema's marked fields, each with its class; TypeError where they have no end."""
    found: list[tuple[Path, str]] = []
    for name, field in schema.fields.items():
        inner = field.inner if isinstance(field, ma.fields.List) else field
        if data_class := field.metadata.get(MARK):
            found.append(((name,), str(data_class)))
        elif isinstance(inner, ma.fields.Nested) and levels:
            found += [((name, *path), mark) for path, mark in marked(inner.schema, levels - 1)]
    if found and (levels == 0 or any(schema.fields[path[0]].data_key for path, _ in found)):
        raise TypeError(f"{type(schema).__name__}: marked fields go by their own name, and not in an endless schema")
    return tuple(found)


def refuse_unseen(schema: ma.Schema, given: Any) -> None:
    """Refuse what was given where it holds fields, even empty ones, that the asker may not see."""
    hidden = [path for path, data_class in marked(schema) if not may_see(data_class)]
    if errors := {at: ["Not for your role."] for path in hidden for at in _present(given, path)}:
        raise ForbiddenFields(errors=errors)


def _present(value: Any, path: Path, at: str = "") -> list[str]:
    """Find where in a value a path leads: ``lines.0.price`` and so on."""
    if not path:
        return [at.rstrip(".")]
    items = [(f"{at}{n}.", each) for n, each in enumerate(value)] if isinstance(value, list) else [(at, value)]
    inside = [(at, each) for at, each in items if isinstance(each, Mapping) and path[0] in each]
    return [found for at, each in inside for found in _present(each[path[0]], path[1:], f"{at}{path[0]}.")]


def as_seen(schema: Any) -> Any:
    """Let a schema, given as class or instance, leave out what the asker may not see whenever it dumps an answer."""
    made = schema() if isinstance(schema, type) else schema
    if isinstance(made, ma.Schema) and marked(made):
        cast("Any", made).dump = partial(_dump, made)
    return made


def _dump(schema: ma.Schema, answer: Any, **options: Any) -> Any:
    hidden = frozenset(".".join(path) for path, data_class in marked(schema) if not may_see(data_class))
    return _without(schema, hidden).dump(answer, **options)


@lru_cache(maxsize=1_000)
def _without(schema: ma.Schema, hidden: frozenset[str]) -> ma.Schema:
    only = None if schema.only is None else set(schema.only)
    return type(schema)(only=only, exclude={*schema.exclude, *hidden}, many=schema.many)
