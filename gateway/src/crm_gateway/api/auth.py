"""Signing in."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import current_app, request

from crm_chassis.auth import ANYONE
from crm_chassis.http import Blueprint, allow, crm
from crm_gateway.config import BASE
from crm_gateway.limits import SIGN_IN, limited
from crm_gateway.operations import signing_in
from crm_gateway.schemas.identity import SignIn, Token

if TYPE_CHECKING:
    from crm_gateway.access_tokens import AccessTokens

blueprint = Blueprint("auth", __name__, url_prefix=f"{BASE}/auth", description="Signing in")


@blueprint.post("/tokens")
@blueprint.arguments(SignIn)
@blueprint.response(200, Token)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
@allow(ANYONE)
@limited(SIGN_IN)
def create_token(credentials: dict[str, Any]) -> dict[str, Any]:
    """Sign in with e-mail address and password; the answer is the same whichever of them is wrong."""
    settings, database = crm().settings, crm().database
    tokens: AccessTokens = current_app.extensions["access_tokens"]
    email, address, now = credentials["email"], request.remote_addr or "", datetime.now(UTC)
    throttle = signing_in.Throttle(settings.sign_in_failures, settings.sign_in_window)
    with database.transaction() as session:
        signing_in.count_attempt(session, email=email, address=address, throttle=throttle, now=now)
    with database.transaction() as session:
        staff = signing_in.check_password(session, email=email, password=credentials["password"])
        signing_in.forgive(session, email=email, address=address)
    token = tokens.issue(staff_id=staff.id, role=staff.role, now=now)
    return {"access_token": token.text, "token_type": "Bearer", "expires_in": token.expires_in}
