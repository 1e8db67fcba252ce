"""What was taken in reaches its service whatever was down, once in effect, in a guest's order, and not for ever."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from crm_chassis.config import Secret
from crm_gateway.config import BASE
from crm_gateway.edge.forwarding import Forwarder
from crm_gateway.models.edge import EdgeMessage
from crm_gateway.operations import edge_messages
from crm_gateway.operations.edge_messages import Told
from crm_gateway.sealing import Sealer

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def take_in(edge):
    """``take_in(subject, kind, ...)``: as if somebody had told us, some time ago."""
    sealer = Sealer(edge.settings.master_keys, edge_messages.PURPOSE)

    def told(subject="s1", kind="unsubscribe", content=None, source="campaign", dedupe=None, days_ago=0):  # noqa: PLR0917
        said = Told(kind, source, content or {}, subject=subject, dedupe=dedupe)
        with edge.database.transaction() as session:
            when = datetime.now(UTC) - timedelta(days=days_ago)
            return edge_messages.take_in(session, said, sealer=sealer, now=when)

    return told


def make_due(edge):
    """Pass the time that put-off messages wait."""
    with edge.database.transaction() as session:
        session.execute(update(EdgeMessage).values(next_try_at=datetime.now(UTC) - timedelta(seconds=1)))


def states(edge):
    return [row.state for row in edge.rows()]


def test_the_service_gets_who_what_and_when_under_the_messages_id(edge, taken):
    edge.client.post(f"/p/u/{edge.link('unsubscribe', 'guest-7', {'message': 'm1'})}", data=ONE_CLICK)
    assert edge.forward() == 1
    ((path, body, key),) = taken()
    (row,) = edge.rows()
    assert path == "/v1/edge/unsubscribe"
    assert key == body["id"] == str(row.id)
    assert body["received_at"]
    said = {name: body[name] for name in ("kind", "source", "subject", "values", "content")}
    assert said == {
        "kind": "unsubscribe", "source": "gateway", "subject": "guest-7", "values": {"message": "m1"},
        "content": {"by": "one_click"},
    }  # fmt: skip
    assert (row.state, row.attempts) == ("delivered", 1)
    assert row.delivered_at is not None
    assert edge.forward() == 0
    assert len(taken()) == 1


def test_with_every_service_down_it_is_taken_and_handed_over_when_they_are_back(edge, services, taken):
    for one in services.values():
        one.answer = lambda handler, asked: setattr(handler, "close_connection", True)
    assert edge.client.post(f"/p/u/{edge.link('unsubscribe')}", data=ONE_CLICK).status_code == 200
    assert edge.forward() == 0
    (row,) = edge.rows()
    assert (row.state, row.last_answer) == ("waiting", "away")
    taken_now = len(services["feedback"].asked)
    for one in services.values():
        one.answer = lambda handler, asked: handler.say(asked, 204, b"", Content_Type=None)
    make_due(edge)
    assert edge.forward() == 1
    ids = {asked.headers["Idempotency-Key"] for asked in services["feedback"].asked}
    assert len(services["feedback"].asked) > taken_now
    assert ids == {str(row.id)}


def test_what_no_service_takes_yet_waits_and_shows_as_such(edge, taken, bearer, take_in):
    take_in("s1", "webhook", {"body": ""}, source="klaviyo")
    assert edge.forward() == 0
    assert taken() == []
    answer = edge.client.get(f"{BASE}/edge-messages", headers=bearer("owner")).get_json()
    ((shown),) = answer["items"]
    assert (shown["state"], shown["service"], shown["attempts"]) == ("waiting", None, 0)


def test_a_guests_words_arrive_in_the_order_they_were_said(edge, services, take_in):
    """The first is put off; the later ones of the same guest wait for it, another guest's do not."""
    for subject, number in (("a", 1), ("a", 2), ("b", 3), ("a", 4)):
        take_in(subject, "preferences", {"number": number})
    seen = []

    def fail_once(handler, asked):
        number = int(asked.body.split(b'"number":')[1][:1])
        seen.append(number)
        is_bad = seen == [1] or (number == 1 and seen.count(1) < 2)
        handler.say(asked, 500 if is_bad else 204, b"")

    services["customer"].answer = fail_once
    edge.forward()
    assert sorted(seen) == [1, 3]
    for _ in range(4):
        make_due(edge)
        edge.forward()
    assert [number for number in seen if number != 3] == [1, 1, 2, 4]
    assert states(edge) == ["delivered"] * 4


def test_opt_outs_go_before_all_else(edge, taken, take_in):
    for number in range(3):
        take_in(f"s{number}", "survey", {"number": number})
    take_in("s9", "unsubscribe")
    with edge.database.transaction() as session:
        (first,) = edge_messages.claim(session, offered=["survey", "unsubscribe"], now=datetime.now(UTC), limit=1)
    assert first.kind == "unsubscribe"


def test_two_workers_never_send_the_same_message(edge, take_in):
    for number in range(6):
        take_in(f"s{number}")
    claimed = {"offered": ["unsubscribe"], "now": datetime.now(UTC), "limit": 4}
    with edge.database.transaction() as one, edge.database.transaction() as other:
        first = {row.id for row in edge_messages.claim(one, **claimed)}
        second = {row.id for row in edge_messages.claim(other, **claimed)}
    assert (len(first), len(second)) == (4, 2)
    assert not first & second


def test_a_message_that_is_refused_again_and_again_is_set_aside_and_can_be_replayed(
    edge, services, bearer, take_in, problem
):
    take_in("s1", "unsubscribe")
    services["feedback"].problem(422)
    for _ in range(edge_messages.MOST_REFUSALS):
        make_due(edge)
        edge.forward()
    listed = f"{BASE}/edge-messages?state=refused&part=unsubscribe"
    (shown,) = edge.client.get(listed, headers=bearer("owner")).get_json()["items"]
    assert (shown["attempts"], shown["last_answer"]) == (5, "422 urn:maitre:problem:x")
    make_due(edge)
    assert edge.forward() == 0
    for one in services.values():
        one.answer = None
    replays = f"{BASE}/edge-messages/{shown['id']}/replays"
    assert edge.client.post(replays, headers=bearer("owner")).status_code == 202
    assert edge.forward() == 1
    assert states(edge) == ["delivered"]
    problem(edge.client.post(replays, headers=bearer("manager")), 403)


@pytest.mark.parametrize("status", [401, 403, 408, 429, 500, 503])
def test_refusals_that_are_not_about_the_message_never_set_it_aside(edge, services, take_in, status):
    take_in("s1", "unsubscribe")
    services["feedback"].problem(status)
    for _ in range(edge_messages.MOST_REFUSALS + 2):
        make_due(edge)
        edge.forward()
    assert states(edge) == ["waiting"]


def test_one_service_away_does_not_keep_the_others_waiting(edge, services, taken, take_in):
    services["feedback"].answer = lambda handler, asked: setattr(handler, "close_connection", True)
    for number in range(20):
        take_in(f"s{number}", "unsubscribe")
    take_in("s99", "preferences")
    assert edge.forward() == 1
    assert states(edge).count("delivered") == 1


def test_after_30_days_it_is_gone_but_a_choice_that_nobody_took(edge, take_in, problem, bearer, taken):
    """RULES E5; what was lost stays visible as a trace for 30 days more."""
    take_in("s1", "survey", days_ago=31)
    take_in("s2", "survey", days_ago=29)
    take_in("s3", "survey", days_ago=61)
    take_in("s4", "unsubscribe", days_ago=400)
    take_in("s5", "push", days_ago=31)
    with edge.database.transaction() as session:
        session.execute(update(EdgeMessage).where(EdgeMessage.kind == "push").values(state="delivered"))
    for _ in range(2):
        with edge.database.transaction() as session:
            edge_messages.expire(session, now=datetime.now(UTC))
    left = {(row.kind, row.state, row.sealed is None) for row in edge.rows()}
    assert left == {("survey", "expired", True), ("survey", "waiting", False), ("unsubscribe", "waiting", False)}
    expired = next(row for row in edge.rows() if row.state == "expired")
    problem(edge.client.post(f"{BASE}/edge-messages/{expired.id}/replays", headers=bearer("owner")), 410)


def test_a_message_sealed_under_a_key_that_is_gone_is_set_aside_not_sent(edge, take_in, taken):
    take_in("s1", "unsubscribe")
    other = "other:" + "A" * 43
    blind = Forwarder(dataclasses.replace(edge.settings, master_keys=Secret(other)), edge.app.extensions["document"])
    for _ in range(edge_messages.MOST_REFUSALS):
        make_due(edge)
        with edge.database.transaction() as session:
            blind.forward(session)
    assert taken() == []
    assert states(edge) == ["refused"]


def test_the_list_is_the_owners_and_pages_newest_first(edge, take_in, bearer, problem):
    for number in range(5):
        take_in(f"s{number}", days_ago=number)
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        answer = edge.client.get(f"{BASE}/edge-messages", query_string=query, headers=bearer("owner")).get_json()
        seen += [item["received_at"] for item in answer["items"]]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)
    for role in ("manager", "host", "marketing_manager"):
        problem(edge.client.get(f"{BASE}/edge-messages", headers=bearer(role)), 403)
