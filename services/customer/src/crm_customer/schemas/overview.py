"""Bodies that the gateway composes its dashboard and its search box of."""

import marshmallow as ma
from marshmallow import fields, validate

from crm_chassis.fields import Text
from crm_customer.rules.figures import FIRST_WINDOW, YEAR_EARLIER
from crm_customer.schemas.guests import NAME

DAY = "2026-03-14"
ID = "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50"


def _days(name: str) -> type[ma.Schema]:
    """Make a schema of days from and to; ``from`` is no name that Python lets a class give a field."""
    day = {"from": fields.Date(required=True, metadata={"example": DAY}), "to": fields.Date(required=True)}
    return ma.Schema.from_dict(dict(day), name=name)


Days = _days("Days")


class Interval(ma.Schema):
    """Between what the true figure lies with 95 % confidence."""

    low = fields.Float(required=True, metadata={"example": 0.31})
    high = fields.Float(required=True, metadata={"example": 0.37})
    method = fields.String(required=True, metadata={"example": "wilson"})


class Baseline(ma.Schema):
    """The same figure of the windows to compare with."""

    value = fields.Float(required=True, allow_none=True, metadata={"example": 0.29})
    n = fields.Integer(required=True, metadata={"example": 1204})
    window = fields.Nested(Days, required=True)
    basis = fields.String(required=True, validate=validate.OneOf([YEAR_EARLIER, FIRST_WINDOW]))


class SuccessMetric(ma.Schema):
    """One figure of how the restaurant fares; value null: nobody to count yet."""

    key = fields.String(required=True, metadata={"example": "retention_rate"})
    value = fields.Float(required=True, allow_none=True, metadata={"example": 0.34})
    formula = fields.String(required=True, metadata={"description": "What is counted, exactly"})
    n = fields.Integer(required=True, metadata={"example": 1391, "description": "How many guests it is of"})
    interval = fields.Nested(Interval, required=True, allow_none=True)
    window = fields.Nested(Days, required=True)
    baseline = fields.Nested(
        Baseline,
        required=True,
        allow_none=True,
        metadata={"description": "Null while the history is too short to compare"},
    )
    as_of = fields.AwareDateTime(required=True)


class SuccessMetrics(ma.Schema):
    """The figures that this service brings."""

    items = fields.List(fields.Nested(SuccessMetric), required=True)


class Tile(ma.Schema):
    """A figure at a glance, beside that of the same span before."""

    key = fields.String(required=True, metadata={"example": "new_guests"})
    label = fields.String(required=True, metadata={"example": "New guests in 7 days"})
    value = fields.Integer(required=True, metadata={"example": 23})
    previous = fields.Integer(required=True, allow_none=True, metadata={"example": 19})
    unit = fields.String(required=True, validate=validate.OneOf(["count", "minor"]))
    currency = fields.String(metadata={"example": "USD", "description": "Of an amount in minor units"})
    window = fields.Nested(Days, required=True)


class Tiles(ma.Schema):
    """The tiles that the asker may see."""

    items = fields.List(fields.Nested(Tile), required=True)


class SuggestionsQuery(ma.Schema):
    """What somebody began to type."""

    q = Text(NAME, required=True, metadata={"example": "garc"})
    limit = fields.Integer(load_default=10, validate=validate.Range(1, 20))


class Suggestion(ma.Schema):
    """A guest who may be meant."""

    kind = fields.String(required=True, validate=validate.OneOf(["customer"]))
    id = fields.UUID(required=True, metadata={"example": ID})
    label = fields.String(required=True, allow_none=True, metadata={"example": "Lucía García"})
    tags = fields.List(fields.String(), required=True)
    phone_ends = fields.String(
        metadata={"x-data-class": "contact", "example": "88", "description": "The last digits, to tell people apart"}
    )


class Suggestions(ma.Schema):
    """Guests who may be meant, newest first."""

    items = fields.List(fields.Nested(Suggestion), required=True)
