"""Browser sessions: opened by a fresh proof of who it is, ended by their owner, by time, or all at once."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, Kind
from crm_gateway.credentials import digest
from crm_gateway.models.identity import Staff
from crm_gateway.models.sessions import StaffSession
from crm_gateway.revocations import announce

MOST_SESSIONS = 20
"""Of one person; the oldest ends where there would be more."""
_LONGEST_USER_AGENT = 200


class SessionNotFound(DomainError):
    """No such session of yours."""

    kind = Kind.NOT_FOUND


@dataclass(frozen=True)
class Opened:
    """A session just opened, whose it is, and the token that its cookie holds: never to be had again."""

    row: StaffSession
    staff: Staff
    token: str


def open_session(
    session: Session, *, staff: Staff, proof: str, user_agent: str, lasting: timedelta, now: datetime
) -> Opened:
    """Open a session under a fresh token, whatever the browser sent before (no fixation)."""
    session.execute(delete(StaffSession).where(StaffSession.expires_at < now))
    newest = (
        select(StaffSession.id)
        .where(StaffSession.staff_id == staff.id)
        .order_by(StaffSession.id.desc())
        .limit(MOST_SESSIONS - 1)
    )
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id, StaffSession.id.not_in(newest)))
    token = secrets.token_urlsafe(32)
    row = StaffSession(
        id=uuid7(),
        staff_id=staff.id,
        token_hash=digest(token),
        epoch=staff.epoch,
        proof=proof,
        user_agent=user_agent[:_LONGEST_USER_AGENT],
        created_at=now,
        last_seen_at=now,
        expires_at=now + lasting,
    )
    session.add(row)
    session.execute(update(Staff).where(Staff.id == staff.id).values(last_signed_in_at=now))
    session.flush()
    return Opened(row, staff, token)


def end_session(session: Session, *, session_id: UUID, staff_id: UUID) -> None:
    """End one session of a person; raises SessionNotFound for somebody else's."""
    gone = delete(StaffSession).where(StaffSession.id == session_id, StaffSession.staff_id == staff_id)
    if session.scalar(gone.returning(StaffSession.id)) is None:
        raise SessionNotFound("There is no such session of yours.")
    announce(session)


def end_all(session: Session, staff: Staff) -> None:
    """End all sessions and access tokens of a person, those too that are being made just now."""
    staff.epoch = staff.epoch + 1
    session.execute(delete(StaffSession).where(StaffSession.staff_id == staff.id))
    session.flush()
    announce(session)


def list_sessions(session: Session, *, staff_id: UUID, now: datetime, idle: timedelta) -> Sequence[StaffSession]:
    """List a person's sessions in force, the newest first."""
    query = (
        select(StaffSession)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.staff_id == staff_id, StaffSession.epoch == Staff.epoch)
        .where(StaffSession.expires_at > now, StaffSession.last_seen_at > now - idle)
        .order_by(StaffSession.id.desc())
    )
    return session.scalars(query).all()
