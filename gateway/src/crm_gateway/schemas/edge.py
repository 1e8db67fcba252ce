"""Bodies about what came in at the public edge."""

import marshmallow as ma
from marshmallow.validate import Length, OneOf

from crm_chassis.pagination import PageArguments
from crm_gateway.models.edge import KINDS, STATES


class EdgeMessage(ma.Schema):
    """Something that came in and waits for its service, or is with it: never what it says."""

    id = ma.fields.UUID(required=True, metadata={"example": "0197f0a2-6c1e-7c3a-9d55-2f1d8f6f0a11"})
    kind = ma.fields.String(required=True, validate=OneOf(KINDS), metadata={"example": "webhook"})
    source = ma.fields.String(
        required=True,
        metadata={"example": "sendgrid", "description": "The provider, or the service that made the link"},
    )
    state = ma.fields.String(required=True, validate=OneOf(STATES), metadata={"example": "delivered"})
    service = ma.fields.String(
        required=True, allow_none=True,
        metadata={"example": "campaign", "description": "Who takes it; null: no service of this installation does yet"},
    )  # fmt: skip
    attempts = ma.fields.Integer(required=True, metadata={"example": 1})
    last_answer = ma.fields.String(
        required=True, allow_none=True,
        metadata={"example": None, "description": "What the service last said: away, or a status and a problem type"},
    )  # fmt: skip
    size = ma.fields.Integer(required=True, metadata={"example": 812, "description": "Bytes of what it says"})
    received_at = ma.fields.AwareDateTime(required=True, metadata={"example": "2026-11-20T18:30:00Z"})
    delivered_at = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": "2026-11-20T18:30:01Z"})
    next_try_at = ma.fields.AwareDateTime(
        required=True, allow_none=True,
        metadata={"example": None, "description": "Where it waits for a service that takes it"},
    )  # fmt: skip


class EdgeMessageArguments(PageArguments):
    """Which of them to list."""

    state = ma.fields.String(load_default=None, validate=OneOf(STATES), metadata={"example": "refused"})
    part = ma.fields.String(
        load_default=None, validate=Length(1, 40),
        metadata={"example": "sendgrid", "description": "A provider's name, or a kind other than webhook"},
    )  # fmt: skip
