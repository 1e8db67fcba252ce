"""Orders come in, many at a time: each exactly once, in the order sent, each to its guest (RULES C; ADR 0008)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import DeadlockDetected
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis import subjects
from crm_chassis.errors import DomainError, Kind
from crm_customer.operations import bulk, claims, orderbook
from crm_customer.operations.drafting import Draft, OrderRefused, draft
from crm_customer.operations.guests import EXTERNAL_COLUMNS, NewGuest, add_guests, announce_guest
from crm_customer.operations.identities import Known, look_up, look_up_graves
from crm_customer.operations.items import Item, item_ids
from crm_customer.operations.orderbook import Key, OrderState
from crm_customer.operations.premises import Premises, premises
from crm_customer.operations.revising import announce, attribute, first_version, newer_version
from crm_customer.providers.vault import Vault
from crm_customer.rules.matching import Attribution, Verdict
from crm_customer.rules.versions import Outcome, outcome

ATTEMPTS = 6
TILL = "till"


class VersionContradicted(DomainError):
    """This version was sent before with other content; a change needs a newer version."""

    kind = Kind.CONFLICT


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one order; ``problem`` says why a rejected one was."""

    external_id: str | None
    outcome: Outcome
    order_id: UUID | None = None
    customer_id: UUID | None = None
    problem: DomainError | None = None


@dataclass
class _Batch:
    """What one transaction is making of an array."""

    vault: Vault
    premises: Premises
    now: datetime
    states: dict[Key, OrderState]
    known: Known = field(default_factory=Known)
    survivors: dict[UUID, UUID] = field(default_factory=dict)
    items: dict[Item, UUID] = field(default_factory=dict)
    guests: list[NewGuest] = field(default_factory=list)
    externals: list[dict[str, Any]] = field(default_factory=list)
    created: dict[Key, OrderState] = field(default_factory=dict)
    rewritten: dict[Key, OrderState] = field(default_factory=dict)


def take_orders(
    session: Session,
    *,
    vault: Vault,
    items: Sequence[Mapping[str, Any] | DomainError],
    locations: Collection[UUID] | None,
    now: datetime,
) -> list[Taken]:
    """Take in orders of the right shape (or their refusals), one outcome each, in the order sent.

    ``locations``: where this till may book, None for everywhere. Of several tills that send the same order or
    the same unknown guest at once one is first; the others start over and find it.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with session.begin_nested():
                return _take(session, vault, items, locations, now)
        except (IntegrityError, OperationalError) as error:
            is_race = isinstance(error, IntegrityError) or isinstance(error.orig, DeadlockDetected)
            if not is_race or attempt == ATTEMPTS:
                raise
    raise AssertionError("unreachable")


def _take(
    session: Session,
    vault: Vault,
    items: Sequence[Mapping[str, Any] | DomainError],
    locations: Collection[UUID] | None,
    now: datetime,
) -> list[Taken]:
    where = premises(session)
    drafts = [_draft(item, vault=vault, premises=where, locations=locations, now=now) for item in items]
    good = [each for each in drafts if isinstance(each, Draft)]
    batch = _Batch(vault, where, now, orderbook.lock_known(session, vault, sorted({each.key for each in good})))
    fresh = [d for d in good if d.key not in batch.states or d.version > batch.states[d.key].version]
    batch.items = item_ids(session, {(n["name"], n.get("category") or "") for d in fresh for n in d.lines})
    batch.survivors = subjects.resolve(session, {s.guest for s in batch.states.values() if s.guest})
    look_up(session, [each.identity for each in fresh], batch.known)
    unknown = [d.identity for d in fresh if _judge(batch, d).attribution is Attribution.UNKNOWN]
    tokens = {token for identity in unknown for token in identity.tokens}
    with claims.held(session, tokens):
        if unknown:
            look_up(session, unknown, batch.known)
            look_up_graves(session, batch.known, tokens)
        taken = [_settle(session, batch, items[at], each) for at, each in enumerate(drafts)]
        _write(session, batch)
    return taken


def _draft(item: Mapping[str, Any] | DomainError, **context: Any) -> Draft | DomainError:
    """Read an item; a refusal is an outcome like others."""
    if isinstance(item, DomainError):
        return item
    try:
        return draft(item, **context)
    except DomainError as refusal:
        return refusal


def _judge(batch: _Batch, each: Draft) -> Verdict:
    return batch.known.judge(each.identity, at=each.placed_at)


def _settle(session: Session, batch: _Batch, item: Mapping[str, Any] | DomainError, each: Draft | DomainError) -> Taken:
    """Decide about one order, knowing all that came before it in the array."""
    if not isinstance(each, Draft):
        return Taken(None if isinstance(item, DomainError) else item["external_id"], Outcome.REJECTED, problem=each)
    try:
        return _applied(session, batch, each)
    except OrderRefused as refusal:
        return Taken(each.external_id, Outcome.REJECTED, problem=refusal)


def _applied(session: Session, batch: _Batch, each: Draft) -> Taken:
    """Create, correct or leave an order; raises OrderRefused before anything of it changed."""
    order = batch.states.get(each.key)
    if order is None:
        order = first_version(each, _attributed(session, batch, each), batch.premises, batch.items, batch.now)
        batch.states[each.key] = batch.created[each.key] = order
        announce(session, order)
        return Taken(each.external_id, Outcome.CREATED, order.id, order.guest)
    result = outcome(known=order.version, known_content=order.content, version=each.version, content=each.content)
    if result is Outcome.REJECTED:
        problem = VersionContradicted(errors={"version": ["Was sent before with other content."]})
        return Taken(each.external_id, result, order.id, order.guest, problem)
    if result is Outcome.CORRECTED:
        found = None if order.is_buried else _attributed(session, batch, each)
        newer_version(order, each, batch.premises, batch.items)
        if found is not None:
            attribute(session, order, found, survivors=batch.survivors)
        announce(session, order)
        if each.key not in batch.created:
            batch.rewritten[each.key] = order
    return Taken(each.external_id, result, order.id, order.guest)


def _attributed(session: Session, batch: _Batch, each: Draft) -> Verdict:
    """Say whose the order is; an unknown identity becomes a guest here, an id that we never gave is refused."""
    found = _judge(batch, each)
    identity = each.identity
    if found.attribution is Attribution.ANONYMOUS and identity.customer_id is not None:
        raise OrderRefused(errors={"guest.customer_id": ["No such guest."]})
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
        registered_at=min(each.placed_at, batch.now),
        external_ids=[identity.external] if identity.external else (),
        acquisition_source=TILL,
    )
    batch.guests.append(guest)
    announce_guest(session, guest)
    batch.known.learn_guest(identity, guest.id)
    return Verdict(Attribution.GUEST, guest.id)


def _write(session: Session, batch: _Batch) -> None:
    """Write all that the array came to, in as many statements as there are tables."""
    add_guests(session, vault=batch.vault, guests=batch.guests, now=batch.now)
    bulk.insert(session, "external_id", EXTERNAL_COLUMNS, batch.externals)
    orderbook.create(session, batch.created.values())
    orderbook.rewrite(session, batch.rewritten.values())
