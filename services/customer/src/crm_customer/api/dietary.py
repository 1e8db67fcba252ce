"""Dietary needs are for those who serve guests: others neither get the field nor may send it (RULES F6, G2)."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from crm_chassis.auth import principal
from crm_chassis.errors import DomainError, Kind
from crm_customer.api.process import SERVING, vault
from crm_customer.queries.dietary import dietary_needs
from crm_customer.queries.guests import GuestRecord


class DietaryIsForThoseWhoServe(DomainError):
    """Only owner, manager and host see and change dietary needs."""

    kind = Kind.FORBIDDEN


def refuse_dietary(body: Mapping[str, Any]) -> None:
    """Refuse a body with dietary needs from anybody else."""
    if "dietary" in body and principal().role not in SERVING:
        raise DietaryIsForThoseWhoServe(errors={"dietary": ["Not for your role."]})


def as_seen(session: Session, guests: Sequence[GuestRecord]) -> list[dict[str, Any]]:
    """Return guests as the caller may see them: with their needs, or without the field."""
    if principal().role not in SERVING:
        return [vars(each) for each in guests]
    needs = dietary_needs(session, vault=vault(), customer_ids=[each.id for each in guests])
    return [{**vars(each), "dietary": needs.get(each.id, [])} for each in guests]
