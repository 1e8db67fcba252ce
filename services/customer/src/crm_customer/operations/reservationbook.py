"""Reservations as rows: locked, created and rewritten many at a time."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from crm_customer.operations import facts
from crm_customer.operations.facts import Key, Record
from crm_customer.providers.vault import TEXTS, Vault

COLUMNS = {
    "id": "uuid",
    "source": "text",
    "external_id": "text",
    "version": "bigint",
    "revision": "integer",
    "content": "bytea",
    "status": "text",
    "location_id": "uuid",
    "starts_at": "timestamptz",
    "business_day": "date",
    "party_size": "integer",
    "area": "text",
    "texts": "bytea",
    "customer_id": "uuid",
    "attribution": "text",
    "is_announced": "boolean",
    "recorded_at": "timestamptz",
}
NAMES = ", ".join(f"reservation.{column}" for column in COLUMNS)
LOCK = facts.locking("reservation", COLUMNS)


@dataclass(slots=True, kw_only=True)
class ReservationState(Record):
    """A reservation as it stands; ``wording`` is what its guest wrote, not sealed yet, and never a column."""

    status: str
    starts_at: datetime
    party_size: int
    area: str | None
    texts: bytes | None
    is_announced: bool
    wording: Mapping[str, str] | None = None


def lock_known(session: Session, vault: Vault, keys: Collection[Key]) -> dict[Key, ReservationState]:
    """Lock those of the reservations that are known, buried ones too."""
    return facts.lock_known(session, LOCK, keys=keys, buried_id=vault.buried_reservation_id, state=ReservationState)


def write(
    session: Session, vault: Vault, created: Collection[ReservationState], rewritten: Collection[ReservationState]
) -> None:
    """Insert and update; what was written with them is sealed for its guest, and not kept where there is none."""
    _seal(vault, [*created, *rewritten])
    facts.create(session, "reservation", COLUMNS, created)
    facts.rewrite(session, "reservation", COLUMNS, rewritten)


def _seal(vault: Vault, reservations: Iterable[ReservationState]) -> None:
    personal = [(each, each.guest, each.wording) for each in reservations if each.wording]
    attributed = [(each, guest, wording) for each, guest, wording in personal if guest is not None]
    sealed = vault.seal([(guest, wording) for _, guest, wording in attributed], TEXTS)
    for (each, _, _), texts in zip(attributed, sealed, strict=True):
        each.texts = texts
