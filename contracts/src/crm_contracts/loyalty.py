"""Events announced by the loyalty context."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from crm_contracts._types import Instant, Points


@dataclass(frozen=True, kw_only=True)
class CustomerDataErasedV1:
    """The loyalty service's answer to an erasure: it no longer knows who this guest was."""

    type: ClassVar[str] = "loyalty.customer_data_erased.v1"
    subject: ClassVar[str] = "customer_id"

    customer_id: UUID
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class EnrolledV1:
    """A guest became a member of the loyalty programme."""

    type: ClassVar[str] = "loyalty.enrolled.v1"
    subject: ClassVar[str] = "customer_id"

    customer_id: UUID
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class PointsEarnedV1:
    """An entry added points to a member's ledger; ``balance`` is the sum after it."""

    type: ClassVar[str] = "loyalty.points_earned.v1"
    subject: ClassVar[str] = "customer_id"

    entry_id: UUID
    customer_id: UUID
    order_id: UUID | None
    points: Points
    balance: Points
    occurred_at: Instant


@dataclass(frozen=True, kw_only=True)
class PointsReversedV1:
    """An entry took earned points back (refund, correction); ``points`` is negative."""

    type: ClassVar[str] = "loyalty.points_reversed.v1"
    subject: ClassVar[str] = "customer_id"

    entry_id: UUID
    customer_id: UUID
    order_id: UUID | None
    points: Points
    balance: Points
    occurred_at: Instant
