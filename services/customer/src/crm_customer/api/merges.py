"""Two records that are one person."""

from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis.http import Blueprint, allow, crm
from crm_chassis.idempotency import idempotent
from crm_customer import models
from crm_customer.api.process import now
from crm_customer.operations.merges import merge_guests, unmerge_guests
from crm_customer.schemas.privacy import Merge, NewMerge

blueprint = Blueprint("merges", __name__, url_prefix="/v1/customers/merges", description="Who is whom")


@blueprint.post("")
@allow("owner", "manager", "service")
@idempotent
@blueprint.arguments(NewMerge, as_kwargs=True)
@blueprint.response(201, Merge)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(410, "GONE")
def add_merge(survivor_id: UUID, merged_id: UUID, session: Session) -> models.Merge:
    """Let the merged id mean the survivor from now on."""
    return merge_guests(session, survivor_id=survivor_id, merged_id=merged_id, now=now())


@blueprint.delete("/<uuid:merge_id>")
@allow("owner", "manager", "service")
@blueprint.response(204)
@blueprint.alt_response(410, "GONE")
def remove_merge(merge_id: UUID) -> None:
    """Take a merge back."""
    with crm().database.transaction() as session:
        unmerge_guests(session, merge_id=merge_id, now=now())
