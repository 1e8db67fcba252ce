"""One timeline out of several services' pages, newest first, with one cursor that is good for all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from crm_chassis.pagination import Cursor

Key = tuple[datetime, UUID]
"""Where an item stands: by its instant, then by its id; no two items of any service have the same."""


@dataclass(frozen=True)
class Page:
    """A service's newest items before the cursor, and the key that it would go on after, None at its end."""

    items: Sequence[tuple[Key, Mapping[str, Any]]]
    more_after: Key | None


def decode(cursor: str) -> Key:
    """Read a cursor; raises BadCursor."""
    at, id_ = Cursor.decode(cursor, _instant, UUID)
    return at, id_


def encode(key: Key) -> str:
    """Write the key of the last item shown as a cursor."""
    return Cursor.encode([key[0].isoformat(), key[1]])


def read(body: Any, *, service: str, before: Key | None) -> Page:
    """Read a service's page; raises ValueError where it is none, or does not keep to the cursor."""
    try:
        items = [(_key(item), {**item, "service": service}) for item in body["items"]]
        more_after = None if body["next_cursor"] is None else decode(body["next_cursor"])
    except Exception as error:
        raise ValueError("no page of a timeline") from error
    keys = [key for key, _ in items]
    if keys != sorted(keys, reverse=True) or (before is not None and keys and keys[0] >= before):
        raise ValueError("a page out of order")
    return Page(items, more_after)


def merge(pages: Sequence[Page], limit: int) -> tuple[list[Mapping[str, Any]], Key | None]:
    """Give the newest *limit* items of all pages and the key to go on after, None at the end.

    Nothing older than where some service's page ends is shown yet: that service may have newer ones. So each item is
    shown once and in its place, whichever services come or go between two pages.
    """
    unread = [page.more_after for page in pages if page.more_after is not None]
    horizon = max(unread, default=None)
    known = sorted((item for page in pages for item in page.items), key=lambda item: item[0], reverse=True)
    shown = [item for item in known if horizon is None or item[0] >= horizon][:limit]
    if len(shown) == limit < len(known) or (len(shown) == limit and horizon is not None):
        return [item for _, item in shown], shown[-1][0]
    return [item for _, item in shown], horizon


def _instant(text: Any) -> datetime:
    """Read an instant with its offset."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant without its offset")
    return at


def _key(item: Mapping[str, Any]) -> Key:
    return _instant(item["at"]), UUID(item["id"])
