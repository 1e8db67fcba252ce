"""Whose a credential is: one indexed read each."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from crm_gateway.credentials import digest, fits, split_key
from crm_gateway.models.identity import ApiKey, Staff
from crm_gateway.models.sessions import StaffSession

BY_PASSWORD, BY_PROVIDER = "password", "provider"
"""What a session was opened with."""

_STAFF = (
    Staff.id, Staff.role, Staff.location_ids, Staff.must_change_password, Staff.has_second_factor
)  # fmt: skip


def api_key(connection: Connection, *, text: str, now: datetime) -> Any:
    """Give the key's row if it is a key in force."""
    parts = split_key(text)
    if parts is None:
        return None
    query = select(
        ApiKey.id, ApiKey.secret_hash, ApiKey.role, ApiKey.scopes, ApiKey.location_ids, ApiKey.expires_at,
        ApiKey.last_used_at,
    )  # fmt: skip
    is_in_force = ApiKey.revoked_at.is_(None) & (ApiKey.expires_at.is_(None) | (ApiKey.expires_at > now))
    row = connection.execute(query.where(ApiKey.prefix == parts[0], is_in_force)).one_or_none()
    return row if row is not None and fits(parts[1], row.secret_hash) else None


def member_of_staff(connection: Connection, *, staff_id: UUID, epoch: int) -> Any:
    """Give what a member of staff is now, None where they left or ended what was made in that epoch."""
    query = select(*_STAFF, Staff.epoch).where(Staff.id == staff_id, Staff.is_active)
    row = connection.execute(query).one_or_none()
    return row if row is not None and row.epoch == epoch else None


def session(connection: Connection, *, token: str, idle: timedelta, now: datetime) -> Any:
    """Give the session's row, and what its owner is now, while it is in force."""
    query = (
        select(
            *_STAFF, StaffSession.id.label("session_id"), StaffSession.proof, StaffSession.last_seen_at,
            StaffSession.expires_at,
        )
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(
            StaffSession.token_hash == digest(token), StaffSession.epoch == Staff.epoch, Staff.is_active,
            StaffSession.expires_at > now, StaffSession.last_seen_at > now - idle,
        )
    )  # fmt: skip
    return connection.execute(query).one_or_none()
