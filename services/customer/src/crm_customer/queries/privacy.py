"""How far a guest's privacy request is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError, Kind
from crm_customer.models import PrivacyAnswer, PrivacyRequest


class NoSuchRequest(DomainError):
    """There is no such privacy request."""

    kind = Kind.NOT_FOUND


@dataclass(frozen=True)
class RequestProgress:
    """A request and the services that still owe their answer."""

    id: UUID
    customer_id: UUID
    kind: str
    state: str
    requested_at: datetime
    completed_at: datetime | None
    waiting_for: list[str]


def privacy_request(session: Session, request_id: UUID) -> RequestProgress:
    """Return a request and who still owes an answer; raises NoSuchRequest."""
    request = session.get(PrivacyRequest, request_id)
    if request is None:
        raise NoSuchRequest
    owed = select(PrivacyAnswer.service).where(
        PrivacyAnswer.request_id == request_id, PrivacyAnswer.answered_at.is_(None)
    )
    return RequestProgress(
        id=request.id,
        customer_id=request.customer_id,
        kind=request.kind,
        state=request.state,
        requested_at=request.requested_at,
        completed_at=request.completed_at,
        waiting_for=sorted(set(session.scalars(owed))),
    )
