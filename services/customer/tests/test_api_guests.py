"""Guests: registered, read, changed, listed, found."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from .factories import NOW, a_guest, an_order

EVERYTHING = {
    "name": "José Ñandú 李小龙 👩🏽‍🍳",
    "emails": [{"address": "Jose.N@Example.com", "is_primary": True}, {"address": "j@example.org"}],
    "phones": [{"number": "+442079460000"}],
    "external_ids": [{"source": "pos", "id": "c-1"}],
    "birthday": {"month": 2, "day": 29},
    "anniversary": {"month": 6, "day": 20, "year": 2015},
    "tags": ["regular", "VIP"],
    "acquisition_source": "walk-in",
}


@pytest.fixture
def register(client):
    """``register(...)``: the record of a new guest."""

    def send(**changes):
        answer = client.send("POST", "/v1/customers", a_guest(**changes))
        assert answer.status_code == 201, answer.json
        return answer.json

    return send


@pytest.fixture
def search(client):
    """``search(q)``: the ids found."""

    def send(q):
        answer = client.get("/v1/customers", query_string={"q": q}, headers=client.proof)
        assert answer.status_code == 200, answer.json
        return [guest["id"] for guest in answer.json["items"]]

    return send


@pytest.fixture(autouse=True)
def proof(client, settings, internal_headers):
    """The owner's proof, for requests with a query."""
    client.proof = internal_headers(settings, "owner")


def test_a_guest_is_kept_byte_for_byte(client, register, announced):
    guest = register(**EVERYTHING)
    assert {key: guest[key] for key in EVERYTHING} == EVERYTHING | {"tags": ["VIP", "regular"]}
    shown = client.send("GET", f"/v1/customers/{guest['id']}")
    assert shown.json == guest
    assert shown.headers["ETag"] == '"1"'
    assert [fact for fact, _ in announced(guest["id"])] == ["registered", "tagged"]


def test_nothing_announced_and_nothing_stored_names_the_guest(register, database):
    register(**EVERYTHING)
    with database.reading() as connection:
        query = "SELECT convert_to(t::text, 'UTF8') FROM {} t"
        for table in ("guest", "guest_contact", "outbox"):
            stored = b"".join(bytes(row[0]) for row in connection.exec_driver_sql(query.format(table)))
            for secret in (b"Jos", b"example", b"7946", "李".encode()):
                assert secret not in stored
                assert secret.hex().encode() not in stored


def test_an_anniversary_may_be_a_date(register):
    assert register(anniversary="2015-06-20")["anniversary"] == {"month": 6, "day": 20, "year": 2015}


def test_households_share_contacts_but_not_external_ids(client, register):
    shared = {"emails": [{"address": "family@example.com"}], "phones": [{"number": "+12125550123"}]}
    register(**shared, external_ids=[{"source": "pos", "id": "c-1"}])
    register(**shared)
    answer = client.send("POST", "/v1/customers", a_guest(external_ids=[{"source": "pos", "id": "c-1"}]))
    assert (answer.status_code, list(answer.json["errors"])) == (409, ["external_ids"])


def test_the_same_idempotency_key_registers_once(client, restaurant):
    key = {"Idempotency-Key": "k-1"}
    first, again = (client.send("POST", "/v1/customers", {"name": "Ana"}, headers=key) for _ in range(2))
    assert (first.status_code, again.json) == (201, first.json)
    assert client.send("POST", "/v1/customers", {"name": "Eve"}, headers=key).status_code in {409, 422}
    assert len(client.send("GET", "/v1/customers").json["items"]) == 1


def test_a_change_leaves_what_is_missing_and_clears_what_is_null(client, register, announced):
    guest = register(**EVERYTHING)
    path = f"/v1/customers/{guest['id']}"
    changed = client.send("PATCH", path, {"phones": None, "birthday": None, "tags": ["VIP"], "name": "Pepe"}).json
    assert (changed["name"], changed["phones"], changed["birthday"], changed["tags"]) == ("Pepe", [], None, ["VIP"])
    assert changed["emails"] == EVERYTHING["emails"]
    assert changed["version"] == 2
    fact, data = announced(guest["id"])[-1]
    assert (fact, data["changed"]) == ("profile_changed", ["birthday", "name", "phones", "tags"])


def test_a_change_that_changes_nothing_announces_nothing(client, register, announced):
    guest = register(name="Ana")
    answer = client.send("PATCH", f"/v1/customers/{guest['id']}", {"name": "Ana"})
    assert (answer.status_code, answer.json["version"]) == (200, 1)
    assert len(announced(guest["id"])) == 1


def test_an_edit_of_a_stale_copy_is_refused(client, register):
    path = f"/v1/customers/{register()['id']}"
    fresh = {"If-Match": '"1"'}
    assert client.send("PATCH", path, {"name": "A"}, headers=fresh).status_code == 200
    assert client.send("PATCH", path, {"name": "B"}, headers=fresh).status_code == 412
    assert client.send("GET", path).json["name"] == "A"


def test_external_ids_and_contacts_move_with_an_edit(client, register):
    guest, other = register(external_ids=[{"source": "pos", "id": "c-1"}]), register()
    wanted = {"external_ids": [{"source": "pos", "id": "c-1"}]}
    assert client.send("PATCH", f"/v1/customers/{other['id']}", wanted).status_code == 409
    assert client.send("PATCH", f"/v1/customers/{guest['id']}", {"external_ids": None}).status_code == 200
    assert client.send("PATCH", f"/v1/customers/{other['id']}", wanted).status_code == 200
    client.send("PATCH", f"/v1/customers/{other['id']}", {"emails": [{"address": "new@example.com"}]})
    order = an_order(guest={"email": "new@example.com"})
    assert client.send("POST", "/v1/orders", order).json["items"][0]["customer_id"] == other["id"]


@pytest.mark.parametrize(
    "query",
    ["José", "jose", "ÑANDÚ", "ñan", "李小龙", "小龙", "龙", "N@exam", "example.org", "2079 46", "+44 20", "j"],
)
def test_a_guest_is_found_by_any_part_of_name_address_and_number(register, search, query):
    guest = register(**EVERYTHING)
    register(name="Somebody Else", emails=[{"address": "zzz@zzz.net"}])
    assert search(query) == [guest["id"]]


@pytest.mark.parametrize("query", ["020 7946 0000", "02079460"])
def test_a_guest_is_found_by_a_number_as_dialed_at_home(register, search, query):
    guest = register(**EVERYTHING)
    assert search(query) == [guest["id"]]


@pytest.mark.parametrize("query", ["xyz", "josef", "nobody@example.com", "%", "'; DROP TABLE guest; --", "12345"])
def test_what_nobody_has_finds_nobody(register, search, query):
    register(**EVERYTHING)
    assert search(query) == []


def test_pages_of_a_search_and_of_the_list_show_everybody_once(client, register):
    ids = [register(name=f"Ana {number}")["id"] for number in range(7)]
    for query in ({}, {"q": "ana"}, {"tag": "none"}):
        shown, cursor = [], None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = client.get("/v1/customers", query_string=query | more | {"limit": 3}, headers=client.proof).json
            shown += [guest["id"] for guest in page["items"]]
            if (cursor := page["next_cursor"]) is None:
                break
        assert shown == ([] if "tag" in query else ids[::-1])


def test_guests_are_listed_by_tag(client, register):
    guest = register(tags=["VIP"])
    register(tags=["other"])
    page = client.get("/v1/customers", query_string={"tag": "VIP"}, headers=client.proof).json
    assert [item["id"] for item in page["items"]] == [guest["id"]]


@pytest.mark.parametrize(
    "identity",
    [{"email": "jose.n@EXAMPLE.com"}, {"phone": "+44 20 7946 0000"}, {"external_id": {"source": "pos", "id": "c-1"}}],
)
def test_guests_are_looked_up_by_exactly_one_identity(client, register, identity):
    guest = register(**EVERYTHING)
    found = client.send("POST", "/v1/customers/lookup", identity).json["items"]
    assert [item["id"] for item in found] == [guest["id"]]


def test_a_lookup_names_one_identity(client):
    for body in ({}, {"email": "a@example.com", "phone": "+12125550123"}, {"phone": "none"}):
        assert client.send("POST", "/v1/customers/lookup", body).status_code == 422


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": None}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"emails": [{"address": "nobody"}]}, "emails.0.address"),
        ({"emails": [{"address": "a@b@c"}]}, "emails.0.address"),
        ({"emails": "a@example.com"}, "emails"),
        ({"phones": [{"number": "call me"}]}, "phones.0.number"),
        ({"external_ids": [{"source": "pos"}]}, "external_ids.0.id"),
        ({"birthday": {"month": 2, "day": 30}}, "birthday.day"),
        ({"birthday": {"month": 2, "day": 29, "year": 2023}}, "birthday.day"),
        ({"birthday": "1990-01-01"}, "birthday"),
        ({"anniversary": "soon"}, "anniversary"),
        ({"tags": [""]}, "tags.0"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_wrong_with_a_guest_is_said_by_field(client, database, changes, field):
    answer = client.send("POST", "/v1/customers", a_guest(**changes))
    assert answer.status_code == 422
    assert field in answer.json["errors"], answer.json
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM guest").scalar() == 0


def test_unknown_guests_and_roles_without_access_are_refused(client):
    assert client.send("GET", f"/v1/customers/{uuid4()}").status_code == 404
    assert client.send("PATCH", f"/v1/customers/{uuid4()}", {}).status_code == 404
    assert client.send("GET", "/v1/customers/nonsense").status_code == 404
    for method, path in [("GET", "/v1/customers"), ("POST", "/v1/customers"), ("POST", "/v1/customers/lookup")]:
        assert client.send(method, path, role="till").status_code == 403
    assert client.send("GET", f"/v1/customers/{uuid4()}/orders", role="host").status_code == 403


def test_b2_b3_a_visit_is_a_location_and_business_day(client):
    def order(at, total):
        return an_order(guest={"external_id": "c-1"}, placed_at=at, total_minor=total)

    bodies = [
        order("2026-03-01T19:00:00Z", 1000),
        order("2026-03-02T01:00:00Z", 2000),  # the same night
        order("2026-03-02T05:00:00Z", 2001),  # the next morning
        order("2026-03-02T06:00:00Z", 0),
    ]
    guest = client.send("POST", "/v1/orders", bodies).json["items"][0]["customer_id"]
    figures = client.send("GET", f"/v1/customers/{guest}/metrics").json
    assert {key: figures[key] for key in ("currency", "spend_minor", "orders", "visits", "last_visit_on")} == {
        "currency": "USD",
        "spend_minor": 5001,
        "orders": 4,
        "visits": 2,
        "last_visit_on": "2026-03-02",
    }
    assert figures["average_order_value_minor"] == 2501
    assert figures["average_cheque_minor"] == 1250
    assert figures["visits_per_month"] == 0
    assert figures["days_since_last_visit"] == (NOW.date() - datetime(2026, 3, 2, tzinfo=UTC).date()).days


def test_a_guest_without_orders_has_figures_too(client, register):
    figures = client.send("GET", f"/v1/customers/{register()['id']}/metrics").json
    assert (figures["spend_minor"], figures["visits"], figures["average_order_value_minor"]) == (0, 0, None)
    assert client.send("GET", f"/v1/customers/{uuid4()}/metrics").status_code == 404


def test_an_external_id_learned_from_a_till_makes_copies_stale(client, register):
    guest = register(emails=[{"address": "a@example.com"}])["id"]
    before = client.send("GET", f"/v1/customers/{guest}")
    client.send("POST", "/v1/orders", an_order(guest={"external_id": "c-1", "email": "a@example.com"}), role="till")
    after = client.send("GET", f"/v1/customers/{guest}")
    assert after.json["external_ids"] == [{"source": "pos", "id": "c-1"}]
    assert after.headers["ETag"] != before.headers["ETag"]
    stale = {"If-Match": before.headers["ETag"]}
    assert client.send("PATCH", f"/v1/customers/{guest}", {"external_ids": []}, headers=stale).status_code == 412
