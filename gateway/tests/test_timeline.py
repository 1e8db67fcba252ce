"""One timeline out of several services': in order, each item once, whichever service comes or goes between pages."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_gateway.composition.timeline import Page, decode, encode, merge, read
from crm_gateway.config import BASE

GUEST = "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50"
URL = f"{BASE}/customers/{GUEST}/timeline"
EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


def key(minute, number):
    return EPOCH + timedelta(minutes=minute), UUID(int=number)


def item(at):
    return {"at": at[0].isoformat(), "id": str(at[1]), "kind": "order_paid"}


def page_of(items, before, limit):
    """What a service answers: its newest items before the cursor, and where it would go on."""
    older = sorted((each for each in items if before is None or each < before), reverse=True)
    shown = older[:limit]
    more = shown[-1] if shown and len(older) > len(shown) else None
    body = {"items": [item(each) for each in shown], "next_cursor": more and encode(more)}
    return read(json.loads(json.dumps(body)), service="x", before=before)


# Few minutes, so that many items share an instant; ids are unique, as UUIDv7s are.
TIMES = st.lists(st.integers(0, 6), max_size=30)


@st.composite
def histories(draw):
    """Several services' items, no two alike."""
    services = draw(st.lists(TIMES, min_size=1, max_size=4))
    numbers = iter(draw(st.permutations(range(sum(map(len, services))))))
    return [[key(minute, next(numbers)) for minute in minutes] for minutes in services]


@settings(max_examples=200, deadline=None)
@given(
    services=histories(),
    limit=st.integers(1, 8),
    own_limits=st.lists(st.integers(1, 8), min_size=4, max_size=4),
    away=st.lists(st.sets(st.integers(0, 3)), max_size=12),
)
def test_every_item_is_shown_once_and_in_order(services, limit, own_limits, away):
    """Services that cut their pages shorter, and are away for some pages, lose nothing of the pages they answer."""
    shown, before, missed = [], None, set()
    for turn in range(200):
        gone = away[turn] if turn < len(away) else set()
        pages = [
            page_of(items, before, min(limit, own_limits[number]))
            for number, items in enumerate(services)
            if number not in gone
        ]
        items, last = merge(pages, limit)
        assert len(items) <= limit
        keys = [(datetime.fromisoformat(each["at"]), UUID(each["id"])) for each in items]
        shown += keys
        for number in gone & set(range(len(services))):  # what such a page would have held is asked for again
            missed |= {
                each for each in services[number] if (before is None or each < before) and (not last or each >= last)
            }
        if last is None:
            break
        assert before is None or last < before
        before = last
    assert shown == sorted(set(shown), reverse=True)
    assert set(shown) | missed == {each for items in services for each in items}


def test_a_page_asked_for_again_has_what_was_missing():
    first, second = [key(5, 1), key(3, 2)], [key(4, 3)]
    alone, last = merge([page_of(first, None, 2)], 2)
    both, _ = merge([page_of(first, None, 2), page_of(second, None, 2)], 2)
    assert ([each["id"] for each in alone], last) == ([str(UUID(int=1)), str(UUID(int=2))], None)
    assert [each["id"] for each in both] == [str(UUID(int=1)), str(UUID(int=3))]


def test_nothing_is_shown_that_is_older_than_what_a_service_has_not_told_yet():
    told = Page([(key(9, 1), {})], more_after=key(9, 1))
    other = Page([(key(3, 2), {})], more_after=None)
    assert merge([told, other], 10) == ([{}], key(9, 1))


def test_a_cursor_is_read_as_it_was_written():
    assert decode(encode(key(7, 3))) == key(7, 3)


STAFF = ["owner", "marketing_manager", "manager", "host"]
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Maître", "version": "1", "description": "Test"},
    "paths": {},
    "components": {"schemas": {}},
    "x-parts": [
        {"of": "timeline", "name": name, "service": name, "method": "get", "path": "/v1/customers/{id}/timeline",
         "roles": STAFF, "query": ["limit", "cursor", "kinds"]}
        for name in ("customer", "loyalty")
    ],
}  # fmt: skip


def answers(*minutes, more=None, number=0):
    items = [item(key(minute, number + place)) for place, minute in enumerate(minutes)]
    body = {"items": items, "next_cursor": more and encode(more)}
    return lambda handler, asked: handler.say(asked, 200, json.dumps(body).encode())


@pytest.fixture
def get(make_gateway, settings, bearer):
    client = make_gateway(dataclasses.replace(settings, profile_deadline_ms=600), document=DOCUMENT).test_client()
    return lambda query="", role="owner": client.get(URL + query, headers=bearer(role))


def test_items_say_whose_they_are_and_are_asked_for_with_one_cursor(get, services):
    services["customer"].answer = answers(9, 5, 1)
    services["loyalty"].answer = answers(7, 3, number=10)
    page = get("?limit=4&kinds=order_paid").get_json()
    assert [each["service"] for each in page["items"]] == ["customer", "loyalty", "customer", "loyalty"]
    assert decode(page["next_cursor"]) == key(3, 11)
    services["customer"].answer = answers(1, number=2)
    services["loyalty"].answer = answers()
    rest = get(f"?limit=4&cursor={page['next_cursor']}").get_json()
    assert ([each["at"] for each in rest["items"]], rest["next_cursor"]) == ([item(key(1, 2))["at"]], None)
    assert services["customer"].asked[0].path.endswith("?limit=4&kinds=order_paid")
    assert f"cursor={page['next_cursor']}" in services["loyalty"].asked[1].path


def reasons(answer):
    unavailable = answer.get_json()["unavailable"]
    return {each["part"]: each["reason"] for each in unavailable if each["reason"] != "not_offered"}


def test_a_service_that_is_away_is_no_empty_list(get, services):
    services["customer"].answer = answers(9)
    services["loyalty"].problem(503)
    answer = get()
    assert len(answer.get_json()["items"]) == 1
    assert reasons(answer) == {"loyalty": "away"}


@pytest.mark.parametrize(
    "body",
    [
        {"items": [{"at": "yesterday", "id": GUEST}], "next_cursor": None},
        {"items": [{"at": "2026-01-01T00:00:00", "id": GUEST}], "next_cursor": None},
        {"items": [item(key(1, 1)), item(key(2, 2))], "next_cursor": None},
        {"items": [item(key(8, 1))], "next_cursor": None},
        {"items": [], "next_cursor": "x"},
        {"items": {}},
        {"items": [7], "next_cursor": None},
        [],
    ],
)
def test_what_is_no_page_before_the_cursor_is_broken(get, services, body):
    services["customer"].answer = answers(3)
    services["loyalty"].answer = lambda handler, asked: handler.say(asked, 200, json.dumps(body).encode())
    answer = get(f"?cursor={encode(key(8, 0))}")
    assert answer.status_code == 200
    assert [each["service"] for each in answer.get_json()["items"]] == ["customer"]
    assert reasons(answer) == {"loyalty": "broken"}


def test_a_guest_unknown_to_their_owner_has_no_timeline(get, services, problem):
    services["customer"].problem(410)
    services["loyalty"].answer = answers()
    problem(get(), 410)


@pytest.mark.parametrize("query", ["?cursor=x", "?limit=0", "?limit=201", "?sort=at", "?cursor=WyIyMDI2IiwgIngiXQ"])
def test_bad_questions_are_refused_before_anybody_is_asked(get, services, problem, query):
    problem(get(query), 422)
    assert not services["customer"].asked


def test_a_timeline_is_for_staff(get, problem):
    problem(get(role="till"), 403)
