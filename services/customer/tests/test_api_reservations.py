"""POST /reservations: one or many, each once, each to its guest, as orders are (RULES C); who may read them."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from crm_customer.backfill import facts

from .factories import NOW, a_guest, a_reservation, an_order

WORDS = {"requests": "Window, please.\nMy father's wheelchair is wide.", "occasion": "Silver wedding"}


@pytest.fixture
def post(client):
    """``post(body)`` as a booking system."""

    def send(body, **options):
        return client.send("POST", "/v1/reservations", body, **({"role": "till"} | options))

    return send


@pytest.fixture
def book(post):
    """``book(reservation)``: the one outcome of one reservation."""

    def send(reservation, **options):
        answer = post(reservation, **options)
        assert answer.status_code == 200, answer.json
        (item,) = answer.json["items"]
        return item

    return send


@pytest.fixture
def shown(client):
    """``shown(outcome)``: the reservation as the host reads it."""
    return lambda item: client.send("GET", f"/v1/reservations/{item['reservation_id']}", role="host").json


@pytest.fixture
def erase(client):
    """``erase(customer_id)``."""
    return lambda guest: client.send("POST", "/v1/privacy/requests", {"customer_id": guest, "kind": "erasure"})


def column(database, name):
    with database.reading() as connection:
        return [row[0] for row in connection.exec_driver_sql(f"SELECT {name} FROM reservation ORDER BY id")]  # noqa: S608


def visits(client, guest):
    metrics = client.send("GET", f"/v1/customers/{guest}/metrics").json
    return metrics["visits"], metrics["orders"]


def test_a_reservation_of_an_unknown_guest_makes_the_guest_and_is_announced(client, book, shown, announced):
    later = (NOW + timedelta(days=9)).isoformat()
    reservation = a_reservation(guest={"email": "Ana@Example.com", "name": "Ana"}, starts_at=later, area="terrace")
    item = book(reservation | WORDS)
    assert item["outcome"] == "created"
    registered, (fact, data) = announced(item["customer_id"])
    assert (registered[0], fact) == ("registered", "reservation_booked")
    assert (data["reservation_id"], data["party_size"], data["revision"]) == (item["reservation_id"], 2, 1)
    assert (data["status"], data["occurred_at"] < later) == ("booked", True)
    found = shown(item)
    assert {name: found[name] for name in WORDS} == WORDS
    assert (found["area"], found["status"], found["customer_id"]) == ("terrace", "booked", item["customer_id"])
    assert client.send("GET", f"/v1/customers/{item['customer_id']}").json["acquisition_source"] == "booking"


def test_what_a_guest_wrote_stands_nowhere_readable(book, database, announced):
    item = book(a_reservation(guest={"external_id": "c-1"}) | WORDS)
    (texts,) = column(database, "texts")
    for word in (b"wheelchair", b"Silver"):
        assert word not in bytes(texts)
    assert not {"requests", "occasion", "area"} & announced(item["customer_id"])[1][1].keys()


@pytest.mark.parametrize(
    ("status", "fact"),
    [
        ("booked", "reservation_booked"),
        ("seated", "reservation_booked"),
        ("completed", "reservation_completed"),
        ("cancelled", "reservation_cancelled"),
        ("no_show", "reservation_no_show"),
    ],
)
def test_each_status_has_its_fact(book, announced, status, fact):
    item = book(a_reservation(guest={"external_id": "c-1"}, status=status))
    facts_told = announced(item["customer_id"])
    assert facts_told[-1][0] == fact
    assert facts_told[-1][1]["occurred_at"] == facts_told[-1][1]["starts_at"]


def test_c1_versions_replace_whole_the_same_is_unchanged_older_ones_are_ignored(post, book, shown, announced):
    reservation = a_reservation(guest={"external_id": "c-1"}, version=1)
    first = book(reservation | WORDS)
    assert book(reservation | WORDS) == first | {"outcome": "unchanged"}
    assert book(reservation | {"version": 3, "party_size": 5, "status": "seated"})["outcome"] == "corrected"
    assert book(reservation | {"version": 2, "party_size": 9})["outcome"] == "ignored"
    contradiction = post(reservation | {"version": 3, "party_size": 6})
    assert (contradiction.status_code, list(contradiction.json["errors"])) == (409, ["version"])
    found = shown(first)
    assert (found["party_size"], found["requests"], found["revision"]) == (5, None, 2)
    assert book(reservation | {"version": 4, "status": "completed"})["customer_id"] == first["customer_id"]
    told = [(fact, data.get("revision")) for fact, data in announced(first["customer_id"])[1:]]
    assert told == [("reservation_booked", 1), ("reservation_changed", 2), ("reservation_completed", 3)]


def test_c2_an_array_has_one_outcome_per_reservation_in_the_order_sent(post):
    good = a_reservation(guest={"external_id": "c-1"})
    newer = good | {"version": 2, "status": "cancelled"}
    items = post([good, a_reservation(party_size=0), 7, newer, a_reservation(guest={"email": "no"})]).json["items"]
    assert [i["outcome"] for i in items] == ["created", "rejected", "rejected", "corrected", "rejected"]
    assert [list(items[at]["problem"]["errors"]) for at in (1, 2, 4)] == [["party_size"], ["body"], ["guest.email"]]
    assert items[0]["reservation_id"] == items[3]["reservation_id"]
    many = [a_reservation() for _ in range(1001)]
    assert post(many).status_code == 422
    assert {item["outcome"] for item in post(many[:1000]).json["items"]} == {"created"}


def test_c3_orders_and_reservations_of_one_identity_are_one_guests(client, book):
    order = an_order(source="book", guest={"external_id": "c-1"})
    guest = client.send("POST", "/v1/orders", order).json["items"][0]["customer_id"]
    assert book(a_reservation(guest={"external_id": "c-1"}))["customer_id"] == guest


def test_c3_what_an_anonymous_guest_wrote_is_kept_once_a_version_names_them(book, shown, database, announced):
    reservation = a_reservation() | WORDS
    item = book(reservation)
    assert (item["customer_id"], shown(item)["attribution"], column(database, "texts")) == (None, "anonymous", [None])
    assert shown(item)["requests"] is None
    named = book(reservation | {"version": 2, "guest": {"external_id": "c-1"}})
    assert shown(named)["requests"] == WORDS["requests"]
    assert announced(named["customer_id"])[-1][0] == "reservation_booked"


def test_c3_an_ambiguous_reservation_waits_for_staff(client, book):
    for _ in range(2):
        client.send("POST", "/v1/customers", a_guest(emails=[{"address": "family@example.com"}]))
    item = book(a_reservation(guest={"email": "family@example.com"}) | WORDS)
    assert item["customer_id"] is None
    waiting = client.send("GET", "/v1/reservations?attribution=ambiguous", role="host").json["items"]
    assert [(each["id"], each["requests"]) for each in waiting] == [(item["reservation_id"], None)]


def test_a_reservation_that_moves_to_another_guest_is_taken_from_the_first(book, shown, announced):
    reservation = a_reservation(guest={"external_id": "c-1"}) | WORDS
    first = book(reservation)
    second = book(reservation | {"version": 2, "guest": {"external_id": "c-2"}})
    fact, data = announced(first["customer_id"])[-1]
    assert (fact, data["is_withdrawn"], data["revision"]) == ("reservation_cancelled", True, 2)
    fact, data = announced(second["customer_id"])[-1]
    assert (fact, data["revision"]) == ("reservation_booked", 3)
    assert shown(second)["occasion"] == WORDS["occasion"]
    kept = book({key: value for key, value in reservation.items() if key != "guest"} | {"version": 3, "guest": {}})
    assert kept["customer_id"] == second["customer_id"]


def test_b2_a_kept_reservation_and_an_order_of_that_day_are_one_visit(client, book):
    days = [(NOW - timedelta(days=days)).replace(hour=20).isoformat() for days in (2, 5, 9)]
    guest = book(a_reservation(guest={"external_id": "c-1"}, starts_at=days[0], status="completed"))["customer_id"]
    assert visits(client, guest) == (1, 0)
    later = (NOW - timedelta(days=2)).replace(hour=21).isoformat()
    client.send("POST", "/v1/orders", an_order(placed_at=later, guest={"customer_id": guest}))
    assert visits(client, guest) == (1, 1)
    kept = a_reservation(guest={"customer_id": guest}, starts_at=days[1], status="completed")
    book(kept)
    book(a_reservation(guest={"customer_id": guest}, starts_at=days[2], status="no_show"))
    assert visits(client, guest) == (2, 1)
    metrics = client.send("GET", f"/v1/customers/{guest}/metrics").json
    assert (metrics["first_visit_on"], metrics["average_order_value_minor"]) == (days[1][:10], 2100)
    book(kept | {"version": 2, "status": "cancelled"})
    assert visits(client, guest) == (1, 1)


def test_another_zone_counts_visits_of_reservations_anew(client, book, database):
    book(a_reservation(starts_at="2026-05-01T02:00:00Z"))
    location = client.send("GET", "/v1/locations").json["items"][0]["id"]
    assert [str(day) for day in column(database, "business_day")] == ["2026-04-30"]
    client.send("PATCH", f"/v1/locations/{location}", {"zone": "Asia/Tokyo"})
    assert [str(day) for day in column(database, "business_day")] == ["2026-05-01"]


def test_e1_a_merged_guests_reservations_are_the_survivors(client, book, shown):
    ann, anna = (book(a_reservation(guest={"external_id": name}) | WORDS) for name in ("c-1", "c-2"))
    ids = {"survivor_id": ann["customer_id"], "merged_id": anna["customer_id"]}
    client.send("POST", "/v1/customers/merges", ids)
    for guest in ids.values():
        found = client.send("GET", f"/v1/customers/{guest}/reservations").json["items"]
        assert [(each["id"], each["occasion"]) for each in found] == [
            (item["reservation_id"], WORDS["occasion"]) for item in (anna, ann)
        ]


def test_e3_erasure_leaves_the_figure_and_nothing_written(client, book, shown, erase, database):
    reservation = a_reservation(guest={"external_id": "c-1"}, status="completed", area="Ana's corner") | WORDS
    item = book(reservation)
    guest = item["customer_id"]
    order = an_order(guest={"customer_id": guest})
    client.send("POST", "/v1/orders", order)
    erase(guest)
    with database.reading() as connection:
        row = connection.exec_driver_sql("SELECT * FROM reservation").one()
        assert connection.exec_driver_sql("SELECT customer_id FROM orders").scalar() == row.customer_id
    assert str(row.customer_id) != guest
    assert row.external_id.startswith("erased:")
    assert (row.area, row.texts, bytes(row.content), row.status) == (None, None, b"", "completed")
    assert client.send("GET", f"/v1/customers/{guest}/reservations").status_code == 410
    again = book(reservation)
    assert (again["outcome"], again["reservation_id"], again["customer_id"]) == (
        "unchanged", item["reservation_id"], None,
    )  # fmt: skip
    assert book(reservation | {"version": 2, "area": "Ana's other corner"})["outcome"] == "corrected"
    found = shown(item)
    assert (found["customer_id"], found["area"], found["requests"]) == (None, None, None)


def test_d4_reservations_are_told_again_as_they_stand(client, book, erase, database, announced):
    booked = a_reservation(guest={"external_id": "c-1"})
    item = book(booked)
    book(booked | {"version": 2, "party_size": 7})
    for status in ("completed", "cancelled", "no_show"):
        book(a_reservation(guest={"external_id": "c-1"}, status=status))
    erase(book(a_reservation(guest={"external_id": "c-2"}))["customer_id"])
    book(a_reservation())
    with database.sessions() as session:
        types = [f"customer.reservation_{fact}.v1" for fact in ("booked", "completed", "cancelled", "no_show")]
        told = [fact for fact in facts(session, types) if str(fact.event.customer_id) == item["customer_id"]]
        assert len(told) == len(list(facts(session, types))) == len(types)
    assert sorted(fact.event.type for fact in told) == sorted(types)
    (fact,) = (fact for fact in told if fact.event.type == types[0])
    assert (fact.event.party_size, fact.event.revision) == (7, 2)
    assert fact.sequence == len(announced(item["customer_id"]))


def test_a_guests_reservations_come_newest_first_in_pages(client, book):
    days = [2, 0, 1]
    items = [
        book(a_reservation(guest={"external_id": "c-1"}, starts_at=(NOW + timedelta(days=day)).isoformat()))
        for day in days
    ]
    path = f"/v1/customers/{items[0]['customer_id']}/reservations?limit=2"
    page = client.send("GET", path).json
    rest = client.send("GET", f"{path}&cursor={page['next_cursor']}").json
    assert [each["id"] for each in page["items"] + rest["items"]] == [items[at]["reservation_id"] for at in (0, 2, 1)]
    assert rest["next_cursor"] is None
    assert client.send("GET", f"{path}&cursor=nonsense").status_code == 422
    assert client.send("GET", f"/v1/customers/{uuid4()}/reservations").status_code == 404


def test_who_seats_guests_books_and_reads_and_nobody_else(client, post, book):
    item = book(a_reservation(guest={"external_id": "c-1"}))
    paths = (f"/v1/reservations/{item['reservation_id']}", f"/v1/customers/{item['customer_id']}/reservations")
    for role, status in [("owner", 200), ("manager", 200), ("host", 200), ("marketing_manager", 403)]:
        assert post(a_reservation(), role=role).status_code == status
        assert {client.send("GET", path, role=role).status_code for path in paths} == {status}
    assert {client.send("GET", path, role="till").status_code for path in paths} == {403}
    assert client.post("/v1/reservations", json=a_reservation()).status_code == 401
    assert client.send("GET", f"/v1/reservations/{uuid4()}").status_code == 404


def test_a_till_books_at_its_own_locations_only(client, book, post, shown):
    second = client.send("POST", "/v1/locations", {"name": "Harbour", "zone": "America/New_York"}).json["id"]
    assert shown(book(a_reservation(), locations=(UUID(second),)))["location_id"] == second
    elsewhere = client.send("GET", "/v1/locations").json["items"][0]["id"]
    answer = post(a_reservation(location_id=elsewhere), locations=(UUID(second),))
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["location_id"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": "1899-12-31T00:00:00Z"}, "starts_at"),
        ({"starts_at": (NOW + timedelta(days=1200)).isoformat()}, "starts_at"),
        ({"starts_at": "2026-01-01T00:00:00"}, "starts_at"),
        ({"starts_at": ...}, "starts_at"),
        ({"starts_at": (NOW + timedelta(days=2)).isoformat(), "status": "completed"}, "status"),
        ({"starts_at": (NOW + timedelta(days=2)).isoformat(), "status": "no_show"}, "status"),
        ({"party_size": 0}, "party_size"),
        ({"party_size": 1001}, "party_size"),
        ({"party_size": 2.5}, "party_size"),
        ({"party_size": True}, "party_size"),
        ({"status": "lost"}, "status"),
        ({"status": ...}, "status"),
        ({"guest": ...}, "guest"),
        ({"guest": None}, "guest"),
        ({"guest": {"phone": "12"}}, "guest.phone"),
        ({"guest": {"customer_id": str(uuid4())}}, "guest.customer_id"),
        ({"requests": "x" * 2001}, "requests"),
        ({"requests": "a\x00b"}, "requests"),
        ({"occasion": "a\nb"}, "occasion"),
        ({"area": ""}, "area"),
        ({"external_id": ""}, "external_id"),
        ({"source": 5}, "source"),
        ({"version": -1}, "version"),
        ({"location_id": str(uuid4())}, "location_id"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_wrong_with_a_reservation_is_said_by_field_and_nothing_is_stored(post, database, changes, field):
    reservation = a_reservation(**changes)
    answer = post(reservation)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert field in answer.json["errors"]
    (item,) = post([reservation]).json["items"]
    assert field in item["problem"]["errors"]
    assert column(database, "id") == []
