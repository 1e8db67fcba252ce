"""What a member has: balance and activity, of all records that mean the same person (RULES E1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from crm_chassis import subjects
from crm_chassis.crypto import FieldCipher
from crm_loyalty.rules.privacy import REASON

# The survivor's own row first: its tier counts.
_MEMBER = text("""
SELECT CAST(:survivor AS uuid) AS customer_id, CAST(sum(balance) AS bigint) AS balance,
    min(enrolled_at) AS enrolled_at, (array_agg(tier ORDER BY customer_id <> :survivor, customer_id))[1] AS tier
FROM members WHERE customer_id = ANY(CAST(:ids AS uuid[])) HAVING count(*) > 0
""")
_ENTRIES = text("""
SELECT id, customer_id, kind, points, order_id, occurred_at, booked_at, expires_on, reason, actor FROM entries
WHERE customer_id = ANY(CAST(:ids AS uuid[])) AND id < :before ORDER BY id DESC LIMIT :limit
""")
_ENTRY = text("""
SELECT id, customer_id, kind, points, order_id, occurred_at, booked_at, expires_on, reason, actor FROM entries
WHERE id = :id
""")
_TIMELINE = text("""
SELECT occurred_at AS at, id, kind, points, order_id, expires_on FROM entries
WHERE customer_id = ANY(CAST(:ids AS uuid[])) AND kind = ANY(CAST(:kinds AS text[]))
  AND (occurred_at, id) < (CAST(:at AS timestamptz), CAST(:before AS uuid))
ORDER BY occurred_at DESC, id DESC LIMIT :limit
""")
_NEWEST = UUID(int=2**128 - 1)


def find_member(connection: Connection, *, customer_id: UUID) -> dict[str, Any] | None:
    """Give a member's standing, summed over merged records; None for a guest who is no member."""
    survivor, ids = subjects.person(connection, customer_id)
    row = connection.execute(_MEMBER, {"survivor": survivor, "ids": ids}).mappings().first()
    return None if row is None else {**row, "pending": 0, "held": 0, "next_tier": None}


def list_entries(
    connection: Connection, *, customer_id: UUID, cipher: FieldCipher, limit: int, before: UUID | None
) -> list[dict[str, Any]]:
    """List up to *limit* ledger entries of a member booked before entry *before*, newest first."""
    ids = subjects.members(connection, customer_id)
    rows = connection.execute(_ENTRIES, {"ids": ids, "before": before or _NEWEST, "limit": limit}).mappings().all()
    return _readable(rows, cipher)


def list_timeline(
    connection: Connection, *, customer_id: UUID, kinds: Sequence[str], limit: int, before: tuple[datetime, UUID] | None
) -> list[dict[str, Any]]:
    """List up to *limit* entries of these kinds whose facts happened before *before*, newest first."""
    at, id_ = before or ("infinity", _NEWEST)
    ids = subjects.members(connection, customer_id)
    values = {"ids": ids, "kinds": list(kinds), "at": at, "before": id_, "limit": limit}
    return [dict(row) for row in connection.execute(_TIMELINE, values).mappings()]


def find_entry(connection: Connection, *, entry_id: UUID, cipher: FieldCipher) -> dict[str, Any]:
    """Give one ledger entry that exists."""
    return _readable([connection.execute(_ENTRY, {"id": entry_id}).mappings().one()], cipher)[0]


def _readable(rows: Sequence[RowMapping], cipher: FieldCipher) -> list[dict[str, Any]]:
    """Decrypt the reasons; one whose key is destroyed is None."""
    sealed = [(row["customer_id"], REASON, bytes(row["reason"])) for row in rows if row["reason"] is not None]
    reasons = iter(cipher.decrypt_many(sealed))
    entries = []
    for row in rows:
        plain = None if row["reason"] is None else next(reasons)
        entries.append({**row, "reason": None if plain is None else plain.decode()})
    return entries
