"""What an order is worth in points, and how its ledger entries follow from what is known of it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

MINOR_PER_UNIT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """The settings that earning depends on."""

    points_per_unit: int = 1
    starts_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFact:
    """What one event says about an order: absolute spend as of ``revision``.

    ``placed_at`` is None where the event (a refund) does not tell when the order was placed.
    """

    order_id: UUID
    customer_id: UUID
    revision: int
    spend_minor: int
    occurred_at: datetime
    placed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedOrder:
    """What is known and booked of an order; ``placed_revision`` is the revision that told ``placed_at`` (0: none)."""

    customer_id: UUID
    revision: int
    spend_minor: int
    placed_at: datetime | None
    placed_revision: int
    points: int = 0


@dataclass(frozen=True, slots=True)
class Movement:
    """Points that come to a guest (positive) or go (negative)."""

    customer_id: UUID
    points: int

    @property
    def kind(self) -> str:
        """The kind of ledger entry this movement is booked as."""
        return "earn" if self.points > 0 else "reverse"


def points_for(spend_minor: int, placed_at: datetime | None, programme: Programme) -> int:
    """Points for each whole unit of money of an order's spend; none for orders placed before the programme (RULES A2).

    While the start matters and nobody has told yet when the order was placed, it earns nothing.
    """
    if programme.starts_on is not None and (
        placed_at is None or placed_at.astimezone(UTC).date() < programme.starts_on
    ):
        return 0
    return spend_minor // MINOR_PER_UNIT * programme.points_per_unit


def advance(
    before: BookedOrder | None, fact: OrderFact, programme: Programme
) -> tuple[BookedOrder, tuple[Movement, ...]]:
    """Take one fact into account; gives the order after it and the movements that make the ledger agree.

    The highest revision is the truth, so facts may come in any order and any number of times: the sum of all
    movements is always the points of what is known now. An order that changed hands leaves one guest and joins
    another.
    """
    after = _known_with(before, fact)
    if before is not None and after == before:
        return before, ()
    after = replace(after, points=points_for(after.spend_minor, after.placed_at, programme))
    if before is None:
        movements = [Movement(after.customer_id, after.points)]
    elif before.customer_id == after.customer_id:
        movements = [Movement(after.customer_id, after.points - before.points)]
    else:
        movements = [Movement(before.customer_id, -before.points), Movement(after.customer_id, after.points)]
    return after, tuple(movement for movement in movements if movement.points)


def _known_with(before: BookedOrder | None, fact: OrderFact) -> BookedOrder:
    """Join what was known with what a fact says, each part from the highest revision that told it."""
    if before is None:
        return BookedOrder(
            customer_id=fact.customer_id,
            revision=fact.revision,
            spend_minor=fact.spend_minor,
            placed_at=fact.placed_at,
            placed_revision=0 if fact.placed_at is None else fact.revision,
        )
    after = before
    if fact.placed_at is not None and fact.revision > before.placed_revision:
        after = replace(after, placed_at=fact.placed_at, placed_revision=fact.revision)
    if fact.revision > before.revision:
        after = replace(after, customer_id=fact.customer_id, revision=fact.revision, spend_minor=fact.spend_minor)
    return after
