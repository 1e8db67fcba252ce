"""Bodies about webhooks out."""

import marshmallow as ma
from marshmallow.validate import Length, OneOf, Range

from crm_chassis.fields import Body, Flag, Text, Whole
from crm_chassis.pagination import PageArguments
from crm_gateway.egress import LONGEST_URL
from crm_gateway.models.webhooks import STATES
from crm_gateway.webhooks.types import PATTERNS

_URL = "https://hooks.example.com/maitre"
_TYPES = {
    "example": ["customer.registered.v1", "loyalty.*"],
    "description": "Event types, or all of one owner (loyalty.*), or all (*)",
}


def _patterns(*, required: bool) -> ma.fields.List[str]:
    return ma.fields.List(
        ma.fields.String(validate=OneOf(PATTERNS)),
        validate=Length(1, len(PATTERNS)),
        metadata=_TYPES,
        required=required,
    )


class NewWebhookEndpoint(Body):
    """An address that events are to be sent to."""

    url = Text(LONGEST_URL, required=True, metadata={"example": _URL, "description": "https, on the public internet"})
    event_types = _patterns(required=True)
    description = Text(200, least=0, load_default="", metadata={"example": "Accounting"})


class WebhookEndpointChange(Body):
    """What is to be different about an endpoint."""

    url = Text(LONGEST_URL, metadata={"example": _URL})
    event_types = _patterns(required=False)
    description = Text(200, least=0, metadata={"example": "Accounting"})
    is_active = Flag(metadata={"example": True, "description": "Switching on forgets earlier failures"})


class WebhookEndpoint(ma.Schema):
    """An endpoint without its secret."""

    id = ma.fields.UUID(required=True)
    url = ma.fields.String(required=True, metadata={"example": _URL})
    description = ma.fields.String(required=True, metadata={"example": "Accounting"})
    event_types = ma.fields.List(ma.fields.String(), required=True, metadata=_TYPES)
    is_active = ma.fields.Boolean(required=True)
    disabled_reason = ma.fields.String(
        required=True, allow_none=True, validate=OneOf(["gone", "failing"]),
        metadata={"description": "Why it was switched off by itself: it answered 410, or failed for three days"},
    )  # fmt: skip
    listening_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Since when its events are caught; null: not yet"}
    )
    failures = ma.fields.Integer(required=True, metadata={"description": "Failed tries since the last success"})
    failing_since = ma.fields.AwareDateTime(required=True, allow_none=True)
    paused_until = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Left in peace until then, after many failures"}
    )
    previous_until = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "Until then the secret before signs too"}
    )
    created_at = ma.fields.AwareDateTime(required=True)


class WebhookEndpointWithSecret(WebhookEndpoint):
    """An endpoint with its fresh secret, which is shown this once."""

    secret = ma.fields.String(required=True, metadata={"example": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})


class SecretRotation(Body):
    """How a secret is replaced."""

    overlap_hours = Whole(
        0, 168, load_default=24, metadata={"example": 24, "description": "How long both secrets sign; 0: leaked"}
    )


class DeliveryFilter(PageArguments):
    """Which deliveries are wanted."""

    state = ma.fields.String(load_default=None, validate=OneOf(STATES))


class WebhookDelivery(ma.Schema):
    """One event for one endpoint, and how sending it went; what the receiver answered is not kept."""

    id = ma.fields.UUID(required=True)
    event_id = ma.fields.UUID(required=True, metadata={"description": "In Webhook-Id, the same at every try"})
    event_type = ma.fields.String(required=True, metadata={"example": "loyalty.points_earned.v1"})
    is_replay = ma.fields.Boolean(required=True)
    state = ma.fields.String(required=True, validate=OneOf(STATES))
    attempts = ma.fields.Integer(required=True, validate=Range(0))
    next_try_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    last_tried_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    last_status = ma.fields.Integer(required=True, allow_none=True, metadata={"example": 200})
    last_error = ma.fields.String(
        required=True, allow_none=True,
        validate=OneOf(["refused", "timeout", "certificate", "unreachable", "address_refused", "secret_unreadable"]),
    )  # fmt: skip
    last_ms = ma.fields.Integer(required=True, allow_none=True)
    delivered_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    created_at = ma.fields.AwareDateTime(required=True)


class WebhookEventType(ma.Schema):
    """A type of event that can be had."""

    type = ma.fields.String(required=True, metadata={"example": "loyalty.points_earned.v1"})
    description = ma.fields.String(required=True)


class WebhookEventTypes(ma.Schema):
    """All types of events that can be had."""

    items = ma.fields.List(ma.fields.Nested(WebhookEventType), required=True)
