"""What came in at the public edge, for whoever looks after it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import current_app

from crm_chassis.http import Blueprint, allow, crm
from crm_chassis.pagination import Cursor, page, paged
from crm_gateway.config import BASE
from crm_gateway.edge.parts import parts_of
from crm_gateway.models.edge import EdgeMessage
from crm_gateway.operations import edge_messages
from crm_gateway.schemas.edge import EdgeMessage as EdgeMessageSchema
from crm_gateway.schemas.edge import EdgeMessageArguments

blueprint = Blueprint(
    "edge-messages", __name__, url_prefix=f"{BASE}/edge-messages",
    description="What guests and providers sent us, on its way to its service",
)  # fmt: skip


@blueprint.get("")
@blueprint.arguments(EdgeMessageArguments, location="query")
@blueprint.response(200, paged(EdgeMessageSchema))
@allow("owner")
def list_edge_messages(arguments: dict[str, Any]) -> dict[str, Any]:
    """List what came in at the public edge in the last 30 days, newest first: who takes it and whether they have it."""
    cursor = arguments["cursor"]
    before = None if cursor is None else Cursor.decode(cursor, datetime.fromisoformat, UUID)
    with crm().database.transaction() as session:
        rows = edge_messages.list_messages(
            session, state=arguments["state"], part=arguments["part"], before=before, limit=arguments["limit"] + 1
        )
    found = page(rows, arguments["limit"], lambda row: [row.received_at, row.id])
    return found | {"items": [_shown(row) for row in found["items"]]}


@blueprint.post("/<uuid:message_id>/replays")
@blueprint.response(202, EdgeMessageSchema)
@blueprint.alt_response(410, "GONE")
@allow("owner")
def replay_edge_message(message_id: UUID) -> dict[str, Any]:
    """Hand a message over again; a service that has it already does nothing twice. 410 after 30 days."""
    with crm().database.transaction() as session:
        return _shown(edge_messages.replay(session, message_id=message_id, now=datetime.now(UTC)))


def _shown(row: EdgeMessage) -> dict[str, Any]:
    """Show a message, without what it says."""
    part = parts_of(current_app.extensions["document"], "edge").get(row.part)
    waits = row.state == "waiting" and part is not None
    names = ("id", "kind", "source", "state", "attempts", "last_answer", "size", "received_at", "delivered_at")
    shown = {name: getattr(row, name) for name in names}
    return shown | {"service": part and part.service, "next_try_at": row.next_try_at if waits else None}
