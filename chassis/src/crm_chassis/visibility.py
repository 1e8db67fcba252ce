"""Fields that not everybody may see (RULES G2): those who may not neither send them nor get them in an answer.

A field says its class of data in its metadata, ``{"x-data-class": "..."}``; who asks carries the classes they see.
"""

from collections.abc import Callable, Iterator
from functools import cache, lru_cache, partial
from typing import Any, cast

import marshmallow as ma

from crm_chassis.auth import current_principal
from crm_chassis.errors import DomainError, Kind

MARK = "x-data-class"
DEEPEST = 8
Path = tuple[str, ...]


class ForbiddenFields(DomainError):
    """Some of these fields are not for your role: leave them out."""

    kind = Kind.FORBIDDEN


def may_see(data_class: str) -> bool:
    """Tell whether who asks in the present request sees this class of data; nobody in particular sees none."""
    asking = current_principal()
    return asking is not None and asking.may_see(data_class)


@cache
def marked(schema: ma.Schema) -> tuple[tuple[Path, Path, str], ...]:
    """List the schema's marked fields: path by field names, path by keys in JSON, class of data."""
    found = list(_marked(schema, DEEPEST))
    if None in found and len(set(found)) > 1:
        raise TypeError(f"{type(schema).__name__} is nested too deeply for its marked fields to be found")
    return tuple(mark for mark in found if mark is not None)


def _marked(schema: ma.Schema, levels: int) -> Iterator[tuple[Path, Path, str] | None]:
    """Give each mark within so many levels, and None for what lies deeper: a schema within itself has no end."""
    for name, field in schema.fields.items():
        key = name if field.data_key is None else field.data_key
        inner = field.inner if isinstance(field, ma.fields.List) else field
        if data_class := field.metadata.get(MARK):
            yield (name,), (key,), str(data_class)
        elif isinstance(inner, ma.fields.Nested) and levels == 0:
            yield None
        elif isinstance(inner, ma.fields.Nested):
            for mark in _marked(inner.schema, levels - 1):
                yield None if mark is None else ((name, *mark[0]), (key, *mark[1]), mark[2])


def refuse_unseen(schema: ma.Schema, given: Callable[[], Any]) -> None:
    """Refuse what was given where it holds fields that the asker may not see; it is looked at only for such askers."""
    hidden = [keys for _, keys, data_class in marked(schema) if not may_see(data_class)]
    if hidden:
        value = given()
        errors = {".".join(path): ["Not for your role."] for keys in hidden for path in _present(value, keys, ())}
        if errors:
            raise ForbiddenFields(errors=errors)


def _present(value: Any, keys: Path, at: Path) -> Iterator[Path]:
    if not keys:
        yield at
        return
    items = [((str(index),), item) for index, item in enumerate(value)] if isinstance(value, list) else [((), value)]
    for index, item in items:
        if isinstance(item, dict) and keys[0] in item:
            yield from _present(item[keys[0]], keys[1:], (*at, *index, keys[0]))


def as_seen(schema: Any) -> Any:
    """Let a schema, given as class or instance, leave out what the asker may not see whenever it dumps an answer."""
    made = schema() if isinstance(schema, type) else schema
    if isinstance(made, ma.Schema) and marked(made):
        cast("Any", made).dump = partial(_dump, made)
    return made


def _dump(schema: ma.Schema, answer: Any, **options: Any) -> Any:
    hidden = frozenset(".".join(names) for names, _, data_class in marked(schema) if not may_see(data_class))
    return _without(schema, hidden).dump(answer, **options)


@lru_cache(maxsize=1_000)
def _without(schema: ma.Schema, hidden: frozenset[str]) -> ma.Schema:
    """Make the schema without these fields, once for each set of them."""
    only = None if schema.only is None else set(schema.only)
    return type(schema)(only=only, exclude={*schema.exclude, *hidden}, many=schema.many)
