"""The organisation and its locations."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError, Kind
from crm_customer.models import Location, Organisation

Locations = Collection[UUID] | None
"""Whose facts are asked for: of these locations, None for all."""


def among(locations: Locations) -> list[UUID] | None:
    """Write locations as a statement's parameter."""
    return None if locations is None else sorted(locations)


class NoSuchLocation(DomainError):
    """There is no such location."""

    kind = Kind.NOT_FOUND


class NotSetUp(DomainError):
    """There is no restaurant yet: run ``python -m crm_customer.migrate``."""

    kind = Kind.UNAVAILABLE


def organisation(session: Session) -> Organisation:
    """Return the one organisation; raises NotSetUp."""
    found = session.scalars(select(Organisation)).one_or_none()
    if found is None:
        raise NotSetUp
    return found


def locations(session: Session, *, limit: int, after: UUID | None) -> Sequence[Location]:
    """Return up to ``limit`` + 1 locations, oldest first."""
    statement = select(Location).order_by(Location.id).limit(limit + 1)
    return session.scalars(statement if after is None else statement.where(Location.id > after)).all()


def location(session: Session, location_id: UUID) -> Location:
    """Return a location; raises NoSuchLocation."""
    found = session.get(Location, location_id)
    if found is None:
        raise NoSuchLocation
    return found
