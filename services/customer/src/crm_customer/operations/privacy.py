"""A guest asks to be forgotten: their keys die with the request, every service answers for its part (RULES E1-E4)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis import subjects
from crm_chassis.outbox import emit
from crm_contracts.customer import ErasedV1
from crm_contracts.topology import LISTENERS
from crm_customer.models import PrivacyAnswer, PrivacyRequest
from crm_customer.operations import bulk
from crm_customer.operations.burying import bury_history, bury_records
from crm_customer.operations.guests import GuestNotFound
from crm_customer.operations.merges import lock_persons, locked_guests
from crm_customer.providers.vault import Vault

ERASURE, PENDING, COMPLETED = "erasure", "processing", "completed"
ANSWERING = tuple(sorted({event.type.partition(".")[0] for event in LISTENERS["customer"]}))
ANSWER_COLUMNS = {"request_id": "uuid", "customer_id": "uuid", "service": "text"}

LOCK_REQUESTS = text("""
SELECT id FROM privacy_request WHERE state <> 'completed' AND id IN (
    SELECT request_id FROM privacy_answer WHERE service = :service AND customer_id = ANY(CAST(:ids AS uuid[]))
) ORDER BY id FOR UPDATE
""")
ANSWER = text("""
UPDATE privacy_answer SET answered_at = :at
WHERE service = :service AND customer_id = ANY(CAST(:ids AS uuid[])) AND answered_at IS NULL
""")
COMPLETE = text("""
UPDATE privacy_request SET state = 'completed', completed_at = :at
WHERE id = ANY(CAST(:requests AS uuid[])) AND NOT EXISTS (
    SELECT FROM privacy_answer WHERE request_id = privacy_request.id AND answered_at IS NULL
)
""")


def request_erasure(session: Session, *, vault: Vault, customer_id: UUID, now: datetime) -> PrivacyRequest:
    """Erase the whole person an id stands for, merged records too; an erased one gets their old request back.

    The keys are destroyed before the commit: should it fail, the person is unreadable and the request is repeated.
    """
    lock_persons(session)
    ids = subjects.members(session, customer_id)
    guests = locked_guests(session, ids)
    if not guests:
        raise GuestNotFound
    if all(guest.erased_at is not None for guest in guests.values()):
        return session.scalars(_request_of(customer_id)).first() or _open_request(session, customer_id, ids, now)
    bury_records(session, vault=vault, ids=ids, now=now)
    bury_history(session, vault=vault, ids=ids)
    for id_ in ids:
        emit(session, ErasedV1(customer_id=id_, occurred_at=now), even_if_erased=True)
    request = _open_request(session, customer_id, ids, now)
    for id_ in ids:
        subjects.erase(session, id_)
    vault.destroy(ids)
    for guest in guests.values():
        session.expire(guest)
    return request


def note_answers(session: Session, *, service: str, customer_ids: Collection[UUID], at: datetime) -> None:
    """Note that a service has forgotten these people; the last one completes a request. Repeatable."""
    values = {"service": service, "ids": sorted(set(customer_ids)), "at": at}
    requests = list(session.scalars(LOCK_REQUESTS, values))
    if requests:
        session.execute(ANSWER, values)
        session.execute(COMPLETE, {"requests": requests, "at": at})


def _request_of(customer_id: UUID) -> Select[PrivacyRequest]:
    answered_for = select(PrivacyAnswer.request_id).where(PrivacyAnswer.customer_id == customer_id)
    return select(PrivacyRequest).where(PrivacyRequest.id.in_(answered_for)).order_by(PrivacyRequest.id)


def _open_request(session: Session, customer_id: UUID, ids: Sequence[UUID], now: datetime) -> PrivacyRequest:
    """Write down the request and what each service owes it."""
    request = PrivacyRequest(
        id=uuid7(), customer_id=customer_id, kind=ERASURE, state=PENDING, requested_at=now, completed_at=None
    )
    session.add(request)
    session.flush()
    rows = [{"request_id": request.id, "customer_id": id_, "service": service} for id_ in ids for service in ANSWERING]
    bulk.insert(session, "privacy_answer", ANSWER_COLUMNS, rows)
    return request
