"""Two records turn out to be one person, or not after all (RULES E1): only the alias map changes, never a row's id."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis import subjects
from crm_chassis.errors import DomainError, Kind
from crm_chassis.outbox import emit
from crm_contracts.customer import MergedV1, UnmergedV1
from crm_customer.models import Guest, Merge
from crm_customer.operations.guests import GuestErased, GuestNotFound

PERSONS = 7_741_102
"""Lock of all who change who is whom; these are rare, and must see each other."""


class SamePerson(DomainError):
    """Both ids mean the same person already."""

    kind = Kind.CONFLICT


class AlreadyMerged(DomainError):
    """That record was merged into another one before."""

    kind = Kind.CONFLICT


class MergeNotFound(DomainError):
    """There is no such merge, or it was taken back."""

    kind = Kind.NOT_FOUND


def merge_guests(session: Session, *, survivor_id: UUID, merged_id: UUID, now: datetime) -> Merge:
    """Let the merged id mean the survivor from now on; a survivor that was merged itself passes it on."""
    lock_persons(session)
    reached = subjects.resolve(session, [survivor_id, merged_id])
    survivor = reached[survivor_id]
    guests = locked_guests(session, {survivor, merged_id})
    if len(guests) < len({survivor, merged_id}):
        raise GuestNotFound
    if any(guest.erased_at is not None for guest in guests.values()):
        raise GuestErased
    if survivor == reached[merged_id]:
        raise SamePerson(errors={"merged_id": ["Is the survivor already."]})
    if reached[merged_id] != merged_id:
        raise AlreadyMerged(errors={"merged_id": ["Was merged before: take that back first."]})
    merge = Merge(id=uuid7(), survivor_id=survivor, merged_id=merged_id, merged_at=now, unmerged_at=None)
    session.add(merge)
    guests[merged_id].merged_into = survivor
    guests[merged_id].version += 1
    session.flush()
    subjects.merge(session, merged=merged_id, survivor=survivor)
    emit(session, MergedV1(merge_id=merge.id, customer_id=merged_id, survivor_id=survivor, occurred_at=now))
    return merge


def unmerge_guests(session: Session, *, merge_id: UUID, now: datetime) -> None:
    """Let the merged id stand for itself again."""
    lock_persons(session)
    merge = session.get(Merge, merge_id, with_for_update=True)
    if merge is None or merge.unmerged_at is not None:
        raise MergeNotFound
    guest = locked_guests(session, {merge.merged_id})[merge.merged_id]
    if guest.erased_at is not None:
        raise GuestErased
    merge.unmerged_at = now
    guest.merged_into = None
    guest.version += 1
    session.flush()
    subjects.unmerge(session, merged=merge.merged_id)
    event = UnmergedV1(merge_id=merge.id, customer_id=merge.merged_id, survivor_id=merge.survivor_id, occurred_at=now)
    emit(session, event)


def lock_persons(session: Session) -> None:
    """Wait for everybody who is changing who is whom, until the commit."""
    session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": PERSONS})


def locked_guests(session: Session, ids: Collection[UUID]) -> dict[UUID, Guest]:
    """Lock the records of these ids, in ascending order."""
    statement = select(Guest).where(Guest.id.in_(ids)).order_by(Guest.id).with_for_update()
    return {guest.id: guest for guest in session.scalars(statement, execution_options={"populate_existing": True})}
