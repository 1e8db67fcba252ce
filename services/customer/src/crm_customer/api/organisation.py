"""The organisation."""

from typing import Any

from crm_chassis.http import Blueprint, allow, check_if_match, conditional, crm, etag_of
from crm_customer import models
from crm_customer.api.process import STAFF, check_location, now, reading
from crm_customer.operations.organisation import change_organisation
from crm_customer.queries.restaurant import organisation
from crm_customer.schemas.restaurant import Organisation, OrganisationChanges

blueprint = Blueprint("organisation", __name__, url_prefix="/v1/organisation", description="The restaurant business")

Tagged = tuple[models.Organisation, int, dict[str, str]]


@blueprint.get("")
@allow(*STAFF, "service")
@blueprint.response(200, Organisation)
def show_organisation() -> Tagged:
    """Show the organisation."""
    with reading() as session:
        found = organisation(session)
    return found, 200, {"ETag": etag_of(found.version)}


@blueprint.patch("")
@allow("owner")
@conditional
@blueprint.arguments(OrganisationChanges)
@blueprint.response(200, Organisation)
@blueprint.alt_response(409, "CONFLICT")
def edit_organisation(body: dict[str, Any]) -> Tagged:
    """Change the organisation; its currency stays once there are orders (409)."""
    check_location(None)
    with crm().database.transaction() as session:
        changed = change_organisation(session, changes=body, check_version=check_if_match, now=now())
    return changed, 200, {"ETag": etag_of(changed.version)}
