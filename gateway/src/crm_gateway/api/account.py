"""One's own account: other sessions, password, second factor; always in a browser's session."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session as DatabaseSession

from crm_chassis.http import Blueprint, allow, crm
from crm_chassis.pagination import page, paged
from crm_gateway.api.process import answer_of, current_session, renewed, revoking, sealer, session_body, throttle
from crm_gateway.config import BASE
from crm_gateway.operations import second_factor, sessions, signing_in, staff
from crm_gateway.operations.sessions import MOST_SESSIONS, Opened
from crm_gateway.permissions import STAFF_ROLES
from crm_gateway.schemas.sessions import (
    Code,
    NewSecondFactor,
    OwnSession,
    PasswordChange,
    PasswordProof,
    RecoveryCodes,
    Session,
)

blueprint = Blueprint("account", __name__, url_prefix=f"{BASE}/auth", description="One's own account")


@blueprint.get("/sessions")
@blueprint.response(200, paged(OwnSession))
@allow(*STAFF_ROLES)
def list_sessions() -> dict[str, Any]:
    """List one's own sessions in force, the newest first: on which devices one is signed in."""
    now, idle = datetime.now(UTC), timedelta(minutes=crm().settings.session_idle_minutes)
    with crm().database.transaction() as session:
        current = current_session(session)
        rows = sessions.list_sessions(session, staff_id=current.staff.id, now=now, idle=idle)
    shown = ("id", "proof", "user_agent", "created_at", "last_seen_at", "expires_at")
    items = [{name: getattr(row, name) for name in shown} | {"is_current": row.id == current.row.id} for row in rows]
    return page(items, MOST_SESSIONS, lambda item: [item["id"]])


@blueprint.delete("/sessions/<uuid:session_id>")
@blueprint.response(204)
@allow(*STAFF_ROLES)
def end_session(session_id: UUID) -> None:
    """End one of one's own sessions, at once and everywhere."""
    with revoking() as session:
        current = current_session(session)
        sessions.end_session(session, session_id=session_id, staff_id=current.staff.id)


@blueprint.post("/password")
@blueprint.arguments(PasswordChange)
@blueprint.response(200, Session)
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
@allow(*STAFF_ROLES)
def change_password(wanted: dict[str, Any]) -> Any:
    """Change one's password; every other session and token ends, this session goes on under a new cookie and token."""
    with _proved() as (session, current):
        staff.change_password(session, staff=current.staff, **wanted)
        opened = renewed(session, current)
    return answer_of(opened)


@blueprint.post("/second-factor")
@blueprint.response(201, NewSecondFactor)
@blueprint.alt_response(409, "CONFLICT")
@allow(*STAFF_ROLES)
def begin_second_factor() -> Any:
    """Make a secret for an authenticator app (TOTP, RFC 6238); it counts once a code of it is confirmed."""
    with crm().database.transaction() as session:
        current = current_session(session, to_change=True)
        return second_factor.begin(session, staff=current.staff, sealer=sealer())


@blueprint.post("/second-factor/confirmations")
@blueprint.arguments(Code)
@blueprint.response(200, RecoveryCodes)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
@allow(*STAFF_ROLES)
def confirm_second_factor(given: dict[str, Any]) -> Any:
    """Put the second factor in force by a code; gives the recovery codes, and ends every other session and token."""
    with _proved() as (session, current):
        codes = second_factor.confirm(
            session, staff=current.staff, code=given["code"], sealer=sealer(), now=datetime.now(UTC)
        )
        sessions.end_all(session, current.staff)
        opened = renewed(session, current)
    return answer_of(opened, {"recovery_codes": codes, "session": session_body(opened)})


@blueprint.delete("/second-factor")
@blueprint.arguments(PasswordProof)
@blueprint.response(200, Session)
@blueprint.alt_response(409, "CONFLICT")
@blueprint.alt_response(429, "TOO_MANY_REQUESTS")
@allow(*STAFF_ROLES)
def remove_second_factor(given: dict[str, Any]) -> Any:
    """Take one's second factor away, by the password; every other session and token ends."""
    with _proved() as (session, current):
        staff.check_own_password(current.staff, given["password"])
        second_factor.remove(session, staff=current.staff)
        sessions.end_all(session, current.staff)
        opened = renewed(session, current)
    return answer_of(opened)


@contextmanager
def _proved() -> Iterator[tuple[DatabaseSession, Opened]]:
    """Open a transaction for what asks for a proof once more; wrong ones are counted, whatever comes of it."""
    limits, now = throttle(), datetime.now(UTC)
    with crm().database.transaction() as session:
        buckets = signing_in.proof_buckets(current_session(session).staff.id, limits)
        signing_in.count_attempt(session, buckets, throttle=limits, now=now)
    with revoking() as session:
        yield session, current_session(session, to_change=True)
        signing_in.forgive(session, buckets)
