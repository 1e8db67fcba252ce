"""Who is asking: a bearer credential or a session's cookie becomes a principal, remembered for a few seconds."""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from crm_chassis.auth import Principal, Unauthenticated
from crm_chassis.database import Database
from crm_gateway import cookies
from crm_gateway.access_tokens import AccessTokens
from crm_gateway.config import Settings
from crm_gateway.credentials import is_key
from crm_gateway.duties import Duty, check_duty, duty_of
from crm_gateway.operations import uses
from crm_gateway.permissions import sees
from crm_gateway.queries import holders
from crm_gateway.revocations import Revocations

REMEMBERED_S = 5.0
"""How long at most a revoked credential still gets in where its revocation was not heard of (Revocations)."""

_MOST_REMEMBERED = 10_000
_LONGEST_CREDENTIAL = 4096
_KNOWN = "maitre.known"


@dataclass(frozen=True)
class Known:
    """Whose a credential is: a session has an id, and a duty is what must be done before anything else."""

    principal: Principal
    session_id: UUID | None = None
    duty: Duty | None = None
    ends_at: datetime | None = None


class Authenticator:
    """Turns a request into a principal; nothing but the hash of a credential is remembered."""

    def __init__(
        self, database: Database, tokens: AccessTokens, settings: Settings, *, counts_as_use: bool = True
    ) -> None:
        self._database, self._tokens, self._settings = database, tokens, settings
        self._counts_as_use = counts_as_use
        self._remembered: dict[bytes, tuple[Known, float]] = {}
        self._generation = 0
        self._lock = threading.Lock()
        self._revocations = Revocations(database, self.forget)

    def authenticate(self, environ: dict[str, Any]) -> Principal:
        """Give who sends this request (a WSGI environ); raises Unauthenticated, or Forbidden's kin.

        A bearer credential goes before the cookie. What a cookie changes must come from our own pages.
        """
        if "HTTP_AUTHORIZATION" in environ:
            known = self._by_bearer(environ["HTTP_AUTHORIZATION"])
        else:
            token = cookies.read(environ)
            if token is None:
                raise Unauthenticated("Sign in at /auth/sessions, send a token of /auth/tokens, or use a till's key.")
            known = self._find(b"session\0", token, self._session)
            if environ["REQUEST_METHOD"] not in cookies.SAFE:
                cookies.check_csrf(environ, token)
        check_duty(known.duty, environ["REQUEST_METHOD"], environ["PATH_INFO"])
        environ[_KNOWN] = known
        return known.principal

    def forget(self) -> None:
        """Forget whom we remember: something was revoked."""
        with self._lock:
            self._generation += 1
            self._remembered.clear()

    def close(self) -> None:
        """Hear of revocations no more; for a process or test that ends."""
        self._revocations.close()

    def _by_bearer(self, header: str) -> Known:
        scheme, _, credential = header.partition(" ")
        credential = credential.strip()
        if scheme.lower() != "bearer" or not credential:
            raise Unauthenticated("A bearer token is needed: sign in at /auth/tokens, or use a till's key.")
        if len(credential) > _LONGEST_CREDENTIAL:
            raise Unauthenticated("The token is not valid.")
        return self._find(b"bearer\0", credential, self._key if is_key(credential) else self._token)

    def _find(self, kind: bytes, credential: str, look_up: Callable[[str, datetime], Known | None]) -> Known:
        """Give whose a credential is, from memory or by looking it up."""
        self._revocations.keep_listening()
        digest = hashlib.sha256(kind + credential.encode("utf-8", "surrogateescape")).digest()
        remembered = self._remembered.get(digest)
        if remembered is not None and remembered[1] > time.monotonic():
            return remembered[0]
        generation, now = self._generation, datetime.now(UTC)
        known = look_up(credential, now)
        if known is None:
            self._remembered.pop(digest, None)
            raise Unauthenticated("The sign-in or key is not valid, has expired or was revoked.")
        seconds = REMEMBERED_S
        if known.ends_at is not None:
            seconds = min(seconds, (known.ends_at - now).total_seconds())
        with self._lock:
            if generation == self._generation:  # else it may have been revoked while we looked
                if len(self._remembered) >= _MOST_REMEMBERED:
                    self._remembered.clear()
                self._remembered[digest] = (known, time.monotonic() + seconds)
        return known

    def _key(self, text: str, now: datetime) -> Known | None:
        """Look an API key up by its prefix and compare the hash."""
        with self._database.reading() as connection:
            row = holders.api_key(connection, text=text, now=now)
            if row is None:
                return None
            if self._counts_as_use and uses.is_due(row.last_used_at, now):
                uses.note_key(connection, key_id=row.id, now=now)
        kind = "till" if row.role == "till" else "program"
        principal = Principal(
            kind=kind, id=str(row.id), role=row.role, locations=_locations(row), scopes=tuple(row.scopes),
            sees=sees(row.role),
        )  # fmt: skip
        return Known(principal, ends_at=row.expires_at)

    def _token(self, text: str, _now: datetime) -> Known | None:
        """Check an access token's signature, then that its owner still works here and has not ended it."""
        claims = self._tokens.read(text)
        if claims is None:
            return None
        with self._database.reading() as connection:
            row = holders.member_of_staff(connection, staff_id=claims.staff_id, epoch=claims.epoch)
        if row is None:
            return None
        return Known(_staff(row), duty=self._duty(row), ends_at=claims.expires_at)

    def _session(self, token: str, now: datetime) -> Known | None:
        """Look a session up; it ends when it was idle for too long, or is too old."""
        idle = timedelta(minutes=self._settings.session_idle_minutes)
        with self._database.reading() as connection:
            row = holders.session(connection, token=token, idle=idle, now=now)
            if row is None:
                return None
            if self._counts_as_use and uses.is_due(row.last_seen_at, now):
                uses.note_session(connection, session_id=row.session_id, now=now)
        duty = self._duty(row) if row.proof == holders.BY_PASSWORD else None
        ends_at = min(row.expires_at, row.last_seen_at + idle)
        return Known(_staff(row), session_id=row.session_id, duty=duty, ends_at=ends_at)

    def _duty(self, row: Any) -> Duty | None:
        is_required = row.role in self._settings.second_factor_roles and not row.has_second_factor
        return duty_of(must_change_password=row.must_change_password, must_add_second_factor=is_required)


def known_of(environ: dict[str, Any]) -> Known:
    """Give whose the request's credential is, once it was authenticated."""
    found: Known = environ[_KNOWN]
    return found


def _staff(row: Any) -> Principal:
    return Principal(kind="staff", id=str(row.id), role=row.role, locations=_locations(row), sees=sees(row.role))


def _locations(row: Any) -> tuple[UUID, ...] | None:
    return None if row.location_ids is None else tuple(row.location_ids)
