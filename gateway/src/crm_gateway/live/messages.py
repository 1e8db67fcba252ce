"""An event on its way to people: what it is about, and what of it may be shown to whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
import orjson

from crm_chassis.events import NotAnEvent, parse
from crm_contracts.classes import classes_of, visible
from crm_contracts.topology import TOPOLOGY
from crm_gateway.live.topics import TOPIC_OF, Topic

_CONTRACTED = frozenset(TOPOLOGY.announced)
_Plain = str | int | float | bool | None


@dataclass(frozen=True)
class Message:
    """One change; ``fields`` are the event's plain ones: what is nested is fetched where it is wanted."""

    topic: Topic
    type: str
    at: datetime
    fields: Mapping[str, _Plain]

    def is_about(self, customer_id: str) -> bool:
        """Tell whether this guest is the one that changed, or one half of a merge."""
        return customer_id in (self.fields.get("customer_id"), self.fields.get("survivor_id"))

    def data(self, sees: frozenset[str]) -> bytes:
        """Write as JSON what somebody who sees these classes of data may know (RULES G2)."""
        shown = {"type": self.type, "at": self.at, "customer_id": None}
        return orjson.dumps(shown | visible(self.fields, classes_of(self.type), sees), option=orjson.OPT_UTC_Z)


def read(body: bytes) -> Message | None:
    """Read an event's envelope; None for what is not shown: no event, no topic's, or an old fact told again."""
    try:
        envelope = parse(body)
        data = msgspec.json.decode(envelope.data)
    except (NotAnEvent, msgspec.MsgspecError):
        return None
    topic = TOPIC_OF.get(envelope.type)
    if topic is None or envelope.is_restated or not isinstance(data, dict):
        return None
    return Message(topic, envelope.type, envelope.time, _fields(envelope.type, data))


def _fields(event_type: str, data: dict[str, Any]) -> dict[str, _Plain]:
    """Give the fields to show: all plain ones the contract describes; without a contract, ids alone."""
    is_known = event_type in _CONTRACTED
    return {
        name: value for name, value in data.items() if isinstance(value, _Plain) and (is_known or name.endswith("_id"))
    }
