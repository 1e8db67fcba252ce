"""Bodies about what came in at the public edge, and about providers."""

import marshmallow as ma
from marshmallow.validate import Length, OneOf

from crm_chassis.fields import Body, Flag, Text
from crm_chassis.pagination import PageArguments
from crm_gateway.edge.registry import READING, SENDING, WEBHOOKS
from crm_gateway.models.edge import KINDS, STATES

INSTANT = "2026-11-20T18:30:00Z"


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


class ProviderField(ma.Schema):
    """One setting of a provider; a secret is never given back whole."""

    name = ma.fields.String(required=True, metadata={"example": "auth_token"})
    title = ma.fields.String(required=True, metadata={"example": "Auth token"})
    uses = ma.fields.List(
        ma.fields.String(validate=OneOf([WEBHOOKS, SENDING, READING])), required=True,
        metadata={"example": [WEBHOOKS, SENDING], "description": "What it is needed for"},
    )  # fmt: skip
    is_secret = ma.fields.Boolean(required=True, metadata={"example": True})
    is_optional = ma.fields.Boolean(required=True, metadata={"example": False})
    is_set = ma.fields.Boolean(required=True, metadata={"example": True})
    value = ma.fields.String(
        required=True, allow_none=True, metadata={"example": None, "description": "Of a setting that is no secret"}
    )
    ends_with = ma.fields.String(
        required=True, allow_none=True,
        metadata={"example": "9f3c", "description": "The last four characters of a long secret"},
    )  # fmt: skip


class ProviderWebhook(ma.Schema):
    """How a provider tells us what happened, and how that goes."""

    url = ma.fields.String(
        required=True, allow_none=True,
        metadata={
            "example": "https://crm.example.com/webhooks/twilio",
            "description": "To be entered at the provider; null until the provider is set up, where it holds a secret",
        },
    )  # fmt: skip
    is_ready = ma.fields.Boolean(
        required=True, metadata={"example": True, "description": "Enabled, and nothing is missing"}
    )
    missing = ma.fields.List(ma.fields.String(), required=True, metadata={"example": []})
    taken_by = ma.fields.String(
        required=True, allow_none=True,
        metadata={"example": "campaign", "description": "The service that acts on it; null: none does yet, they wait"},
    )  # fmt: skip
    accepted = ma.fields.Integer(required=True, metadata={"example": 1204, "description": "In the last 30 days"})
    repeated = ma.fields.Integer(required=True, metadata={"example": 3, "description": "Known already, 30 days"})
    refused = ma.fields.Integer(required=True, metadata={"example": 0, "description": "Signature unfit, 30 days"})
    last_accepted_at = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": INSTANT})
    last_refused_at = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": None})
    silent_minutes = ma.fields.Integer(
        required=True, allow_none=True, metadata={"example": 12, "description": "Since the last one that was accepted"}
    )
    hint = ma.fields.String(
        required=True, allow_none=True,
        metadata={"example": None, "description": "What seems to be wrong and what to do about it"},
    )  # fmt: skip


class Provider(ma.Schema):
    """A provider: what it is for, what is set up, and whether it can be used."""

    name = ma.fields.String(required=True, metadata={"example": "twilio"})
    title = ma.fields.String(required=True, metadata={"example": "Twilio"})
    purposes = ma.fields.List(ma.fields.String(), required=True, metadata={"example": ["sms"]})
    is_enabled = ma.fields.Boolean(required=True, metadata={"example": True})
    used_by = ma.fields.List(
        ma.fields.String(), required=True,
        metadata={"example": ["campaign"], "description": "Services that work with it; none: not in this release yet"},
    )  # fmt: skip
    settings = ma.fields.List(ma.fields.Nested(ProviderField), required=True)
    webhook = ma.fields.Nested(ProviderWebhook, required=True, allow_none=True)
    updated_at = ma.fields.AwareDateTime(required=True, allow_none=True, metadata={"example": INSTANT})


class ProviderList(ma.Schema):
    """Every provider."""

    items = ma.fields.List(ma.fields.Nested(Provider), required=True)
    next_cursor = ma.fields.String(required=True, allow_none=True, metadata={"example": None})


class ProviderSetUp(Provider):
    """A provider as it was just set up; what was made here for the provider is shown this once."""

    made = ma.fields.Dict(
        keys=ma.fields.String(), values=ma.fields.String(), required=True,
        metadata={"example": {}, "description": "Secrets made here, to be entered at the provider"},
    )  # fmt: skip


class ProviderSettings(Body):
    """How this restaurant uses a provider."""

    is_enabled = Flag(required=True, metadata={"example": True})
    settings = ma.fields.Dict(
        keys=Text(60), values=Text(10_000, multiline=True, allow_none=True), load_default=dict, validate=Length(0, 20),
        metadata={
            "example": {"account_sid": "AC0123456789abcdef0123456789abcdef", "auth_token": "0123456789abcdef"},
            "description": "Only what changes: what is not named stays as it is, null removes it",
        },
    )  # fmt: skip
