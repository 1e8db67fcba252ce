"""What the routes share: the vault, a session for reads, the clock, where the caller may book."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis.auth import principal
from crm_chassis.errors import DomainError, Kind
from crm_chassis.http import Context, crm
from crm_customer.providers.vault import Vault

STAFF = ("owner", "marketing_manager", "manager", "host")
SERVING = ("owner", "manager", "host")
"""Who seats and serves guests."""
MONEY_READERS = ("owner", "marketing_manager", "manager", "service")
"""Who reads orders. Which fields each sees is for the fields' classes of data to say, not for their role."""


@lru_cache(maxsize=8)
def _vault_of(context: Context) -> Vault:
    return Vault(context.settings, context.keys)


def vault() -> Vault:
    """Return the vault of the process that serves this request."""
    return _vault_of(crm())


@contextmanager
def reading() -> Iterator[Session]:
    """Yield a session whose every statement is a transaction of its own."""
    with crm().database.reading() as connection, Session(bind=connection) as session:
        yield session


def now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


class NotYourLocation(DomainError):
    """You are bound to locations; this is about another one, or about the whole restaurant."""

    kind = Kind.FORBIDDEN


def own_locations() -> frozenset[UUID] | None:
    """Return the locations the caller is bound to, None where there is no such bound."""
    locations = principal().locations
    return None if locations is None else frozenset(locations)


def check_location(location_id: UUID | None) -> None:
    """Refuse to change a location, or the whole restaurant (None), to a caller who is bound to others."""
    own = own_locations()
    if own is not None and location_id not in own:
        raise NotYourLocation
