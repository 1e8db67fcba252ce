"""Money goes back: each refund once, never more than the order's total."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, Kind
from crm_chassis.outbox import emit
from crm_contracts.customer import OrderRefundedV1
from crm_customer.models import Refund
from crm_customer.operations import orderbook
from crm_customer.operations.orderbook import OrderState
from crm_customer.operations.premises import premises
from crm_customer.operations.revising import count_spend
from crm_customer.providers.vault import Vault
from crm_customer.rules import money
from crm_customer.rules.days import is_credible


class OrderNotFound(DomainError):
    """There is no such order."""

    kind = Kind.NOT_FOUND


class OrderNotPaid(DomainError):
    """Only a paid order can be refunded."""

    kind = Kind.CONFLICT


class RefundExceedsOrder(DomainError):
    """Refunds never come to more than the order's total."""

    kind = Kind.CONFLICT


class RefundContradicted(DomainError):
    """A refund of this external id was recorded with another amount or time."""

    kind = Kind.CONFLICT


class RefundRefused(DomainError):
    """The refund lies too far in the past or in the future."""


def refund_order(
    session: Session,
    *,
    vault: Vault,
    order_id: UUID,
    external_id: str,
    amount_minor: int,
    refunded_at: datetime,
    reason: str | None,
    locations: Collection[UUID] | None,
    now: datetime,
) -> Refund:
    """Record a refund; the same again is the same answer, and nothing changes."""
    if not is_credible(refunded_at, now=now):
        raise RefundRefused(errors={"refunded_at": ["Lies too far in the past or in the future."]})
    order = orderbook.lock_one(session, order_id)
    if order is None or (locations is not None and order.location_id not in locations):
        raise OrderNotFound
    if known := _known(session, vault, order_id, external_id):
        if (known.amount_minor, known.refunded_at) != (amount_minor, refunded_at):
            raise RefundContradicted(errors={"external_id": ["Was recorded with another amount or time."]})
        return known
    if order.status != money.PAID:
        raise OrderNotPaid
    if order.refunded_minor + amount_minor > order.total_minor:
        # How much is left is money, and not every till that refunds may see that: the order itself says it.
        raise RefundExceedsOrder(errors={"amount_minor": ["More than is left to refund; the order says how much."]})
    refund = Refund(
        id=uuid7(),
        order_id=order_id,
        external_id=vault.buried_refund_id(order_id, external_id) if order.is_buried else external_id,
        amount_minor=amount_minor,
        refunded_at=refunded_at,
        reason=None if order.is_buried else reason,
    )
    session.add(refund)
    _take_off(session, order, refund)
    return refund


def _known(session: Session, vault: Vault, order_id: UUID, external_id: str) -> Refund | None:
    names = (external_id, vault.buried_refund_id(order_id, external_id))
    return session.scalars(select(Refund).where(Refund.order_id == order_id, Refund.external_id.in_(names))).first()


def _take_off(session: Session, order: OrderState, refund: Refund) -> None:
    """Take a refund off the order's spend and tell of it, if the order is a guest's."""
    order.refunded_minor += refund.amount_minor
    order.revision += 1
    count_spend(order, includes_tax=premises(session).spend_includes_tax)
    session.flush()
    orderbook.rewrite(session, [order])
    if order.guest is not None and order.is_recorded:
        event = OrderRefundedV1(
            order_id=order.id,
            refund_id=refund.id,
            customer_id=order.guest,
            location_id=order.location_id,
            revision=order.revision,
            currency=order.currency,
            refund_minor=refund.amount_minor,
            spend_minor=order.spend_minor,
            refunded_minor=order.refunded_minor,
            occurred_at=refund.refunded_at,
        )
        emit(session, event)
