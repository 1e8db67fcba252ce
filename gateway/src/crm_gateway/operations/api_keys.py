"""Keys for tills and booking systems: made once, shown once, kept only as a hash, rotated, revoked for good."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, Kind
from crm_gateway.credentials import MARK, digest
from crm_gateway.models.identity import ApiKey
from crm_gateway.permissions import KEY_ROLES
from crm_gateway.revocations import announce

SCOPES = {
    "till": ("members:read", "orders:write", "refunds:write", "reservations:write"),
    "booking_system": ("reservations:write",),
}
"""What a key of each role may do unless it is given less."""


LONGEST_OVERLAP_H = 7 * 24
"""Hours for which a rotated key may stay good beside its successor, at most."""


class InvalidApiKey(DomainError):
    """The role or a scope asked for does not exist, or the key would have ended already."""

    kind = Kind.INVALID


class ApiKeyNotFound(DomainError):
    """No such API key."""

    kind = Kind.NOT_FOUND


class KeyNotInForce(DomainError):
    """The key was revoked, has expired or was rotated already: make a new one."""

    kind = Kind.CONFLICT


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
    expires_at: datetime | None = None,
) -> NewKey:
    """Make a key for a till or a booking system, for all locations or those given."""
    if role not in KEY_ROLES:
        raise InvalidApiKey("No such role.", errors={"role": [f"Must be one of: {', '.join(KEY_ROLES)}."]})
    allowed = SCOPES[role]
    wanted = list(allowed if scopes is None else dict.fromkeys(scopes))
    if not wanted or not set(wanted) <= set(allowed):
        raise InvalidApiKey("No such scope.", errors={"scopes": [f"Must be some of: {', '.join(allowed)}."]})
    return _add(session, name=name, role=role, scopes=wanted, location_ids=location_ids, expires_at=expires_at)


def rotate_key(session: Session, *, key_id: UUID, overlap: timedelta, now: datetime) -> NewKey:
    """Make a key's successor, alike in all but its secret; the old one stays good for *overlap*, or less if it ends.

    Raises KeyNotInForce for a key that is not good any more or has a successor.
    """
    old = _locked(session, key_id)
    is_over = old.revoked_at is not None or (old.expires_at is not None and old.expires_at <= now)
    if is_over or old.replaced_by_id is not None:
        raise KeyNotInForce
    new = _add(
        session, name=old.name, role=old.role, scopes=old.scopes, location_ids=old.location_ids,
        expires_at=old.expires_at,
    )  # fmt: skip
    until = now + overlap
    old.expires_at = until if old.expires_at is None else min(until, old.expires_at)
    old.replaced_by_id = new.row.id
    session.flush()
    announce(session)
    return new


def check_expiry(expires_at: datetime | None, *, now: datetime) -> None:
    """Refuse to make a key that has ended already."""
    if expires_at is not None and expires_at <= now:
        raise InvalidApiKey("The key would have ended already.", errors={"expires_at": ["Must be in the future."]})


def revoke_key(session: Session, *, key_id: UUID, now: datetime) -> ApiKey:
    """Revoke a key; revoking it again changes nothing."""
    row = _locked(session, key_id)
    row.revoked_at = row.revoked_at or now
    announce(session)
    return row


def list_keys(session: Session, *, after: UUID | None, limit: int) -> Sequence[ApiKey]:
    """List keys by id, revoked ones too, from after the one given."""
    query = select(ApiKey).order_by(ApiKey.id).limit(limit)
    return session.scalars(query if after is None else query.where(ApiKey.id > after)).all()


def _locked(session: Session, key_id: UUID) -> ApiKey:
    row = session.get(ApiKey, key_id, with_for_update=True)
    if row is None:
        raise ApiKeyNotFound("There is no such API key.")
    return row


def _add(
    session: Session,
    *,
    name: str,
    role: str,
    scopes: Sequence[str],
    location_ids: Sequence[UUID] | None,
    expires_at: datetime | None,
) -> NewKey:
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    row = ApiKey(
        id=uuid7(),
        name=name,
        prefix=prefix,
        secret_hash=digest(secret),
        role=role,
        scopes=list(scopes),
        expires_at=expires_at,
        location_ids=None if location_ids is None else list(location_ids),
    )
    session.add(row)
    session.flush()
    session.refresh(row)
    return NewKey(row, f"{MARK}_{prefix}_{secret}")
