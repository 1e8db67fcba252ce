"""Keys for tills and booking systems."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from crm_chassis.http import Blueprint, allow, crm
from crm_chassis.pagination import Cursor, PageArguments, page, paged
from crm_gateway.config import BASE
from crm_gateway.models.identity import ApiKey
from crm_gateway.operations import api_keys
from crm_gateway.schemas.identity import ApiKey as ApiKeySchema
from crm_gateway.schemas.identity import ApiKeyWithSecret, NewApiKey

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
    with crm().database.transaction() as session:
        new = api_keys.create_key(session, **wanted)
    return {name: getattr(new.row, name) for name in ApiKeySchema().fields} | {"key": new.text}


@blueprint.delete("/<uuid:key_id>")
@blueprint.response(200, ApiKeySchema)
@allow("owner")
def revoke_key(key_id: UUID) -> ApiKey:
    """Revoke a key for good, in effect within five seconds; revoking it again changes nothing."""
    with crm().database.transaction() as session:
        return api_keys.revoke_key(session, key_id=key_id, now=datetime.now(UTC))
