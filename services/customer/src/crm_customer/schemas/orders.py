"""Bodies about orders and refunds; amounts in minor units of the one currency.

What a till reports has no class of data: it is the till's own knowledge, and taken in. What is shown of it has.
"""

import marshmallow as ma
from marshmallow import fields, validate

from crm_chassis.fields import Body, Currency, Instant, MinorUnits, Text, Uuid, Whole
from crm_chassis.pagination import PageArguments
from crm_customer.schemas.guests import LONGEST_ADDRESS, LONGEST_NUMBER, NAME, REFERENCE, SPEND, WORD

MOST_LINES = 200
MOST_QUANTITY = 10_000


class GuestOfOrder(Body):
    """Whose order it is, as far as the till knows."""

    customer_id = Uuid()
    external_id = Text(REFERENCE)
    email = Text(LONGEST_ADDRESS)
    phone = Text(LONGEST_NUMBER)
    name = Text(NAME)


class NewLine(Body):
    """A line of an order."""

    name = Text(NAME, required=True)
    sku = Text(WORD)
    category = Text(WORD)
    quantity = Whole(1, MOST_QUANTITY, required=True)
    unit_price_minor = MinorUnits(required=True)
    discount_minor = MinorUnits()


class NewOrder(Body):
    """One version of an order as the till has it."""

    source = Text(WORD, required=True)
    external_id = Text(REFERENCE, required=True)
    version = Whole(0, 2**53, load_default=1)
    location_id = Uuid()
    status = fields.String(load_default="paid", validate=validate.OneOf(["open", "paid", "void"]))
    placed_at = Instant(required=True)
    channel = fields.String(load_default="dine_in", validate=validate.OneOf(["dine_in", "takeaway", "delivery"]))
    currency = Currency(required=True)
    total_minor = MinorUnits(required=True)
    tip_minor = MinorUnits()
    tax_minor = MinorUnits()
    guest = fields.Nested(GuestOfOrder)
    lines = fields.List(fields.Nested(NewLine), validate=validate.Length(max=MOST_LINES))


class ItemProblem(ma.Schema):
    """Why an order of an array was rejected."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    detail = fields.String()
    errors = fields.Dict(keys=fields.String(), values=fields.List(fields.String()))


class OrderOutcome(ma.Schema):
    """What became of one order."""

    external_id = fields.String(required=True, allow_none=True)
    order_id = fields.UUID(required=True, allow_none=True)
    customer_id = fields.UUID(required=True, allow_none=True)
    outcome = fields.String(
        required=True, validate=validate.OneOf(["created", "unchanged", "corrected", "ignored", "rejected"])
    )
    problem = fields.Nested(ItemProblem)


class OrderOutcomes(ma.Schema):
    """One outcome for each order, in the order sent."""

    items = fields.List(fields.Nested(OrderOutcome), required=True)


class NewRefund(Body):
    """Money of an order that went back to the guest."""

    external_id = Text(REFERENCE, required=True)
    amount_minor = MinorUnits(1, required=True)
    refunded_at = Instant(required=True)
    reason = Text(500)


class Refund(ma.Schema):
    """A refund as it was recorded."""

    id = fields.UUID(required=True)
    order_id = fields.UUID(required=True)
    external_id = fields.String(required=True)
    amount_minor = fields.Integer(metadata=SPEND)
    refunded_at = fields.AwareDateTime(required=True)
    reason = fields.String(required=True, allow_none=True)


class Line(ma.Schema):
    """A line of an order, its item by id and name."""

    item_id = fields.UUID(required=True)
    name = fields.String(required=True)
    category = fields.String(required=True, allow_none=True)
    sku = fields.String(required=True, allow_none=True)
    quantity = fields.Integer(required=True)
    unit_price_minor = fields.Integer(metadata=SPEND)
    discount_minor = fields.Integer(metadata=SPEND)


class Order(ma.Schema):
    """An order as its newest version has it; ``spend_minor`` is what of it counts as the guest's spend."""

    id = fields.UUID(required=True)
    source = fields.String(required=True)
    external_id = fields.String(required=True)
    version = fields.Integer(required=True)
    revision = fields.Integer(required=True)
    status = fields.String(required=True)
    location_id = fields.UUID(required=True)
    placed_at = fields.AwareDateTime(required=True)
    business_day = fields.Date(required=True)
    channel = fields.String(required=True)
    currency = fields.String(required=True)
    total_minor = fields.Integer(metadata=SPEND)
    tip_minor = fields.Integer(metadata=SPEND)
    tax_minor = fields.Integer(metadata=SPEND)
    refunded_minor = fields.Integer(metadata=SPEND)
    spend_minor = fields.Integer(metadata=SPEND)
    customer_id = fields.UUID(required=True, allow_none=True)
    attribution = fields.String(required=True)
    lines = fields.List(fields.Nested(Line), required=True)


class OrderDetail(Order):
    """An order with its refunds."""

    refunds = fields.List(fields.Nested(Refund), required=True)


class OrderQuery(PageArguments):
    """Which orders are listed: those that several guests fit wait for somebody to say whose they are."""

    attribution = fields.String(required=True, validate=validate.OneOf(["ambiguous"]))
