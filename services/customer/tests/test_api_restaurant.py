"""The organisation and its locations (RULES A1)."""

from uuid import uuid4

import pytest

from crm_customer.operations.organisation import establish

from .factories import NOW, an_order


def locations(client):
    return client.send("GET", "/v1/locations").json["items"]


def test_a_new_installation_has_an_organisation_and_one_default_location(client, database, announced):
    organisation = client.send("GET", "/v1/organisation")
    assert organisation.headers["ETag"] == '"1"'
    assert {key: organisation.json[key] for key in ("name", "currency", "countries", "business_day_starts_at")} == {
        "name": "Osteria",
        "currency": "USD",
        "countries": ["US"],
        "business_day_starts_at": "04:00",
    }
    (location,) = locations(client)
    assert (location["name"], location["zone"], location["is_default"]) == ("Osteria", "UTC", True)
    fact, data = announced(location["id"])[0]
    assert (fact, data["is_default"], data["currency"]) == ("location_changed", True, "USD")


def test_establishing_again_changes_nothing(client, database):
    before = client.send("GET", "/v1/organisation").json, locations(client)
    with database.transaction() as session:
        establish(
            session, name="Other", currency="EUR", country="IT", zone="Europe/Rome", spend_includes_tax=True, now=NOW
        )
    assert (client.send("GET", "/v1/organisation").json, locations(client)) == before


def test_a_new_default_location_takes_the_old_ones_place(client, announced):
    (old,) = locations(client)
    hours = [{"day": "mon", "opens": "11:30", "closes": "23:00"}]
    body = {"name": "Harbor", "zone": "America/New_York", "is_default": True, "opening_hours": hours}
    answer = client.send("POST", "/v1/locations", body)
    assert answer.status_code == 201, answer.json
    assert answer.json["opening_hours"] == hours
    shown = {location["id"]: location["is_default"] for location in locations(client)}
    assert shown == {old["id"]: False, answer.json["id"]: True}
    assert [data["is_default"] for _, data in announced(old["id"])] == [True, False]


def test_the_default_is_not_given_up_and_stale_edits_are_refused(client):
    (location,) = locations(client)
    path = f"/v1/locations/{location['id']}"
    answer = client.send("PATCH", path, {"is_default": False})
    assert (answer.status_code, list(answer.json["errors"])) == (409, ["is_default"])
    assert client.send("PATCH", path, {"name": "A"}, headers={"If-Match": '"1"'}).headers["ETag"] == '"2"'
    assert client.send("PATCH", path, {"name": "B"}, headers={"If-Match": '"1"'}).status_code == 412
    assert client.send("GET", path).json["name"] == "A"
    assert client.send("GET", f"/v1/locations/{uuid4()}").status_code == 404
    assert client.send("PATCH", f"/v1/locations/{uuid4()}", {"name": "B"}).status_code == 404


def test_another_zone_or_start_of_the_day_counts_visits_anew(client):
    orders = [
        an_order(guest={"external_id": "c-1"}, placed_at=at) for at in ("2026-03-01T23:00:00Z", "2026-03-02T03:00:00Z")
    ]
    guest = client.send("POST", "/v1/orders", orders).json["items"][0]["customer_id"]

    def visits():
        return client.send("GET", f"/v1/customers/{guest}/metrics").json["visits"]

    assert visits() == 1
    (location,) = locations(client)
    client.send("PATCH", f"/v1/locations/{location['id']}", {"zone": "Asia/Tokyo"})
    assert visits() == 1
    client.send("PATCH", f"/v1/locations/{location['id']}", {"zone": "Europe/Berlin"})
    assert visits() == 2
    client.send("PATCH", "/v1/organisation", {"business_day_starts_at": "05:00"})
    assert visits() == 1


def test_the_currency_is_fixed_once_there_are_orders(client):
    assert client.send("PATCH", "/v1/organisation", {"currency": "EUR"}).json["currency"] == "EUR"
    client.send("POST", "/v1/orders", an_order(currency="EUR"))
    answer = client.send("PATCH", "/v1/organisation", {"currency": "USD"})
    assert (answer.status_code, list(answer.json["errors"])) == (409, ["currency"])
    assert client.send("PATCH", "/v1/organisation", {"name": "A"}, headers={"If-Match": '"1"'}).status_code == 412


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("PATCH", "organisation", {"currency": "ZZZ"}, "currency"),
        ("PATCH", "organisation", {"countries": []}, "countries"),
        ("PATCH", "organisation", {"countries": ["usa"]}, "countries.0"),
        ("PATCH", "organisation", {"business_day_starts_at": "24:00"}, "business_day_starts_at"),
        ("PATCH", "organisation", {"default_zone": "Mars/Base"}, "default_zone"),
        ("PATCH", "organisation", {"surprise": 1}, "surprise"),
        ("POST", "locations", {"name": "A"}, "zone"),
        ("POST", "locations", {"name": "A", "zone": "../etc/passwd"}, "zone"),
        ("POST", "locations", {"name": "A", "zone": "UTC", "is_default": "yes"}, "is_default"),
        ("POST", "locations", {"name": "A", "zone": "UTC", "opening_hours": [{"day": "x"}]}, "opening_hours.0.day"),
    ],
)
def test_what_is_wrong_is_said_by_field(client, method, path, body, field):
    answer = client.send(method, f"/v1/{path}", body)
    assert answer.status_code == 422
    assert field in answer.json["errors"]


def test_only_the_owner_changes_the_restaurant(client):
    for method, path in [("PATCH", "/v1/organisation"), ("POST", "/v1/locations")]:
        assert client.send(method, path, {}, role="host").status_code == 403
    assert client.send("GET", "/v1/organisation", role="till").status_code == 403
