"""Keys for tills and booking systems."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from crm_chassis.http import Blueprint, allow, crm
from crm_chassis.pagination import Cursor, PageArguments, page, paged
from crm_gateway.api.process import revoking
from crm_gateway.config import BASE
from crm_gateway.models.identity import ApiKey
from crm_gateway.operations import api_keys
from crm_gateway.schemas.identity import ApiKey as ApiKeySchema
from crm_gateway.schemas.identity import ApiKeyWithSecret, KeyRotation, NewApiKey

blueprint = Blueprint("api-keys", __name__, url_prefix=f"{BASE}/api-keys", description="Keys for tills")


@blueprint.get("")
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, paged(ApiKeySchema))
@allow("owner")
def list_keys(arguments: dict[str, Any]) -> dict[str, Any]:
    """List the keys, revoked ones too, without their secrets."""
    after = Cursor.decode(arguments["cursor"], UUID)[0] if arguments["cursor"] else None
    with crm().database.transaction() as session:
        rows = api_keys.list_keys(session, after=after, limit=arguments["limit"] + 1)
    return page(rows, arguments["limit"], lambda row: [row.id])


@blueprint.post("")
@blueprint.arguments(NewApiKey)
@blueprint.response(201, ApiKeyWithSecret)
@allow("owner")
def create_key(wanted: dict[str, Any]) -> dict[str, Any]:
    """Make a key; the answer is the only place where it is ever shown."""
    api_keys.check_expiry(wanted["expires_at"], now=datetime.now(UTC))
    with crm().database.transaction() as session:
        return _shown_once(api_keys.create_key(session, **wanted))


@blueprint.post("/<uuid:key_id>/rotations")
@blueprint.arguments(KeyRotation)
@blueprint.response(201, ApiKeyWithSecret)
@blueprint.alt_response(409, "CONFLICT")
@allow("owner")
def rotate_key(wanted: dict[str, Any], key_id: UUID) -> dict[str, Any]:
    """Replace a key: the new one is good now and shown this once, the old one for the overlap chosen."""
    overlap = timedelta(hours=wanted["overlap_hours"])
    with revoking() as session:
        return _shown_once(api_keys.rotate_key(session, key_id=key_id, overlap=overlap, now=datetime.now(UTC)))


@blueprint.delete("/<uuid:key_id>")
@blueprint.response(200, ApiKeySchema)
@allow("owner")
def revoke_key(key_id: UUID) -> ApiKey:
    """Revoke a key for good, at once; revoking it again changes nothing."""
    with revoking() as session:
        return api_keys.revoke_key(session, key_id=key_id, now=datetime.now(UTC))


def _shown_once(new: api_keys.NewKey) -> dict[str, Any]:
    return {name: getattr(new.row, name) for name in ApiKeySchema().fields} | {"key": new.text}
