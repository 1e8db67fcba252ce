"""Guests come to be known and change; contact details pass through here into the vault and nowhere else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis import subjects
from crm_chassis.errors import DomainError, Kind
from crm_chassis.outbox import emit
from crm_contracts.customer import ProfileChangedV1, RegisteredV1, TaggedV1
from crm_customer.models import ExternalId, Guest, GuestContact
from crm_customer.operations import bulk, claims, dietary
from crm_customer.operations.premises import premises
from crm_customer.operations.tags import set_tags
from crm_customer.providers.vault import Vault
from crm_customer.rules.contacts import NotANumber, e164

PROFILE_FIELDS = ("name", "emails", "phones", "birthday", "anniversary")
GUEST_COLUMNS = {
    "id": "uuid",
    "profile": "bytea",
    "search": "integer[]",
    "acquisition_source": "text",
    "registered_at": "timestamptz",
    "created_at": "timestamptz",
    "version": "integer",
}
CONTACT_COLUMNS = {"guest_id": "uuid", "token": "bytea"}
EXTERNAL_COLUMNS = {"source": "text", "external_id": "text", "guest_id": "uuid"}


class GuestNotFound(DomainError):
    """There is no such guest."""

    kind = Kind.NOT_FOUND


class GuestErased(DomainError):
    """The guest asked to be forgotten, and was."""

    kind = Kind.GONE


class PhoneRefused(DomainError):
    """A phone number cannot be read as dialed in the restaurant's country."""


class ExternalIdTaken(DomainError):
    """Another guest has this external id already."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class NewGuest:
    """A guest about to be known; ``registered_at`` is when the restaurant met them."""

    id: UUID
    profile: Mapping[str, Any]
    registered_at: datetime
    external_ids: Sequence[tuple[str, str]] = field(default=())
    acquisition_source: str | None = None


def register_guest(session: Session, *, vault: Vault, guest: Mapping[str, Any], now: datetime) -> UUID:
    """Make a guest known and announce it; shared e-mails and phones are fine, a taken external id is refused."""
    guest = _with_phones(session, guest)
    external_ids = _pairs(guest.get("external_ids") or ())
    with claims.held(session, [vault.external_token(*pair) for pair in external_ids]):
        _refuse_taken(session, external_ids, guest_id=None)
        new = NewGuest(
            id=uuid7(),
            profile={name: guest[name] for name in PROFILE_FIELDS if guest.get(name)},
            registered_at=now,
            external_ids=external_ids,
            acquisition_source=guest.get("acquisition_source"),
        )
        add_guests(session, vault=vault, guests=[new], now=now)
        announce_guest(session, new)
    if guest.get("dietary"):
        dietary.set_needs(session, vault=vault, guest_id=new.id, needs=guest["dietary"])
    if guest.get("tags"):
        _tag(session, new.id, guest["tags"], now)
    return new.id


def add_guests(session: Session, *, vault: Vault, guests: Sequence[NewGuest], now: datetime) -> None:
    """Store guests, their tokens and external ids in four statements."""
    if not guests:
        return
    sealed = vault.seal([(guest.id, guest.profile) for guest in guests])
    rows = [
        {
            "id": guest.id,
            "profile": profile,
            "search": vault.search_tokens(guest.profile),
            "acquisition_source": guest.acquisition_source,
            "registered_at": guest.registered_at,
            "created_at": now,
            "version": 1,
        }
        for guest, profile in zip(guests, sealed, strict=True)
    ]
    bulk.insert(session, "guest", GUEST_COLUMNS, rows)
    contacts = [{"guest_id": g.id, "token": token} for g in guests for token in contact_tokens(vault, g.profile)]
    bulk.insert(session, "guest_contact", CONTACT_COLUMNS, contacts)
    externals = [
        {"source": source, "external_id": external_id, "guest_id": guest.id}
        for guest in guests
        for source, external_id in guest.external_ids
    ]
    bulk.insert(session, "external_id", EXTERNAL_COLUMNS, sorted(externals, key=_external_key))


def announce_guest(session: Session, guest: NewGuest) -> None:
    """Tell that the restaurant knows a new guest; before anything else is told of them."""
    emit(session, RegisteredV1(customer_id=guest.id, occurred_at=guest.registered_at))


def change_guest(
    session: Session,
    *,
    vault: Vault,
    customer_id: UUID,
    changes: Mapping[str, Any],
    check_version: Callable[[int], None],
    now: datetime,
) -> UUID:
    """Set the fields given, clear those given as null, and leave the rest; gives the id of the record changed.

    A merged guest's record is the survivor's. Raises GuestNotFound, GuestErased, ExternalIdTaken.
    """
    if "dietary" in changes:
        dietary.lock_person(session, customer_id)
    guest = locked_guest(session, customer_id)
    check_version(guest.version)
    changes = _with_phones(session, changes)
    changed = set()
    if changes.keys() & PROFILE_FIELDS and _change_profile(session, vault, guest, changes):
        changed |= changes.keys() & PROFILE_FIELDS
    if "acquisition_source" in changes and changes["acquisition_source"] != guest.acquisition_source:
        guest.acquisition_source = changes["acquisition_source"]
        changed.add("acquisition_source")
    if "external_ids" in changes:
        pairs = _pairs(changes["external_ids"] or ())
        with claims.held(session, [vault.external_token(*pair) for pair in pairs]):
            _set_external_ids(session, guest.id, pairs)
        changed.add("external_ids")
    if "dietary" in changes:
        dietary.set_needs(session, vault=vault, guest_id=guest.id, needs=changes["dietary"])
        changed.add("dietary")
    if "tags" in changes:
        _tag(session, guest.id, changes["tags"] or (), now)
        changed.add("tags")
    if changed:
        guest.version += 1
        session.flush()
        emit(session, ProfileChangedV1(customer_id=guest.id, changed=tuple(sorted(changed)), occurred_at=now))
    return guest.id


def locked_guest(session: Session, customer_id: UUID) -> Guest:
    """Return the record an id stands for by now, locked; raises GuestNotFound or GuestErased."""
    survivor = subjects.resolve(session, [customer_id])[customer_id]
    guest = session.get(Guest, survivor, with_for_update=True, populate_existing=True)
    if guest is None:
        raise GuestNotFound
    if guest.merged_into is not None:  # while we waited for the lock
        return locked_guest(session, guest.id)
    if guest.erased_at is not None:
        raise GuestErased
    return guest


def contact_tokens(vault: Vault, profile: Mapping[str, Any]) -> list[bytes]:
    """Return the tokens under which a profile's addresses and numbers are compared, each once."""
    tokens = [vault.email_token(email["address"]) for email in profile.get("emails") or ()]
    tokens += [vault.phone_token(phone["number"]) for phone in profile.get("phones") or ()]
    return sorted(set(tokens))


def _change_profile(session: Session, vault: Vault, guest: Guest, changes: Mapping[str, Any]) -> bool:
    """Seal the profile anew with its tokens; False where nothing differs."""
    before = vault.open([(guest.id, guest.profile or b"")])[0] or {}
    wanted = {**before, **{name: changes[name] for name in PROFILE_FIELDS if name in changes}}
    after = {name: value for name, value in wanted.items() if value}
    if after == before:
        return False
    guest.profile = vault.seal([(guest.id, after)])[0]
    guest.search = vault.search_tokens(after)
    session.execute(delete(GuestContact).where(GuestContact.guest_id == guest.id))
    rows = [{"guest_id": guest.id, "token": token} for token in contact_tokens(vault, after)]
    bulk.insert(session, "guest_contact", CONTACT_COLUMNS, rows)
    return True


def _with_phones(session: Session, guest: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write phone numbers as E.164; raises PhoneRefused naming those that cannot be read."""
    if not guest.get("phones"):
        return guest
    region = premises(session).region
    numbers, errors = [], {}
    for position, phone in enumerate(guest["phones"]):
        try:
            numbers.append({"number": e164(phone["number"], region)})
        except NotANumber:
            errors[f"phones.{position}.number"] = ["Not a phone number."]
    if errors:
        raise PhoneRefused(errors=errors)
    return {**guest, "phones": numbers}


def _set_external_ids(session: Session, guest_id: UUID, pairs: Sequence[tuple[str, str]]) -> None:
    _refuse_taken(session, pairs, guest_id=guest_id)
    session.execute(delete(ExternalId).where(ExternalId.guest_id == guest_id))
    rows = [{"source": source, "external_id": id_, "guest_id": guest_id} for source, id_ in pairs]
    bulk.insert(session, "external_id", EXTERNAL_COLUMNS, rows)


def _refuse_taken(session: Session, pairs: Sequence[tuple[str, str]], *, guest_id: UUID | None) -> None:
    statement = select(ExternalId.source, ExternalId.external_id).where(
        tuple_(ExternalId.source, ExternalId.external_id).in_(pairs), ExternalId.guest_id.is_distinct_from(guest_id)
    )
    if pairs and session.execute(statement.limit(1)).first() is not None:
        raise ExternalIdTaken(errors={"external_ids": ["Another guest has one of them."]})


def _tag(session: Session, guest_id: UUID, names: Sequence[str], now: datetime) -> None:
    ids = set_tags(session, guest_id=guest_id, names=names)
    emit(session, TaggedV1(customer_id=guest_id, tag_ids=tuple(ids), occurred_at=now))


def _pairs(external_ids: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    return sorted({(each["source"], each["id"]) for each in external_ids})


def _external_key(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["source"], row["external_id"]
