"""Orders come in: what the taking of facts must know of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError
from crm_chassis.outbox import emit
from crm_customer.operations import orderbook
from crm_customer.operations.drafting import OrderDraft, OrderRefused, draft
from crm_customer.operations.facts import Key
from crm_customer.operations.items import Item, item_ids
from crm_customer.operations.orderbook import OrderState
from crm_customer.operations.premises import Premises, premises_in_force
from crm_customer.operations.revising import announce, corrected, first_version, newer_version
from crm_customer.operations.taking import Taken, take
from crm_customer.providers.vault import Vault
from crm_customer.rules.matching import Verdict


def take_orders(
    session: Session,
    *,
    vault: Vault,
    items: Sequence[Mapping[str, Any] | DomainError],
    locations: Collection[UUID] | None,
    now: datetime,
) -> list[Taken]:
    """Take in orders of the right shape (or their refusals), one outcome each, in the order sent.

    ``locations``: where this till may book, None for everywhere.
    """
    return take(
        session,
        vault=vault,
        open_book=lambda: _Orders(session, vault, premises_in_force(session), locations, now),
        items=items,
        now=now,
    )


@dataclass
class _Orders:
    """The book of orders, for one array."""

    session: Session
    vault: Vault
    premises: Premises
    locations: Collection[UUID] | None
    now: datetime
    items: dict[Item, UUID] = field(default_factory=dict)
    guests_source: str = "till"
    refusal: type[DomainError] = OrderRefused

    def draft(self, item: Mapping[str, Any]) -> OrderDraft:
        return draft(item, vault=self.vault, premises=self.premises, locations=self.locations, now=self.now)

    def lock(self, keys: Collection[Key]) -> dict[Key, OrderState]:
        return orderbook.lock_known(self.session, self.vault, keys)

    def prepare(self, fresh: Sequence[OrderDraft]) -> None:
        self.items = item_ids(self.session, {(n["name"], n.get("category") or "") for d in fresh for n in d.lines})

    def first_version(self, each: OrderDraft, whose: Verdict) -> OrderState:
        return first_version(each, whose, self.premises, self.items, self.now)

    def newer_version(self, record: OrderState, each: OrderDraft) -> None:
        newer_version(record, each, self.premises, self.items)

    def withdraw(self, record: OrderState) -> None:
        """Take the spend of the guest who loses it to zero, by a revision of its own."""
        if record.guest is not None and (record.is_placed or record.is_recorded):
            emit(self.session, corrected(record, customer_id=record.guest, is_withdrawn=True))
            record.revision += 1
        record.is_placed = record.is_recorded = False

    def announce(self, record: OrderState) -> None:
        announce(self.session, record)

    def write(self, created: Iterable[OrderState], rewritten: Iterable[OrderState]) -> None:
        orderbook.create(self.session, created)
        orderbook.rewrite(self.session, rewritten)
