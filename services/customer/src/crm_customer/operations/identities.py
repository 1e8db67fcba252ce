"""Reading whose a fact is said to be, and finding the guests whom many such identities fit (RULES C3)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_customer.providers.vault import Vault
from crm_customer.rules.contacts import NotAnAddress, NotANumber, e164
from crm_customer.rules.matching import Attribution, Verdict, verdict

External = tuple[str, str]

BY_ID = text("SELECT id FROM guest WHERE id = ANY(CAST(:ids AS uuid[]))")
HOLD = text("""
SELECT id FROM guest WHERE id = ANY(CAST(:guests AS uuid[])) AND erased_at IS NULL ORDER BY id FOR KEY SHARE
""")
BY_EXTERNAL_ID = text("""
SELECT known.source, known.external_id, known.guest_id FROM external_id AS known
JOIN unnest(CAST(:sources AS text[]), CAST(:ids AS text[])) AS wanted (source, id)
  ON known.source = wanted.source AND known.external_id = wanted.id
""")
BY_CONTACT = text("SELECT token, guest_id FROM guest_contact WHERE token = ANY(CAST(:tokens AS bytea[]))")
SOURCES_OF = text("SELECT guest_id, source FROM external_id WHERE guest_id = ANY(CAST(:guests AS uuid[]))")
BURIED = text("SELECT token, erased_at FROM tombstone WHERE token = ANY(CAST(:tokens AS bytea[]))")


@dataclass(frozen=True)
class Identity:
    """What a fact says of its guest; contacts as their keyed tokens, ``tokens`` names all for claims and graves."""

    customer_id: UUID | None = None
    external: External | None = None
    contacts: tuple[bytes, ...] = ()
    tokens: tuple[bytes, ...] = ()


@dataclass
class Known:
    """Which guests fit which identities, merged ones already as their survivors."""

    customers: dict[UUID, UUID] = field(default_factory=dict)
    erased: set[UUID] = field(default_factory=set)
    externals: dict[External, UUID] = field(default_factory=dict)
    contacts: dict[bytes, set[UUID]] = field(default_factory=dict)
    sources: dict[UUID, set[str]] = field(default_factory=dict)
    graves: dict[bytes, datetime] = field(default_factory=dict)

    def judge(self, identity: Identity, *, at: datetime) -> Verdict:
        """Say whose a fact of that instant is; facts older than an erasure make no new guest (RULES E3)."""
        if identity.customer_id is not None:
            if identity.customer_id in self.customers:
                return Verdict(Attribution.GUEST, self.customers[identity.customer_id])
            if identity.customer_id in self.erased:
                return Verdict(Attribution.ERASED)
        fits: list[set[UUID]] = []
        if identity.external is not None:
            guest = self.externals.get(identity.external)
            fits.append(set() if guest is None else {guest})
        fits += [self.contacts.get(token, set()) for token in identity.contacts]
        found = verdict(fits)
        is_buried = any(self.graves[token] >= at for token in identity.tokens if token in self.graves)
        return Verdict(Attribution.ERASED) if found.attribution is Attribution.UNKNOWN and is_buried else found

    def learn_guest(self, identity: Identity, guest: UUID) -> None:
        """Remember a guest just made of an identity, for the orders that follow."""
        for token in identity.contacts:
            self.contacts.setdefault(token, set()).add(guest)
        self.learn_external(identity, guest)

    def learn_external(self, identity: Identity, guest: UUID) -> External | None:
        """Give the external id that is to be kept with the guest found by a contact, None where there is none new.

        Where that source knows the guest by another id already, somebody of the household shares the contact.
        """
        external = identity.external
        if external is None or external in self.externals or external[0] in self.sources.get(guest, ()):
            return None
        self.externals[external] = guest
        self.sources.setdefault(guest, set()).add(external[0])
        return external


def read_identity(
    guest: Mapping[str, Any], *, source: str, vault: Vault, region: str, errors: dict[str, list[str]]
) -> tuple[Identity, dict[str, Any]]:
    """Read who a guest is, and what their record would hold if they are new; adds to ``errors`` by field."""
    tokens: list[bytes] = []
    contacts: list[bytes] = []
    profile: dict[str, Any] = {}
    external = None
    if guest.get("name"):
        profile["name"] = guest["name"]
    if guest.get("external_id") is not None:
        external = (source, guest["external_id"])
        tokens.append(vault.external_token(*external))
    try:
        if guest.get("email") is not None:
            contacts.append(vault.email_token(guest["email"]))
            profile["emails"] = [{"address": guest["email"], "is_primary": True}]
    except NotAnAddress:
        errors["guest.email"] = ["Not an e-mail address."]
    try:
        if guest.get("phone") is not None:
            number = e164(guest["phone"], region)
            contacts.append(vault.phone_token(number))
            profile["phones"] = [{"number": number}]
    except NotANumber:
        errors["guest.phone"] = ["Not a phone number."]
    return Identity(guest.get("customer_id"), external, tuple(contacts), (*tokens, *contacts)), profile


def look_up(session: Session, identities: Sequence[Identity], known: Known) -> None:
    """Add to ``known`` all guests that fit any of the identities, and hold them against erasure until the commit."""
    rows = _by_id(session, {i.customer_id for i in identities if i.customer_id})
    externals = _by_external(session, {i.external for i in identities if i.external})
    contacts = _by_contact(session, {token for i in identities for token in i.contacts})
    found = {*rows, *(row.guest_id for row in externals), *(row.guest_id for row in contacts)}
    survivors = subjects.resolve(session, found)
    standing = _held(session, set(survivors.values()))
    known.customers |= {id_: survivors[id_] for id_ in rows if survivors[id_] in standing}
    known.erased |= {id_ for id_ in rows if survivors[id_] not in standing}
    for row in externals:
        if survivors[row.guest_id] in standing:
            known.externals[row.source, row.external_id] = survivors[row.guest_id]
    for contact in contacts:
        if survivors[contact.guest_id] in standing:
            known.contacts.setdefault(bytes(contact.token), set()).add(survivors[contact.guest_id])
    if any(identity.external for identity in identities):
        known.sources |= _sources(session, standing)


def look_up_graves(session: Session, known: Known, tokens: Iterable[bytes]) -> None:
    """Add when the people behind these identities were erased."""
    wanted = sorted(set(tokens))
    if wanted:
        known.graves = {bytes(row.token): row.erased_at for row in session.execute(BURIED, {"tokens": wanted})}


def _by_id(session: Session, ids: set[UUID]) -> list[UUID]:
    return list(session.scalars(BY_ID, {"ids": sorted(ids)})) if ids else []


def _held(session: Session, guests: set[UUID]) -> set[UUID]:
    """Lock the guests that still are somebody; an erasure waits for us, or we see it."""
    return set(session.scalars(HOLD, {"guests": sorted(guests)})) if guests else set()


def _by_external(session: Session, externals: set[External]) -> Sequence[Row[tuple[str, str, UUID]]]:
    if not externals:
        return []
    ordered = sorted(externals)
    values = {"sources": [source for source, _ in ordered], "ids": [external_id for _, external_id in ordered]}
    return session.execute(BY_EXTERNAL_ID, values).all()


def _by_contact(session: Session, tokens: set[bytes]) -> Sequence[Row[tuple[bytes, UUID]]]:
    return session.execute(BY_CONTACT, {"tokens": sorted(tokens)}).all() if tokens else []


def _sources(session: Session, guests: Iterable[UUID]) -> dict[UUID, set[str]]:
    wanted = sorted(set(guests))
    sources: dict[UUID, set[str]] = {}
    for row in session.execute(SOURCES_OF, {"guests": wanted}) if wanted else ():
        sources.setdefault(row.guest_id, set()).add(row.source)
    return sources
