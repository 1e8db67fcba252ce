"""Dietary needs are read and decrypted only for those who see them (RULES F6, G2)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from crm_chassis.visibility import may_see
from crm_customer.api.process import vault
from crm_customer.queries.dietary import dietary_needs
from crm_customer.queries.guests import GuestRecord


def with_needs(session: Session, guests: Sequence[GuestRecord]) -> list[dict[str, Any]]:
    """Return guests with their needs where the asker sees those, else without the field."""
    if not may_see("dietary"):
        return [vars(each) for each in guests]
    needs = dietary_needs(session, vault=vault(), customer_ids=[each.id for each in guests])
    return [{**vars(each), "dietary": needs.get(each.id, [])} for each in guests]
