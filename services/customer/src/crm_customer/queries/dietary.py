"""What guests must not or do not eat, for those who serve them."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_customer.providers.vault import DIETARY, Vault

NEEDS = text("""
WITH RECURSIVE record (survivor, id) AS (
    SELECT id, id FROM guest WHERE id = ANY(CAST(:ids AS uuid[]))
    UNION
    SELECT survivor, guest.id FROM record JOIN guest ON merged_into = record.id
)
SELECT survivor, guest.id, dietary FROM record JOIN guest ON guest.id = record.id
WHERE dietary IS NOT NULL ORDER BY guest.id
""")

Needs = list[Mapping[str, Any]]


def dietary_needs(session: Session, *, vault: Vault, customer_ids: Collection[UUID]) -> dict[UUID, Needs]:
    """Return the needs of these guests, those of records merged into theirs too: no merge loses an allergy."""
    rows = session.execute(NEEDS, {"ids": list(customer_ids)}).all()
    found: dict[UUID, Needs] = {}
    for row, needs in zip(rows, vault.open([(row.id, bytes(row.dietary)) for row in rows], DIETARY), strict=True):
        known = found.setdefault(row.survivor, [])
        known += [need for need in needs or () if need not in known]
    return found
