"""Keyset pages: opaque cursors that name the last row seen, so that a list stays right while rows come and go."""

import base64
import binascii
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

import marshmallow as ma
import orjson

from crm_chassis.errors import DomainError

DEFAULT_LIMIT, MOST = 50, 200
LONGEST_CURSOR = 2_000
BIGINT = 2**63
Row = TypeVar("Row")


class BadCursor(DomainError):
    """The cursor is not one that this list gave out."""

    def __init__(self) -> None:
        super().__init__(errors={"cursor": ["Not a cursor that this list gave out."]})


class Cursor:
    """Encodes the sort key of the last row shown, and gives it back."""

    @staticmethod
    def encode(values: Sequence[Any]) -> str:
        """Return the key as opaque text; UUIDs and datetimes become strings."""
        return base64.urlsafe_b64encode(orjson.dumps(list(values))).rstrip(b"=").decode()

    @staticmethod
    def decode(text: str, *types: Callable[[Any], Any]) -> tuple[Any, ...]:
        """Return the key's values, each passed through its *types* converter (`UUID`, `int`, ...); else BadCursor."""
        try:
            padded = text.encode("ascii") + b"=" * (-len(text) % 4)
            values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if len(text) > LONGEST_CURSOR or not isinstance(values, list) or not all(map(_is_plain, values)):
                raise BadCursor
            return tuple(kind(value) for kind, value in zip(types, values, strict=True)) if types else tuple(values)
        except (ValueError, TypeError, AttributeError, OverflowError, binascii.Error) as error:
            raise BadCursor from error


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return value.isprintable() or not any(character < " " for character in value)
    return value is None or (isinstance(value, int | float) and -BIGINT <= value < BIGINT)


class PageArguments(ma.Schema):
    """The two query parameters of every list."""

    limit = ma.fields.Integer(
        load_default=DEFAULT_LIMIT, validate=ma.validate.Range(1, MOST), metadata={"description": "How many at most"}
    )
    cursor = ma.fields.String(
        load_default=None, validate=ma.validate.Length(1, LONGEST_CURSOR), metadata={"description": "From next_cursor"}
    )


@cache
def paged(schema: type[ma.Schema]) -> type[ma.Schema]:
    """Return the schema of a page of *schema*'s items: {"items": [...], "next_cursor": string or null}."""
    fields: dict[str, ma.fields.Field[Any]] = {
        "items": ma.fields.List(ma.fields.Nested(schema), required=True),
        "next_cursor": ma.fields.String(required=True, allow_none=True),
    }
    return ma.Schema.from_dict(fields, name=f"{schema.__name__.removesuffix('Schema')}Page")


def page(items: Iterable[Row], limit: int, key: Callable[[Row], Sequence[Any]]) -> dict[str, Any]:
    """Cut *limit* + 1 fetched rows to a page; next_cursor is the last shown row's *key* where a further row exists."""
    rows = list(items)
    shown = rows[:limit]
    return {"items": shown, "next_cursor": Cursor.encode(key(shown[-1])) if len(rows) > limit else None}
