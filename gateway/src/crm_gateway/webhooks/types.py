"""Which events can be had, and what an endpoint's patterns mean."""

from collections.abc import Iterable, Sequence
from typing import Any

from crm_contracts import campaign, customer, feedback, loyalty, segmentation
from crm_contracts.topology import TOPOLOGY, announced_by

EVENTS: dict[str, type[Any]] = {
    event.type: event
    for owner in (campaign, customer, feedback, loyalty, segmentation)
    for event in announced_by(owner)
}
EVERYTHING = "*"
PATTERNS = (EVERYTHING, *(f"{owner}.*" for owner in TOPOLOGY.owners), *TOPOLOGY.announced)
"""What an endpoint may ask for: all, all of one owner, or one type."""


def matches(patterns: Iterable[str], event_type: str) -> bool:
    """Tell whether an endpoint with these patterns wants events of this type."""
    owner = event_type.partition(".")[0]
    return any(pattern in {EVERYTHING, f"{owner}.*", event_type} for pattern in patterns)


def wanted(endpoints: Iterable[Sequence[str]]) -> frozenset[str]:
    """Give the types that at least one endpoint wants, by the patterns of each."""
    every = {pattern for patterns in endpoints for pattern in patterns}
    return frozenset(each for each in TOPOLOGY.announced if matches(every, each))
