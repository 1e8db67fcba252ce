"""What a home page shows at a glance: tables today, new guests, spend, no-shows."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
AT = "(CAST(:locations AS uuid[]) IS NULL OR location_id = ANY(CAST(:locations AS uuid[])))"
TABLES = text(f"""
SELECT count(*) FILTER (WHERE business_day = :today AND status IN ('booked', 'seated', 'completed')) AS tables,
       coalesce(sum(party_size) FILTER (WHERE business_day = :today AND status IN ('booked', 'seated', 'completed')), 0)
         AS covers,
       count(*) FILTER (WHERE status = 'no_show' AND business_day > :month) AS no_shows,
       count(*) FILTER (WHERE status = 'no_show' AND business_day <= :month) AS no_shows_before
FROM reservation WHERE business_day > :months AND business_day <= :today AND {AT}
""")  # noqa: S608 -- no value among it
SPEND = text(f"""
SELECT coalesce(sum(spend_minor) FILTER (WHERE business_day > :week), 0)::bigint AS spend,
       coalesce(sum(spend_minor) FILTER (WHERE business_day <= :week), 0)::bigint AS spend_before
FROM orders WHERE status = 'paid' AND business_day > :weeks AND business_day <= :today AND {AT}
""")  # noqa: S608
# Ids are UUIDv7: their order is that of making, and the primary key finds the newest.
GUESTS = text("""
SELECT count(*) FILTER (WHERE registered_at > :week) AS guests,
       count(*) FILTER (WHERE registered_at <= :week) AS guests_before
FROM guest WHERE id > :oldest AND registered_at > :weeks AND erased_at IS NULL AND merged_into IS NULL
""")


def booking_tiles(session: Session, *, today: date, locations: Collection[UUID] | None) -> list[dict[str, Any]]:
    """Return tables and covers of a day, and no-shows of its last 30 days beside those of the 30 before."""
    values = {"today": today, "month": today - MONTH, "months": today - 2 * MONTH, "locations": _listed(locations)}
    row = session.execute(TABLES, values).one()
    day = {"from": today, "to": today}
    return [
        _tile("reservations_today", "Reservations today", row.tables, window=day),
        _tile("covers_today", "Covers booked today", row.covers, window=day),
        _tile("no_shows", "No-shows in 30 days", row.no_shows, row.no_shows_before, window=_last(MONTH, today)),
    ]


def spend_tiles(
    session: Session, *, today: date, currency: str, locations: Collection[UUID] | None
) -> list[dict[str, Any]]:
    """Return what was spent in the last 7 business days beside the 7 before, anonymous orders too."""
    values = {"today": today, "week": today - WEEK, "weeks": today - 2 * WEEK, "locations": _listed(locations)}
    row = session.execute(SPEND, values).one()
    tile = _tile("spend", "Spend in 7 days", row.spend, row.spend_before, window=_last(WEEK, today))
    return [tile | {"unit": "minor", "currency": currency}]


def guest_tiles(session: Session, *, today: date, now: datetime) -> list[dict[str, Any]]:
    """Return how many guests were registered in the last 7 days, beside the 7 before; guests belong to no location."""
    oldest = UUID(int=int((now - 2 * WEEK).timestamp() * 1000) << 80)
    row = session.execute(GUESTS, {"oldest": oldest, "week": now - WEEK, "weeks": now - 2 * WEEK}).one()
    return [_tile("new_guests", "New guests in 7 days", row.guests, row.guests_before, window=_last(WEEK, today))]


def _tile(key: str, label: str, value: int, previous: int | None = None, *, window: dict[str, date]) -> dict[str, Any]:
    return {"key": key, "label": label, "value": value, "previous": previous, "unit": "count", "window": window}


def _last(days: timedelta, today: date) -> dict[str, date]:
    return {"from": today - days + timedelta(days=1), "to": today}


def _listed(locations: Collection[UUID] | None) -> list[UUID] | None:
    return None if locations is None else list(locations)
