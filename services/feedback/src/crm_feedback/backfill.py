"""Telling feedback's own facts again, for a listener that builds its projection anew."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.backfill import Restated
from crm_contracts.feedback import CustomerDataErasedV1


def facts(session: Session, types: Sequence[str]) -> Iterator[Restated]:
    """Yield the answers to erasures, if ``types`` has them; there is nothing else to tell yet."""
    if CustomerDataErasedV1.type in types:
        for gone in subjects.erasures(session):
            answer = CustomerDataErasedV1(customer_id=gone.subject, occurred_at=gone.erased_at)
            yield Restated(answer, gone.sequence, gone.erased_at, even_if_erased=True)
