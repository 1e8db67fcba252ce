"""Bodies about guests."""

import calendar
from collections.abc import Mapping
from datetime import date
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from crm_chassis.fields import Body, Flag, Text, Whole
from crm_chassis.pagination import PageArguments
from crm_customer.rules.contacts import NotAnAddress, normalized_email

NAME, WORD, REFERENCE = 200, 100, 200
LONGEST_ADDRESS = 320
LONGEST_NUMBER = 40
LEAP_YEAR = 2000
CONTACT, DIETARY, SPEND, BOOKINGS = ({"x-data-class": name} for name in ("contact", "dietary", "spend", "bookings"))
"""Marks of fields by the class of data they belong to: who may not see it neither gets nor sends them (RULES G2)."""


def is_address(address: str) -> None:
    """Refuse what is no e-mail address."""
    try:
        normalized_email(address)
    except NotAnAddress:
        raise ma.ValidationError("Not an e-mail address.") from None


class Day(Body):
    """A day that comes every year; the year of the first one where it is known."""

    month = Whole(1, 12, required=True)
    day = Whole(1, 31, required=True)
    year = Whole(1900, 2100)

    @ma.validates_schema
    def exists(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse a day that the month does not have."""
        if data["day"] > calendar.monthrange(data.get("year", LEAP_YEAR), data["month"])[1]:
            raise ma.ValidationError({"day": ["The month has no such day."]})


class DayOrDate(fields.Nested):
    """A yearly day, as an object or as an ISO 8601 date."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Day, **options)

    def _deserialize(self, value: Any, *rest: Any, **options: Any) -> Any:
        if isinstance(value, str):
            try:
                read = date.fromisoformat(value)
            except ValueError:
                raise ma.ValidationError("Not a date.") from None
            value = {"month": read.month, "day": read.day, "year": read.year}
        return super()._deserialize(value, *rest, **options)


class EmailAddress(Body):
    """An e-mail address of a guest; kept as given, compared normalized."""

    address = Text(LONGEST_ADDRESS, required=True, validate=is_address)
    is_primary = Flag()


class PhoneNumber(Body):
    """A phone number of a guest; shown as E.164, read as dialed in the restaurant's country."""

    number = Text(LONGEST_NUMBER, required=True)


class ExternalReference(Body):
    """What another system calls a guest."""

    source = Text(WORD, required=True)
    id = Text(REFERENCE, required=True)


class DietaryNeed(Body):
    """What a guest must not or does not eat."""

    kind = fields.String(required=True, validate=validate.OneOf(["allergy", "intolerance", "diet", "dislike"]))
    name = Text(WORD, required=True)


def _several(schema: type[ma.Schema], most: int, **options: Any) -> Any:
    return fields.List(fields.Nested(schema), validate=validate.Length(max=most), **options)


class NewGuest(Body):
    """A guest to be known; e-mails and phones may be shared, external ids not."""

    name = Text(NAME, required=True)
    emails = _several(EmailAddress, 20, metadata=CONTACT)
    phones = _several(PhoneNumber, 20, metadata=CONTACT)
    external_ids = _several(ExternalReference, 20)
    birthday = fields.Nested(Day)
    anniversary = DayOrDate()
    tags = fields.List(Text(WORD), validate=validate.Length(max=100))
    acquisition_source = Text(WORD)
    dietary = _several(DietaryNeed, 50, metadata=DIETARY)


class GuestChanges(Body):
    """What is to change: a missing field stays, null clears."""

    name = Text(NAME)
    emails = _several(EmailAddress, 20, allow_none=True, metadata=CONTACT)
    phones = _several(PhoneNumber, 20, allow_none=True, metadata=CONTACT)
    external_ids = _several(ExternalReference, 20, allow_none=True)
    birthday = fields.Nested(Day, allow_none=True)
    anniversary = DayOrDate(allow_none=True)
    tags = fields.List(Text(WORD), validate=validate.Length(max=100), allow_none=True)
    acquisition_source = Text(WORD, allow_none=True)
    dietary = _several(DietaryNeed, 50, allow_none=True, metadata=DIETARY)


class Reachable(ma.Schema):
    """By which ways a guest can be reached at all; whether they may be is for their consents to say."""

    email = fields.Boolean(required=True)
    phone = fields.Boolean(required=True)


class Guest(ma.Schema):
    """A guest as staff see them; each sees the fields of the classes of data that are theirs."""

    id = fields.UUID(required=True)
    name = fields.String(required=True, allow_none=True)
    emails = fields.List(fields.Nested(EmailAddress), metadata=CONTACT)
    phones = fields.List(fields.Nested(PhoneNumber), metadata=CONTACT)
    reachable = fields.Nested(Reachable, required=True)
    external_ids = fields.List(fields.Nested(ExternalReference), required=True)
    birthday = fields.Nested(Day, required=True, allow_none=True)
    anniversary = fields.Nested(Day, required=True, allow_none=True)
    tags = fields.List(fields.String(), required=True)
    acquisition_source = fields.String(required=True, allow_none=True)
    dietary = fields.List(fields.Nested(DietaryNeed), metadata=DIETARY)
    created_at = fields.AwareDateTime(required=True)
    version = fields.Integer(required=True)


class GuestQuery(PageArguments):
    """How guests are listed: newest first, or those found by any part of what the asker sees of them."""

    q = Text(
        NAME,
        load_default=None,
        metadata={"description": "Part of a name; for who sees contact details, of an address or number too"},
    )
    tag = Text(WORD, load_default=None)


class Lookup(Body):
    """Exactly one identity, by which guests are looked up."""

    email = Text(LONGEST_ADDRESS, validate=is_address, metadata=CONTACT)
    phone = Text(LONGEST_NUMBER, metadata=CONTACT)
    external_id = fields.Nested(ExternalReference)

    @ma.validates_schema
    def names_one(self, data: Mapping[str, Any], **_: Any) -> None:
        """Refuse none and several."""
        if len(data) != 1:
            raise ma.ValidationError("Give exactly one of email, phone, external_id.")


class LookedUp(ma.Schema):
    """The guests of that identity; a household may share one."""

    items = fields.List(fields.Nested(Guest), required=True)


class Metrics(ma.Schema):
    """What a guest's orders and visits come to; money in minor units of ``currency``."""

    customer_id = fields.UUID(required=True)
    location_ids = fields.List(
        fields.UUID(),
        required=True,
        allow_none=True,
        metadata={"description": "Where it was counted: the locations that the asker is bound to; null: all"},
    )
    currency = fields.String(required=True)
    spend_minor = fields.Integer(metadata=SPEND | {"description": "Paid, less discounts, refunds, tips, tax"})
    orders = fields.Integer(required=True)
    visits = fields.Integer(
        required=True,
        metadata={"description": "Locations and business days with a paid order or a completed reservation"},
    )
    visits_per_month = fields.Integer(required=True, metadata={"description": "Visits in the last 30 days"})
    visits_per_month_lifetime = fields.Float(required=True, allow_none=True)
    average_order_value_minor = fields.Integer(allow_none=True, metadata=SPEND | {"description": "Spend by visits"})
    average_cheque_minor = fields.Integer(allow_none=True, metadata=SPEND | {"description": "Spend by orders"})
    first_visit_on = fields.Date(required=True, allow_none=True)
    last_visit_on = fields.Date(required=True, allow_none=True)
    days_since_last_visit = fields.Integer(required=True, allow_none=True)
