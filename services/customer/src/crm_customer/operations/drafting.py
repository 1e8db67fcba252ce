"""A till's order, read: checked against the restaurant's rules, its guest's identity as keyed tokens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from crm_chassis.errors import DomainError
from crm_customer.operations.facts import Draft
from crm_customer.operations.identities import read_identity
from crm_customer.operations.premises import Premises
from crm_customer.providers.vault import Vault
from crm_customer.rules import money
from crm_customer.rules.days import business_day, is_credible

UNSIGNED = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class OrderRefused(DomainError):
    """The order contradicts itself or the restaurant's rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDraft(Draft):
    """One version of an order as a till sent it, not yet applied."""

    status: str
    channel: str
    total_minor: int
    tip_minor: int
    tax_minor: int
    lines: tuple[Mapping[str, Any], ...]


def draft(
    item: Mapping[str, Any], *, vault: Vault, premises: Premises, locations: Collection[UUID] | None, now: datetime
) -> OrderDraft:
    """Read one order whose shape is right already; raises OrderRefused naming every field that cannot stand."""
    errors: dict[str, list[str]] = {}
    tip, tax = item.get("tip_minor", 0), item.get("tax_minor", 0)
    if item["currency"] != premises.currency:
        errors["currency"] = [f"This restaurant books in {premises.currency}."]
    if not is_credible(item["placed_at"], now=now):
        errors["placed_at"] = ["Lies too far in the past or in the future."]
    location_id = premises.location_for(item.get("location_id"), locations)
    if location_id is None:
        errors["location_id"] = ["No such location here."]
    lines = item.get("lines")
    errors |= money.disagreements(total_minor=item["total_minor"], tip_minor=tip, tax_minor=tax, lines=lines)
    identity, profile = read_identity(
        item.get("guest") or {}, source=item["source"], vault=vault, region=premises.region, errors=errors
    )
    if errors or location_id is None:
        raise OrderRefused(errors=errors)
    status, is_void = item["status"], item["status"] == money.VOID
    return OrderDraft(
        source=item["source"],
        external_id=item["external_id"],
        version=item["version"],
        content=vault.fingerprint(orjson.dumps({**item, "version": None}, option=UNSIGNED)),
        status=status,
        location_id=location_id,
        at=item["placed_at"],
        business_day=business_day(
            item["placed_at"], zone=premises.zones[location_id], starts_at=premises.day_starts_at
        ),
        channel=item["channel"],
        total_minor=0 if is_void else item["total_minor"],
        tip_minor=0 if is_void else tip,
        tax_minor=0 if is_void else tax,
        lines=tuple(lines or ()),
        identity=identity,
        profile=profile,
    )
