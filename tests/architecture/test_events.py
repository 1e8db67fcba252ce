"""Promises between services that no import rule can express."""

import ast
import importlib
import re
from pathlib import Path

import pytest

from crm_contracts.topology import LISTENERS, OWNERS

ROOT = Path(__file__).parents[2]


def source_files(service: str) -> list[Path]:
    """The modules of one service."""
    return sorted((ROOT / "services" / service / "src").rglob("*.py"))


def events_of(owner: str) -> set[str]:
    """Names of the event classes that *owner* may announce."""
    module = importlib.import_module(f"crm_contracts.{owner}")
    return {name for name, cls in vars(module).items() if hasattr(cls, "type") and hasattr(cls, "subject")}


@pytest.mark.parametrize("service", OWNERS)
def test_only_the_owner_makes_an_event(service):
    """No module constructs an event of another service's contracts module."""
    foreign = {name for owner in OWNERS if owner != service for name in events_of(owner)} - events_of(service)
    for path in source_files(service):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                assert name not in foreign, f"{path} makes {name}"


@pytest.mark.parametrize("service", OWNERS)
def test_every_announced_event_has_an_emitter(service):
    """Nothing stands in the contracts that nobody says: each class is used by the owner's operations."""
    text = "".join(path.read_text() for path in source_files(service) if path.parent.name in ("operations", "rules"))
    assert [name for name in sorted(events_of(service)) if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize("service", OWNERS)
def test_a_service_handles_exactly_what_its_queue_is_bound_to(service):
    """The table of listeners in contracts and the handlers in consumers.py agree."""
    consumers = importlib.import_module(f"crm_{service}.consumers")
    assert set(consumers.subscriptions.types) == {event.type for event in LISTENERS[service]}
