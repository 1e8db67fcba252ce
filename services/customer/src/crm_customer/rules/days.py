"""Business days: a restaurant's day begins in the morning, so that a night's orders belong to the evening before."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

EARLIEST = datetime(1900, 1, 2, tzinfo=UTC)
AHEAD = timedelta(days=1)
FARTHEST = timedelta(days=3 * 366)


@lru_cache
def zone_names() -> frozenset[str]:
    """Return the names of all time zones this machine knows."""
    return frozenset(available_timezones())


def business_day(at: datetime, *, zone: str, starts_at: str) -> date:
    """Return the business day (RULES B2) an instant falls on, in the location's zone; ``starts_at`` is ``HH:MM``."""
    local = at.astimezone(ZoneInfo(zone))
    return local.date() - timedelta(days=1) if local.time() < time.fromisoformat(starts_at) else local.date()


def is_credible(at: datetime, *, now: datetime) -> bool:
    """Tell whether a till may say that something happened then: not before 1900, at most a day ahead of our clock."""
    return EARLIEST <= at <= now + AHEAD


def is_bookable(at: datetime, *, now: datetime) -> bool:
    """Tell whether a table may be booked for then: not before 1900, at most three years ahead."""
    return EARLIEST <= at <= now + FARTHEST
