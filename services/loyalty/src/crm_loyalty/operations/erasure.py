"""Forgetting a guest: the ledger stays whole, and nobody can tell any more whose it was (RULES E3)."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.events import Received
from crm_chassis.keys import KeyStore
from crm_chassis.outbox import emit
from crm_contracts.loyalty import CustomerDataErasedV1
from crm_loyalty.operations import ledger

_CLOSE_ORDERS = text("UPDATE orders SET points = 0 WHERE customer_id = :subject")
_RENAME = text("UPDATE members SET customer_id = :nobody WHERE customer_id = :subject")


def forget(session: Session, *, cause: Received[Any], keys: KeyStore, forgotten_at: datetime) -> None:
    """Forfeit the guest's open points, give all they had a random id, refuse what still comes, and say so once.

    The key goes first: it is another database's, and destroying it again does no harm. Whatever the sign of the
    balance, an erased guest's entries sum to zero; their orders count as worth nothing should they change hands.
    """
    subject = cause.subject
    keys.destroy([subject])
    if subjects.is_erased(session, [subject]):
        return
    balance = ledger.lock_balances(session, customer_ids=[subject]).get(subject, 0)
    if balance:
        line = ledger.Line(customer_id=subject, kind="forfeit", points=-balance, occurred_at=cause.data.occurred_at)
        ledger.append(session, lines=[line], booked_at=forgotten_at)
    session.execute(_CLOSE_ORDERS, {"subject": subject})
    subjects.erase(session, subject)
    nobody = uuid4()  # not version 7: it must not even tell when
    session.execute(_RENAME, {"subject": subject, "nobody": nobody})
    emit(
        session,
        CustomerDataErasedV1(customer_id=subject, occurred_at=forgotten_at),
        cause=cause,
        even_if_erased=True,
    )
