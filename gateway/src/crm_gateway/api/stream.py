"""The live stream as the API describes it; the live process serves it (crm_gateway.live)."""

from typing import Any, NoReturn

from crm_chassis.http import Blueprint, allow
from crm_gateway.config import BASE
from crm_gateway.live.handover import LiveUnavailable
from crm_gateway.live.topics import ROLES
from crm_gateway.schemas.live import StreamQuery

blueprint = Blueprint("stream", __name__, url_prefix=f"{BASE}/stream", description="Changes as they happen")

EXAMPLE = """\
retry: 3000
id: 5f0c2a91-41

event: points
id: 5f0c2a91-42
data: {"type":"loyalty.points_earned.v1","at":"2026-03-01T19:30:00Z",\
"customer_id":"019a9a6e-0000-7000-8000-000000000000","points":84,"balance":84}

event: reload
id: 5f0c2a91-43
data: {"reason":"gap","spread_ms":250}

"""
STREAM = {
    "description": (
        "Server-Sent Events. The event's name is the topic; its data names the event's `type`, `at`, the `customer_id`"
        " (null where it is about no guest) and the plain fields you may see. `reload` asks you to fetch anew what you"
        " show, at a random moment within `spread_ms`: messages may be missing. A role or sign-in that changes ends the"
        " stream within seconds. An EventSource gives up after an answer other than 200: open a new one after a while."
    ),
    "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE}},
}
LAST_EVENT_ID = {
    "name": "Last-Event-ID",
    "in": "header",
    "required": False,
    "description": "The last `id` received: what was missed since is told first, or `reload` where that is not known.",
    "schema": {"type": "string", "maxLength": 64},
}


@blueprint.get("")
@blueprint.doc(responses={200: STREAM}, parameters=[LAST_EVENT_ID])
@blueprint.arguments(StreamQuery, location="query")
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
@blueprint.alt_response(503, "SERVICE_UNAVAILABLE")
@allow(*ROLES)
def follow_changes(_wishes: dict[str, Any]) -> NoReturn:
    """Follow changes as they happen, without asking again and again; what comes depends on role and locations."""
    raise LiveUnavailable  # only here where no live process is beside us: crm_gateway.live.handover takes it else
