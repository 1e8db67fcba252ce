"""Forgetting a guest."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.events import Received
from crm_chassis.outbox import emit
from crm_contracts.feedback import CustomerDataErasedV1


def forget(session: Session, *, cause: Received[Any], forgotten_at: datetime) -> None:
    """Refuse whatever still comes about the guest, and say once that it is done; nothing else is kept here yet."""
    if subjects.is_erased(session, [cause.subject]):
        return
    subjects.erase(session, cause.subject)
    emit(
        session,
        CustomerDataErasedV1(customer_id=cause.subject, occurred_at=forgotten_at),
        cause=cause,
        even_if_erased=True,
    )
