"""Bodies about who is whom, and about being forgotten."""

import marshmallow as ma
from marshmallow import fields, validate

from crm_chassis.fields import Body, Uuid


class NewMerge(Body):
    """Two records that are one person."""

    survivor_id = Uuid(required=True)
    merged_id = Uuid(required=True)


class Merge(ma.Schema):
    """A merge, as it can be taken back."""

    id = fields.UUID(required=True)
    survivor_id = fields.UUID(required=True)
    merged_id = fields.UUID(required=True)
    merged_at = fields.AwareDateTime(required=True)


class NewPrivacyRequest(Body):
    """What a guest asks for."""

    customer_id = Uuid(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["erasure"]))


class PrivacyRequest(ma.Schema):
    """How far a guest's request is."""

    id = fields.UUID(required=True)
    customer_id = fields.UUID(required=True)
    kind = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["processing", "completed"]))
    requested_at = fields.AwareDateTime(required=True)
    completed_at = fields.AwareDateTime(required=True, allow_none=True)
    waiting_for = fields.List(fields.String(), metadata={"description": "Services that still owe their answer"})
