"""Orders and guests as tests need them."""

from datetime import UTC, datetime, timedelta
from itertools import count

NOW = datetime.now(UTC).replace(microsecond=0)
NUMBERS = count(1)


def an_order(**changes):
    """Give an order of 42.00 as a till would send it."""
    order = {
        "source": "pos",
        "external_id": f"order-{next(NUMBERS)}",
        "placed_at": (NOW - timedelta(hours=2)).isoformat(),
        "currency": "USD",
        "total_minor": 4200,
    }
    return {key: value for key, value in (order | changes).items() if value is not ...}


def a_guest(**changes):
    """Give a guest as staff would register them."""
    return {"name": f"Guest {next(NUMBERS)}"} | changes


def a_reservation(**changes):
    """Give a table for two of two hours ago as a booking system would send it."""
    reservation = {
        "source": "book",
        "external_id": f"reservation-{next(NUMBERS)}",
        "starts_at": (NOW - timedelta(hours=2)).isoformat(),
        "party_size": 2,
        "status": "booked",
        "guest": {},
    }
    return {key: value for key, value in (reservation | changes).items() if value is not ...}
