"""Keys for tills: made once, shown once, kept only as a hash, revoked for good."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, Kind
from crm_gateway.credentials import MARK, digest
from crm_gateway.models.identity import ApiKey
from crm_gateway.permissions import KEY_ROLES

SCOPES = {
    "till": ("members:read", "orders:write", "refunds:write", "reservations:write"),
    "booking_system": ("reservations:write",),
}
"""What a key of each role may do unless it is given less."""


class InvalidApiKey(DomainError):
    """The role or a scope asked for does not exist."""

    kind = Kind.INVALID


class ApiKeyNotFound(DomainError):
    """No such API key."""

    kind = Kind.NOT_FOUND


@dataclass(frozen=True)
class NewKey:
    """A fresh key: ``text`` is what the till sends and is never to be had again."""

    row: ApiKey
    text: str


def create_key(
    session: Session,
    *,
    name: str,
    role: str,
    location_ids: Sequence[UUID] | None = None,
    scopes: Sequence[str] | None = None,
) -> NewKey:
    """Make a key for a till, for all locations or those given."""
    if role not in KEY_ROLES:
        raise InvalidApiKey("No such role.", errors={"role": [f"Must be one of: {', '.join(KEY_ROLES)}."]})
    allowed = SCOPES[role]
    wanted = list(allowed if scopes is None else dict.fromkeys(scopes))
    if not wanted or not set(wanted) <= set(allowed):
        raise InvalidApiKey("No such scope.", errors={"scopes": [f"Must be some of: {', '.join(allowed)}."]})
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = ApiKey(
        id=uuid7(),
        name=name,
        prefix=prefix,
        secret_hash=digest(secret),
        role=role,
        scopes=wanted,
        location_ids=None if location_ids is None else list(location_ids),
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    return NewKey(row, f"{MARK}_{prefix}_{secret}")


def revoke_key(session: Session, *, key_id: UUID, now: datetime) -> ApiKey:
    """Revoke a key; revoking it again changes nothing."""
    row = session.get(ApiKey, key_id, with_for_update=True)
    if row is None:
        raise ApiKeyNotFound("There is no such API key.")
    row.revoked_at = row.revoked_at or now
    return row


def list_keys(session: Session, *, after: UUID | None, limit: int) -> Sequence[ApiKey]:
    """List keys by id, revoked ones too, from after the one given."""
    query = select(ApiKey).order_by(ApiKey.id).limit(limit)
    return session.scalars(query if after is None else query.where(ApiKey.id > after)).all()
