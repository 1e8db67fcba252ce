"""This service's parts of the dashboard and of the search box, for the gateway to compose."""

import threading
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError, Kind
from crm_chassis.http import Blueprint, Context, allow, crm, part_of
from crm_chassis.visibility import may_see
from crm_customer.api.process import MONEY_READERS, STAFF, now, own_locations, reading, vault
from crm_customer.operations.premises import premises
from crm_customer.queries.guests import find_guests
from crm_customer.queries.success import success_metrics
from crm_customer.queries.tiles import booking_tiles, guest_tiles, spend_tiles
from crm_customer.rules.days import business_day
from crm_customer.schemas.overview import SuccessMetrics, Suggestions, SuggestionsQuery, Tiles

blueprint = Blueprint("overview", __name__, url_prefix="/v1", description="Parts of the dashboard and the search box")

FRESH = timedelta(minutes=15)
"""A pass over half a year of visits is not made for each look at the dashboard: ``as_of`` says how old a figure is."""

SHOWN_DIGITS = 2


WAIT_S = 1.0
"""How long a look at figures that were never counted waits while others are: not so long that the asker gives us up."""


class StillCounting(DomainError):
    """The figures are being counted: ask again in a few seconds."""

    kind = Kind.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(extra={"retry_after": 5})


Figures = tuple[datetime, list[dict[str, Any]]]


class _Kept:
    """The figures of one process, by whose locations they are of; counted by one thread at a time."""

    def __init__(self) -> None:
        self.counting = threading.Lock()
        self.by_scope: dict[frozenset[UUID] | None, Figures] = {}

    def fresh(self, scope: frozenset[UUID] | None, at: datetime) -> Figures | None:
        """Give the figures if they are new enough."""
        known = self.by_scope.get(scope)
        return known if known is not None and known[0] > at - FRESH else None


@lru_cache(maxsize=8)
def _kept(_: Context) -> _Kept:
    return _Kept()


@blueprint.get("/success-metrics")
@allow(*(role for role in MONEY_READERS if role != "service"))
@part_of("success-metrics", "customer", inside=True)
@blueprint.response(200, SuccessMetrics)
def list_success_metrics() -> dict[str, Any]:
    """Say how many guests come again and how often, beside the year before; counted anew every 15 minutes."""
    kept, scope, at = _kept(crm()), own_locations(), now()
    known = kept.fresh(scope, at)
    # Where old figures are there, they are good enough while somebody else counts.
    if known is None and kept.counting.acquire(timeout=0 if scope in kept.by_scope else WAIT_S):
        try:
            known = kept.fresh(scope, at)
            if known is None:
                with crm().database.transaction() as session:
                    known = kept.by_scope[scope] = at, _counted(session, scope, at)
        finally:
            kept.counting.release()
    known = known or kept.by_scope.get(scope)
    if known is None:
        raise StillCounting
    return {"items": known[1]}


@blueprint.get("/tiles")
@allow(*STAFF)
@part_of("tiles", "customer", inside=True)
@blueprint.response(200, Tiles)
def list_tiles() -> dict[str, Any]:
    """List the figures of a home page that the asker may see."""
    locations = own_locations()
    with reading() as session:
        today, currency = _today(session, now()), premises(session).currency
        tiles = guest_tiles(session, today=today, now=now())
        if may_see("bookings"):
            tiles += booking_tiles(session, today=today, locations=locations)
        if may_see("spend"):
            tiles += spend_tiles(session, today=today, currency=currency, locations=locations)
    return {"items": tiles}


@blueprint.get("/suggestions")
@allow(*STAFF)
@part_of("suggestions", "customers", inside=True)
@blueprint.arguments(SuggestionsQuery, location="query", as_kwargs=True)
@blueprint.response(200, Suggestions)
def list_suggestions(q: str, limit: int) -> dict[str, Any]:
    """List the guests who may be meant by what somebody began to type."""
    sees_contact = may_see("contact")
    with reading() as session:
        found = find_guests(session, vault=vault(), query=q, limit=limit, before=None, by_contacts=sees_contact).guests
    items: list[dict[str, Any]] = []
    for each in found:
        items.append({"kind": "customer", "id": each.id, "label": each.name, "tags": each.tags})
        if sees_contact and each.phones:
            items[-1]["phone_ends"] = each.phones[0]["number"][-SHOWN_DIGITS:]
    return {"items": items}


def _today(session: Session, at: datetime) -> date:
    place = premises(session)
    return business_day(at, zone=place.zones[place.default_location], starts_at=place.day_starts_at)


def _counted(session: Session, scope: Collection[UUID] | None, at: datetime) -> list[dict[str, Any]]:
    found = success_metrics(session, today=_today(session, at), locations=scope)
    return [{**asdict(each), "as_of": at} for each in found]
