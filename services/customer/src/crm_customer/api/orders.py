"""Orders come in, are refunded, are read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from crm_chassis.fastload import compile_schema
from crm_chassis.http import Blueprint, allow, body_limit, crm
from crm_chassis.pagination import Cursor, page, paged
from crm_customer import models
from crm_customer.api.arrays import BODY_LIMIT, one_or_many, take_in
from crm_customer.api.process import MONEY_READERS, now, own_locations, reading, vault
from crm_customer.operations.intake import take_orders
from crm_customer.operations.refunds import refund_order
from crm_customer.operations.taking import Taken
from crm_customer.queries.orders import ambiguous_orders, order
from crm_customer.schemas.orders import NewOrder, NewRefund, Order, OrderDetail, OrderOutcomes, OrderQuery, Refund

blueprint = Blueprint("orders", __name__, url_prefix="/v1/orders", description="Orders and refunds")

ORDER = compile_schema(NewOrder)


@blueprint.post("")
@allow("till", "owner", "manager", "service")
@body_limit(BODY_LIMIT)
@blueprint.doc(requestBody=one_or_many(NewOrder))
@blueprint.response(200, OrderOutcomes)
@blueprint.alt_response(409, "CONFLICT")
def record_orders() -> Response:
    """Take in one order or up to 1,000: each once, however often it is sent; an array has an outcome per item.

    Of a single order a refusal is the answer itself (422, 409).
    """
    return take_in(ORDER, _take, kind="order")


@blueprint.get("")
@allow(*MONEY_READERS)
@blueprint.arguments(OrderQuery, location="query", as_kwargs=True)
@blueprint.response(200, paged(Order))
def list_orders(limit: int, cursor: str | None, attribution: str) -> dict[str, Any]:  # noqa: ARG001 -- one kind so far
    """List the orders that several guests fit, newest first."""
    before = Cursor.decode(cursor, UUID)[0] if cursor else None
    with reading() as session:
        found = ambiguous_orders(session, limit=limit, before=before, locations=own_locations())
    return page(found, limit, lambda each: [each["id"]])


@blueprint.get("/<uuid:order_id>")
@allow(*MONEY_READERS)
@blueprint.response(200, OrderDetail)
def show_order(order_id: UUID) -> dict[str, Any]:
    """Show an order with its lines and refunds."""
    with reading() as session:
        return order(session, order_id, locations=own_locations())


@blueprint.post("/<uuid:order_id>/refunds")
@allow("till", "owner", "manager", "service")
@blueprint.arguments(NewRefund)
@blueprint.response(201, Refund)
@blueprint.alt_response(409, "CONFLICT")
def add_refund(body: dict[str, Any], order_id: UUID) -> models.Refund:
    """Refund part or all of a paid order; the same again is the same answer."""
    with crm().database.transaction() as session:
        return refund_order(
            session,
            vault=vault(),
            order_id=order_id,
            external_id=body["external_id"],
            amount_minor=body["amount_minor"],
            refunded_at=body["refunded_at"],
            reason=body.get("reason"),
            locations=own_locations(),
            now=now(),
        )


def _take(session: Session, items: Sequence[Any]) -> list[Taken]:
    return take_orders(session, vault=vault(), items=items, locations=own_locations(), now=now())
