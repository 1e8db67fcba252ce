"""Signing in with a password: a token for programs, a session for browsers."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import request

from crm_chassis.auth import ANYONE
from crm_chassis.http import Blueprint, allow, crm
from crm_gateway import cookies
from crm_gateway.api.process import (
    access_tokens,
    answer_of,
    current_session,
    principal_of,
    revoking,
    sealer,
    session_body,
    throttle,
)
from crm_gateway.audit import own as audit
from crm_gateway.config import BASE
from crm_gateway.duties import PasswordChangeNeeded
from crm_gateway.limits import SIGN_IN, limited
from crm_gateway.models.identity import Staff
from crm_gateway.operations import second_factor, sessions, signing_in
from crm_gateway.permissions import STAFF_ROLES
from crm_gateway.queries.holders import BY_PASSWORD
from crm_gateway.schemas.sessions import JsonWebKeys, Session, SignIn, Token

blueprint = Blueprint("auth", __name__, url_prefix=f"{BASE}/auth", description="Signing in")


@blueprint.post("/tokens")
@blueprint.arguments(SignIn)
@blueprint.response(200, Token)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
@allow(ANYONE)
@limited(SIGN_IN)
def create_token(credentials: dict[str, Any]) -> dict[str, Any]:
    """Sign a program in with e-mail address, password and code; the same answer whichever of the first two is wrong."""
    now = datetime.now(UTC)
    staff = prove(**credentials, now=now)
    if staff.must_change_password:
        raise PasswordChangeNeeded
    token = access_tokens().issue(staff_id=staff.id, role=staff.role, epoch=staff.epoch, now=now)
    return {"access_token": token.text, "token_type": "Bearer", "expires_in": token.expires_in}


@blueprint.post("/sessions")
@blueprint.arguments(SignIn)
@blueprint.response(200, Session)
@blueprint.alt_response(401, "UNAUTHORIZED")
@blueprint.alt_response(403, "FORBIDDEN")
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
@allow(ANYONE)
@limited(SIGN_IN)
def create_session(credentials: dict[str, Any]) -> Any:
    """Sign a browser in: the answer sets the session's cookie, and has the token that changes must carry."""
    cookies.check_origin(request.environ)
    now = datetime.now(UTC)
    staff = prove(**credentials, now=now)
    with crm().database.transaction() as session:
        opened = sessions.open_session(
            session, staff=staff, proof=BY_PASSWORD, user_agent=request.user_agent.string,
            lasting=timedelta(minutes=crm().settings.session_minutes), now=now,
        )  # fmt: skip
    return answer_of(opened)


@blueprint.get("/session")
@blueprint.response(200, Session)
@allow(*STAFF_ROLES)
def show_session() -> Any:
    """Say who is signed in with this session, and what they may see."""
    with crm().database.transaction() as session:
        return session_body(current_session(session))


@blueprint.delete("/session")
@blueprint.response(204)
@allow(*STAFF_ROLES)
def sign_out() -> Any:
    """End this session, at once and everywhere."""
    with revoking() as session:
        current = current_session(session)
        sessions.end_session(session, session_id=current.row.id, staff_id=current.staff.id)
    return None, 204, {"Set-Cookie": cookies.clear()}


@blueprint.get("/jwks")
@blueprint.response(200, JsonWebKeys)
@allow(ANYONE)
def show_keys() -> Any:
    """Give the public keys that access tokens can be checked with (RFC 7517), the current one first."""
    return {"keys": access_tokens().public_keys()}, 200, {"Cache-Control": "public, max-age=300"}


def prove(*, email: str, password: str, code: str | None, now: datetime) -> Staff:
    """Give who this is, by password and, where the account has a second factor, a code; counts what is wrong."""
    database, limits, address = crm().database, throttle(), request.remote_addr or ""
    buckets = signing_in.sign_in_buckets(email, address, limits)
    with database.transaction() as session:
        signing_in.count_attempt(session, buckets, throttle=limits, now=now)
    with database.transaction() as session:
        staff = signing_in.check_password(session, email=email, password=password)
        if staff.has_second_factor and code is None:
            signing_in.take_back(session, buckets)
    if staff.has_second_factor:
        if code is None:
            raise signing_in.SecondFactorNeeded
        buckets += signing_in.code_buckets(staff.id, limits)
        with database.transaction() as session:
            signing_in.count_attempt(session, buckets[-1:], throttle=limits, now=now)
    with database.transaction() as session:
        if staff.has_second_factor and code is not None:
            second_factor.check_code(session, staff_id=staff.id, code=code, sealer=sealer(), now=now)
        signing_in.forgive(session, buckets)
    audit.note(actor=principal_of(staff))
    return staff
