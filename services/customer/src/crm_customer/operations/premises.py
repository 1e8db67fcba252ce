"""What taking in facts must know of the restaurant: its currency, its places, when its day begins."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError, Kind

READ = text("""
SELECT organisation.currency, organisation.countries, organisation.business_day_starts_at,
       organisation.spend_includes_tax, location.id, location.zone, location.is_default
FROM organisation, location
""")


IN_FORCE = 7_741_103
"""Lock of the rules that business days and currency follow: shared by all who book by them."""


class NotEstablished(DomainError):
    """There is no restaurant yet: run ``python -m crm_customer.migrate``."""

    kind = Kind.UNAVAILABLE


@dataclass(frozen=True)
class Premises:
    """The restaurant as order intake sees it; ``zones`` maps each location to its time zone."""

    currency: str
    region: str
    day_starts_at: str
    spend_includes_tax: bool
    zones: Mapping[UUID, str]
    default_location: UUID

    def location_for(self, wanted: UUID | None, allowed: Collection[UUID] | None) -> UUID | None:
        """Return where an order belongs, None where it may not: unknown, or not among the till's own locations."""
        if wanted is None:
            wanted = next(iter(allowed)) if allowed and len(allowed) == 1 else self.default_location
        return wanted if wanted in self.zones and (allowed is None or wanted in allowed) else None


def premises(session: Session) -> Premises:
    """Read the restaurant; raises NotEstablished on an installation that was never set up."""
    rows = session.execute(READ).all()
    default = next((row.id for row in rows if row.is_default), None)
    if default is None:
        raise NotEstablished
    return Premises(
        currency=rows[0].currency,
        region=rows[0].countries[0],
        day_starts_at=rows[0].business_day_starts_at,
        spend_includes_tax=rows[0].spend_includes_tax,
        zones={row.id: row.zone for row in rows},
        default_location=default,
    )


def premises_in_force(session: Session) -> Premises:
    """Read the restaurant, and keep it from changing until the commit."""
    session.execute(text("SELECT pg_advisory_xact_lock_shared(:key)"), {"key": IN_FORCE})
    return premises(session)


def hold_bookings(session: Session) -> None:
    """Wait for all that is being booked by the rules so far; what comes then waits for our commit."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": IN_FORCE})
