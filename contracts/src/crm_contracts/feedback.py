"""Events announced by the feedback context."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from crm_contracts._types import Instant


@dataclass(frozen=True, kw_only=True)
class CustomerDataErasedV1:
    """The feedback service's answer to an erasure: it no longer knows who this guest was."""

    type: ClassVar[str] = "feedback.customer_data_erased.v1"
    subject: ClassVar[str] = "customer_id"

    customer_id: UUID
    occurred_at: Instant
