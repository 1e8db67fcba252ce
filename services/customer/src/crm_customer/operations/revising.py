"""A version applied to an order, and what of it the other services are told."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.outbox import emit
from crm_contracts.customer import OrderCorrectedV1, OrderLine, OrderPlacedV1, OrderRecordedV1
from crm_customer.operations.drafting import OrderDraft
from crm_customer.operations.items import Item
from crm_customer.operations.orderbook import OrderState
from crm_customer.operations.premises import Premises
from crm_customer.rules import money
from crm_customer.rules.lines import event_lines
from crm_customer.rules.matching import Verdict


def first_version(
    draft: OrderDraft, verdict: Verdict, premises: Premises, items: Mapping[Item, UUID], now: datetime
) -> OrderState:
    """Make an order of its first version."""
    order = OrderState(
        id=uuid7(),
        source=draft.source,
        external_id=draft.external_id,
        version=draft.version,
        revision=1,
        content=draft.content,
        status=draft.status,
        location_id=draft.location_id,
        placed_at=draft.at,
        business_day=draft.business_day,
        channel=draft.channel,
        currency=premises.currency,
        total_minor=draft.total_minor,
        tip_minor=draft.tip_minor,
        tax_minor=draft.tax_minor,
        refunded_minor=0,
        spend_minor=0,
        customer_id=verdict.customer_id,
        attribution=verdict.attribution,
        is_placed=False,
        is_recorded=False,
        lines=_lines(draft, items),
        recorded_at=now,
    )
    count_spend(order, includes_tax=premises.spend_includes_tax)
    return order


def newer_version(order: OrderState, draft: OrderDraft, premises: Premises, items: Mapping[Item, UUID]) -> None:
    """Replace an order whole by a newer version; its refunds and its guest stay."""
    order.version, order.content, order.status = draft.version, draft.content, draft.status
    order.location_id, order.placed_at, order.business_day = draft.location_id, draft.at, draft.business_day
    order.channel, order.lines = draft.channel, _lines(draft, items)
    order.total_minor, order.tip_minor, order.tax_minor = draft.total_minor, draft.tip_minor, draft.tax_minor
    order.revision += 1
    count_spend(order, includes_tax=premises.spend_includes_tax)


def count_spend(order: OrderState, *, includes_tax: bool) -> None:
    """Set what of the order counts as spend now."""
    order.spend_minor = money.spend(
        status=order.status,
        total_minor=order.total_minor,
        tip_minor=order.tip_minor,
        tax_minor=order.tax_minor,
        refunded_minor=order.refunded_minor,
        includes_tax=includes_tax,
    )


def announce(session: Session, order: OrderState) -> None:
    """Tell of the order's newest revision, if it is anybody's: placed, then recorded when paid, then corrected."""
    guest = order.guest
    if guest is None:
        return
    if order.is_recorded or (order.is_placed and order.status == money.VOID):
        emit(session, corrected(order, customer_id=guest))
    elif order.status == money.PAID:
        emit(session, recorded(order, customer_id=guest))
        order.is_recorded = True
    elif order.status == money.OPEN:
        emit(session, placed(order, customer_id=guest))
        order.is_placed = True


def recorded(order: OrderState, *, customer_id: UUID) -> OrderRecordedV1:
    """Return the fact that a paid order joined a guest's history, as it stands now."""
    return OrderRecordedV1(
        order_id=order.id,
        customer_id=customer_id,
        location_id=order.location_id,
        revision=order.revision,
        channel=order.channel,  # type: ignore[arg-type]  # the schema let nothing else in
        currency=order.currency,
        total_minor=order.total_minor,
        spend_minor=order.spend_minor,
        refunded_minor=order.refunded_minor,
        occurred_at=order.placed_at,
        lines=_event_lines(order),
    )


def placed(order: OrderState, *, customer_id: UUID) -> OrderPlacedV1:
    """Return the fact that a guest ordered and has not paid yet."""
    return OrderPlacedV1(
        order_id=order.id,
        customer_id=customer_id,
        location_id=order.location_id,
        revision=order.revision,
        channel=order.channel,  # type: ignore[arg-type]  # the schema let nothing else in
        currency=order.currency,
        total_minor=order.total_minor,
        occurred_at=order.placed_at,
    )


def corrected(order: OrderState, *, customer_id: UUID, is_withdrawn: bool = False) -> OrderCorrectedV1:
    """Return the order as it stands now, zero where it is not paid (any more) or not this guest's (any more)."""
    counts = order.status == money.PAID and not is_withdrawn
    return OrderCorrectedV1(
        order_id=order.id,
        customer_id=customer_id,
        location_id=order.location_id,
        revision=order.revision,
        channel=order.channel,  # type: ignore[arg-type]  # the schema let nothing else in
        currency=order.currency,
        total_minor=order.total_minor if counts else 0,
        spend_minor=order.spend_minor if counts else 0,
        refunded_minor=order.refunded_minor,
        occurred_at=order.placed_at,
        is_void=not counts,
        lines=_event_lines(order) if counts else (),
    )


def _event_lines(order: OrderState) -> tuple[OrderLine, ...]:
    return tuple(
        OrderLine(item_id=item, quantity=n, amount_minor=amount) for item, n, amount in event_lines(order.lines)
    )


def _lines(draft: OrderDraft, items: Mapping[Item, UUID]) -> list[list[object]]:
    return [
        [
            str(items[line["name"], line.get("category") or ""]),
            line["quantity"],
            line["unit_price_minor"],
            line.get("discount_minor", 0),
            line.get("sku"),
        ]
        for line in draft.lines
    ]
