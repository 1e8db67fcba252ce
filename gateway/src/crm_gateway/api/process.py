"""What the handlers of signing in share: this process's parts, and the session that asks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, request
from sqlalchemy.orm import Session

from crm_chassis.auth import Forbidden, Principal, Unauthenticated
from crm_chassis.http import crm
from crm_gateway import cookies
from crm_gateway.authentication import known_of
from crm_gateway.models.identity import Staff
from crm_gateway.models.sessions import StaffSession
from crm_gateway.operations.sessions import Opened, open_session
from crm_gateway.operations.signing_in import Throttle
from crm_gateway.permissions import sees

if TYPE_CHECKING:
    from crm_gateway.access_tokens import AccessTokens
    from crm_gateway.authentication import Authenticator
    from crm_gateway.sealing import Sealer


class SessionNeeded(Forbidden):
    """This is for a browser's session: sign in at POST /auth/sessions."""


def access_tokens() -> "AccessTokens":
    """Give what issues access tokens."""
    return cast("AccessTokens", current_app.extensions["access_tokens"])


def authenticator() -> "Authenticator":
    """Give what knows who asks."""
    return cast("Authenticator", current_app.extensions["authenticator"])


def sealer() -> "Sealer":
    """Give what seals second factors."""
    return cast("Sealer", current_app.extensions["second_factor_sealer"])


def throttle() -> Throttle:
    """Give how many failures are borne."""
    return Throttle(crm().settings.sign_in_failures, crm().settings.sign_in_window)


@contextmanager
def revoking() -> Iterator[Session]:
    """Open a transaction that ends credentials: once it is committed this process remembers nobody."""
    with crm().database.transaction() as session:
        yield session
    authenticator().forget()


def current_session(session: Session, *, to_change: bool = False) -> Opened:
    """Give the session that asks and whose it is, their row locked where it is to be changed; raises SessionNeeded."""
    session_id = known_of(request.environ).session_id
    token = cookies.read(request.environ)
    if session_id is None or token is None:
        raise SessionNeeded
    row = session.get(StaffSession, session_id)
    staff = row if row is None else session.get(Staff, row.staff_id, with_for_update=to_change)
    if row is None or staff is None or row.epoch != staff.epoch:
        raise Unauthenticated("The session has ended.")
    return Opened(row, staff, token)


def renewed(session: Session, current: Opened) -> Opened:
    """Open the session that goes on after all of a person's were ended, under a token of its own; no longer than it."""
    now = datetime.now(UTC)
    return open_session(
        session, staff=current.staff, proof=current.row.proof, user_agent=current.row.user_agent,
        lasting=current.row.expires_at - now, now=now,
    )  # fmt: skip


def principal_of(staff: Staff) -> Principal:
    """Give a member of staff as the principal they become by signing in."""
    locations = None if staff.location_ids is None else tuple(staff.location_ids)
    return Principal(kind="staff", id=str(staff.id), role=staff.role, locations=locations, sees=sees(staff.role))


def session_body(opened: Opened) -> dict[str, Any]:
    """Describe a session to the browser that holds it."""
    staff, settings = opened.staff, crm().settings
    shown = ("id", "email", "name", "role", "location_ids", "has_second_factor", "must_change_password")
    is_required = staff.role in settings.second_factor_roles and not staff.has_second_factor
    return {
        "id": opened.row.id,
        "staff": {name: getattr(staff, name) for name in shown} | {"must_add_second_factor": is_required},
        "sees": list(sees(staff.role)),
        "csrf_token": cookies.csrf_token(opened.token),
        "expires_at": opened.row.expires_at,
        "idle_minutes": settings.session_idle_minutes,
    }


def cookie_of(opened: Opened) -> dict[str, str]:
    """Give the header that hands a session to the browser."""
    seconds = max(1, int((opened.row.expires_at - datetime.now(UTC)) / timedelta(seconds=1)))
    return {"Set-Cookie": cookies.write(opened.token, seconds=seconds)}


def answer_of(opened: Opened, body: dict[str, Any] | None = None) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Answer with a session and its cookie."""
    return body or session_body(opened), 200, cookie_of(opened)
