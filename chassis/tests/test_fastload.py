"""The fast loader gives marshmallow's verdicts and values, faster."""

import time
from enum import Enum
from typing import Any

import marshmallow as ma
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import validate

from crm_chassis.fastload import FastLoader, Refused, compile_schema
from crm_chassis.fields import Body, Currency, Instant, MinorUnits, Text, Uuid, Whole
from crm_chassis.problems import flatten


class Colour(Enum):
    """A choice by name."""

    RED = "r"
    BLUE = "b"


def _even(value: int) -> None:
    if value % 2:
        raise ma.ValidationError("Must be even.")


class Line(Body):
    """A nested object with a rule of its own."""

    label = Text(20, required=True)
    count = Whole(1, 1_000, required=True)
    price = MinorUnits(required=True, data_key="price-minor")
    discount = MinorUnits(load_default=0)

    @ma.validates_schema
    def discount_fits(self, data: dict[str, Any], **_: Any) -> None:
        """A discount is never more than the price."""
        if data["discount"] > data["price"] * data["count"]:
            raise ma.ValidationError("More than the price.", "discount")


class Rich(Body):
    """Every sort of field that bodies use, and some that only marshmallow can judge."""

    id = Uuid()
    other_id = ma.fields.UUID(allow_none=True)
    name = Text(10, required=True)
    note = Text(50, least=0, multiline=True, allow_none=True)
    code = ma.fields.String(validate=[validate.Length(2, 5), validate.Regexp(r"[a-z]+\Z")])
    kind = ma.fields.String(validate=validate.OneOf(["a", "b", "c"]), load_default="a")
    level = ma.fields.Integer(validate=validate.OneOf([1, 2, 3]))
    amount = ma.fields.Integer(strict=True, validate=[validate.Range(0, 10, max_inclusive=False), _even])
    loose = ma.fields.Integer()
    currency = Currency(required=True)
    at = Instant(required=True)
    flag = ma.fields.Boolean(load_default=None)
    colour = ma.fields.Enum(Colour)
    share = ma.fields.Float(validate=validate.Range(0, 1))
    tags = ma.fields.List(Text(5), validate=validate.Length(max=3), load_default=list)
    codes = ma.fields.List(ma.fields.Integer(allow_none=True))
    lines = ma.fields.List(ma.fields.Nested(Line), validate=validate.Length(max=3))
    main = ma.fields.Nested(Line, allow_none=True)
    many = ma.fields.Nested(Line(many=True))
    made = ma.fields.String(dump_only=True)

    @ma.validates("name")
    def not_reserved(self, value: str, data_key: str) -> None:
        """One name is taken."""
        if value == "root":
            raise ma.ValidationError(f"{data_key} is reserved.")


FAST = compile_schema(Rich)
SLOW = Rich()

texts = st.one_of(
    st.text(max_size=12), st.sampled_from(["root", "a\x00b", "x\n", "😀" * 10, "😀" * 11, "", "\x7f", "\u2028"])
)
uuids = st.one_of(
    st.uuids().map(str),
    st.uuids().map(lambda u: u.hex),
    st.uuids().map(lambda u: f"{{{u}}}"),
    st.uuids().map(lambda u: str(u).upper()),
)
instants = st.one_of(
    st.datetimes().map(lambda d: d.isoformat() + "Z"),
    st.datetimes(timezones=st.timezones()).map(lambda d: d.isoformat()),
    st.sampled_from(
        [
            "2026-01-31T18:30:00Z",
            "2026-01-31t18:30:00z",
            "2026-01-31T18:30:00",
            "2026-01-31",
            "0001-01-01T00:00:00+14:00",
            "2026-01-31T18:30:60Z",
            "2026-01-31T24:00:00Z",
            "2026-02-30T00:00:00Z",
            "9999-12-31T23:59:59-14:00",
            "2026-01-31T18:30:00.123456789Z",
            "2026-01-31T18:30:00+02:00\n",
            "٢٠٢٦-01-31T18:30:00Z",
            "1899-12-31T23:59:59Z",
        ]
    ),
)
numbers = st.one_of(
    st.integers(-5, 20), st.integers(-(2**70), 2**70), st.sampled_from([10**12, 10**12 + 1, 2**63, True])
)
lines = st.fixed_dictionaries(
    {"label": texts, "count": st.integers(0, 5), "price-minor": st.integers(-1, 50)},
    optional={"discount": st.integers(0, 60)},
)
valid_lines = st.fixed_dictionaries(
    {
        "label": st.text("abc é😀", min_size=1, max_size=20),
        "count": st.integers(1, 1000),
        "price-minor": st.integers(60, 10**12),
    },
    optional={"discount": st.integers(0, 60)},
)
valid = st.fixed_dictionaries(
    {
        "name": st.text("abc é😀", min_size=1, max_size=10),
        "currency": st.sampled_from(["USD", "EUR", "JPY"]),
        "at": st.sampled_from(["2026-01-31T18:30:00Z", "1950-06-01T00:00:00.5+02:00"]),
    },
    optional={
        "id": st.uuids().map(str),
        "other_id": st.none() | st.uuids().map(str),
        "note": st.none() | st.text("ab\n\t", max_size=50),
        "code": st.text("abc", min_size=2, max_size=5),
        "kind": st.sampled_from("abc"),
        "level": st.integers(1, 3),
        "amount": st.sampled_from([0, 2, 4, 6, 8]),
        "loose": st.integers() | st.integers(0, 9).map(str),
        "flag": st.none() | st.booleans() | st.sampled_from(["true", "no", 1]),
        "colour": st.sampled_from(["RED", "BLUE"]),
        "share": st.floats(0, 1) | st.integers(0, 1),
        "tags": st.lists(st.text("xyz", min_size=1, max_size=5), max_size=3),
        "codes": st.lists(st.none() | st.integers()),
        "lines": st.lists(valid_lines, max_size=3),
        "main": st.none() | valid_lines,
        "many": st.lists(valid_lines, max_size=2),
    },
)
junk = st.recursive(
    st.none() | st.booleans() | numbers | st.floats() | texts | uuids | instants,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*Rich().fields, "label", "zz"]), inner, max_size=3)
    ),
    max_leaves=5,
)
FIELDS = [*Rich().fields, "unknown", ""]
aimed = {
    "id": uuids,
    "other_id": uuids,
    "at": instants,
    "name": texts,
    "note": texts,
    "lines": st.lists(lines),
    "main": lines,
    "amount": numbers,
}


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A valid item with up to three of its fields replaced, added or removed."""
    item = dict(draw(valid))
    for name in draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=3)):
        if draw(st.integers(0, 4)) == 0:
            item.pop(name, None)
        else:
            item[name] = draw(aimed.get(name, junk) | junk)
    return item


def verdict(load: Any, item: Any) -> Any:
    """The loaded value with the types in it, or the errors."""
    try:
        return repr(load(item))
    except Refused as error:
        return error.errors
    except ma.ValidationError as error:
        return flatten(error.messages)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(valid, mutated(), junk))
def test_both_loaders_agree_on_verdict_values_and_errors(item):
    assert verdict(FAST.load, item) == verdict(SLOW.load, item)


@settings(max_examples=100, deadline=None)
@given(valid)
def test_valid_items_are_accepted(item):
    assert FAST.load(item) == SLOW.load(item)


class _NeverCalled(Body):
    name = Text(10, required=True)
    lines = ma.fields.List(ma.fields.Nested(Line))

    def load(self, *_: Any, **__: Any) -> Any:
        raise AssertionError("the fast path should have taken it")


def test_plain_items_never_reach_marshmallow():
    loaded = FastLoader(_NeverCalled()).load({"name": "x", "lines": [{"label": "l", "count": 1, "price-minor": 5}]})
    assert loaded == {"name": "x", "lines": [{"label": "l", "count": 1, "price": 5, "discount": 0}]}


def test_errors_are_named_by_path():
    with pytest.raises(Refused) as caught:
        FAST.load(
            {
                "name": "x\0",
                "currency": "QQQ",
                "at": "yesterday",
                "lines": [{"label": "l", "count": True, "price-minor": 1}],
                "zz": 1,
            }
        )
    assert set(caught.value.errors) == {"name", "currency", "at", "lines.0.count", "zz"}


@pytest.mark.parametrize("item", [None, [], "x", 5, {}], ids=repr)
def test_what_is_no_object_is_refused(item):
    with pytest.raises(Refused):
        FAST.load(item)


class WithPostLoad(Body):
    """Only marshmallow can load it."""

    name = Text(10)

    @ma.post_load
    def shout(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Change the value."""
        return {"name": data["name"].upper()}


class Tree(Body):
    """An object of its own kind inside."""

    name = Text(10)
    child = ma.fields.Nested(lambda: Tree())  # noqa: PLW0108  the name is bound later


@pytest.mark.parametrize(
    ("schema", "item", "value"),
    [
        (WithPostLoad(), {"name": "x"}, {"name": "X"}),
        (Tree(), {"name": "x", "child": {"name": "y"}}, {"name": "x", "child": {"name": "y"}}),
        (Rich(partial=True), {"name": "x"}, {"name": "x"}),
        (
            Line(unknown=ma.EXCLUDE),
            {"label": "x", "count": 1, "price-minor": 1, "q": 1},
            {"label": "x", "count": 1, "price": 1, "discount": 0},
        ),
    ],
    ids=["post_load", "recursive", "partial", "exclude"],
)
def test_schemas_that_cannot_be_compiled_are_loaded_by_marshmallow(schema, item, value):
    assert compile_schema(schema).load(item) == value


class OrderLine(Body):
    """A line as tills send it."""

    name = Text(120, required=True)
    sku = Text(60)
    quantity = Whole(1, 1_000, required=True)
    unit_price_minor = MinorUnits(required=True)


class Order(Body):
    """About ten fields, as tills send them."""

    source = Text(40, required=True)
    external_id = Text(80, required=True)
    version = Whole(1, 10**9, load_default=1)
    location_id = Uuid()
    status = ma.fields.String(validate=validate.OneOf(["open", "paid", "void"]), load_default="paid")
    placed_at = Instant(required=True)
    currency = Currency(required=True)
    total_minor = MinorUnits(required=True)
    tip_minor = MinorUnits(load_default=0)
    tax_minor = MinorUnits(load_default=0)
    lines = ma.fields.List(ma.fields.Nested(OrderLine), validate=validate.Length(max=200))


ORDER = orjson.loads(
    b"""{"source": "till", "external_id": "A-1", "location_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "status": "paid", "placed_at": "2026-01-31T18:30:00Z", "currency": "USD",
    "total_minor": 4200, "tip_minor": 200, "tax_minor": 300,
    "lines": [{"name": "Soup", "sku": "s1", "quantity": 2, "unit_price_minor": 900},
              {"name": "Fish", "quantity": 1, "unit_price_minor": 1900}]}"""
)


def test_it_is_several_times_faster_than_marshmallow():
    fast, slow = compile_schema(Order), Order()
    assert fast.load(ORDER) == slow.load(ORDER)

    def best(load: Any) -> float:
        times = []
        for _ in range(20):
            start = time.process_time_ns()
            for _ in range(50):
                load(ORDER)
            times.append(time.process_time_ns() - start)
        return min(times) / 50_000

    ours, theirs = best(fast.load), best(slow.load)
    assert theirs / ours > 3, f"fast {ours:.1f} us, marshmallow {theirs:.1f} us"
