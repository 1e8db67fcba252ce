"""Reservations come in: what the taking of facts must know of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError
from crm_chassis.outbox import emit
from crm_customer.operations import reservationbook
from crm_customer.operations.facts import Key
from crm_customer.operations.premises import Premises, premises_in_force
from crm_customer.operations.reservationbook import ReservationState
from crm_customer.operations.reserving import (
    ReservationDraft,
    ReservationRefused,
    draft,
    first_version,
    newer_version,
    told,
    withdrawn,
)
from crm_customer.operations.taking import Taken, take
from crm_customer.providers.vault import Vault
from crm_customer.rules.matching import Verdict


def take_reservations(
    session: Session,
    *,
    vault: Vault,
    items: Sequence[Mapping[str, Any] | DomainError],
    locations: Collection[UUID] | None,
    now: datetime,
) -> list[Taken]:
    """Take in reservations of the right shape (or their refusals), one outcome each, in the order sent.

    ``locations``: where the caller may book, None for everywhere. What a guest wrote with a reservation is kept
    only while it is theirs: of an anonymous or ambiguous one a newer version that names its guest brings it.
    """
    return take(
        session,
        vault=vault,
        open_book=lambda: _Reservations(session, vault, premises_in_force(session), locations, now),
        items=items,
        now=now,
    )


@dataclass
class _Reservations:
    """The book of reservations, for one array."""

    session: Session
    vault: Vault
    premises: Premises
    locations: Collection[UUID] | None
    now: datetime
    guests_source: str = "booking"
    refusal: type[DomainError] = ReservationRefused

    def draft(self, item: Mapping[str, Any]) -> ReservationDraft:
        return draft(item, vault=self.vault, premises=self.premises, locations=self.locations, now=self.now)

    def lock(self, keys: Collection[Key]) -> dict[Key, ReservationState]:
        return reservationbook.lock_known(self.session, self.vault, keys)

    def prepare(self, fresh: Sequence[ReservationDraft]) -> None:
        """Reservations need no vocabulary."""

    def first_version(self, each: ReservationDraft, whose: Verdict) -> ReservationState:
        return first_version(each, whose, self.now)

    def newer_version(self, record: ReservationState, each: ReservationDraft) -> None:
        newer_version(record, each, self.now)

    def withdraw(self, record: ReservationState) -> None:
        """Take it from the guest who loses it, by a revision of its own."""
        if record.guest is not None and record.is_announced:
            emit(self.session, withdrawn(record, customer_id=record.guest))
            record.revision += 1
        record.is_announced = False

    def announce(self, record: ReservationState) -> None:
        if record.guest is not None:
            emit(self.session, told(record, customer_id=record.guest, is_first=not record.is_announced))
            record.is_announced = True

    def write(self, created: Collection[ReservationState], rewritten: Collection[ReservationState]) -> None:
        reservationbook.write(self.session, self.vault, created, rewritten)
