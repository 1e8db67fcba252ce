"""POST /orders: one or many, each once, each to its guest (RULES C)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from .factories import NOW, a_guest, an_order


@pytest.fixture
def post(client):
    """``post(body)`` as a till."""

    def send(body, **options):
        return client.send("POST", "/v1/orders", body, **({"role": "till"} | options))

    return send


@pytest.fixture
def take(post):
    """``take(order)``: the one outcome of one order."""

    def send(order, **options):
        answer = post(order, **options)
        assert answer.status_code == 200, answer.json
        (item,) = answer.json["items"]
        return item

    return send


@pytest.fixture
def register(client):
    """``register(...)``: the id of a new guest."""

    def send(**changes):
        answer = client.send("POST", "/v1/customers", a_guest(**changes))
        assert answer.status_code == 201, answer.json
        return answer.json["id"]

    return send


def order_of(client, item):
    return client.send("GET", f"/v1/orders/{item['order_id']}").json


def test_a_paid_order_of_an_unknown_guest_makes_the_guest_and_is_announced(client, take, announced):
    item = take(an_order(guest={"external_id": "c-1", "email": "Ana@Example.com", "name": "Ana"}))
    assert item["outcome"] == "created"
    facts = announced(item["customer_id"])
    assert [fact for fact, _ in facts] == ["registered", "order_recorded"]
    assert facts[1][1]["order_id"] == item["order_id"]
    assert facts[1][1]["spend_minor"] == 4200
    assert facts[1][1]["revision"] == 1
    guest = client.send("GET", f"/v1/customers/{item['customer_id']}").json
    assert guest["name"] == "Ana"
    assert guest["emails"][0]["address"] == "Ana@Example.com"
    assert guest["external_ids"] == [{"source": "pos", "id": "c-1"}]


def test_c1_the_same_again_is_the_same_answer_and_nothing_changes(take, announced):
    order = an_order(guest={"external_id": "c-1"})
    first, again = take(order), take(order)
    assert again == first | {"outcome": "unchanged"}
    assert len(announced(first["customer_id"])) == 2


def test_c1_the_same_version_with_other_content_is_refused(post, take):
    order = an_order()
    take(order)
    answer = post(order | {"total_minor": 1})
    assert answer.status_code == 409
    assert "version" in answer.json["errors"]


def test_c1_a_newer_version_replaces_an_order_whole_and_an_older_one_is_ignored(client, take, announced):
    order = an_order(guest={"external_id": "c-1"}, version=1)
    first = take(order)
    newer = take(order | {"version": 3, "total_minor": 5000, "tip_minor": 500})
    assert (newer["outcome"], newer["order_id"]) == ("corrected", first["order_id"])
    assert take(order | {"version": 2, "total_minor": 1})["outcome"] == "ignored"
    assert order_of(client, first)["spend_minor"] == 4500
    fact, data = announced(first["customer_id"])[-1]
    assert (fact, data["revision"], data["spend_minor"], data["is_void"]) == ("order_corrected", 2, 4500, False)


def test_c1_a_void_order_counts_zero(client, take, announced):
    order = an_order(guest={"external_id": "c-1"})
    item = take(order)
    assert take(order | {"version": 2, "status": "void"})["outcome"] == "corrected"
    _, data = announced(item["customer_id"])[-1]
    assert (data["is_void"], data["spend_minor"], data["total_minor"]) == (True, 0, 0)
    assert client.send("GET", f"/v1/customers/{item['customer_id']}/metrics").json["orders"] == 0


def test_versions_of_one_order_within_an_array_are_taken_in_the_order_sent(post, client):
    order = an_order(guest={"external_id": "c-1"})
    bodies = [order, order | {"version": 2, "total_minor": 100}, order, order | {"version": 2, "total_minor": 100}]
    items = post(bodies).json["items"]
    assert [item["outcome"] for item in items] == ["created", "corrected", "ignored", "unchanged"]
    assert order_of(client, items[0])["total_minor"] == 100
    assert len({item["order_id"] for item in items}) == 1


def test_an_open_order_is_placed_then_recorded_when_paid(take, announced):
    order = an_order(guest={"external_id": "c-1"}, status="open")
    item = take(order)
    take(order | {"version": 2, "status": "paid"})
    assert [fact for fact, _ in announced(item["customer_id"])] == ["registered", "order_placed", "order_recorded"]


def test_c2_an_array_has_one_outcome_per_order_and_bad_ones_do_not_harm_the_others(post):
    good, bad = an_order(), an_order(total_minor=-1)
    items = post([good, bad, 7, an_order(currency="EUR"), an_order(guest={"email": "no"})]).json["items"]
    assert [item["outcome"] for item in items] == ["created", *["rejected"] * 4]
    assert [item["external_id"] for item in items[:2]] == [good["external_id"], bad["external_id"]]
    assert [list(item["problem"]["errors"]) for item in items[1:]] == [
        ["total_minor"],
        ["body"],
        ["currency"],
        ["guest.email"],
    ]


def test_c2_an_array_of_1000_is_taken_and_one_of_1001_is_refused(post):
    orders = [an_order() for _ in range(1001)]
    answer = post(orders)
    assert answer.status_code == 422
    assert {item["outcome"] for item in post(orders[:1000]).json["items"]} == {"created"}
    assert post([]).json == {"items": []}


def test_c3_an_order_finds_its_guest_by_id_then_external_id_then_email_then_phone(take, register):
    by_id = register()
    by_external = register(external_ids=[{"source": "pos", "id": "x-1"}])
    by_email = register(emails=[{"address": "Joe@Example.com"}])
    by_phone = register(phones=[{"number": "(212) 555-0123"}])
    everything = {"customer_id": by_id, "external_id": "x-1", "email": "joe@example.com", "phone": "+12125550123"}
    for expected, left_out in [(by_id, []), (by_external, ["customer_id"])]:
        guest = {key: value for key, value in everything.items() if key not in left_out}
        assert take(an_order(guest=guest))["customer_id"] == expected
    assert take(an_order(guest={"email": "JOE@example.com", "phone": "+12125550123"}))["customer_id"] == by_email
    assert take(an_order(guest={"phone": "212-555-0123"}))["customer_id"] == by_phone


def test_c3_an_external_id_belongs_to_its_source(take, register):
    register(external_ids=[{"source": "other", "id": "x-1"}])
    assert len({take(an_order(source=source, guest={"external_id": "x-1"}))["customer_id"] for source in "ab"}) == 2


def test_c3_an_ambiguous_order_stays_with_nobody_and_is_flagged_for_staff(client, take, register):
    for _ in range(2):
        register(emails=[{"address": "family@example.com"}])
    item = take(an_order(guest={"email": "family@example.com"}))
    assert (item["outcome"], item["customer_id"]) == ("created", None)
    waiting = client.send("GET", "/v1/orders?attribution=ambiguous").json["items"]
    assert [order["id"] for order in waiting] == [item["order_id"]]


def test_c3_of_a_shared_email_the_phone_decides(take, register):
    register(emails=[{"address": "family@example.com"}])
    child = register(emails=[{"address": "family@example.com"}], phones=[{"number": "+12125550123"}])
    assert take(an_order(guest={"email": "family@example.com", "phone": "+12125550123"}))["customer_id"] == child


def test_c3_an_order_without_identity_is_anonymous_and_announced_to_nobody(client, take, database):
    item = take(an_order(guest={"name": "Walk-in"}))
    assert (item["outcome"], item["customer_id"]) == ("created", None)
    assert order_of(client, item)["attribution"] == "anonymous"
    with database.reading() as connection:
        told = connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE type LIKE 'customer.order%%'")
        assert told.scalar() == 0


def test_an_anonymous_order_is_announced_once_a_newer_version_names_its_guest(take, announced):
    order = an_order()
    take(order)
    item = take(order | {"version": 2, "guest": {"external_id": "c-1"}})
    facts = announced(item["customer_id"])
    assert [(fact, data.get("revision")) for fact, data in facts] == [("registered", None), ("order_recorded", 2)]


def test_an_order_that_moves_to_another_guest_is_taken_from_the_first_and_given_to_the_second(take, announced):
    order = an_order(guest={"external_id": "c-1"})
    first = take(order)["customer_id"]
    second = take(order | {"version": 2, "guest": {"external_id": "c-2"}})["customer_id"]
    fact, data = announced(first)[-1]
    assert (fact, data["spend_minor"], data["is_void"], data["revision"]) == ("order_corrected", 0, True, 2)
    fact, data = announced(second)[-1]
    assert (fact, data["spend_minor"], data["revision"]) == ("order_recorded", 4200, 3)


def test_a_correction_that_names_nobody_keeps_the_guest(take):
    order = an_order(guest={"external_id": "c-1"})
    guest = take(order)["customer_id"]
    assert take({k: v for k, v in order.items() if k != "guest"} | {"version": 2})["customer_id"] == guest


def test_a_guest_found_by_email_gets_the_tills_external_id(take, register):
    guest = register(emails=[{"address": "joe@example.com"}])
    assert take(an_order(guest={"external_id": "j-1", "email": "joe@example.com"}))["customer_id"] == guest
    assert take(an_order(guest={"external_id": "j-1"}))["customer_id"] == guest


def test_a_second_id_of_the_same_source_is_another_person_of_the_household(take, register):
    guest = register(emails=[{"address": "joe@example.com"}], external_ids=[{"source": "pos", "id": "j-1"}])
    assert take(an_order(guest={"external_id": "j-2", "email": "joe@example.com"}))["customer_id"] == guest
    assert take(an_order(guest={"external_id": "j-2"}))["customer_id"] != guest


def test_one_unknown_guest_in_many_orders_of_an_array_is_made_once(post):
    orders = [an_order(guest={"external_id": "c-1"}), an_order(guest={"external_id": "c-1", "email": "a@example.com"})]
    assert len({item["customer_id"] for item in post(orders * 2).json["items"]}) == 1


def test_b1_spend_leaves_out_tip_and_tax(client, take):
    item = take(an_order(total_minor=1200, tip_minor=150, tax_minor=50))
    assert order_of(client, item)["spend_minor"] == 1000


def test_lines_are_kept_and_told_by_item_id(client, take, announced):
    pasta = {"name": "Cacio e pepe", "category": "pasta", "sku": "P1", "quantity": 2, "unit_price_minor": 1500}
    wine = {"name": "Frascati", "quantity": 1, "unit_price_minor": 900, "discount_minor": 100}
    item = take(an_order(total_minor=4000, tip_minor=200, lines=[pasta, wine], guest={"external_id": "c-1"}))
    kept = order_of(client, item)["lines"]
    assert [(line["name"], line["category"], line["sku"], line["discount_minor"]) for line in kept] == [
        ("Cacio e pepe", "pasta", "P1", 0),
        ("Frascati", None, None, 100),
    ]
    _, data = announced(item["customer_id"])[-1]
    assert data["lines"] == [
        {"item_id": kept[0]["item_id"], "quantity": 2, "amount_minor": 3000},
        {"item_id": kept[1]["item_id"], "quantity": 1, "amount_minor": 800},
    ]


def test_lines_that_do_not_agree_with_the_total_are_refused(post):
    answer = post(an_order(lines=[{"name": "Soup", "quantity": 1, "unit_price_minor": 4100}]))
    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["total_minor"]


def test_a_till_books_at_its_own_locations_only(client, take, post):
    second = client.send("POST", "/v1/locations", {"name": "Harbour", "zone": "America/New_York"}).json["id"]
    item = take(an_order(), locations=(UUID(second),))
    assert order_of(client, item)["location_id"] == second
    elsewhere = client.send("GET", "/v1/locations").json["items"][0]["id"]
    answer = post(an_order(location_id=elsewhere), locations=(UUID(second),))
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["location_id"])


@pytest.mark.parametrize("version", [0, 1, 2])
def test_a_till_neither_changes_nor_reads_what_another_location_booked(client, take, post, register, version):
    second = client.send("POST", "/v1/locations", {"name": "Harbour", "zone": "America/New_York"}).json["id"]
    order = an_order(guest={"customer_id": register()})
    booked = take(order)
    answer = post(order | {"version": version, "status": "void"}, locations=(UUID(second),))
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["external_id"])
    (outcome,) = post([order | {"version": version}], locations=(UUID(second),)).json["items"]
    assert (outcome["outcome"], outcome["order_id"], outcome["customer_id"]) == ("rejected", None, None)
    assert order_of(client, booked)["status"] == "paid"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"currency": "EUR"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"total_minor": -1}, "total_minor"),
        ({"total_minor": 1.5}, "total_minor"),
        ({"total_minor": "1"}, "total_minor"),
        ({"total_minor": True}, "total_minor"),
        ({"total_minor": 10**13}, "total_minor"),
        ({"tip_minor": 4300}, "total_minor"),
        ({"placed_at": (NOW + timedelta(days=3)).isoformat()}, "placed_at"),
        ({"placed_at": "1899-12-31T00:00:00Z"}, "placed_at"),
        ({"placed_at": "2026-01-01"}, "placed_at"),
        ({"placed_at": "2026-01-01T00:00:00"}, "placed_at"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": "a\x00b"}, "external_id"),
        ({"external_id": "a\x1bb"}, "external_id"),
        ({"external_id": "x" * 201}, "external_id"),
        ({"external_id": 5}, "external_id"),
        ({"source": None}, "source"),
        ({"status": "lost"}, "status"),
        ({"channel": "drone"}, "channel"),
        ({"version": -1}, "version"),
        ({"location_id": str(uuid4())}, "location_id"),
        ({"location_id": "here"}, "location_id"),
        ({"surprise": 1}, "surprise"),
        ({"guest": {"email": "nobody"}}, "guest.email"),
        ({"guest": {"phone": "12"}}, "guest.phone"),
        ({"guest": {"surprise": 1}}, "guest.surprise"),
        ({"guest": {"customer_id": str(uuid4())}}, "guest.customer_id"),
        ({"lines": [{"name": "Soup", "quantity": 0, "unit_price_minor": 1}]}, "lines.0.quantity"),
        ({"lines": [{"name": "Soup", "quantity": 1, "unit_price_minor": -1}]}, "lines.0.unit_price_minor"),
        (
            {"lines": [{"name": "Soup", "quantity": 1, "unit_price_minor": 1, "discount_minor": 2}]},
            "lines.0.discount_minor",
        ),
        ({"currency": ...}, "currency"),
    ],
)
def test_what_is_wrong_with_an_order_is_said_by_field_and_nothing_is_stored(post, database, changes, field):
    order = an_order(**changes)
    answer = post(order)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert field in answer.json["errors"]
    (item,) = post([order]).json["items"]
    assert item["outcome"] == "rejected"
    assert field in item["problem"]["errors"]
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM orders").scalar() == 0


def test_who_may_not_send_orders_is_refused(client):
    assert client.send("POST", "/v1/orders", an_order(), role="host").status_code == 403
    assert client.post("/v1/orders", json=an_order()).status_code == 401
    assert client.send("GET", f"/v1/orders/{uuid4()}", role="till").status_code == 403
    assert client.send("GET", f"/v1/orders/{uuid4()}").status_code == 404


def test_unreadable_and_oversized_bodies_are_refused(client, settings, internal_headers):
    headers = internal_headers(settings, "till", "till")
    for body, content_type, status in [
        (b"{", "application/json", 400),
        (b'"a', "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"[" + b" " * (5 * 1024 * 1024) + b"]", "application/json", 413),
        (b"7", "application/json", 422),
        (b"null", "application/json", 422),
    ]:
        answer = client.post("/v1/orders", data=body, headers=headers | {"Content-Type": content_type})
        assert answer.status_code == status, body[:10]
        assert answer.content_type == "application/problem+json"


def test_a_guests_orders_come_newest_first_in_pages(client, take):
    at = datetime(2026, 1, 5, 19, tzinfo=UTC)
    sent = [
        take(an_order(guest={"external_id": "c-1"}, placed_at=(at + timedelta(days=day)).isoformat()))
        for day in (2, 0, 1)
    ]
    path = f"/v1/customers/{sent[0]['customer_id']}/orders?limit=2"
    page = client.send("GET", path).json
    rest = client.send("GET", f"{path}&cursor={page['next_cursor']}").json
    shown = [order["id"] for order in page["items"] + rest["items"]]
    assert shown == [sent[at]["order_id"] for at in (0, 2, 1)]
    assert rest["next_cursor"] is None
    assert client.send("GET", f"/v1/customers/{uuid4()}/orders").status_code == 404
    assert client.send("GET", f"{path}&cursor=nonsense").status_code == 422
