"""Bodies about the organisation and its locations."""

import marshmallow as ma
from marshmallow import fields, validate

from crm_chassis.fields import Body, Currency, Flag, Text
from crm_customer.rules.days import zone_names

NAME = 200
CLOCK = r"^([01]\d|2[0-3]):[0-5]\d\Z"


def is_zone(name: str) -> None:
    """Refuse what is no time zone of the IANA database."""
    if name not in zone_names():
        raise ma.ValidationError("Not a time zone (IANA).")


class Organisation(ma.Schema):
    """The restaurant business of this installation."""

    name = fields.String(required=True)
    countries = fields.List(fields.String(), required=True)
    currency = fields.String(required=True)
    postal_address = fields.String(required=True, allow_none=True)
    default_zone = fields.String(required=True)
    business_day_starts_at = fields.String(required=True)
    spend_includes_tax = fields.Boolean(required=True)
    version = fields.Integer(required=True)


class OrganisationChanges(Body):
    """What is to change of the organisation."""

    name = Text(NAME)
    countries = fields.List(fields.String(validate=validate.Regexp(r"^[A-Z]{2}\Z")), validate=validate.Length(1, 50))
    currency = Currency()
    postal_address = Text(500, multiline=True, allow_none=True)
    default_zone = Text(64, validate=is_zone)
    business_day_starts_at = fields.String(validate=validate.Regexp(CLOCK))


class Hours(Body):
    """From when to when a location is open on one day of the week."""

    day = fields.String(required=True, validate=validate.OneOf(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]))
    opens = fields.String(required=True, validate=validate.Regexp(CLOCK))
    closes = fields.String(required=True, validate=validate.Regexp(CLOCK))


class NewLocation(Body):
    """A place where guests are served."""

    name = Text(NAME, required=True)
    zone = Text(64, required=True, validate=is_zone)
    is_default = Flag(load_default=False)
    opening_hours = fields.List(
        fields.Nested(Hours), validate=validate.Length(max=50), load_default=None, allow_none=True
    )


class LocationChanges(Body):
    """What is to change of a location."""

    name = Text(NAME)
    zone = Text(64, validate=is_zone)
    is_default = Flag()
    opening_hours = fields.List(fields.Nested(Hours), validate=validate.Length(max=50), allow_none=True)


class Location(ma.Schema):
    """A place where guests are served."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    zone = fields.String(required=True)
    is_default = fields.Boolean(required=True)
    opening_hours = fields.List(fields.Nested(Hours), required=True, allow_none=True)
    version = fields.Integer(required=True)
