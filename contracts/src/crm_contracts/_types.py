"""The few value types that events are made of."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

Instant = Annotated[datetime, Meta(tz=True)]
"""An aware moment; UTC on the wire."""

Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
"""ISO 4217."""

SPEND, BOOKINGS, LOYALTY = (Meta(extra_json_schema={"x-data-class": name}) for name in ("spend", "bookings", "loyalty"))
"""The class of data that a field belongs to: who may not see it gets the event without it (RULES G2)."""

Minor = Annotated[int, Meta(ge=0), SPEND]
"""Money in minor units of the currency beside it."""

Points = Annotated[int, LOYALTY]
"""Loyalty points; negative where they went."""

Revision = Annotated[int, Meta(ge=1)]
"""Counts the changes of one thing; the highest seen is the truth."""

Channel = Literal["dine_in", "takeaway", "delivery"]

PartySize = Annotated[int, Meta(ge=1), BOOKINGS]
"""How many sit at the table."""

StartsAt = Annotated[datetime, Meta(tz=True), BOOKINGS]
"""When a party is expected."""

Expected = Annotated[Literal["booked", "seated"], BOOKINGS]
"""How a reservation stands whose outcome is open."""
