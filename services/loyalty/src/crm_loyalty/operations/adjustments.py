"""Points given or taken by hand."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.crypto import FieldCipher, KeyDestroyed
from crm_chassis.errors import DomainError, Kind
from crm_loyalty.operations import ledger
from crm_loyalty.operations.members import NotAMember
from crm_loyalty.rules.privacy import REASON


class NotEnoughPoints(DomainError):
    """The balance does not hold that many points."""

    kind = Kind.CONFLICT


def adjust(
    session: Session, *, customer_id: UUID, points: int, reason: str, actor: str, cipher: FieldCipher, now: datetime
) -> UUID:
    """Book points by hand to the person that *customer_id* means by now, and give the entry's id.

    What is taken must be there: merged records count together (RULES E1), and none of them moves meanwhile.
    """
    survivor, ids = subjects.person(session, customer_id)
    balances = ledger.lock_balances(session, customer_ids=ids)
    if not balances:
        raise NotAMember
    member = survivor if survivor in balances else next(iter(balances))
    balance = sum(balances.values())
    if points < 0 and balance + points < 0:
        raise NotEnoughPoints(f"The balance is {balance}.", extra={"balance": balance})
    try:
        sealed = cipher.encrypt(member, REASON, reason.encode())
    except KeyDestroyed as error:  # the guest is being erased at this moment
        raise NotAMember from error
    line = ledger.Line(
        customer_id=member,
        kind="adjust",
        points=points,
        occurred_at=now,
        reason=sealed,
        actor=actor,
    )
    return ledger.append(session, lines=[line], booked_at=now)[0]
