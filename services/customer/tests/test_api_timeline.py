"""What happened with a guest, for the gateway to merge with what other services know."""

import base64
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from .factories import NOW, a_guest, a_reservation, an_order


@pytest.fixture
def guest(client):
    return client.send("POST", "/v1/customers", a_guest(acquisition_source="walk-in")).json["id"]


@pytest.fixture
def show(client):
    """``show(guest, query)``: a page of the guest's timeline."""

    def get(guest, query="", **who):
        answer = client.send("GET", f"/v1/customers/{guest}/timeline{query}", **who)
        assert answer.status_code == 200, answer.json
        return answer.json

    return get


def days_ago(number):
    return (NOW - timedelta(days=number)).isoformat()


def book(client, kind, *facts):
    """Send facts in and give their ids."""
    items = client.send("POST", f"/v1/{kind}s", list(facts)).json["items"]
    assert {each["outcome"] for each in items} <= {"created", "corrected"}, items
    return [each[f"{kind}_id"] for each in items]


@pytest.fixture
def history(client, guest):
    """A paid order that was refunded in part, a void and an open one, a table had, one missed, one to come."""
    of = {"customer_id": guest}
    paid, void, opened = book(
        client,
        "order",
        an_order(guest=of, placed_at=days_ago(9)),
        an_order(guest=of, placed_at=days_ago(7), status="void"),
        an_order(guest=of, placed_at=days_ago(1), status="open"),
    )
    tables = book(
        client,
        "reservation",
        a_reservation(guest=of, starts_at=days_ago(8), status="completed", requests="by the window"),
        a_reservation(guest=of, starts_at=days_ago(6), status="no_show"),
        a_reservation(guest=of, starts_at=days_ago(-3), status="booked", party_size=4),
    )
    refund = {"external_id": "r", "amount_minor": 1000, "refunded_at": days_ago(5), "reason": "cold soup"}
    refunded = client.send("POST", f"/v1/orders/{paid}/refunds", refund).json["id"]
    return {"paid": paid, "void": void, "open": opened, "refunded": refunded, "tables": tables}


def test_all_that_happened_is_told_newest_first_without_a_word_of_free_text(show, guest, history):
    page = show(guest)
    assert [each["kind"] for each in page["items"]] == [
        "reservation_booked",
        "registered",
        "order_open",
        "order_refunded",
        "reservation_no_show",
        "order_void",
        "reservation_completed",
        "order_paid",
    ]
    assert page["next_cursor"] is None
    assert "soup" not in str(page)
    assert "window" not in str(page)
    by_kind = {each["kind"]: each for each in page["items"]}
    assert by_kind["reservation_booked"]["party_size"] == 4
    assert by_kind["registered"]["acquisition_source"] == "walk-in"
    paid, refunded = by_kind["order_paid"], by_kind["order_refunded"]
    assert (paid["id"], paid["total_minor"], paid["spend_minor"]) == (history["paid"], 4200, 3200)
    assert (refunded["order_id"], refunded["refund_minor"]) == (history["paid"], 1000)


@pytest.mark.parametrize("limit", [1, 3])
def test_page_by_page_it_is_the_same(show, guest, history, limit):
    whole, seen, cursor = show(guest)["items"], [], ""
    while cursor is not None:
        page = show(guest, f"?limit={limit}{cursor and '&cursor=' + cursor}")
        assert len(page["items"]) <= limit
        seen += page["items"]
        cursor = page["next_cursor"]
    assert seen == whole


def test_only_the_kinds_asked_for_are_told(show, guest, history):
    kinds = [each["kind"] for each in show(guest, "?kinds=order_paid,registered,nonsense")["items"]]
    assert kinds == ["registered", "order_paid"]


def test_a_host_is_told_no_amounts_and_marketing_no_bookings(show, guest, history):
    told = show(guest, role="host", sees=("contact", "bookings"))["items"]
    assert {"order_paid", "reservation_no_show"} <= {each["kind"] for each in told}
    assert not any(name.endswith("_minor") for each in told for name in each)
    told = show(guest, role="marketing_manager", sees=("spend",))["items"]
    assert not any(each["kind"].startswith("reservation") for each in told)
    assert any("spend_minor" in each for each in told)


def test_staff_of_one_location_are_told_what_happened_there(client, show, guest, history):
    elsewhere = client.send("POST", "/v1/locations", {"name": "Harbor", "zone": "UTC"}).json["id"]
    (there,) = book(client, "order", an_order(guest={"customer_id": guest}, location_id=elsewhere))
    told = show(guest, locations=(UUID(elsewhere),))["items"]
    assert {each["id"] for each in told if each["kind"] != "registered"} == {there}


def test_merged_records_are_one_history_until_they_are_parted(client, show, guest, history):
    other = client.send("POST", "/v1/customers", a_guest()).json["id"]
    (order,) = book(client, "order", an_order(guest={"customer_id": other}))
    merge = client.send("POST", "/v1/customers/merges", {"survivor_id": guest, "merged_id": other}).json["id"]
    told = show(guest)["items"]
    assert {(each["kind"], each["id"]) for each in told} >= {("order_paid", order), ("merged", merge)}
    assert show(other)["items"] == told
    client.send("DELETE", f"/v1/customers/merges/{merge}")
    assert not {order, merge} & {each["id"] for each in show(guest)["items"]}


def test_nobody_has_no_history_and_the_forgotten_none_any_more(client, guest, history):
    assert client.send("GET", f"/v1/customers/{uuid4()}/timeline").status_code == 404
    client.send("POST", "/v1/privacy/requests", {"customer_id": guest, "kind": "erasure"})
    assert client.send("GET", f"/v1/customers/{guest}/timeline").status_code == 410


def test_a_cursor_from_elsewhere_is_refused(client, guest):
    foreign = base64.urlsafe_b64encode(json.dumps(["x", 1]).encode()).decode()
    assert client.send("GET", f"/v1/customers/{guest}/timeline?cursor={foreign}").status_code == 422
