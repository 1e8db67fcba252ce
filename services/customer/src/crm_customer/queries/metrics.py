"""What a guest's orders and visits come to, counted from the orders and reservations themselves (RULES B)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.errors import DomainError, Kind
from crm_customer.queries.restaurant import Locations, among
from crm_customer.rules.days import business_day
from crm_customer.rules.money import average

RECENT = timedelta(days=30)
DAYS_PER_MONTH = 30.4375

FIGURES = text("""
WITH bought AS (
    SELECT location_id, business_day, spend_minor FROM orders
    WHERE customer_id = ANY(CAST(:members AS uuid[])) AND attribution = 'guest' AND status = 'paid'
      AND (CAST(:locations AS uuid[]) IS NULL OR location_id = ANY(CAST(:locations AS uuid[])))
), visit AS (
    SELECT location_id, business_day FROM bought
    UNION
    SELECT location_id, business_day FROM reservation
    WHERE customer_id = ANY(CAST(:members AS uuid[])) AND attribution = 'guest' AND status = 'completed'
      AND (CAST(:locations AS uuid[]) IS NULL OR location_id = ANY(CAST(:locations AS uuid[])))
)
SELECT (SELECT count(*) FROM bought) AS orders,
       (SELECT coalesce(sum(spend_minor), 0)::bigint FROM bought) AS spend_minor,
       count(*) AS visits, count(*) FILTER (WHERE business_day > :recent) AS recent_visits,
       min(business_day) AS first_visit_on, max(business_day) AS last_visit_on
FROM visit
""")
RESTAURANT = text("""
SELECT organisation.currency, organisation.business_day_starts_at, location.zone,
       (SELECT erased_at IS NOT NULL FROM guest WHERE guest.id = :id) AS is_erased
FROM organisation JOIN location ON is_default
""")


class NobodyToMeasure(DomainError):
    """There is no such guest."""

    kind = Kind.NOT_FOUND


class ForgottenFigures(DomainError):
    """The guest asked to be forgotten, and was."""

    kind = Kind.GONE


@dataclass(frozen=True)
class Metrics:
    """A guest's figures: money in minor units, a visit is a location and business day (RULES B2)."""

    customer_id: UUID
    location_ids: list[UUID] | None
    currency: str
    spend_minor: int
    orders: int
    visits: int
    visits_per_month: int
    visits_per_month_lifetime: float | None
    average_order_value_minor: int | None
    average_cheque_minor: int | None
    first_visit_on: date | None
    last_visit_on: date | None
    days_since_last_visit: int | None


def metrics(session: Session, *, customer_id: UUID, locations: Locations, now: datetime) -> Metrics:
    """Count a guest's figures at these locations (None: all), merged records included.

    Raises NobodyToMeasure, ForgottenFigures.
    """
    restaurant = session.execute(RESTAURANT, {"id": customer_id}).one()
    if restaurant.is_erased is None:
        raise NobodyToMeasure
    if restaurant.is_erased:
        raise ForgottenFigures
    return figures(session, subjects.person(session, customer_id), restaurant, locations=locations, now=now)


def figures(
    session: Session, person: subjects.Person, restaurant: Row[Any], *, locations: Locations, now: datetime
) -> Metrics:
    """Count the figures of a person at these locations; *restaurant* says in which currency, zone and hour."""
    today = business_day(now, zone=restaurant.zone, starts_at=restaurant.business_day_starts_at)
    values = {"members": person.ids, "recent": today - RECENT, "locations": among(locations)}
    row = session.execute(FIGURES, values).one()
    return Metrics(
        customer_id=person.survivor,
        location_ids=among(locations),
        currency=restaurant.currency,
        spend_minor=row.spend_minor,
        orders=row.orders,
        visits=row.visits,
        visits_per_month=row.recent_visits,
        visits_per_month_lifetime=_per_month(row.visits, row.first_visit_on, today),
        average_order_value_minor=average(row.spend_minor, row.visits),
        average_cheque_minor=average(row.spend_minor, row.orders),
        first_visit_on=row.first_visit_on,
        last_visit_on=row.last_visit_on,
        days_since_last_visit=None if row.last_visit_on is None else max(0, (today - row.last_visit_on).days),
    )


def _per_month(visits: int, first_on: date | None, today: date) -> float | None:
    """Return visits a month since the first one, at least a month's worth of days counted."""
    if first_on is None:
        return None
    return round(visits / max(1.0, ((today - first_on).days + 1) / DAYS_PER_MONTH), 2)
