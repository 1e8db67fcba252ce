"""Events announced by the customer context.

Money is integer minor units of ``currency`` (ISO 4217); instants are aware UTC datetimes. ``occurred_at`` says
when the fact happened by its source; the envelope's ``time`` says when we recorded it (RULES A2).
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from crm_contracts._types import (
    SPEND,
    Channel,
    Currency,
    Expected,
    Instant,
    Minor,
    PartySize,
    Revision,
    StartsAt,
)


@dataclass(frozen=True, kw_only=True)
class LocationChangedV1:
    """A location of the restaurant was opened or changed; carries all a projection of it needs."""

    type: ClassVar[str] = "customer.location_changed.v1"
    subject: ClassVar[str] = "location_id"

    location_id: UUID
    zone: str
    currency: Currency
    business_day_starts_at: str
    is_default: bool
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class RegisteredV1:
    """The restaurant knows a new guest."""

    type: ClassVar[str] = "customer.registered.v1"
    subject: ClassVar[str] = "customer_id"

    customer_id: UUID
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class ProfileChangedV1:
    """Fields of a guest's record were edited; names the fields, never their values."""

    type: ClassVar[str] = "customer.profile_changed.v1"
    subject: ClassVar[str] = "customer_id"

    customer_id: UUID
    changed: tuple[str, ...]
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class TaggedV1:
    """The whole set of tags a guest has from now on, by id from the managed vocabulary."""

    type: ClassVar[str] = "customer.tagged.v1"
    subject: ClassVar[str] = "customer_id"

    customer_id: UUID
    tag_ids: tuple[UUID, ...]
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class OrderLine:
    """One line of an order, by item id from the managed vocabulary; ``amount_minor`` is after its discount."""

    item_id: UUID
    quantity: int
    amount_minor: int


Lines = Annotated[tuple[OrderLine, ...], Meta(max_length=50), SPEND]
"""What was ordered; not for whom the money is not for."""


@dataclass(frozen=True, kw_only=True)
class OrderPlacedV1:
    """A guest ordered and has not paid yet."""

    type: ClassVar[str] = "customer.order_placed.v1"
    subject: ClassVar[str] = "customer_id"

    order_id: UUID
    customer_id: UUID
    location_id: UUID
    revision: Revision
    channel: Channel
    currency: Currency
    total_minor: Minor
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class OrderRecordedV1:
    """A paid order joined a guest's dining history.

    ``revision`` counts every change of the order (corrections and refunds), so the highest one seen is the truth
    in whatever order events arrive. ``spend_minor`` is absolute: what counts as spend now (RULES B1), refunds
    already taken off. At most 50 lines are carried.
    """

    type: ClassVar[str] = "customer.order_recorded.v1"
    subject: ClassVar[str] = "customer_id"

    order_id: UUID
    customer_id: UUID
    location_id: UUID
    revision: Revision
    channel: Channel
    currency: Currency
    total_minor: Minor
    spend_minor: Minor
    refunded_minor: Minor
    occurred_at: Instant
    lines: Lines = ()


@dataclass(frozen=True, kw_only=True)
class OrderCorrectedV1:
    """A newer version replaced a recorded order whole; absolute totals, zero spend where it was voided."""

    type: ClassVar[str] = "customer.order_corrected.v1"
    subject: ClassVar[str] = "customer_id"

    order_id: UUID
    customer_id: UUID
    location_id: UUID
    revision: Revision
    channel: Channel
    currency: Currency
    total_minor: Minor
    spend_minor: Minor
    refunded_minor: Minor
    occurred_at: Instant
    is_void: bool = False
    lines: Lines = ()


@dataclass(frozen=True, kw_only=True)
class OrderRefundedV1:
    """Money of an order went back to the guest; ``spend_minor`` and ``refunded_minor`` are absolute after it."""

    type: ClassVar[str] = "customer.order_refunded.v1"
    subject: ClassVar[str] = "customer_id"

    order_id: UUID
    refund_id: UUID
    customer_id: UUID
    location_id: UUID
    revision: Revision
    currency: Currency
    refund_minor: Minor
    spend_minor: Minor
    refunded_minor: Minor
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class MergedV1:
    """Two records turned out to be one person: ``customer_id`` from now on means ``survivor_id`` (RULES E1)."""

    type: ClassVar[str] = "customer.merged.v1"
    subject: ClassVar[str] = "customer_id"

    merge_id: UUID
    customer_id: UUID
    survivor_id: UUID
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class UnmergedV1:
    """A merge was taken back: ``customer_id`` stands for itself again."""

    type: ClassVar[str] = "customer.unmerged.v1"
    subject: ClassVar[str] = "customer_id"

    merge_id: UUID
    customer_id: UUID
    survivor_id: UUID
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class ErasedV1:
    """A guest's person was erased; every service forgets who it was and answers ``customer_data_erased``."""

    type: ClassVar[str] = "customer.erased.v1"
    subject: ClassVar[str] = "customer_id"

    customer_id: UUID
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class ReservationBookedV1:
    """A guest has a table booked, or sits at one already.

    Of all five events of a reservation (and guest) the one with the highest ``revision`` is the truth, so listen to
    all or to none; ``starts_at`` and ``party_size`` are absolute. ``occurred_at`` is when we heard of it, or
    ``starts_at`` where that was earlier (RULES A2).
    """

    type: ClassVar[str] = "customer.reservation_booked.v1"
    subject: ClassVar[str] = "customer_id"

    reservation_id: UUID
    customer_id: UUID
    location_id: UUID
    revision: Revision
    starts_at: StartsAt
    party_size: PartySize
    status: Expected
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class ReservationChangedV1:
    """A reservation is for another time, place or party, or its party was seated, or it stands again."""

    type: ClassVar[str] = "customer.reservation_changed.v1"
    subject: ClassVar[str] = "customer_id"

    reservation_id: UUID
    customer_id: UUID
    location_id: UUID
    revision: Revision
    starts_at: StartsAt
    party_size: PartySize
    status: Expected
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class ReservationCompletedV1:
    """A guest came as booked: a visit (RULES B2), the same one as an order of that location and business day."""

    type: ClassVar[str] = "customer.reservation_completed.v1"
    subject: ClassVar[str] = "customer_id"

    reservation_id: UUID
    customer_id: UUID
    location_id: UUID
    revision: Revision
    starts_at: StartsAt
    party_size: PartySize
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class ReservationCancelledV1:
    """A reservation will not take place; ``is_withdrawn``: it turned out to be another guest's."""

    type: ClassVar[str] = "customer.reservation_cancelled.v1"
    subject: ClassVar[str] = "customer_id"

    reservation_id: UUID
    customer_id: UUID
    location_id: UUID
    revision: Revision
    starts_at: StartsAt
    party_size: PartySize
    occurred_at: Instant
    is_withdrawn: bool = False


@dataclass(frozen=True, kw_only=True)
class ReservationNoShowV1:
    """A guest had a table booked and did not come."""

    type: ClassVar[str] = "customer.reservation_no_show.v1"
    subject: ClassVar[str] = "customer_id"

    reservation_id: UUID
    customer_id: UUID
    location_id: UUID
    revision: Revision
    starts_at: StartsAt
    party_size: PartySize
    occurred_at: Instant
