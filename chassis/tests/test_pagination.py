"""Pages follow one another without a gap or a repeat, and odd cursors are refused by name."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_chassis.pagination import BadCursor, Cursor, page


def test_a_cursor_gives_back_its_key():
    identity, instant = uuid4(), datetime(2026, 1, 31, 18, 30, tzinfo=UTC)
    cursor = Cursor.encode([instant, identity, 5, None, "é"])
    assert Cursor.decode(cursor, datetime.fromisoformat, UUID, int, lambda x: x, str) == (
        instant,
        identity,
        5,
        None,
        "é",
    )
    assert cursor.isascii()
    assert "=" not in cursor


@pytest.mark.parametrize(
    ("cursor", "types"),
    [
        ("", ()),
        ("é", ()),
        ("!!", ()),
        (Cursor.encode([1])[:-1], (int,)),
        (Cursor.encode([1, 2]), (int,)),
        (Cursor.encode(["x"]), (UUID,)),
        (Cursor.encode([None]), (UUID,)),
        (Cursor.encode([{}]), ()),
        (Cursor.encode([[1]]), ()),
        (Cursor.encode(["a\0"]), (str,)),
        (Cursor.encode([2**63]), (int,)),
        ("eyJhIjoxfQ", ()),
        ("MQ", ()),
        (Cursor.encode(["x" * 3000]), (str,)),
    ],
    ids=range(14),
)
def test_any_other_text_is_a_bad_cursor(cursor, types):
    with pytest.raises(BadCursor) as caught:
        Cursor.decode(cursor, *types)
    assert list(caught.value.errors) == ["cursor"]


@given(st.text())
def test_no_text_does_more_than_be_refused(text):
    with suppress(BadCursor):
        Cursor.decode(text, UUID)


@given(st.lists(st.integers(0, 1000), unique=True), st.integers(1, 7))
def test_pages_show_every_row_once_in_order(rows, limit):
    rows, shown, cursor = sorted(rows), [], Cursor.encode([-1])
    while cursor:
        (after,) = Cursor.decode(cursor, int)
        fetched = [row for row in rows if row > after][: limit + 1]
        answer = page(fetched, limit, lambda row: [row])
        assert len(answer["items"]) <= limit
        shown += answer["items"]
        cursor = answer["next_cursor"]
    assert shown == rows


def test_a_list_is_walked_over_http(client, things_settings, internal_headers):
    headers = internal_headers(things_settings, "manager")
    for name in ("walk-c", "walk-a", "walk-b"):
        assert client.post("/v1/things", json={"name": name}, headers=headers).status_code == 201
    seen, cursor = [], Cursor.encode(["walk-"])
    while cursor:
        answer = client.get("/v1/things", query_string={"limit": 1, "cursor": cursor}, headers=headers)
        seen += [item["name"] for item in answer.json["items"]]
        cursor = answer.json["next_cursor"]
    assert [name for name in seen if name.startswith("walk-")] == ["walk-a", "walk-b", "walk-c"]
