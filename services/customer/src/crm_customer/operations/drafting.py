"""A till's order, read: checked against the restaurant's rules, its guest's identity as keyed tokens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson

from crm_chassis.errors import DomainError
from crm_customer.operations.identities import Identity
from crm_customer.operations.premises import Premises
from crm_customer.providers.vault import Vault
from crm_customer.rules import money
from crm_customer.rules.contacts import NotAnAddress, NotANumber, e164
from crm_customer.rules.days import business_day, is_credible

UNSIGNED = orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


class OrderRefused(DomainError):
    """The order contradicts itself or the restaurant's rules."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One version of an order as a till sent it, not yet applied."""

    source: str
    external_id: str
    version: int
    content: bytes
    status: str
    location_id: UUID
    placed_at: datetime
    business_day: date
    channel: str
    total_minor: int
    tip_minor: int
    tax_minor: int
    lines: tuple[Mapping[str, Any], ...]
    identity: Identity
    profile: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """The order's identity: what it is called, and by whom."""
        return self.source, self.external_id


def draft(
    item: Mapping[str, Any], *, vault: Vault, premises: Premises, locations: Collection[UUID] | None, now: datetime
) -> Draft:
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
    identity, profile = _identity(item.get("guest") or {}, item["source"], vault, premises.region, errors)
    if errors or location_id is None:
        raise OrderRefused(errors=errors)
    status, is_void = item["status"], item["status"] == money.VOID
    return Draft(
        source=item["source"],
        external_id=item["external_id"],
        version=item["version"],
        content=vault.fingerprint(orjson.dumps({**item, "version": None}, option=UNSIGNED)),
        status=status,
        location_id=location_id,
        placed_at=item["placed_at"],
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


def _identity(
    guest: Mapping[str, Any], source: str, vault: Vault, region: str, errors: dict[str, list[str]]
) -> tuple[Identity, dict[str, Any]]:
    """Read who the guest is, and what their record would hold if they are new."""
    tokens: list[bytes] = []
    contacts: list[bytes] = []
    profile: dict[str, Any] = {}
    external = None
    if guest.get("name"):
        profile["name"] = guest["name"]
    if guest.get("external_id") is not None:
        external = (source, guest["external_id"])
        tokens.append(vault.external_token(*external))
    try:
        if guest.get("email") is not None:
            contacts.append(vault.email_token(guest["email"]))
            profile["emails"] = [{"address": guest["email"], "is_primary": True}]
    except NotAnAddress:
        errors["guest.email"] = ["Not an e-mail address."]
    try:
        if guest.get("phone") is not None:
            number = e164(guest["phone"], region)
            contacts.append(vault.phone_token(number))
            profile["phones"] = [{"number": number}]
    except NotANumber:
        errors["guest.phone"] = ["Not a phone number."]
    return Identity(guest.get("customer_id"), external, tuple(contacts), (*tokens, *contacts)), profile
