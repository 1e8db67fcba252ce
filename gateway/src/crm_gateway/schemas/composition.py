"""Bodies of what the gateway composes of several services' parts."""

import marshmallow as ma
from marshmallow.validate import OneOf

from crm_chassis.fields import Text
from crm_chassis.pagination import PageArguments
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


class TimelineQuery(PageArguments):
    """Which page of a timeline, and which kinds of items."""

    kinds = Text(
        400,
        load_default=None,
        metadata={"example": "order_paid,points_earned", "description": "Separated by commas; absent: all"},
    )


class TimelineItem(ma.Schema):
    """Something that happened; what else it says depends on its kind."""

    class Meta:
        """Each kind says more."""

        unknown = ma.INCLUDE

    id = ma.fields.UUID(required=True, metadata={"example": ID})
    at = ma.fields.AwareDateTime(required=True, metadata={"example": NOW})
    kind = ma.fields.String(required=True, metadata={"example": "order_paid"})
    service = ma.fields.String(required=True, metadata={"example": "customer", "description": "Who says so"})


class Timeline(ma.Schema):
    """A page of what happened, newest first; a service that did not answer is named and missing on this page."""

    items = ma.fields.List(ma.fields.Nested(TimelineItem), required=True, metadata={"x-items-of": "timeline"})
    next_cursor = ma.fields.String(required=True, allow_none=True)
    unavailable = ma.fields.List(ma.fields.Nested(UnavailablePart), required=True)
