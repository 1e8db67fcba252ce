"""Who works here."""

from typing import Any
from uuid import UUID

from flask import Response, make_response

from crm_chassis.auth import principal
from crm_chassis.http import Blueprint, allow, check_if_match, conditional, crm, etag_of
from crm_chassis.pagination import Cursor, PageArguments, page, paged
from crm_gateway.api.process import revoking
from crm_gateway.config import BASE
from crm_gateway.models.identity import Staff
from crm_gateway.operations import second_factor, staff
from crm_gateway.operations.sessions import end_all
from crm_gateway.schemas.identity import NewStaff, StaffChanges, StaffMember, TemporaryPassword

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
def add_staff(member: dict[str, Any]) -> Any:
    """Add a member of staff; one without a password comes in through the identity provider alone."""
    with crm().database.transaction() as session:
        added = staff.add_staff(session, **member)
    return added, 201, _etag(added)


@blueprint.get("/<uuid:staff_id>")
@blueprint.response(200, StaffMember)
@allow("owner")
def show_staff(staff_id: UUID) -> Any:
    """Show a member of staff."""
    with crm().database.transaction() as session:
        member = staff.show_staff(session, staff_id=staff_id)
    return member, 200, _etag(member)


@blueprint.patch("/<uuid:staff_id>")
@blueprint.arguments(StaffChanges)
@blueprint.response(200, StaffMember)
@blueprint.alt_response(409, "CONFLICT")
@conditional
@allow("owner")
def change_staff(changes: dict[str, Any], staff_id: UUID) -> Any:
    """Change a member of staff; another role and a dismissal end all their sessions and tokens at once."""
    with revoking() as session:
        staff.lock_owners(session)
        member = staff.lock_staff(session, staff_id=staff_id)
        check_if_match(member.version)
        staff.change_staff(session, staff=member, changes=changes)
    return member, 200, _etag(member)


@blueprint.post("/<uuid:staff_id>/password-resets")
@blueprint.response(201, TemporaryPassword)
@blueprint.alt_response(409, "CONFLICT")
@allow("owner")
def reset_password(staff_id: UUID) -> dict[str, str]:
    """Give somebody else a temporary password, shown this once; all their sessions and tokens end."""
    with revoking() as session:
        member = _another(staff.lock_staff(session, staff_id=staff_id))
        return {"temporary_password": staff.reset_password(session, staff=member)}


@blueprint.delete("/<uuid:staff_id>/second-factor")
@blueprint.response(204)
@blueprint.alt_response(409, "CONFLICT")
@allow("owner")
def reset_second_factor(staff_id: UUID) -> Response:
    """Take somebody else's second factor away, who lost their phone; all their sessions and tokens end."""
    with revoking() as session:
        member = _another(staff.lock_staff(session, staff_id=staff_id))
        second_factor.remove(session, staff=member)
        end_all(session, member)
    return make_response("", 204)


def _another(member: Staff) -> Staff:
    staff.check_is_another(member, own_id=UUID(principal().id))
    return member


def _etag(member: Staff) -> dict[str, str]:
    return {"ETag": etag_of(member.version)}
