"""What the API takes and gives, as marshmallow has it."""

import marshmallow as ma

from crm_chassis.fields import Body, Text, Whole
from crm_chassis.pagination import PageArguments

MOST_POINTS = 1_000_000_000
LOYALTY = {"x-data-class": "loyalty"}
"""Mark of what shows a member's standing: for whom that is not, the field is neither shown nor taken (RULES G2)."""


class Programme(ma.Schema):
    """The programme's settings."""

    points_per_unit = ma.fields.Integer(
        required=True, metadata={"description": "Points for each whole unit of money of an order's spend"}
    )
    starts_on = ma.fields.Date(
        required=True,
        allow_none=True,
        metadata={"description": "Orders placed before (UTC) earn nothing; null: all earn"},
    )


class NextTier(ma.Schema):
    """The tier above, and what is missing to it."""

    name = ma.fields.String(required=True)
    missing = ma.fields.Integer(required=True, metadata={"description": "Points still to earn"})


class Member(ma.Schema):
    """A guest's standing in the programme; merged records count together."""

    customer_id = ma.fields.UUID(required=True, metadata={"description": "The survivor's id where records were merged"})
    balance = ma.fields.Integer(metadata=LOYALTY | {"description": "Sum of the entries' points: what can be spent"})
    pending = ma.fields.Integer(metadata=LOYALTY | {"description": "Points earned and not spendable yet"})
    held = ma.fields.Integer(metadata=LOYALTY | {"description": "Points reserved for redemptions under way"})
    tier = ma.fields.String(metadata=LOYALTY)
    next_tier = ma.fields.Nested(NextTier, allow_none=True, metadata=LOYALTY)
    enrolled_at = ma.fields.AwareDateTime(required=True)


class Entry(ma.Schema):
    """One line of a member's ledger."""

    id = ma.fields.UUID(required=True)
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(["earn", "reverse", "adjust", "forfeit"]))
    points = ma.fields.Integer(metadata=LOYALTY | {"description": "Positive: came; negative: went"})
    order_id = ma.fields.UUID(required=True, allow_none=True)
    occurred_at = ma.fields.AwareDateTime(required=True, metadata={"description": "When the fact behind it happened"})
    booked_at = ma.fields.AwareDateTime(required=True)
    expires_on = ma.fields.Date(required=True, allow_none=True)
    reason = ma.fields.String(allow_none=True, metadata=LOYALTY | {"description": "As staff gave it"})
    actor = ma.fields.String(required=True, allow_none=True, metadata={"description": "Id of who booked it by hand"})


TIMELINE_KINDS = {
    "earn": "points_earned",
    "reverse": "points_reversed",
    "adjust": "points_adjusted",
    "forfeit": "points_forfeited",
}
"""What the ledger's kinds are called among other services' items."""


class TimelineQuery(PageArguments):
    """Which page, and which kinds of items."""

    kinds = Text(400, load_default=None, metadata={"example": "points_earned", "description": "Absent: all"})


class TimelineItem(ma.Schema):
    """An entry of the ledger among what else happened with the guest."""

    id = ma.fields.UUID(required=True)
    at = ma.fields.AwareDateTime(required=True, metadata={"description": "When the fact behind it happened"})
    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(list(TIMELINE_KINDS.values())))
    points = ma.fields.Integer(metadata={"description": "Positive: came; negative: went", "x-data-class": "loyalty"})
    order_id = ma.fields.UUID(allow_none=True)
    expires_on = ma.fields.Date(allow_none=True, metadata={"x-data-class": "loyalty"})


class Tile(ma.Schema):
    """A figure at a glance, beside that of the same span before."""

    key = ma.fields.String(required=True)
    label = ma.fields.String(required=True)
    value = ma.fields.Integer(required=True)
    previous = ma.fields.Integer(required=True, allow_none=True)
    unit = ma.fields.String(required=True, validate=ma.validate.OneOf(["count", "points"]))


class Tiles(ma.Schema):
    """The tiles that the asker may see."""

    items = ma.fields.List(ma.fields.Nested(Tile), required=True)


class NewEntry(Body):
    """Points given (positive) or taken (negative) by hand."""

    kind = ma.fields.String(required=True, validate=ma.validate.OneOf(["adjust"]))
    points = Whole(
        -MOST_POINTS,
        MOST_POINTS,
        required=True,
        validate=ma.validate.NoneOf([0], error="Zero points move nothing."),
        metadata=LOYALTY,
    )
    reason = Text(500, required=True, multiline=True, metadata=LOYALTY)
