"""Facts come in, many at a time: each exactly once, in the order sent, each to its guest (RULES C; ADR 0008).

What a kind of fact is (an order, a reservation) its ``Book`` says; how often and whose it is is decided here alone.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from psycopg.errors import DeadlockDetected
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis import subjects
from crm_chassis.errors import DomainError, Kind
from crm_customer.operations import bulk, claims
from crm_customer.operations.facts import Draft, Key, Record
from crm_customer.operations.guests import EXTERNAL_COLUMNS, NewGuest, add_guests, announce_guest
from crm_customer.operations.identities import Known, look_up, look_up_graves
from crm_customer.providers.vault import Vault
from crm_customer.rules.matching import Attribution, Verdict
from crm_customer.rules.versions import Outcome, outcome

ATTEMPTS = 6
NEWER = text("UPDATE guest SET version = version + 1 WHERE id = ANY(CAST(:guests AS uuid[]))")
D = TypeVar("D", bound=Draft)
R = TypeVar("R", bound=Record)


class VersionContradicted(DomainError):
    """This version was sent before with other content; a change needs a newer version."""

    kind = Kind.CONFLICT


class Book(Protocol[D, R]):
    """Where the facts of one kind are written, opened anew for each attempt."""

    guests_source: str
    refusal: type[DomainError]
    locations: Collection[UUID] | None

    def draft(self, item: Mapping[str, Any]) -> D:
        """Read an item of the right shape; raises DomainError naming every field that cannot stand."""

    def lock(self, keys: Collection[Key]) -> dict[Key, R]:
        """Lock those that are known, buried ones too (RULES E3)."""

    def prepare(self, fresh: Sequence[D]) -> None:
        """Look up what applying these will need, before any guest is held."""

    def first_version(self, each: D, whose: Verdict) -> R:
        """Make a record of its first version."""

    def newer_version(self, record: R, each: D) -> None:
        """Replace a record whole; its guest stays."""

    def withdraw(self, record: R) -> None:
        """Tell the guest who loses it, where they were told of it; nothing of it is announced to the next yet."""

    def announce(self, record: R) -> None:
        """Tell of the newest revision, if it is anybody's."""

    def write(self, created: Collection[R], rewritten: Collection[R]) -> None:
        """Insert and update; IntegrityError where another till was faster."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one item; ``problem`` says why a rejected one was."""

    external_id: str | None
    outcome: Outcome
    id: UUID | None = None
    customer_id: UUID | None = None
    problem: DomainError | None = None


@dataclass
class _Batch(Generic[D, R]):
    """What one transaction is making of an array."""

    book: Book[D, R]
    now: datetime
    states: dict[Key, R]
    survivors: dict[UUID, UUID] = field(default_factory=dict)
    known: Known = field(default_factory=Known)
    guests: list[NewGuest] = field(default_factory=list)
    externals: list[dict[str, Any]] = field(default_factory=list)
    created: dict[Key, R] = field(default_factory=dict)
    rewritten: dict[Key, R] = field(default_factory=dict)


def take(
    session: Session,
    *,
    vault: Vault,
    open_book: Callable[[], Book[D, R]],
    items: Sequence[Mapping[str, Any] | DomainError],
    now: datetime,
) -> list[Taken]:
    """Take in items of the right shape (or their refusals), one outcome each, in the order sent.

    Of several tills that send the same fact or the same unknown guest at once one is first; the others start
    over and find it.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with session.begin_nested():
                return _take(session, vault, open_book(), items, now)
        except (IntegrityError, OperationalError) as error:
            is_race = isinstance(error, IntegrityError) or isinstance(error.orig, DeadlockDetected)
            if not is_race or attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _take(
    session: Session,
    vault: Vault,
    book: Book[D, R],
    items: Sequence[Mapping[str, Any] | DomainError],
    now: datetime,
) -> list[Taken]:
    drafts = [_drafted(book, item) for item in items]
    good = [each for each in drafts if not isinstance(each, DomainError)]
    batch = _Batch(book, now, book.lock(sorted({each.key for each in good})))
    fresh = [d for d in good if d.key not in batch.states or d.version > batch.states[d.key].version]
    book.prepare(fresh)
    look_up(session, [each.identity for each in fresh], batch.known)
    unknown = [d.identity for d in fresh if _judge(batch, d).attribution is Attribution.UNKNOWN]
    tokens = {token for identity in unknown for token in identity.tokens}
    with claims.held(session, tokens):
        if unknown:
            look_up(session, unknown, batch.known)
            look_up_graves(session, batch.known, tokens)
        batch.survivors = subjects.resolve(session, {s.guest for s in batch.states.values() if s.guest})
        taken = [_settled(session, batch, items[at], each) for at, each in enumerate(drafts)]
        _write(session, vault, batch)
    return taken


def _drafted(book: Book[D, R], item: Mapping[str, Any] | DomainError) -> D | DomainError:
    """Read an item; a refusal is an outcome like others."""
    if isinstance(item, DomainError):
        return item
    try:
        return book.draft(item)
    except DomainError as refusal:
        return refusal


def _judge(batch: _Batch[D, R], each: D) -> Verdict:
    return batch.known.judge(each.identity, at=each.at)


def _settled(
    session: Session, batch: _Batch[D, R], item: Mapping[str, Any] | DomainError, each: D | DomainError
) -> Taken:
    """Decide about one item, knowing all that came before it in the array."""
    if isinstance(each, DomainError):
        return Taken(None if isinstance(item, DomainError) else item["external_id"], Outcome.REJECTED, problem=each)
    try:
        return _applied(session, batch, each)
    except batch.book.refusal as refusal:
        return Taken(each.external_id, Outcome.REJECTED, problem=refusal)


def _applied(session: Session, batch: _Batch[D, R], each: D) -> Taken:
    """Create, correct or leave a record; raises the book's refusal before anything of it changed."""
    book, external_id = batch.book, each.external_id
    record = batch.states.get(each.key)
    if record is None:
        record = book.first_version(each, _attributed(session, batch, each))
        batch.states[each.key] = batch.created[each.key] = record
        book.announce(record)
        return Taken(external_id, Outcome.CREATED, record.id, record.guest)
    if book.locations is not None and record.location_id not in book.locations:
        raise book.refusal(errors={"external_id": ["Was booked at a location that is not yours."]})
    result = outcome(known=record.version, known_content=record.content, version=each.version, content=each.content)
    if result is Outcome.REJECTED:
        problem = VersionContradicted(errors={"version": ["Was sent before with other content."]})
        return Taken(external_id, result, record.id, record.guest, problem)
    if result is Outcome.CORRECTED:
        found = None if record.is_buried else _attributed(session, batch, each)
        book.newer_version(record, each)
        if found is not None:
            _attribute(batch, record, found)
        book.announce(record)
        if each.key not in batch.created:
            batch.rewritten[each.key] = record
    return Taken(external_id, result, record.id, record.guest)


def _attribute(batch: _Batch[D, R], record: R, verdict: Verdict) -> None:
    """Let a record be whose its newest version says; where that says nothing clear, it stays whose it was."""
    known = record.guest
    if verdict.customer_id == (batch.survivors.get(known, known) if known else None):
        return
    if verdict.customer_id is None:
        if known is None:
            record.attribution = verdict.attribution
        return
    if known is not None:
        batch.book.withdraw(record)
    record.customer_id, record.attribution = verdict.customer_id, Attribution.GUEST


def _attributed(session: Session, batch: _Batch[D, R], each: D) -> Verdict:
    """Say whose it is; an unknown identity becomes a guest here, an id that we never gave is refused."""
    found = _judge(batch, each)
    identity = each.identity
    if found.attribution is Attribution.ANONYMOUS and identity.customer_id is not None:
        raise batch.book.refusal(errors={"guest.customer_id": ["No such guest."]})
    if found.customer_id is not None:
        external = batch.known.learn_external(identity, found.customer_id)
        if external is not None:
            row = {"source": external[0], "external_id": external[1], "guest_id": found.customer_id}
            batch.externals.append(row)
    if found.attribution is not Attribution.UNKNOWN:
        return found
    guest = NewGuest(
        id=uuid7(),
        profile=each.profile,
        registered_at=min(each.at, batch.now),
        external_ids=[identity.external] if identity.external else (),
        acquisition_source=batch.book.guests_source,
    )
    batch.guests.append(guest)
    announce_guest(session, guest)
    batch.known.learn_guest(identity, guest.id)
    return Verdict(Attribution.GUEST, guest.id)


def _write(session: Session, vault: Vault, batch: _Batch[D, R]) -> None:
    """Write all that the array came to, in as many statements as there are tables."""
    add_guests(session, vault=vault, guests=batch.guests, now=batch.now)
    bulk.insert(session, "external_id", EXTERNAL_COLUMNS, batch.externals)
    if batch.externals:
        session.execute(NEWER, {"guests": sorted({row["guest_id"] for row in batch.externals})})
    batch.book.write(batch.created.values(), batch.rewritten.values())
