"""Guests as staff see them: one, a page of the newest, or those found by any part of name, address or number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.errors import DomainError, Kind
from crm_customer.providers.vault import Vault
from crm_customer.rules.contacts import NotANumber, e164

COLUMNS = """
SELECT guest.id, guest.profile, guest.acquisition_source, guest.created_at, guest.erased_at, guest.version,
       guest.merged_into,
       (SELECT coalesce(json_agg(tag.name ORDER BY tag.name), '[]') FROM guest_tag JOIN tag ON tag.id = tag_id
         WHERE guest_id = guest.id) AS tags,
       (SELECT coalesce(json_agg(json_build_object('source', source, 'id', external_id) ORDER BY source, external_id),
         '[]') FROM external_id WHERE guest_id = guest.id) AS external_ids
FROM guest
"""
ORDER = "ORDER BY guest.id DESC LIMIT :limit"
BEFORE = "(CAST(:before AS uuid) IS NULL OR guest.id < CAST(:before AS uuid))"
TAGGED = """
EXISTS (SELECT FROM guest_tag JOIN tag ON tag.id = tag_id WHERE guest_id = guest.id AND tag.name = :tag)
"""
BY_IDS = text(f"{COLUMNS} WHERE guest.id = ANY(CAST(:ids AS uuid[]))")
NEWEST = text(f"{COLUMNS} WHERE erased_at IS NULL AND merged_into IS NULL AND {BEFORE} {ORDER}")
NEWEST_TAGGED = text(f"{COLUMNS} WHERE erased_at IS NULL AND merged_into IS NULL AND {BEFORE} AND {TAGGED} {ORDER}")
CANDIDATES = text(f"""
{COLUMNS} WHERE erased_at IS NULL AND {BEFORE}
  AND (search @> CAST(:first AS integer[]) OR search @> CAST(:second AS integer[])) {ORDER}
""")
EXACT = text("SELECT guest_id FROM guest_contact WHERE token = :token ORDER BY guest_id DESC LIMIT 200")
BY_EXTERNAL_ID = text("SELECT guest_id FROM external_id WHERE source = :source AND external_id = :external_id")
REGION = text("SELECT countries[1] FROM organisation")
ROUNDS = 50
"""Most batches of candidates looked through for one page: a search never runs away; the cursor goes on from there."""


class NoSuchGuest(DomainError):
    """There is no such guest."""

    kind = Kind.NOT_FOUND


class UnreadableNumber(DomainError):
    """The phone number cannot be read."""


class GuestForgotten(DomainError):
    """The guest asked to be forgotten, and was."""

    kind = Kind.GONE


@dataclass(frozen=True)
class GuestRecord:
    """A guest, decrypted; ``profile`` is the document as it was sealed."""

    id: UUID
    name: str | None
    emails: Sequence[Mapping[str, Any]]
    phones: Sequence[Mapping[str, Any]]
    reachable: Mapping[str, bool]
    external_ids: Sequence[Mapping[str, Any]]
    birthday: Mapping[str, Any] | None
    anniversary: str | None
    tags: Sequence[str]
    acquisition_source: str | None
    created_at: datetime
    version: int
    profile: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True)
class GuestPage:
    """Some guests, newest first, and the id to go on after, None at the end."""

    guests: Sequence[GuestRecord]
    next_before: UUID | None


def guest(session: Session, *, vault: Vault, customer_id: UUID) -> GuestRecord:
    """Return a guest; a merged id gives the survivor. Raises NoSuchGuest, GuestForgotten."""
    return survivor(session, vault=vault, customer_id=subjects.resolve(session, [customer_id])[customer_id])


def survivor(session: Session, *, vault: Vault, customer_id: UUID) -> GuestRecord:
    """Return a guest whose id stands for itself; raises NoSuchGuest, GuestForgotten."""
    row = session.execute(BY_IDS, {"ids": [customer_id]}).one_or_none()
    if row is None:
        raise NoSuchGuest
    records = _records(vault, [row])
    if not records:
        raise GuestForgotten
    return records[0]


def newest_guests(
    session: Session, *, vault: Vault, limit: int, before: UUID | None, tag: str | None = None
) -> GuestPage:
    """Return a page of guests, newest first, those with a tag if one is given."""
    values: dict[str, Any] = {"limit": limit + 1, "before": before}
    rows = session.execute(NEWEST if tag is None else NEWEST_TAGGED, values | ({"tag": tag} if tag else {})).all()
    return GuestPage(_records(vault, rows[:limit]), rows[limit - 1].id if len(rows) > limit else None)


def find_guests(
    session: Session,
    *,
    vault: Vault,
    query: str,
    limit: int,
    before: UUID | None,
    by_contacts: bool,
    tag: str | None = None,
) -> GuestPage:
    """Return guests whose name (``by_contacts``: or address or number) holds the query, newest first.

    Merged ones come as their survivors. Tokens find the candidates, the decrypted record decides.
    """
    readings = vault.query_tokens(query)
    if not readings:
        return GuestPage([], None)
    found: list[GuestRecord] = []
    for _ in range(ROUNDS):
        values = {"first": readings[0], "second": readings[-1], "before": before, "limit": 2 * limit}
        rows = session.execute(CANDIDATES, values).all()
        for record in _records(vault, rows):
            if vault.is_found_by(record.profile, query, by_contacts=by_contacts) and (
                tag is None or tag in record.tags
            ):
                found.append(record)
                if len(found) == limit:
                    more = record.id if record.id != rows[-1].id or len(rows) == 2 * limit else None
                    return GuestPage(_survivors(session, vault, found), more)
        if len(rows) < 2 * limit:
            return GuestPage(_survivors(session, vault, found), None)
        before = rows[-1].id
    return GuestPage(_survivors(session, vault, found), before)


def look_up_guests(
    session: Session,
    *,
    vault: Vault,
    email: str | None = None,
    phone: str | None = None,
    external_id: tuple[str, str] | None = None,
) -> list[GuestRecord]:
    """Return the guests with exactly this address, number or external id; households share some."""
    if external_id is not None:
        ids = list(session.scalars(BY_EXTERNAL_ID, dict(zip(("source", "external_id"), external_id, strict=True))))
    else:
        token = vault.email_token(email) if email is not None else vault.phone_token(_dialed(session, phone or ""))
        ids = list(session.scalars(EXACT, {"token": token}))
    survivors = set(subjects.resolve(session, ids).values())
    return _records(vault, session.execute(BY_IDS, {"ids": sorted(survivors, reverse=True)}).all())


def _dialed(session: Session, phone: str) -> str:
    """Read a number as dialed in the restaurant's country."""
    try:
        return e164(phone, session.scalar(REGION) or "US")
    except NotANumber:
        raise UnreadableNumber(errors={"phone": ["Not a phone number."]}) from None


def _records(vault: Vault, rows: Sequence[Row[Any]]) -> list[GuestRecord]:
    """Decrypt rows in one go; those whose person is gone are left out."""
    standing = [row for row in rows if row.erased_at is None and row.profile is not None]
    profiles = vault.open([(row.id, bytes(row.profile)) for row in standing])
    return [_record(row, profile) for row, profile in zip(standing, profiles, strict=True) if profile is not None]


def _record(row: Row[Any], profile: Mapping[str, Any]) -> GuestRecord:
    return GuestRecord(
        id=row.id,
        name=profile.get("name"),
        emails=profile.get("emails", []),
        phones=profile.get("phones", []),
        reachable={"email": bool(profile.get("emails")), "phone": bool(profile.get("phones"))},
        external_ids=row.external_ids,
        birthday=profile.get("birthday"),
        anniversary=profile.get("anniversary"),
        tags=row.tags,
        acquisition_source=row.acquisition_source,
        created_at=row.created_at,
        version=row.version,
        profile=profile,
    )


def _survivors(session: Session, vault: Vault, found: Sequence[GuestRecord]) -> list[GuestRecord]:
    """Replace merged records by their survivors', each shown once."""
    reached = subjects.resolve(session, [record.id for record in found])
    others = [survivor for id_, survivor in reached.items() if survivor != id_]
    by_id: dict[UUID, GuestRecord] = {record.id: record for record in found}
    if others:
        by_id |= {record.id: record for record in _records(vault, session.execute(BY_IDS, {"ids": others}).all())}
    shown = dict.fromkeys(reached[record.id] for record in found)
    return [by_id[id_] for id_ in shown if id_ in by_id]
