"""A version of a reservation read, applied, and told to the other services."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict
from uuid import UUID

import orjson
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError
from crm_contracts.customer import (
    ReservationBookedV1,
    ReservationCancelledV1,
    ReservationChangedV1,
    ReservationCompletedV1,
    ReservationNoShowV1,
)
from crm_customer.operations.drafting import UNSIGNED
from crm_customer.operations.facts import Draft
from crm_customer.operations.identities import read_identity
from crm_customer.operations.premises import Premises
from crm_customer.operations.reservationbook import ReservationState
from crm_customer.providers.vault import Vault
from crm_customer.rules.days import business_day, is_bookable, is_credible
from crm_customer.rules.matching import Verdict

PRESENT = {"seated", "completed", "no_show"}
"""How a reservation cannot stand before its day."""
WORDING = ("requests", "occasion")

Told = (
    ReservationBookedV1 | ReservationChangedV1 | ReservationCompletedV1 | ReservationCancelledV1 | ReservationNoShowV1
)


class ReservationRefused(DomainError):
    """The reservation contradicts itself or the restaurant's rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReservationDraft(Draft):
    """One version of a reservation as a booking system sent it, not yet applied; ``at`` is when it starts."""

    status: str
    party_size: int
    area: str | None
    wording: Mapping[str, str]


class _Common(TypedDict):
    """What all events of a reservation say."""

    reservation_id: UUID
    customer_id: UUID
    location_id: UUID
    revision: int
    starts_at: datetime
    party_size: int
    occurred_at: datetime


def draft(
    item: Mapping[str, Any], *, vault: Vault, premises: Premises, locations: Collection[UUID] | None, now: datetime
) -> ReservationDraft:
    """Read a reservation whose shape is right already; raises ReservationRefused naming what cannot stand."""
    errors: dict[str, list[str]] = {}
    starts_at = item["starts_at"]
    if not is_bookable(starts_at, now=now):
        errors["starts_at"] = ["Lies too far in the past or in the future."]
    elif item["status"] in PRESENT and not is_credible(starts_at, now=now):
        errors["status"] = ["Cannot be known before that day."]
    location_id = premises.location_for(item.get("location_id"), locations)
    if location_id is None:
        errors["location_id"] = ["No such location here."]
    identity, profile = read_identity(
        item["guest"], source=item["source"], vault=vault, region=premises.region, errors=errors
    )
    if errors or location_id is None:
        raise ReservationRefused(errors=errors)
    return ReservationDraft(
        source=item["source"],
        external_id=item["external_id"],
        version=item["version"],
        content=vault.fingerprint(orjson.dumps({**item, "version": None}, option=UNSIGNED)),
        location_id=location_id,
        at=starts_at,
        business_day=business_day(starts_at, zone=premises.zones[location_id], starts_at=premises.day_starts_at),
        identity=identity,
        profile=profile,
        status=item["status"],
        party_size=item["party_size"],
        area=item.get("area"),
        wording={name: item[name] for name in WORDING if item.get(name)},
    )


def first_version(each: ReservationDraft, whose: Verdict, now: datetime) -> ReservationState:
    """Make a reservation of its first version."""
    return ReservationState(
        id=uuid7(),
        source=each.source,
        external_id=each.external_id,
        version=each.version,
        revision=1,
        content=each.content,
        status=each.status,
        location_id=each.location_id,
        starts_at=each.at,
        business_day=each.business_day,
        party_size=each.party_size,
        area=each.area,
        texts=None,
        customer_id=whose.customer_id,
        attribution=whose.attribution,
        is_announced=False,
        recorded_at=now,
        wording=each.wording,
    )


def newer_version(reservation: ReservationState, each: ReservationDraft, now: datetime) -> None:
    """Replace a reservation whole by a newer version; its guest stays. Nothing is written with a buried one."""
    reservation.version, reservation.content, reservation.status = each.version, each.content, each.status
    reservation.location_id, reservation.starts_at = each.location_id, each.at
    reservation.business_day, reservation.party_size = each.business_day, each.party_size
    reservation.area = None if reservation.is_buried else each.area
    reservation.texts, reservation.wording = None, each.wording
    reservation.revision += 1
    reservation.recorded_at = now


def told(reservation: ReservationState, *, customer_id: UUID, is_first: bool) -> Told:
    """Return how a reservation stands, as a fact; ``is_first``: this guest was not told of before."""
    common = _common(reservation, customer_id)
    match reservation.status:
        case "completed":
            return ReservationCompletedV1(**common)
        case "cancelled":
            return ReservationCancelledV1(**common)
        case "no_show":
            return ReservationNoShowV1(**common)
        case status:
            kind = ReservationBookedV1 if is_first else ReservationChangedV1
            return kind(status=status, **common)  # type: ignore[arg-type]  # the schema let nothing else in


def withdrawn(reservation: ReservationState, *, customer_id: UUID) -> ReservationCancelledV1:
    """Return the fact that a reservation is not this guest's, as it seemed."""
    return ReservationCancelledV1(is_withdrawn=True, **_common(reservation, customer_id))


def _common(reservation: ReservationState, customer_id: UUID) -> _Common:
    return {
        "reservation_id": reservation.id,
        "customer_id": customer_id,
        "location_id": reservation.location_id,
        "revision": reservation.revision,
        "starts_at": reservation.starts_at,
        "party_size": reservation.party_size,
        "occurred_at": min(reservation.starts_at, reservation.recorded_at),
    }
