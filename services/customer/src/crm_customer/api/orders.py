"""Orders come in, are refunded, are read."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Response, jsonify

from crm_chassis.errors import DomainError
from crm_chassis.fastload import FastLoader, compile_schema
from crm_chassis.http import Blueprint, InvalidRequest, allow, body_limit, crm, read_json
from crm_chassis.pagination import Cursor, page, paged
from crm_chassis.problems import STATUS
from crm_customer import models
from crm_customer.api.process import MONEY_READERS, now, own_locations, reading, vault
from crm_customer.operations.intake import Taken, take_orders
from crm_customer.operations.refunds import refund_order
from crm_customer.queries.orders import ambiguous_orders, order
from crm_customer.schemas.orders import NewOrder, NewRefund, Order, OrderDetail, OrderOutcomes, OrderQuery, Refund

blueprint = Blueprint("orders", __name__, url_prefix="/v1/orders", description="Orders and refunds")

MOST = 1_000
BODY_LIMIT = 4 * 1024 * 1024
ORDER = compile_schema(NewOrder)
ORDER_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"oneOf": [NewOrder, {"type": "array", "maxItems": MOST, "items": NewOrder}]},
        }
    },
}


@blueprint.post("")
@allow("till", "owner", "manager", "service")
@body_limit(BODY_LIMIT)
@blueprint.doc(requestBody=ORDER_BODY)
@blueprint.response(200, OrderOutcomes)
@blueprint.alt_response(409, "CONFLICT")
def record_orders() -> Response:
    """Take in one order or up to 1,000: each once, however often it is sent; an array has an outcome per item.

    Of a single order a refusal is the answer itself (422, 409).
    """
    body = read_json()
    is_array = isinstance(body, list)
    raw = body if is_array else [body]
    if len(raw) > MOST:
        raise InvalidRequest(errors={"body": [f"At most {MOST} orders at once."]})
    items = [_loaded(ORDER, item) for item in raw]
    with crm().database.transaction() as session:
        taken = take_orders(session, vault=vault(), items=items, locations=own_locations(), now=now())
    if not is_array and taken[0].problem is not None:
        raise taken[0].problem
    return jsonify({"items": [_outcome(*pair) for pair in zip(raw, taken, strict=True)]})


@blueprint.get("")
@allow(*MONEY_READERS)
@blueprint.arguments(OrderQuery, location="query", as_kwargs=True)
@blueprint.response(200, paged(Order))
def list_orders(limit: int, cursor: str | None, attribution: str) -> dict[str, Any]:  # noqa: ARG001 -- one kind so far
    """List the orders that several guests fit, newest first."""
    before = Cursor.decode(cursor, UUID)[0] if cursor else None
    with reading() as session:
        found = ambiguous_orders(session, limit=limit, before=before)
    return page(found, limit, lambda each: [each["id"]])


@blueprint.get("/<uuid:order_id>")
@allow(*MONEY_READERS)
@blueprint.response(200, OrderDetail)
def show_order(order_id: UUID) -> dict[str, Any]:
    """Show an order with its lines and refunds."""
    with reading() as session:
        return order(session, order_id)


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


def _loaded(loader: FastLoader, item: Any) -> dict[str, Any] | DomainError:
    """Read one order's shape; what is wrong with it is its outcome."""
    try:
        return loader.load(item)
    except DomainError as refusal:
        return refusal


def _outcome(raw: Any, taken: Taken) -> dict[str, Any]:
    """Shape one outcome; a rejected item says which it was, as far as it can be read."""
    external_id = raw.get("external_id") if isinstance(raw, dict) else None
    shaped: dict[str, Any] = {
        "external_id": external_id if isinstance(external_id, str) else None,
        "order_id": taken.order_id,
        "customer_id": taken.customer_id,
        "outcome": taken.outcome,
    }
    if taken.problem is not None:
        shaped["problem"] = {
            "type": taken.problem.type,
            "title": HTTPStatus(STATUS[taken.problem.kind]).phrase,
            "detail": str(taken.problem),
            "errors": taken.problem.errors,
        }
    return shaped
