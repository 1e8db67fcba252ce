"""Who announces and who listens: exchanges, queues and bindings follow from this table alone (RULES D3)."""

from dataclasses import dataclass
from typing import Any

from crm_contracts import campaign, customer, feedback, loyalty, segmentation

OWNERS = ("customer", "segmentation", "campaign", "loyalty", "feedback")

IDENTITY = (customer.MergedV1, customer.UnmergedV1, customer.ErasedV1)
"""What every service that keeps anything by customer id must answer (RULES E2)."""

LISTENERS: dict[str, tuple[type[Any], ...]] = {
    "customer": (
        segmentation.CustomerDataErasedV1,
        campaign.CustomerDataErasedV1,
        loyalty.CustomerDataErasedV1,
        feedback.CustomerDataErasedV1,
    ),
    "segmentation": IDENTITY,
    "campaign": IDENTITY,
    "loyalty": (
        *IDENTITY,
        customer.RegisteredV1,
        customer.OrderRecordedV1,
        customer.OrderCorrectedV1,
        customer.OrderRefundedV1,
    ),
    "feedback": IDENTITY,
}


@dataclass(frozen=True)
class Topology:
    """The event backbone as plain data: owners of exchanges, and the event types each service's queue is bound to."""

    owners: tuple[str, ...]
    listeners: dict[str, tuple[str, ...]]


TOPOLOGY = Topology(
    owners=OWNERS,
    listeners={service: tuple(e.type for e in events) for service, events in LISTENERS.items()},
)
