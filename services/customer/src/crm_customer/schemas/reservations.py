"""Bodies about reservations."""

import marshmallow as ma
from marshmallow import fields, validate

from crm_chassis.fields import Body, Instant, Text, Uuid, Whole
from crm_chassis.pagination import PageArguments
from crm_customer.schemas.guests import BOOKINGS, NAME, REFERENCE, WORD
from crm_customer.schemas.orders import GuestOfOrder, ItemProblem

LARGEST_PARTY = 1_000
LONGEST_REQUESTS = 2_000
STATUSES = ["booked", "seated", "completed", "cancelled", "no_show"]


class NewReservation(Body):
    """One version of a reservation as the booking system has it; ``guest`` may be empty."""

    source = Text(WORD, required=True)
    external_id = Text(REFERENCE, required=True)
    version = Whole(0, 2**53, load_default=1)
    location_id = Uuid()
    starts_at = Instant(required=True)
    party_size = Whole(1, LARGEST_PARTY, required=True)
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    guest = fields.Nested(GuestOfOrder, required=True)
    area = Text(WORD)
    requests = Text(LONGEST_REQUESTS, multiline=True)
    occasion = Text(NAME)


class ReservationOutcome(ma.Schema):
    """What became of one reservation."""

    external_id = fields.String(required=True, allow_none=True)
    reservation_id = fields.UUID(required=True, allow_none=True)
    customer_id = fields.UUID(required=True, allow_none=True)
    outcome = fields.String(
        required=True, validate=validate.OneOf(["created", "unchanged", "corrected", "ignored", "rejected"])
    )
    problem = fields.Nested(ItemProblem)


class ReservationOutcomes(ma.Schema):
    """One outcome for each reservation, in the order sent."""

    items = fields.List(fields.Nested(ReservationOutcome), required=True)


class Reservation(ma.Schema):
    """A reservation as its newest version has it."""

    id = fields.UUID(required=True)
    source = fields.String(required=True)
    external_id = fields.String(required=True)
    version = fields.Integer(required=True)
    revision = fields.Integer(required=True)
    status = fields.String(validate=validate.OneOf(STATUSES), metadata=BOOKINGS)
    location_id = fields.UUID(required=True)
    starts_at = fields.AwareDateTime(metadata=BOOKINGS)
    business_day = fields.Date(metadata=BOOKINGS)
    party_size = fields.Integer(metadata=BOOKINGS)
    area = fields.String(allow_none=True, metadata=BOOKINGS)
    requests = fields.String(allow_none=True, metadata=BOOKINGS)
    occasion = fields.String(allow_none=True, metadata=BOOKINGS)
    customer_id = fields.UUID(required=True, allow_none=True)
    attribution = fields.String(required=True)


class ReservationQuery(PageArguments):
    """Which reservations are listed: those that several guests fit wait for somebody to say whose they are."""

    attribution = fields.String(required=True, validate=validate.OneOf(["ambiguous"]))
