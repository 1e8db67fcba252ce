"""Who may open a stream, how many, and whether they still may: asked of the gateway's own database, beside the loop."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from crm_chassis.auth import Forbidden, Principal
from crm_chassis.errors import DomainError, Kind
from crm_chassis.logs import describe
from crm_gateway.config import BASE
from crm_gateway.live.topics import ROLES

logger = structlog.get_logger()

PATH = f"{BASE}/stream"
LOOKED_UP_AT_ONCE = 2
CHECKED_EVERY_S = 4.0
TRUSTED_S = 60.0
"""How long streams go on while nobody can say whether they may: the gateway's database is away."""
AWAY = (OperationalError, InterfaceError, PoolTimeout)


class IdentityUnavailable(DomainError):
    """Sign-ins cannot be checked right now."""

    kind = Kind.UNAVAILABLE


class TooManyStreams(DomainError):
    """Too many streams are open."""

    kind = Kind.RATE_LIMITED


@dataclass(frozen=True)
class Credential:
    """What a request proves itself with: its Authorization or its cookies; hashable, never logged."""

    authorization: str | None
    cookie: str | None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "Credential":
        """Take it from a request's headers; a bearer credential goes before a cookie."""
        authorization = headers.get("Authorization")
        return cls(authorization, headers.get("Cookie") if authorization is None else None)

    def environ(self) -> dict[str, Any]:
        """Give it as the authenticator takes it."""
        given = {"HTTP_AUTHORIZATION": self.authorization, "HTTP_COOKIE": self.cookie}
        present = {name: value for name, value in given.items() if value is not None}
        return {"REQUEST_METHOD": "GET", "PATH_INFO": PATH, **present}

    def __repr__(self) -> str:
        return "Credential(***)"


class Admission:
    """Checks credentials in threads of its own, and counts the streams of each principal."""

    def __init__(self, authenticate: Callable[[dict[str, Any]], Principal], *, most: int, most_each: int) -> None:
        self._authenticate = authenticate
        self._threads = ThreadPoolExecutor(LOOKED_UP_AT_ONCE, "admission")
        self._most, self._most_each = most, most_each
        self._open: Counter[tuple[str, str]] = Counter()
        self._unchecked_since: float | None = None

    async def admit(self, credential: Credential) -> Principal:
        """Give who asks; raises Unauthenticated, Forbidden or IdentityUnavailable."""
        try:
            principal = await self._look_up(credential)
        except AWAY as error:
            logger.warning("identity_unavailable", error=describe(error))
            raise IdentityUnavailable(extra={"retry_after": 5}) from error
        if principal.role not in ROLES:
            raise Forbidden("This role follows no stream.")
        return principal

    def enter(self, principal: Principal) -> None:
        """Count a stream in; raises TooManyStreams."""
        whose = (principal.kind, principal.id)
        if self._open.total() >= self._most:
            raise TooManyStreams("All streams are taken; try again in a while.", extra={"retry_after": 30})
        if self._open[whose] >= self._most_each:
            detail = f"You have {self._most_each} streams open; close one of them."
            raise TooManyStreams(detail, extra={"retry_after": 10})
        self._open[whose] += 1

    def leave(self, principal: Principal) -> None:
        """Count a stream out."""
        whose = (principal.kind, principal.id)
        self._open[whose] -= 1
        if not self._open[whose]:
            del self._open[whose]

    async def changed(self, credentials: Iterable[Credential]) -> dict[Credential, Principal | None]:
        """Look up all of these again: whose they are now, None where they are nobody's any more.

        While the database is away there is no telling: nobody is sent away, but after a minute everybody is.
        """
        now = asyncio.get_running_loop().time()
        found: dict[Credential, Principal | None] = {}
        for credential in credentials:
            try:
                found[credential] = await self._look_up(credential)
            except AWAY:
                self._unchecked_since = self._unchecked_since or now
                return dict.fromkeys(credentials) if now - self._unchecked_since > TRUSTED_S else {}
            except DomainError:
                found[credential] = None
        self._unchecked_since = None
        return found

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _look_up(self, credential: Credential) -> Principal:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._authenticate, credential.environ())
