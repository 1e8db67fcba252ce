"""The programme at a glance."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

WEEK = timedelta(days=7)
_STANDING = text("""
SELECT (SELECT count(*) FROM members) - (SELECT count(*) FROM subject_alias JOIN members ON customer_id = merged
                                          WHERE survivor IS NOT NULL) AS members,
       (SELECT coalesce(sum(balance), 0)::bigint FROM members) AS points
""")
# Ids are UUIDv7: the primary key finds what was booked last.
_EARNED = text("""
SELECT coalesce(sum(points) FILTER (WHERE booked_at > :week), 0)::bigint AS points,
       coalesce(sum(points) FILTER (WHERE booked_at <= :week), 0)::bigint AS points_before
FROM entries WHERE id > :oldest AND booked_at > :weeks AND kind = 'earn'
""")


def tiles(connection: Connection, *, now: datetime) -> list[dict[str, Any]]:
    """Return members, points outstanding, and points earned in the last 7 days beside the 7 before."""
    standing = connection.execute(_STANDING).one()
    oldest = UUID(int=int((now - 2 * WEEK).timestamp() * 1000) << 80)
    earned = connection.execute(_EARNED, {"oldest": oldest, "week": now - WEEK, "weeks": now - 2 * WEEK}).one()
    return [
        _tile("members", "Members", standing.members, unit="count"),
        _tile("points_outstanding", "Points outstanding", standing.points),
        _tile("points_earned", "Points earned in 7 days", earned.points, earned.points_before),
    ]


def _tile(key: str, label: str, value: int, previous: int | None = None, *, unit: str = "points") -> dict[str, Any]:
    return {"key": key, "label": label, "value": value, "previous": previous, "unit": unit}
