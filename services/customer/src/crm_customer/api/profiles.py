"""This service's parts of a guest's 360° view and timeline, each in one request."""

from datetime import datetime
from typing import Any
from uuid import UUID

from crm_chassis.http import Blueprint, allow, part_of
from crm_chassis.pagination import Cursor, page, paged
from crm_chassis.visibility import may_see
from crm_customer.api.dietary import with_needs
from crm_customer.api.process import STAFF, now, own_locations, reading, vault
from crm_customer.queries.profiles import GUEST, METRICS, ORDERS, PARTS, RESERVATIONS, profile
from crm_customer.queries.timelines import timeline
from crm_customer.rules.happenings import BOOKINGS, KINDS
from crm_customer.schemas.profiles import PartsQuery, ProfileParts
from crm_customer.schemas.timelines import TimelineItem, TimelineQuery

blueprint = Blueprint("profiles", __name__, url_prefix="/v1/customers", description="Guests as a whole")

SEEN_WITH = {ORDERS: "spend", RESERVATIONS: "bookings"}
"""The class of data that a part is about: who may not see it does not get the part, whatever else its fields are."""


@blueprint.get("/<uuid:customer_id>/profile")
@allow(*STAFF)
@part_of("profile", GUEST, inside=True)
@part_of("profile", METRICS, inside=True)
@part_of("profile", ORDERS, inside=True)
@part_of("profile", RESERVATIONS, inside=True)
@blueprint.arguments(PartsQuery, location="query", as_kwargs=True)
@blueprint.response(200, ProfileParts)
@blueprint.alt_response(410, "GONE")
def show_profile_parts(customer_id: UUID, parts: str | None) -> dict[str, Any]:
    """Show what is known of a guest here: who they are, their figures, newest orders and reservations."""
    wanted = PARTS if parts is None else parts.split(",")
    permitted = [name for name in wanted if name not in SEEN_WITH or may_see(SEEN_WITH[name])]
    with reading() as session:
        guest, found = profile(
            session, vault=vault(), customer_id=customer_id, parts=permitted, locations=own_locations(), now=now()
        )
        return found | ({GUEST: with_needs(session, [guest])[0]} if GUEST in permitted else {})


@blueprint.get("/<uuid:customer_id>/timeline")
@allow(*STAFF)
@part_of("timeline", "customer", inside=True)
@blueprint.arguments(TimelineQuery, location="query", as_kwargs=True)
@blueprint.response(200, paged(TimelineItem))
@blueprint.alt_response(410, "GONE")
def list_timeline(customer_id: UUID, limit: int, cursor: str | None, kinds: str | None) -> dict[str, Any]:
    """List what happened with a guest, newest first; bookings for those who may see them."""
    at = Cursor.decode(cursor, datetime.fromisoformat, UUID) if cursor else None
    wanted = set(KINDS if kinds is None else kinds.split(","))
    if not may_see("bookings"):
        wanted -= set(BOOKINGS)
    with reading() as session:
        found = timeline(
            session,
            customer_id=customer_id,
            kinds=wanted,
            locations=own_locations(),
            limit=limit,
            before=(at[0], at[1]) if at else None,
        )
    return page(found, limit, lambda item: [item["at"], item["id"]])
