"""The restaurant's places."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis.http import Blueprint, allow, check_if_match, conditional, crm, etag_of
from crm_chassis.idempotency import idempotent
from crm_chassis.pagination import Cursor, PageArguments, page, paged
from crm_customer import models
from crm_customer.api.process import STAFF, check_location, now, reading
from crm_customer.operations.locations import add_location, change_location
from crm_customer.queries.restaurant import location, locations
from crm_customer.schemas.restaurant import Location, LocationChanges, NewLocation

blueprint = Blueprint("locations", __name__, url_prefix="/v1/locations", description="The restaurant's places")

Tagged = tuple[models.Location, int, dict[str, str]]


@blueprint.get("")
@allow(*STAFF, "service")
@blueprint.arguments(PageArguments, location="query", as_kwargs=True)
@blueprint.response(200, paged(Location))
def list_locations(limit: int, cursor: str | None) -> dict[str, Any]:
    """List the locations, oldest first."""
    after = Cursor.decode(cursor, UUID)[0] if cursor else None
    with reading() as session:
        found = locations(session, limit=limit, after=after)
    return page(found, limit, lambda each: [each.id])


@blueprint.post("")
@allow("owner")
@idempotent
@blueprint.arguments(NewLocation)
@blueprint.response(201, Location)
def open_location(body: dict[str, Any], session: Session) -> Tagged:
    """Open a location; a new default takes the old one's place."""
    check_location(None)
    added = add_location(session, **body, now=now())
    return added, 201, {"ETag": etag_of(added.version)}


@blueprint.get("/<uuid:location_id>")
@allow(*STAFF, "service")
@blueprint.response(200, Location)
def show_location(location_id: UUID) -> Tagged:
    """Show a location."""
    with reading() as session:
        found = location(session, location_id)
    return found, 200, {"ETag": etag_of(found.version)}


@blueprint.patch("/<uuid:location_id>")
@allow("owner", "manager")
@conditional
@blueprint.arguments(LocationChanges)
@blueprint.response(200, Location)
@blueprint.alt_response(409, "CONFLICT")
def edit_location(body: dict[str, Any], location_id: UUID) -> Tagged:
    """Change a location; another zone counts its visits anew."""
    check_location(location_id)
    with crm().database.transaction() as session:
        changed = change_location(
            session, location_id=location_id, changes=body, check_version=check_if_match, now=now()
        )
    return changed, 200, {"ETag": etag_of(changed.version)}
