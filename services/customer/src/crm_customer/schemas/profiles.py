"""Bodies that the gateway composes its 360° view of."""

import marshmallow as ma
from marshmallow import fields

from crm_chassis.fields import Text
from crm_customer.schemas.guests import Guest, Metrics
from crm_customer.schemas.orders import Order
from crm_customer.schemas.reservations import Reservation


class PartsQuery(ma.Schema):
    """Which parts are wanted."""

    parts = Text(400, load_default=None, metadata={"example": "guest,metrics", "description": "Absent: all"})


class RecentOrders(ma.Schema):
    """A guest's newest orders."""

    items = fields.List(fields.Nested(Order), required=True)


class RecentReservations(ma.Schema):
    """A guest's newest reservations, those to come first."""

    items = fields.List(fields.Nested(Reservation), required=True)


class ProfileParts(ma.Schema):
    """What this service knows of a guest; a part that the asker may not see is left out."""

    guest = fields.Nested(Guest)
    metrics = fields.Nested(Metrics)
    orders = fields.Nested(RecentOrders)
    reservations = fields.Nested(RecentReservations)
