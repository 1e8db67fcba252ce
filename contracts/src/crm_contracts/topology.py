"""Who announces and who listens: exchanges, queues and bindings follow from this table alone (RULES D3)."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from crm_contracts import campaign, customer, feedback, loyalty, segmentation

OWNERS = ("customer", "segmentation", "campaign", "loyalty", "feedback")

IDENTITY = (customer.MergedV1, customer.UnmergedV1, customer.ErasedV1)
"""What every service that keeps anything by customer id must answer (RULES E2)."""

# The gateway's worker binds its inbox itself, to what active webhook endpoints ask for: without any it costs nothing.
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
    "gateway": (),
}


@dataclass(frozen=True)
class Topology:
    """The event backbone as plain data: owners of exchanges, what they announce, and what each service listens to."""

    owners: tuple[str, ...]
    listeners: dict[str, tuple[str, ...]]
    announced: tuple[str, ...]


def announced_by(owner: ModuleType) -> list[type[Any]]:
    """Every event class of one owner's module, in the order of its type."""
    found = [each for each in vars(owner).values() if hasattr(each, "type") and hasattr(each, "subject")]
    return sorted(found, key=lambda event: str(event.type))


TOPOLOGY = Topology(
    owners=OWNERS,
    listeners={service: tuple(e.type for e in events) for service, events in LISTENERS.items()},
    announced=tuple(
        e.type for owner in (campaign, customer, feedback, loyalty, segmentation) for e in announced_by(owner)
    ),
)
