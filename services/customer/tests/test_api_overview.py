"""This service's parts of the dashboard and the search box."""

from datetime import timedelta
from uuid import UUID

import pytest

from crm_customer.api import overview

from .factories import NOW, a_guest, a_reservation, an_order

ELSEWHERE = UUID(int=7)


@pytest.fixture
def tiles(client):
    """``tiles(...)``: value and previous value of each tile by its key."""

    def get(**who):
        answer = client.send("GET", "/v1/tiles", **who)
        assert answer.status_code == 200, answer.json
        return {each["key"]: (each["value"], each["previous"]) for each in answer.json["items"]}

    return get


def at(days_ago):
    return (NOW - timedelta(days=days_ago)).isoformat()


def test_a_home_page_shows_today_and_the_week(client, tiles):
    book = lambda kind, *facts: client.send("POST", f"/v1/{kind}", list(facts))  # noqa: E731
    book(
        "reservations",
        a_reservation(starts_at=at(0), party_size=4),
        a_reservation(starts_at=at(0), party_size=3, status="seated"),
        a_reservation(starts_at=at(0), party_size=9, status="cancelled"),
        a_reservation(starts_at=at(2), status="no_show"),
        a_reservation(starts_at=at(40), status="no_show"),
        a_reservation(starts_at=at(90), status="no_show"),
    )
    book(
        "orders",
        an_order(placed_at=at(1), total_minor=500),
        an_order(placed_at=at(1), total_minor=900, guest={"external_id": "one"}),
        an_order(placed_at=at(9), total_minor=800),
        an_order(placed_at=at(30), total_minor=700),
        an_order(placed_at=at(1), total_minor=600, status="open"),
    )
    assert tiles() == {
        "reservations_today": (2, None),
        "covers_today": (7, None),
        "no_shows": (1, 1),
        "new_guests": (1, 0),
        "spend": (1400, 800),
    }


def test_tiles_are_those_the_asker_may_see(tiles):
    assert set(tiles(role="host", sees=("bookings", "contact"))) == {
        "reservations_today", "covers_today", "no_shows", "new_guests",
    }  # fmt: skip
    assert set(tiles(role="marketing_manager", sees=("spend",))) == {"new_guests", "spend"}


def test_tiles_are_of_the_askers_locations(client, tiles):
    place = client.send("POST", "/v1/locations", {"name": "Harbor", "zone": "UTC"}).json["id"]
    client.send("POST", "/v1/orders", [an_order(), an_order(location_id=place, total_minor=100)])
    harbor = a_reservation(location_id=place, party_size=7, starts_at=at(0))
    client.send("POST", "/v1/reservations", [a_reservation(starts_at=at(0)), harbor])
    assert tiles(locations=(UUID(place),))["spend"] == (100, 0)
    assert tiles(locations=(UUID(place),))["covers_today"] == (7, None)


def test_success_metrics_are_counted_and_kept_for_a_while(client):
    first = client.send("GET", "/v1/success-metrics")
    assert first.status_code == 200
    assert [each["key"] for each in first.json["items"]] == ["retention_rate", "repeat_visit_frequency"]
    assert all("visit is a guest, location and business day" in each["formula"] for each in first.json["items"])
    assert client.send("GET", "/v1/success-metrics").json == first.json
    assert client.send("GET", "/v1/success-metrics", locations=(ELSEWHERE,)).status_code == 200
    assert client.send("GET", "/v1/success-metrics", role="host").status_code == 403


def test_whoever_looks_while_figures_are_counted_gets_the_old_ones_or_is_told_to_come_again(client, app):
    """A count over a large history must not hold up the threads that answer everything else."""
    kept = overview._kept(app.extensions["crm"])
    known = client.send("GET", "/v1/success-metrics").json
    with kept.counting:
        kept.by_scope[None] = (NOW - timedelta(days=1), kept.by_scope[None][1])
        assert client.send("GET", "/v1/success-metrics").json == known
        kept.by_scope.clear()
        answer = client.send("GET", "/v1/success-metrics")
    assert (answer.status_code, answer.json["type"]) == (503, "urn:maitre:problem:still-counting")
    assert answer.headers["Retry-After"] == "5"
    assert client.send("GET", "/v1/success-metrics").status_code == 200


def suggested(client, q, **who):
    answer = client.send("GET", f"/v1/suggestions?q={q}", **who)
    assert answer.status_code == 200, answer.json
    return answer.json["items"]


def test_a_guest_is_suggested_by_what_somebody_begins_to_type(client):
    body = a_guest(name="Lucía García", tags=["regular"], phones=[{"number": "+12125550188"}])
    guest = client.send("POST", "/v1/customers", body).json["id"]
    client.send("POST", "/v1/customers", a_guest(name="Gar Nobody"))
    (found,) = suggested(client, "garcia")
    assert found == {"kind": "customer", "id": guest, "label": "Lucía García", "tags": ["regular"], "phone_ends": "88"}
    assert len(suggested(client, "gar")) == 2
    assert suggested(client, "0188")[0]["id"] == guest


def test_who_may_not_see_contacts_finds_nobody_by_them(client):
    body = a_guest(name="Lucía García", phones=[{"number": "+12125550188"}], emails=[{"address": "lu@example.com"}])
    client.send("POST", "/v1/customers", body)
    who = {"role": "marketing_manager", "sees": ("spend",)}
    assert suggested(client, "0188", **who) == suggested(client, "lu@example", **who) == []
    (found,) = suggested(client, "garcia", **who)
    assert "phone_ends" not in found


def test_a_search_box_asks_for_something(client):
    assert client.send("GET", "/v1/suggestions").status_code == 422
    assert client.send("GET", "/v1/suggestions?q=a&limit=21").status_code == 422
