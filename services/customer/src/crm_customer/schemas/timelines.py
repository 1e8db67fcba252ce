"""Bodies about what happened with a guest."""

import marshmallow as ma
from marshmallow import fields, validate

from crm_chassis.fields import Text
from crm_chassis.pagination import PageArguments
from crm_customer.rules.happenings import KINDS
from crm_customer.schemas.guests import BOOKINGS, SPEND

ID = "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50"


class TimelineQuery(PageArguments):
    """Which page, and which kinds of items."""

    kinds = Text(400, load_default=None, metadata={"example": "order_paid,merged", "description": "Absent: all"})


class TimelineItem(ma.Schema):
    """Something that happened; which fields there are depends on its kind."""

    id = fields.UUID(required=True, metadata={"example": ID})
    at = fields.AwareDateTime(required=True, metadata={"example": "2026-03-14T18:30:00Z"})
    kind = fields.String(required=True, validate=validate.OneOf(KINDS), metadata={"example": "order_paid"})
    location_id = fields.UUID(metadata={"example": ID})
    order_id = fields.UUID(metadata={"example": ID})
    channel = fields.String(metadata={"example": "dine_in"})
    currency = fields.String(metadata={"example": "USD"})
    total_minor = fields.Integer(metadata={"example": 4200, **SPEND})
    spend_minor = fields.Integer(metadata={"example": 3800, **SPEND})
    refund_minor = fields.Integer(metadata={"example": 1000, **SPEND})
    reservation_id = fields.UUID(metadata={"example": ID, **BOOKINGS})
    party_size = fields.Integer(metadata={"example": 2, **BOOKINGS})
    acquisition_source = fields.String(allow_none=True, metadata={"example": "walk-in"})
    merged_id = fields.UUID(metadata={"example": ID})
