"""Bodies of what the gateway composes of several services' parts."""

import marshmallow as ma
from marshmallow.validate import OneOf

from crm_chassis.fields import Text
from crm_gateway.composition.caller import REASONS

ID = "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50"
NOW = "2026-03-14T18:30:00Z"


class UnavailablePart(ma.Schema):
    """A part that is missing, whose it is, and why."""

    part = ma.fields.String(required=True, metadata={"example": "loyalty"})
    service = ma.fields.String(required=True, metadata={"example": "loyalty"})
    reason = ma.fields.String(
        required=True,
        validate=OneOf(REASONS),
        metadata={
            "example": "away",
            "description": "away, slow, broken: ask again later; not_offered: no service brings it yet; "
            "not_permitted: not for your role",
        },
    )


class ProfileQuery(ma.Schema):
    """Which parts of a profile are wanted."""

    parts = Text(
        400,
        load_default=None,
        metadata={"example": "guest,loyalty", "description": "Names of parts, separated by commas; absent: all"},
    )


class Profile(ma.Schema):
    """All that is known of one guest, each part by its owner; null: that owner has nothing on this guest."""

    customer_id = ma.fields.UUID(
        required=True, metadata={"example": ID, "description": "The survivor's id where records were merged"}
    )
    parts = ma.fields.Dict(required=True, metadata={"x-parts-of": "profile"})
    unavailable = ma.fields.List(ma.fields.Nested(UnavailablePart), required=True)
    as_of = ma.fields.AwareDateTime(required=True, metadata={"example": NOW})
