"""Privacy requests: a guest asks to be forgotten."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis.http import Blueprint, allow
from crm_chassis.idempotency import idempotent
from crm_customer.api.process import now, reading, vault
from crm_customer.operations.privacy import request_erasure
from crm_customer.queries.privacy import RequestProgress, privacy_request
from crm_customer.schemas.privacy import NewPrivacyRequest, PrivacyRequest

blueprint = Blueprint("privacy", __name__, url_prefix="/v1/privacy/requests", description="Guests' privacy requests")


@blueprint.post("")
@allow("owner", "manager", "service")
@idempotent
@blueprint.arguments(NewPrivacyRequest)
@blueprint.response(202, PrivacyRequest)
def add_request(body: dict[str, Any], session: Session) -> RequestProgress:
    """Erase a guest at once, merged records too; completed when every service has answered."""
    request = request_erasure(session, vault=vault(), customer_id=body["customer_id"], now=now())
    return privacy_request(session, request.id)


@blueprint.get("/<uuid:request_id>")
@allow("owner", "manager", "service")
@blueprint.response(200, PrivacyRequest)
def show_request(request_id: UUID) -> RequestProgress:
    """Show how far a request is, and who still owes an answer."""
    with reading() as session:
        return privacy_request(session, request_id)
