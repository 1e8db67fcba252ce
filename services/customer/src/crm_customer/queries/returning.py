"""Who comes again: guests and their visits (RULES B2) in two windows, counted from orders and reservations."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_customer.rules.figures import windows

# One pass over the index by day; the sorts of a million guests' visits stay in memory.
ROOM = text("SELECT set_config('work_mem', '128MB', true), set_config('jit', 'off', true)")
RETURNING = text("""
WITH RECURSIVE step (id, reached, depth) AS (
    SELECT merged, survivor, 1 FROM subject_alias WHERE survivor IS NOT NULL
    UNION
    SELECT step.id, alias.survivor, depth + 1 FROM step JOIN subject_alias alias ON alias.merged = step.reached
    WHERE depth < 100 AND alias.survivor IS NOT NULL
), person AS (
    SELECT DISTINCT ON (id) id, reached FROM step ORDER BY id, depth DESC
), fact AS (
    SELECT customer_id, location_id, business_day FROM orders
    WHERE status = 'paid' AND attribution = 'guest' AND business_day BETWEEN :begins AND :until
      AND (CAST(:locations AS uuid[]) IS NULL OR location_id = ANY(CAST(:locations AS uuid[])))
    UNION ALL
    SELECT customer_id, location_id, business_day FROM reservation
    WHERE status = 'completed' AND attribution = 'guest' AND business_day BETWEEN :begins AND :until
      AND (CAST(:locations AS uuid[]) IS NULL OR location_id = ANY(CAST(:locations AS uuid[])))
), visit AS (
    SELECT coalesce(reached, customer_id) AS guest, location_id, business_day
    FROM fact LEFT JOIN person ON id = customer_id GROUP BY 1, 2, 3
), guest AS (
    SELECT count(*) FILTER (WHERE business_day >= :middle) AS visits, bool_or(business_day < :middle) AS came_before
    FROM visit GROUP BY guest
)
SELECT count(*) FILTER (WHERE came_before) AS before, count(*) FILTER (WHERE came_before AND visits > 0) AS kept,
       count(*) FILTER (WHERE visits > 0) AS guests, coalesce(sum(visits), 0)::bigint AS visits,
       coalesce(sum(visits * visits), 0)::bigint AS squares
FROM guest
""")
FIRST = text("""
SELECT least(
    (SELECT min(business_day) FROM orders WHERE status = 'paid' AND attribution = 'guest'
      AND (CAST(:locations AS uuid[]) IS NULL OR location_id = ANY(CAST(:locations AS uuid[])))),
    (SELECT min(business_day) FROM reservation WHERE status = 'completed' AND attribution = 'guest'
      AND (CAST(:locations AS uuid[]) IS NULL OR location_id = ANY(CAST(:locations AS uuid[])))))
""")


@dataclass(frozen=True)
class Returning:
    """Guests of the earlier window and how many of them came again; guests, visits and squared visits of the later."""

    before: int
    kept: int
    guests: int
    visits: int
    squares: int


def returning(session: Session, *, until: date, locations: Collection[UUID] | None) -> Returning:
    """Count the two windows of 90 days that end on a day, at these locations (None: all); merged records are one."""
    current, earlier = windows(until)
    session.execute(ROOM)
    values = {
        "begins": earlier.from_on,
        "middle": current.from_on,
        "until": until,
        "locations": None if locations is None else list(locations),
    }
    row = session.execute(RETURNING, values).one()
    return Returning(row.before, row.kept, row.guests, row.visits, row.squares)


def first_visit_on(session: Session, *, locations: Collection[UUID] | None) -> date | None:
    """Return the day of the first visit that is known, None where there is none."""
    found: date | None = session.scalar(FIRST, {"locations": None if locations is None else list(locations)})
    return found
