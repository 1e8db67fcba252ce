"""Who is asking: a bearer credential (access token or API key) becomes a principal, remembered for a few seconds."""

import hashlib
import threading
import time

from sqlalchemy import select

from crm_chassis.auth import Principal, Unauthenticated
from crm_chassis.database import Database
from crm_gateway.access_tokens import AccessTokens
from crm_gateway.models.identity import ApiKey, Staff
from crm_gateway.operations.api_keys import fits, is_key, split_key
from crm_gateway.permissions import sees

REMEMBERED_S = 5.0
"""How long a revoked key or a dismissed member of staff may still get in."""

_MOST_REMEMBERED = 10_000
_LONGEST_CREDENTIAL = 4096


class Authenticator:
    """Turns an Authorization header into a principal; nothing but the hash of a credential is remembered."""

    def __init__(self, database: Database, tokens: AccessTokens) -> None:
        self._database = database
        self._tokens = tokens
        self._known: dict[bytes, tuple[Principal, float]] = {}
        self._lock = threading.Lock()

    def principal(self, header: str | None) -> Principal:
        """Give who sends this Authorization header; raises Unauthenticated."""
        scheme, _, credential = (header or "").partition(" ")
        credential = credential.strip()
        if scheme.lower() != "bearer" or not credential:
            raise Unauthenticated("A bearer token is needed: sign in at /auth/tokens, or use a till's key.")
        if len(credential) > _LONGEST_CREDENTIAL:
            raise Unauthenticated("The token is not valid.")
        digest = hashlib.sha256(credential.encode("utf-8", "surrogateescape")).digest()
        known = self._known.get(digest)
        if known is not None and known[1] > time.monotonic():
            return known[0]
        principal = self._till(credential) if is_key(credential) else self._member_of_staff(credential)
        if principal is None:
            self._known.pop(digest, None)
            raise Unauthenticated("The token is not valid, has expired or was revoked.")
        self._remember(digest, principal)
        return principal

    def _remember(self, digest: bytes, principal: Principal) -> None:
        with self._lock:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[digest] = (principal, time.monotonic() + REMEMBERED_S)

    def _till(self, credential: str) -> Principal | None:
        """Look an API key up by its prefix and compare the hash."""
        parts = split_key(credential)
        if parts is None:
            return None
        query = select(ApiKey.id, ApiKey.secret_hash, ApiKey.role, ApiKey.scopes, ApiKey.location_ids)
        with self._database.reading() as connection:
            row = connection.execute(query.where(ApiKey.prefix == parts[0], ApiKey.revoked_at.is_(None))).one_or_none()
        if row is None or not fits(parts[1], row.secret_hash):
            return None
        locations = None if row.location_ids is None else tuple(row.location_ids)
        return Principal(
            kind="till",
            id=str(row.id),
            role=row.role,
            locations=locations,
            scopes=tuple(row.scopes),
            sees=sees(row.role),
        )

    def _member_of_staff(self, credential: str) -> Principal | None:
        """Check an access token's signature, then that its owner still works here and as what."""
        staff_id = self._tokens.read(credential)
        if staff_id is None:
            return None
        query = select(Staff.id, Staff.role, Staff.location_ids).where(Staff.id == staff_id, Staff.is_active)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        locations = None if row.location_ids is None else tuple(row.location_ids)
        return Principal(kind="staff", id=str(row.id), role=row.role, locations=locations, sees=sees(row.role))
