"""When a credential was last used: noted once a minute, so that a busy till costs no write a request."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, update

from crm_gateway.models.identity import ApiKey
from crm_gateway.models.sessions import StaffSession

NOTED_EVERY = timedelta(minutes=1)


def is_due(last: datetime | None, now: datetime) -> bool:
    """Tell whether a use is to be noted."""
    return last is None or now - last >= NOTED_EVERY


def note_key(connection: Connection, *, key_id: UUID, now: datetime) -> None:
    """Note that a key was used."""
    connection.execute(update(ApiKey).where(ApiKey.id == key_id).values(last_used_at=now))


def note_session(connection: Connection, *, session_id: UUID, now: datetime) -> None:
    """Note that a session was used, which is what keeps it from ending idle."""
    connection.execute(update(StaffSession).where(StaffSession.id == session_id).values(last_seen_at=now))
