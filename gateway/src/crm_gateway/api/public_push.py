"""Registering a guest's browser for web push (W3C Push API), with a link that says whose it is."""

from typing import Any

from flask import Blueprint as PlainBlueprint
from flask import Response

from crm_chassis.auth import ANYONE, allow
from crm_chassis.http import Blueprint, body_limit
from crm_gateway.api.public import MOST_FORM
from crm_gateway.config import BASE
from crm_gateway.edge.desk import desk
from crm_gateway.limits import EDGE, limited
from crm_gateway.operations.edge_messages import Told
from crm_gateway.schemas.push import PushSubscription

PUSH = "push"
_CROSS_ORIGIN = {"Access-Control-Allow-Origin": "*"}  # the restaurant's own site registers; the link is the only right

documented = Blueprint("push", __name__, url_prefix=f"{BASE}/p", description="Registering browsers for web push")
"""The same route under the API's own base, so that it stands in its document."""
public = PlainBlueprint("public-push", __name__, url_prefix="/p")


@public.post("/push/<token>")
@documented.post("/push/<token>")
@documented.arguments(PushSubscription)
@documented.response(204)
@documented.alt_response(429, "TOO_MANY_REQUESTS")
@documented.alt_response(503, "SERVICE_UNAVAILABLE")
@limited(EDGE)
@body_limit(MOST_FORM)
@allow(ANYONE)
def register_push(subscription: dict[str, Any], token: str) -> Response:
    """Register the browser that the guest of this link agreed to be notified on; again is harmless."""
    link = desk().link(PUSH, token)
    content = {"subscription": subscription}
    desk().take_in(Told(PUSH, link.issuer, content, subject=link.subject, values=link.values))
    return Response(status=204, headers=_CROSS_ORIGIN)


@public.route("/push/<token>", methods=["OPTIONS"])
@allow(ANYONE)
def allow_push(token: str) -> Response:
    """Let pages of other origins register: nothing but the link in the path gives any right."""
    del token
    headers = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "Content-Type"}
    return Response(status=204, headers=_CROSS_ORIGIN | headers | {"Access-Control-Max-Age": "86400"})
