"""Who works here."""

from typing import Any
from uuid import UUID

from crm_chassis.http import Blueprint, allow, crm
from crm_chassis.pagination import Cursor, PageArguments, page, paged
from crm_gateway.config import BASE
from crm_gateway.models.identity import Staff
from crm_gateway.operations import staff
from crm_gateway.schemas.identity import NewStaff, StaffMember

blueprint = Blueprint("staff", __name__, url_prefix=f"{BASE}/staff", description="Who works here")


@blueprint.get("")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, paged(StaffMember))
@allow("owner")
def list_staff(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the staff."""
    after = Cursor.decode(arguments["cursor"], UUID)[0] if arguments["cursor"] else None
    with crm().database.transaction() as session:
        rows = staff.list_staff(session, after=after, limit=arguments["limit"] + 1)
    return page(rows, arguments["limit"], lambda row: [row.id])


@blueprint.post("")
@blueprint.arguments(NewStaff)
@blueprint.response(201, StaffMember)
@blueprint.alt_response(409, "CONFLICT")
@allow("owner")
def add_staff(member: dict[str, Any]) -> Staff:
    """Add a member of staff."""
    with crm().database.transaction() as session:
        return staff.add_staff(session, **member)
