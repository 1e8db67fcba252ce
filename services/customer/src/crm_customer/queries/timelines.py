"""What happened with one guest, newest first: registered, ordered, refunded, booked, merged."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_chassis import subjects
from crm_chassis.errors import DomainError, Kind

# Each arm is cut by itself, so that its index on (customer, instant, id) is read for a page and no more.
OF_GUEST = text("""
WITH asked AS MATERIALIZED (
    SELECT CAST(:members AS uuid[]) AS members, CAST(:kinds AS text[]) AS kinds, CAST(:locations AS uuid[]) AS locations
)
SELECT * FROM (
    (SELECT placed_at AS at, id, 'order_' || status AS kind,
            json_build_object('order_id', id, 'location_id', location_id, 'channel', channel, 'currency', currency,
                'total_minor', total_minor, 'spend_minor', spend_minor) AS said
     FROM orders, asked
     WHERE customer_id = ANY(CAST(:members AS uuid[])) AND attribution = 'guest'
       AND 'order_' || status = ANY(kinds) AND (locations IS NULL OR location_id = ANY(locations))
       AND (placed_at, id) < (CAST(:at AS timestamptz), CAST(:before AS uuid))
     ORDER BY placed_at DESC, id DESC LIMIT :limit)
    UNION ALL
    (SELECT refunded_at, refund.id, 'order_refunded',
            json_build_object('order_id', order_id, 'location_id', location_id, 'currency', currency,
                'refund_minor', amount_minor)
     FROM refund JOIN orders ON orders.id = order_id, asked
     WHERE customer_id = ANY(CAST(:members AS uuid[])) AND attribution = 'guest'
       AND 'order_refunded' = ANY(kinds) AND (locations IS NULL OR location_id = ANY(locations))
       AND (refunded_at, refund.id) < (CAST(:at AS timestamptz), CAST(:before AS uuid))
     ORDER BY refunded_at DESC, refund.id DESC LIMIT :limit)
    UNION ALL
    (SELECT starts_at, id, 'reservation_' || status,
            json_build_object('reservation_id', id, 'location_id', location_id, 'party_size', party_size)
     FROM reservation, asked
     WHERE customer_id = ANY(CAST(:members AS uuid[])) AND attribution = 'guest'
       AND 'reservation_' || status = ANY(kinds) AND (locations IS NULL OR location_id = ANY(locations))
       AND (starts_at, id) < (CAST(:at AS timestamptz), CAST(:before AS uuid))
     ORDER BY starts_at DESC, id DESC LIMIT :limit)
    UNION ALL
    (SELECT registered_at, id, 'registered', json_build_object('acquisition_source', acquisition_source)
     FROM guest, asked
     WHERE id = ANY(CAST(:members AS uuid[])) AND 'registered' = ANY(kinds)
       AND (registered_at, id) < (CAST(:at AS timestamptz), CAST(:before AS uuid)))
    UNION ALL
    (SELECT merged_at, id, 'merged', json_build_object('merged_id', merged_id)
     FROM merge, asked
     WHERE merged_id = ANY(CAST(:members AS uuid[])) AND unmerged_at IS NULL AND 'merged' = ANY(kinds)
       AND (merged_at, id) < (CAST(:at AS timestamptz), CAST(:before AS uuid)))
) AS item ORDER BY at DESC, id DESC LIMIT :limit
""")
IS_FORGOTTEN = text("SELECT erased_at IS NOT NULL FROM guest WHERE id = :id")
LATEST = ("infinity", UUID(int=2**128 - 1))


class NoSuchGuestInTime(DomainError):
    """There is no such guest."""

    kind = Kind.NOT_FOUND


class ForgottenHistory(DomainError):
    """The guest asked to be forgotten, and was."""

    kind = Kind.GONE


def timeline(
    session: Session,
    *,
    customer_id: UUID,
    kinds: Collection[str],
    locations: Collection[UUID] | None,
    limit: int,
    before: tuple[datetime, UUID] | None,
) -> list[dict[str, Any]]:
    """Return up to ``limit`` + 1 things of these kinds, those of merged records too, older than *before*.

    What happened at a location is shown for *locations* alone (None: all). Raises NoSuchGuestInTime, ForgottenHistory.
    """
    is_forgotten = session.scalar(IS_FORGOTTEN, {"id": customer_id})
    if is_forgotten is None:
        raise NoSuchGuestInTime
    if is_forgotten:
        raise ForgottenHistory
    at, id_ = before or LATEST
    values = {
        "members": subjects.members(session, customer_id),
        "kinds": list(kinds),
        "locations": None if locations is None else list(locations),
        "at": at,
        "before": id_,
        "limit": limit + 1,
    }
    rows = session.execute(OF_GUEST, values).all()
    return [{"id": row.id, "at": row.at, "kind": row.kind, **row.said} for row in rows]
