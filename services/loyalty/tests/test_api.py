"""Members over HTTP: every answer and every refusal that the document declares."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from crm_loyalty.app import create_app

from . import factories as f

ANNA, BERT, NOBODY = UUID(int=1), UUID(int=2), UUID(int=99)
DINNER, LUNCH = UUID(int=11), UUID(int=12)
GIFT = {"kind": "adjust", "points": 5, "reason": "sorry for the wait 🍷"}


@pytest.fixture
def app(settings, database):
    app = create_app(settings)
    f.hear(database, f.registered(ANNA), f.recorded(DINNER, ANNA, 10_00))
    yield app
    app.extensions["crm"].database.engine.dispose()
    app.extensions["crm"].keys.close()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def owner(settings, internal_headers):
    return internal_headers(settings, role="owner")


def member(client, headers, guest=ANNA):
    return client.get(f"/v1/loyalty/members/{guest}", headers=headers)


def book(client, headers, body, guest=ANNA, **more):
    return client.post(f"/v1/loyalty/members/{guest}/entries", json=body, headers={**headers, **more})


def test_a_members_standing(client, owner):
    assert member(client, owner).json == {
        "customer_id": str(ANNA),
        "balance": 10,
        "pending": 0,
        "held": 0,
        "tier": "bronze",
        "next_tier": None,
        "enrolled_at": "2026-03-01T12:00:00+00:00",
    }


def test_a_merged_record_shows_the_survivor(client, owner, database):
    f.hear(database, f.recorded(LUNCH, BERT, 5_00), f.merged(BERT, ANNA))
    assert member(client, owner, BERT).json["balance"] == 15
    assert member(client, owner, BERT).json["customer_id"] == str(ANNA)
    points = [one["points"] for one in client.get(f"/v1/loyalty/members/{BERT}/entries", headers=owner).json["items"]]
    assert points == [5, 10]


def test_entries_come_newest_first_page_by_page(client, owner, database):
    for number in range(5):
        f.hear(database, f.recorded(UUID(int=100 + number), ANNA, (number + 1) * 1_00))
    seen, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get(f"/v1/loyalty/members/{ANNA}/entries", query_string=query, headers=owner).json
        seen += [one["points"] for one in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
        f.hear(database, f.recorded(UUID(int=200 + len(seen)), ANNA, 1_00))  # what comes meanwhile moves no page
    assert seen == [5, 4, 3, 2, 1, 10]


def test_points_by_hand_are_booked_with_their_reason_and_announced(client, owner, database):
    answer = book(client, owner, GIFT)
    assert answer.status_code == 201
    assert answer.json["points"] == 5
    assert answer.json["reason"] == GIFT["reason"]
    assert answer.json["order_id"] is None
    assert member(client, owner).json["balance"] == 15
    assert client.get(f"/v1/loyalty/members/{ANNA}/entries", headers=owner).json["items"][0] == answer.json
    assert f.announced(database, "points_earned")[-1]["data"] == {
        "entry_id": answer.json["id"],
        "customer_id": str(ANNA),
        "order_id": None,
        "points": 5,
        "balance": 15,
        "occurred_at": f.announced(database, "points_earned")[-1]["data"]["occurred_at"],
    }
    assert f.query(database, "SELECT actor FROM entries WHERE kind = 'adjust'") == [(str(UUID(int=1)),)]


def test_e4_reasons_are_encrypted_at_rest(client, owner, database):
    book(client, owner, {**GIFT, "reason": "Mrs. Miller's birthday"})
    ((sealed,),) = f.query(database, "SELECT reason FROM entries WHERE kind = 'adjust'")
    assert b"Miller" not in bytes(sealed)


def test_no_spend_takes_a_balance_below_zero(client, owner, database):
    refused = book(client, owner, {**GIFT, "points": -11})
    assert refused.status_code == 409
    assert refused.json["type"] == "urn:maitre:problem:not-enough-points"
    assert book(client, owner, {**GIFT, "points": -10}).status_code == 201
    assert f.balances(database) == {ANNA: 0}


def test_merged_records_count_together_when_points_are_taken(client, owner, database):
    f.hear(database, f.recorded(LUNCH, BERT, 5_00), f.merged(BERT, ANNA))
    assert book(client, owner, {**GIFT, "points": -16}, BERT).status_code == 409
    assert book(client, owner, {**GIFT, "points": -15}, BERT).status_code == 201
    assert member(client, owner).json["balance"] == 0
    f.hear(database, f.unmerged(BERT, ANNA))
    assert (member(client, owner).json["balance"], member(client, owner, BERT).json["balance"]) == (-5, 5)


def test_eight_at_once_cannot_spend_the_same_points(app, owner, database):
    def spend(_):
        return book(app.test_client(), owner, {**GIFT, "points": -3}).status_code

    with ThreadPoolExecutor(8) as tills:
        statuses = sorted(tills.map(spend, range(8)))
    assert statuses == [201] * 3 + [409] * 5
    assert f.balances(database) == {ANNA: 1}


def test_the_same_key_again_books_once(client, owner, database):
    first, again = (book(client, owner, GIFT, **{"Idempotency-Key": "gift-1"}) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json == again.json
    assert f.balances(database) == {ANNA: 15}
    other = book(client, owner, {**GIFT, "points": 6}, **{"Idempotency-Key": "gift-1"})
    assert other.status_code == 422
    assert f.balances(database) == {ANNA: 15}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**GIFT, "kind": "earn"}, "kind"),
        ({**GIFT, "points": 0}, "points"),
        ({**GIFT, "points": 1.5}, "points"),
        ({**GIFT, "points": "5"}, "points"),
        ({**GIFT, "points": True}, "points"),
        ({**GIFT, "points": 10**18}, "points"),
        ({**GIFT, "reason": ""}, "reason"),
        ({**GIFT, "reason": "x" * 501}, "reason"),
        ({**GIFT, "reason": "nul \x00"}, "reason"),
        ({**GIFT, "balance": 7}, "balance"),
        ({"kind": "adjust", "points": 5}, "reason"),
    ],
)
def test_a_bad_entry_is_refused_with_its_field(client, owner, database, body, field):
    refused = book(client, owner, body)
    assert refused.status_code == 422
    assert field in refused.json["errors"]
    assert f.balances(database) == {ANNA: 10}


def test_who_is_no_member_is_not_found(client, owner):
    for answer in (
        member(client, owner, NOBODY),
        client.get(f"/v1/loyalty/members/{NOBODY}/entries", headers=owner),
        book(client, owner, GIFT, NOBODY),
    ):
        assert answer.status_code == 404
        assert answer.json["type"] == "urn:maitre:problem:not-a-member"


def test_an_erased_guest_is_not_found(client, owner, database):
    f.hear(database, f.erased(ANNA))
    assert member(client, owner).status_code == 404
    assert book(client, owner, GIFT).status_code == 404


def test_a_cursor_from_elsewhere_is_refused(client, owner):
    refused = client.get(f"/v1/loyalty/members/{ANNA}/entries?cursor=abc", headers=owner)
    assert refused.status_code == 422
    assert "cursor" in refused.json["errors"]


@pytest.mark.parametrize(
    ("role", "answers"),
    [
        ("owner", (200, 200, 201)),
        ("manager", (200, 200, 201)),
        ("marketing_manager", (200, 200, 403)),
        ("host", (200, 200, 403)),
        ("till", (200, 403, 403)),
    ],
)
def test_roles(client, settings, internal_headers, role, answers):
    headers = internal_headers(settings, role=role, kind="till" if role == "till" else "staff")
    entries = client.get(f"/v1/loyalty/members/{ANNA}/entries", headers=headers)
    tried = (member(client, headers), entries, book(client, headers, GIFT))
    assert tuple(answer.status_code for answer in tried) == answers


def test_without_a_token_nothing_is_shown(client):
    assert member(client, {}).status_code == 401
    assert book(client, {}, GIFT).status_code == 401


def test_the_programme(client, owner):
    assert client.get("/v1/loyalty/programme", headers=owner).json == {"points_per_unit": 1, "starts_on": None}


def test_health_and_document(client):
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 200
    document = client.get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert {"/v1/loyalty/members/{customer_id}", "/v1/loyalty/programme"} <= document["paths"].keys()


def test_e4_a_guest_whose_key_is_gone_already_while_the_erasure_commits_is_no_member(client, owner, app):
    app.extensions["crm"].keys.destroy([ANNA])
    refusal = book(client, owner, GIFT)
    assert refusal.status_code == 404
    assert refusal.json["type"] == "urn:maitre:problem:not-a-member"


def test_points_are_told_among_what_else_happened(client, owner, database):
    f.hear(database, f.recorded(LUNCH, ANNA, 5_00, at=f.NOON.replace(day=3)), f.refunded(LUNCH, ANNA, 2_00, 2))
    path = f"/v1/customers/{ANNA}/timeline"
    told = client.get(path, headers=owner).json
    assert [(each["kind"], each["points"]) for each in told["items"]] == [
        ("points_reversed", -3),
        ("points_earned", 5),
        ("points_earned", 10),
    ]
    assert [each["order_id"] for each in told["items"]] == [str(LUNCH), str(LUNCH), str(DINNER)]
    first = client.get(f"{path}?limit=2", headers=owner).json
    rest = client.get(f"{path}?limit=2&cursor={first['next_cursor']}", headers=owner).json
    assert (first["items"] + rest["items"], rest["next_cursor"]) == (told["items"], None)
    only = client.get(f"{path}?kinds=points_reversed,order_paid", headers=owner).json["items"]
    assert [each["points"] for each in only] == [-3]


def test_a_guest_who_is_no_member_has_no_points_in_time(client, owner):
    assert client.get(f"/v1/customers/{NOBODY}/timeline", headers=owner).json == {"items": [], "next_cursor": None}


def test_the_programme_at_a_glance(client, settings, internal_headers, owner, database):
    f.hear(database, f.recorded(LUNCH, BERT, 5_00), f.merged(BERT, ANNA))
    tiles = {each["key"]: each for each in client.get("/v1/tiles", headers=owner).json["items"]}
    assert (tiles["members"]["value"], tiles["points_outstanding"]["value"]) == (1, 15)
    assert (tiles["points_earned"]["value"], tiles["points_earned"]["previous"]) == (15, 0)
    unseeing = internal_headers(settings, role="host", sees=("contact",))
    assert client.get("/v1/tiles", headers=unseeing).json == {"items": []}
