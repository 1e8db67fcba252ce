"""The managed vocabulary of what is sold: orders and events name items by id, never by text."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_customer.operations import bulk

Item = tuple[str, str]
"""Name and category; no category is an empty one."""

KNOWN = text("""
SELECT item.name, item.category, item.id FROM item
JOIN unnest(CAST(:names AS text[]), CAST(:categories AS text[])) AS wanted (name, category)
  ON item.name = wanted.name AND item.category = wanted.category
""")


def item_ids(session: Session, items: Collection[Item]) -> dict[Item, UUID]:
    """Return the id of each item, new ones added."""
    wanted = sorted(set(items))
    if not wanted:
        return {}
    known = _known(session, wanted)
    if missing := [item for item in wanted if item not in known]:
        rows = [{"id": uuid7(), "name": name, "category": category} for name, category in missing]
        bulk.insert_absent(session, "item", {"id": "uuid", "name": "text", "category": "text"}, rows)
        known = _known(session, wanted)
    return known


def _known(session: Session, wanted: list[Item]) -> dict[Item, UUID]:
    values = {"names": [name for name, _ in wanted], "categories": [category for _, category in wanted]}
    return {(row.name, row.category): row.id for row in session.execute(KNOWN, values)}
