"""What every published event promises: its name, its golden schema, its size and that it names no person."""

import dataclasses
import importlib.util
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import jsonschema
import msgspec
import pytest

from crm_contracts.classes import classes_of, visible
from crm_contracts.customer import OrderLine, OrderRecordedV1
from crm_contracts.topology import LISTENERS, OWNERS

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("export_contracts", ROOT / "tools/export_contracts.py")
assert SPEC is not None
assert SPEC.loader is not None
export_contracts = importlib.util.module_from_spec(SPEC)
sys.modules["export_contracts"] = export_contracts
SPEC.loader.exec_module(export_contracts)

EVENTS = export_contracts.events()
PERSONAL = {"name", "first_name", "last_name", "email", "phone", "address", "birthday", "note", "text", "comment"}
SOME_ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def order(lines: int) -> OrderRecordedV1:
    """A paid order with *lines* lines."""
    line = OrderLine(item_id=SOME_ID, quantity=1, amount_minor=1250)
    return OrderRecordedV1(
        order_id=SOME_ID, customer_id=SOME_ID, location_id=SOME_ID, revision=1, channel="dine_in", currency="USD",
        total_minor=2500, spend_minor=2500, refunded_minor=0, occurred_at=NOON, lines=(line,) * lines,
    )  # fmt: skip


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: e.type)
def test_a_type_names_its_owner_fact_and_version(event):
    owner, fact, version = event.type.split(".")
    assert event.__module__ == f"crm_contracts.{owner}"
    assert owner in OWNERS
    assert event.__name__.lower() == fact.replace("_", "") + version


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: e.type)
def test_no_event_carries_personal_data_or_free_text(event):
    assert PERSONAL.isdisjoint(field.name for field in dataclasses.fields(event))


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: e.type)
def test_every_event_says_whom_it_is_about_and_when_it_happened(event):
    names = {field.name for field in dataclasses.fields(event)}
    assert {event.subject, "occurred_at"} <= names


def test_the_committed_schemas_asyncapi_and_catalogue_are_what_the_classes_say():
    stale = [str(path) for path, text in export_contracts.outputs().items() if path.read_text() != text]
    assert stale == []


def test_no_golden_schema_is_left_without_its_event():
    assert {export_contracts.golden_path(e) for e in EVENTS} == set(export_contracts.SCHEMAS.rglob("*.json"))


def test_an_event_round_trips_and_fits_its_golden_schema():
    body = msgspec.json.encode(order(2))
    jsonschema.validate(json.loads(body), json.loads(export_contracts.golden_path(OrderRecordedV1).read_text()))
    assert msgspec.json.decode(body, type=OrderRecordedV1) == order(2)


def test_consumers_read_on_when_a_field_is_added_later():
    body = msgspec.to_builtins(order(0)) | {"added_later": 1}
    assert msgspec.convert(body, OrderRecordedV1, strict=False) == order(0)


def test_an_instant_without_a_zone_is_no_event():
    body = msgspec.to_builtins(order(0)) | {"occurred_at": "2026-05-01T12:00:00"}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(body, OrderRecordedV1, strict=False)


def test_an_order_of_ordinary_size_fits_in_a_kilobyte():
    """RULES D6: envelope (about 400 bytes) and data."""
    assert len(msgspec.json.encode(order(3))) <= 1024 - 400


BASE = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}


@pytest.mark.parametrize(
    ("new", "breaking"),
    [
        (BASE, False),
        (BASE | {"properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}, False),
        (BASE | {"properties": {"a": {"type": "integer", "description": "said better"}}}, False),
        (BASE | {"properties": {"a": {"type": "integer", "x-data-class": "spend"}}}, False),
        (BASE | {"properties": {"a": {"type": "string"}}}, True),
        (BASE | {"properties": {}}, True),
        (BASE | {"properties": {"a": {"type": "integer"}, "b": {"type": "string"}}, "required": ["a", "b"]}, True),
    ],
    ids=["same", "optional added", "described", "classed", "type changed", "removed", "required added"],
)
def test_a_breaking_change_of_a_published_event_is_told_from_an_addition(new, breaking):
    assert bool(export_contracts.breaks(BASE, new)) is breaking


def test_every_listener_is_an_owner_with_a_queue_or_the_gateway():
    assert set(LISTENERS) == {*OWNERS, "gateway"}


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: e.type)
def test_money_points_and_bookings_are_marked_in_class_and_schema_alike(event):
    marked = {
        name: part["x-data-class"]
        for name, part in export_contracts.schema(event)["properties"].items()
        if "x-data-class" in part
    }
    assert classes_of(event.type) == marked
    for field in dataclasses.fields(event):
        if field.name.endswith("_minor") or field.name in {"points", "balance", "lines", "party_size", "starts_at"}:
            assert field.name in marked, field.name


def test_an_event_is_shown_without_what_one_may_not_see():
    body = msgspec.to_builtins(order(1))
    shown = visible(body, classes_of("customer.order_recorded.v1"), {"contact"})
    assert body.keys() - shown.keys() == {"total_minor", "spend_minor", "refunded_minor", "lines"}
    assert visible(body, classes_of("customer.order_recorded.v1"), {"spend"}) == body
    assert visible({"a": 1}, classes_of("nobody.knows.v1"), ()) == {"a": 1}
