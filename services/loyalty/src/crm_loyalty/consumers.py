"""What loyalty does about other services' facts: the whole table of what it listens to."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.consuming import Subscriptions
from crm_chassis.events import Received
from crm_contracts.customer import (
    ErasedV1,
    MergedV1,
    OrderCorrectedV1,
    OrderRecordedV1,
    OrderRefundedV1,
    RegisteredV1,
    UnmergedV1,
)
from crm_loyalty.operations import erasure, members
from crm_loyalty.operations.orders import Told, book_orders
from crm_loyalty.providers.keys import keystore
from crm_loyalty.rules.earning import OrderFact

OrderEvent = OrderRecordedV1 | OrderCorrectedV1 | OrderRefundedV1

subscriptions = Subscriptions("loyalty")


@subscriptions.on(RegisteredV1)
def enroll_guests(session: Session, events: Sequence[Received[RegisteredV1]]) -> None:
    """Every guest the restaurant knows is a member."""
    members.enroll(session, causes=events, is_registration=True)


@subscriptions.on(OrderRecordedV1, OrderCorrectedV1, OrderRefundedV1)
def book_points(session: Session, events: Sequence[Received[OrderEvent]]) -> None:
    """A paid order earns points, a corrected or refunded one is worth what it is worth now."""
    told = [Told(_fact(event.data), event) for event in events]
    book_orders(session, told=told, booked_at=datetime.now(UTC))


@subscriptions.on(MergedV1)
def follow_merges(session: Session, events: Sequence[Received[MergedV1]]) -> None:
    """A merged guest's points count for the survivor from now on (RULES E1)."""
    for event in events:
        subjects.merge(session, merged=event.subject, survivor=event.data.survivor_id, sequence=event.sequence)


@subscriptions.on(UnmergedV1)
def follow_unmerges(session: Session, events: Sequence[Received[UnmergedV1]]) -> None:
    """A guest whose merge was taken back has their own points again."""
    for event in events:
        subjects.unmerge(session, merged=event.subject, sequence=event.sequence)


@subscriptions.on(ErasedV1, even_if_erased=True)
def forget_guests(session: Session, events: Sequence[Received[ErasedV1]]) -> None:
    """An erased guest's ledger belongs to nobody any more (RULES E3)."""
    for event in events:
        erasure.forget(session, cause=event, keys=keystore(), forgotten_at=datetime.now(UTC))


def _fact(order: OrderEvent) -> OrderFact:
    """Say what an event tells about its order; a refund's instant is not that of the order."""
    return OrderFact(
        order_id=order.order_id,
        customer_id=order.customer_id,
        revision=order.revision,
        spend_minor=order.spend_minor,
        occurred_at=order.occurred_at,
        placed_at=None if isinstance(order, OrderRefundedV1) else order.occurred_at,
    )
