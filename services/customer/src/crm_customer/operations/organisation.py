"""The restaurant itself: established once, changed by its owner (RULES A1)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError, Kind
from crm_customer.models import Location, Organisation
from crm_customer.operations.locations import CheckVersion, add_location, announce_location, recount_days
from crm_customer.operations.premises import hold_bookings
from crm_customer.rules.days import zone_names

ESTABLISHING = 7_741_101


class NoSuchZone(DomainError):
    """The time zone is not one of the IANA database."""


class CurrencyIsFixed(DomainError):
    """The currency cannot change once orders are booked in it."""

    kind = Kind.CONFLICT


def establish(
    session: Session, *, name: str, currency: str, country: str, zone: str, spend_includes_tax: bool, now: datetime
) -> None:
    """Create the organisation and its default location; nothing happens where there is one already.

    Raises NoSuchZone before anything is created.
    """
    if zone not in zone_names():
        raise NoSuchZone
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ESTABLISHING})
    values = {
        "id": 1,
        "name": name,
        "countries": [country],
        "currency": currency,
        "default_zone": zone,
        "business_day_starts_at": "04:00",
        "spend_includes_tax": spend_includes_tax,
        "version": 1,
    }
    is_new = session.execute(insert(Organisation).values(values).on_conflict_do_nothing().returning(Organisation.id))
    if is_new.first() is not None:
        add_location(session, name=name, zone=zone, is_default=True, opening_hours=None, now=now)


def change_organisation(
    session: Session, *, changes: Mapping[str, Any], check_version: CheckVersion, now: datetime
) -> Organisation:
    """Set the fields given; a moved business day is announced for every location and its visits are counted anew."""
    organisation = session.scalars(select(Organisation).with_for_update()).one()
    check_version(organisation.version)
    changes = {field: value for field, value in changes.items() if getattr(organisation, field) != value}
    if "currency" in changes:
        hold_bookings(session)
    if "currency" in changes and session.scalar(text("SELECT EXISTS (SELECT FROM orders)")):
        raise CurrencyIsFixed(errors={"currency": ["Cannot change once there are orders."]})
    if changes:
        for field, value in changes.items():
            setattr(organisation, field, value)
        organisation.version += 1
        session.flush()
    if changes.keys() & {"currency", "business_day_starts_at"}:
        for location in session.scalars(select(Location).order_by(Location.id)):
            recount_days(session, location, starts_at=organisation.business_day_starts_at)
            announce_location(session, location, organisation, now=now)
    return organisation
