"""The restaurant's places; every change is announced, since other services keep a projection (RULES A1)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, Kind
from crm_chassis.outbox import emit
from crm_contracts.customer import LocationChangedV1
from crm_customer.models import Location, Organisation
from crm_customer.operations.premises import hold_bookings

CheckVersion = Callable[[int], None]
"""Called with the version in force, under its lock; raises where the caller's edit started from another one."""

RECOUNT = tuple(
    text(f"""
    UPDATE {table} SET business_day = CAST(({at} AT TIME ZONE :zone) - CAST(:starts_at AS interval) AS date)
    WHERE location_id = :location_id
    """)  # noqa: S608 -- names of our own
    for table, at in (("orders", "placed_at"), ("reservation", "starts_at"))
)


class LocationNotFound(DomainError):
    """There is no such location."""

    kind = Kind.NOT_FOUND


class DefaultLocationNeeded(DomainError):
    """One location must be the default: make another one the default instead."""

    kind = Kind.CONFLICT


def add_location(
    session: Session, *, name: str, zone: str, is_default: bool, opening_hours: dict[str, Any] | None, now: datetime
) -> Location:
    """Open a location; a new default takes the place of the old one."""
    organisation = session.scalars(select(Organisation).with_for_update()).one()
    if is_default:
        _depose_default(session, organisation, now=now)
    location = Location(
        id=uuid7(),
        name=name,
        zone=zone,
        is_default=is_default,
        opening_hours=opening_hours,
        version=1,
        changed_at=now,
    )
    session.add(location)
    session.flush()
    announce_location(session, location, organisation, now=now)
    return location


def change_location(
    session: Session, *, location_id: UUID, changes: Mapping[str, Any], check_version: CheckVersion, now: datetime
) -> Location:
    """Set the fields given; another zone counts the location's visits anew."""
    organisation = session.scalars(select(Organisation).with_for_update()).one()
    location = session.get(Location, location_id, with_for_update=True)
    if location is None:
        raise LocationNotFound
    check_version(location.version)
    changes = {field: value for field, value in changes.items() if getattr(location, field) != value}
    if changes.get("is_default") is False:
        raise DefaultLocationNeeded(errors={"is_default": ["Make another location the default instead."]})
    if changes.get("is_default"):
        _depose_default(session, organisation, now=now)
    if changes:
        for field, value in changes.items():
            setattr(location, field, value)
        location.version += 1
        location.changed_at = now
        session.flush()
        announce_location(session, location, organisation, now=now)
    if "zone" in changes:
        recount_days(session, location, starts_at=organisation.business_day_starts_at)
    return location


def recount_days(session: Session, location: Location, *, starts_at: str) -> None:
    """Put each order and reservation of a location on the business day it falls on by the rules now in force."""
    hold_bookings(session)
    for statement in RECOUNT:
        session.execute(statement, {"zone": location.zone, "starts_at": starts_at, "location_id": location.id})


def announce_location(session: Session, location: Location, organisation: Organisation, *, now: datetime) -> None:
    """Tell the others all that a projection of a location needs."""
    emit(
        session,
        LocationChangedV1(
            location_id=location.id,
            zone=location.zone,
            currency=organisation.currency,
            business_day_starts_at=organisation.business_day_starts_at,
            is_default=location.is_default,
            occurred_at=now,
        ),
    )


def _depose_default(session: Session, organisation: Organisation, *, now: datetime) -> None:
    """Make the present default an ordinary location."""
    deposed = session.scalars(select(Location).where(Location.is_default)).one_or_none()
    if deposed is not None:
        session.execute(
            update(Location)
            .where(Location.id == deposed.id)
            .values(is_default=False, version=Location.version + 1, changed_at=now)
        )
        session.refresh(deposed)
        announce_location(session, deposed, organisation, now=now)
