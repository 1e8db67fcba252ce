"""Reservations as staff see them: one, a guest's newest first, those that several guests fit."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.errors import DomainError, Kind
from crm_customer.providers.vault import TEXTS, Vault
from crm_customer.queries.restaurant import Locations, among
from crm_customer.rules.matching import Attribution

COLUMNS = """
SELECT id, source, external_id, version, revision, status, location_id, starts_at, business_day, party_size, area,
       texts, customer_id, attribution
FROM reservation
"""
HERE = "(CAST(:locations AS uuid[]) IS NULL OR location_id = ANY(CAST(:locations AS uuid[])))"
ONE = text(f"{COLUMNS} WHERE id = :id AND {HERE}")
OF_GUEST = text(f"""
{COLUMNS} WHERE customer_id = ANY(CAST(:members AS uuid[])) AND attribution = 'guest' AND {HERE}
  AND (CAST(:at AS timestamptz) IS NULL OR (starts_at, id) < (CAST(:at AS timestamptz), CAST(:before AS uuid)))
ORDER BY starts_at DESC, id DESC LIMIT :limit
""")
AMBIGUOUS = text(f"""
{COLUMNS} WHERE attribution = 'ambiguous' AND {HERE}
  AND (CAST(:before AS uuid) IS NULL OR id < CAST(:before AS uuid))
ORDER BY id DESC LIMIT :limit
""")
IS_FORGOTTEN = text("SELECT erased_at IS NOT NULL FROM guest WHERE id = :id")


class NoSuchReservation(DomainError):
    """There is no such reservation."""

    kind = Kind.NOT_FOUND


class NoSuchGuestOfReservations(DomainError):
    """There is no such guest."""

    kind = Kind.NOT_FOUND


class ForgottenReservations(DomainError):
    """The guest asked to be forgotten, and was; their reservations are nobody's."""

    kind = Kind.GONE


def reservation(session: Session, *, vault: Vault, reservation_id: UUID, locations: Locations) -> dict[str, Any]:
    """Return a reservation of these locations (None: of any); raises NoSuchReservation."""
    rows = session.execute(ONE, {"id": reservation_id, "locations": among(locations)}).all()
    if not rows:
        raise NoSuchReservation
    return _shown(vault, rows)[0]


def reservations_of_guest(
    session: Session,
    *,
    vault: Vault,
    customer_id: UUID,
    limit: int,
    after: tuple[datetime, UUID] | None,
    locations: Locations,
) -> list[dict[str, Any]]:
    """Return up to ``limit`` + 1 reservations of a guest, of merged records too, newest first."""
    is_forgotten = session.scalar(IS_FORGOTTEN, {"id": customer_id})
    if is_forgotten is None:
        raise NoSuchGuestOfReservations
    if is_forgotten:
        raise ForgottenReservations
    members = subjects.members(session, customer_id)
    return recent_reservations(session, vault=vault, members=members, limit=limit + 1, after=after, locations=locations)


def recent_reservations(
    session: Session,
    *,
    vault: Vault,
    members: Sequence[UUID],
    limit: int,
    after: tuple[datetime, UUID] | None = None,
    locations: Locations,
) -> list[dict[str, Any]]:
    """Return up to ``limit`` reservations of the person that these ids mean, newest first."""
    at, before = after or (None, None)
    values = {"members": members, "at": at, "before": before, "limit": limit, "locations": among(locations)}
    return _shown(vault, session.execute(OF_GUEST, values).all())


def ambiguous_reservations(
    session: Session, *, vault: Vault, limit: int, before: UUID | None, locations: Locations
) -> list[dict[str, Any]]:
    """Return up to ``limit`` + 1 reservations that several guests fit, newest first."""
    values = {"before": before, "limit": limit + 1, "locations": among(locations)}
    return _shown(vault, session.execute(AMBIGUOUS, values).all())


def _shown(vault: Vault, rows: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """Shape rows, what their guests wrote decrypted; the erased are nobody."""
    written = [row for row in rows if row.texts is not None]
    opened = vault.open([(row.customer_id, bytes(row.texts)) for row in written], TEXTS)
    wording = {row.id: texts or {} for row, texts in zip(written, opened, strict=True)}
    return [
        {
            **row._mapping,  # noqa: SLF001 -- SQLAlchemy's public name for it
            "customer_id": row.customer_id if row.attribution == Attribution.GUEST else None,
            "requests": wording.get(row.id, {}).get("requests"),
            "occasion": wording.get(row.id, {}).get("occasion"),
        }
        for row in rows
    ]
