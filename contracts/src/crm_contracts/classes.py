"""Which fields of an event are not for everybody, and an event without those (RULES G2)."""

from collections.abc import Collection, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, get_args, get_type_hints

from msgspec import Meta

from crm_contracts import campaign, customer, feedback, loyalty, segmentation
from crm_contracts.topology import announced_by


@cache
def classes_of(event_type: str) -> Mapping[str, str]:
    """Give the class of data of each field that has one: ``{"spend_minor": "spend"}``; {} for an unknown type."""
    known = {event.type: event for owner in _OWNERS for event in announced_by(owner)}
    hints = get_type_hints(known[event_type], include_extras=True) if event_type in known else {}
    found = {field: _class_in(hint) for field, hint in hints.items()}
    return MappingProxyType({field: data_class for field, data_class in found.items() if data_class})


def visible(data: Mapping[str, Any], classes: Mapping[str, str], sees: Collection[str]) -> dict[str, Any]:
    """Give *data* without the fields whose class is not among *sees*."""
    return {field: value for field, value in data.items() if field not in classes or classes[field] in sees}


_OWNERS = (campaign, customer, feedback, loyalty, segmentation)


def _class_in(hint: Any) -> str | None:
    """Find the mark on a type or within it, as in ``Minor | None``."""
    for part in get_args(hint):
        mark = (part.extra_json_schema or {}).get("x-data-class") if isinstance(part, Meta) else _class_in(part)
        if mark:
            return str(mark)
    return None
