"""The few value types that events are made of."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta

Instant = Annotated[datetime, Meta(tz=True)]
"""An aware moment; UTC on the wire."""

Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
"""ISO 4217."""

Minor = Annotated[int, Meta(ge=0)]
"""Money in minor units of the currency beside it."""

Revision = Annotated[int, Meta(ge=1)]
"""Counts the changes of one thing; the highest seen is the truth."""

Channel = Literal["dine_in", "takeaway", "delivery"]

PartySize = Annotated[int, Meta(ge=1)]
"""How many sit at the table."""

Expected = Literal["booked", "seated"]
"""How a reservation stands whose outcome is open."""
