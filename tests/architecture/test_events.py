"""Promises between services that no import rule can express."""

import ast
import importlib
from pathlib import Path

import pytest

from crm_contracts.topology import LISTENERS, OWNERS

ROOT = Path(__file__).parents[2]


def source_files(service: str) -> list[Path]:
    """The modules of one service."""
    return sorted((ROOT / "services" / service / "src").rglob("*.py"))


def names_used(service: str, owner: str) -> set[str]:
    """Names ending in V<n> that a service takes from crm_contracts.<owner> and uses anywhere."""
    found: set[str] = set()
    for path in source_files(service):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == f"crm_contracts.{owner}":
                found.update(alias.name for alias in node.names)
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == owner:
                found.add(node.attr)
    return {name for name in found if name[-1].isdigit()}


def events_of(owner: str) -> set[str]:
    """Names of the event classes that *owner* may announce."""
    module = importlib.import_module(f"crm_contracts.{owner}")
    return {name for name, cls in vars(module).items() if hasattr(cls, "type") and hasattr(cls, "subject")}


@pytest.mark.parametrize("service", OWNERS)
def test_only_the_owner_announces_an_event(service):
    """An ``emit`` names only classes of the service's own contracts module."""
    owned = events_of(service)
    for path in source_files(service):
        for node in ast.walk(ast.parse(path.read_text())):
            called = getattr(node, "func", None)
            if (
                isinstance(node, ast.Call)
                and getattr(called, "id", "") == "emit"
                and isinstance(node.args[1], ast.Call)
            ):
                name = getattr(node.args[1].func, "id", getattr(node.args[1].func, "attr", ""))
                assert name in owned, f"{path}: emits {name}"


@pytest.mark.parametrize("service", OWNERS)
def test_every_announced_event_has_an_emitter(service):
    """Nothing stands in the contracts that nobody says."""
    text = "".join(path.read_text() for path in source_files(service))
    assert [name for name in sorted(events_of(service)) if f"{name}(" not in text and f"{name}," not in text] == []


@pytest.mark.parametrize("service", OWNERS)
def test_a_service_handles_exactly_what_its_queue_is_bound_to(service):
    """The table of listeners in contracts and the handlers in consumers.py agree."""
    consumers = importlib.import_module(f"crm_{service}.consumers")
    assert set(consumers.subscriptions.types) == {event.type for event in LISTENERS[service]}
