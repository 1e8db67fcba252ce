"""Who is bound to locations sees and writes the facts of those alone; guests are everybody's (OWASP API1)."""

from uuid import UUID

import pytest

from .factories import a_guest, a_reservation, an_order

BOTH = ("orders", "reservations")


@pytest.fixture
def here(client):
    """The default location, as the bound caller's own."""
    return client.send("GET", "/v1/locations").json["items"][0]["id"]


@pytest.fixture
def there(client):
    """Another location."""
    return client.send("POST", "/v1/locations", {"name": "There", "zone": "UTC"}).json["id"]


@pytest.fixture
def bound(here):
    """A manager of the default location."""
    return {"role": "manager", "locations": (UUID(here),)}


@pytest.fixture
def guest(client, here, there):
    """A guest who ordered and booked at both locations; gives its id and the ids of what it did."""
    guest = client.send("POST", "/v1/customers", a_guest()).json["id"]
    known = {"customer_id": guest}
    made = {"id": guest}
    for name, place, spent in (("here", here, 1000), ("there", there, 500)):
        order = client.send("POST", "/v1/orders", an_order(guest=known, location_id=place, total_minor=spent)).json
        table = client.send("POST", "/v1/reservations", a_reservation(guest=known, location_id=place)).json
        made[name] = {"orders": order["items"][0]["order_id"], "reservations": table["items"][0]["reservation_id"]}
    return made


@pytest.mark.parametrize("kind", BOTH)
def test_single_facts_of_other_locations_do_not_exist(client, guest, bound, kind):
    assert client.send("GET", f"/v1/{kind}/{guest['here'][kind]}", **bound).status_code == 200
    assert client.send("GET", f"/v1/{kind}/{guest['there'][kind]}", **bound).status_code == 404
    assert client.send("GET", f"/v1/{kind}/{guest['there'][kind]}", role="manager").status_code == 200
    nowhere = {"role": "manager", "locations": ()}
    assert client.send("GET", f"/v1/{kind}/{guest['here'][kind]}", **nowhere).status_code == 404


@pytest.mark.parametrize("kind", BOTH)
def test_a_guests_history_is_that_of_ones_locations(client, guest, bound, kind):
    path = f"/v1/customers/{guest['id']}/{kind}"
    assert len(client.send("GET", path).json["items"]) == 2
    assert [item["id"] for item in client.send("GET", path, **bound).json["items"]] == [guest["here"][kind]]
    page = client.send("GET", f"{path}?limit=1", **bound).json
    assert page["next_cursor"] is None


@pytest.mark.parametrize(("kind", "one"), [("orders", an_order), ("reservations", a_reservation)])
def test_what_waits_for_its_guest_is_that_of_ones_locations(client, there, bound, kind, one):
    here = str(bound["locations"][0])
    for _ in range(2):
        client.send("POST", "/v1/customers", a_guest(emails=[{"address": "both@example.com"}]))
    for place in (here, there):
        sent = client.send("POST", f"/v1/{kind}", one(guest={"email": "both@example.com"}, location_id=place)).json
        assert sent["items"][0]["customer_id"] is None
    path = f"/v1/{kind}?attribution=ambiguous"
    assert {item["location_id"] for item in client.send("GET", path).json["items"]} == {here, there}
    assert {item["location_id"] for item in client.send("GET", path, **bound).json["items"]} == {here}


def test_figures_are_counted_at_ones_locations_and_say_so(client, guest, here, bound):
    path = f"/v1/customers/{guest['id']}/metrics"
    whole, part = client.send("GET", path).json, client.send("GET", path, **bound).json
    assert (whole["spend_minor"], whole["visits"], whole["location_ids"]) == (1500, 2, None)
    assert (part["spend_minor"], part["visits"], part["location_ids"]) == (1000, 1, [here])


@pytest.mark.parametrize(("kind", "one"), [("orders", an_order), ("reservations", a_reservation)])
def test_nothing_is_booked_or_corrected_elsewhere(client, there, bound, kind, one):
    assert client.send("POST", f"/v1/{kind}", one(location_id=there), **bound).status_code == 422
    sent = one(location_id=there)
    client.send("POST", f"/v1/{kind}", sent)
    for again in (sent, sent | {"version": 2}, {**sent, "version": 2, "location_id": str(bound["locations"][0])}):
        refused = client.send("POST", f"/v1/{kind}", again, **bound)
        assert refused.status_code == 422


def test_a_profile_is_counted_and_listed_at_ones_locations(client, guest, here, bound):
    shown = client.send("GET", f"/v1/customers/{guest['id']}/profile", **bound).json
    assert (shown["metrics"]["spend_minor"], shown["metrics"]["location_ids"]) == (1000, [here])
    assert [order["id"] for order in shown["orders"]["items"]] == [guest["here"]["orders"]]
    assert [table["id"] for table in shown["reservations"]["items"]] == [guest["here"]["reservations"]]


def test_an_order_of_elsewhere_is_not_refunded(client, guest, bound):
    refund = {"external_id": "r", "amount_minor": 1, "refunded_at": an_order()["placed_at"]}
    assert client.send("POST", f"/v1/orders/{guest['there']['orders']}/refunds", refund, **bound).status_code == 404
    assert client.send("POST", f"/v1/orders/{guest['here']['orders']}/refunds", refund, **bound).status_code == 201


def test_other_places_and_the_whole_restaurant_are_not_changed(client, here, there, bound):
    assert client.send("PATCH", f"/v1/locations/{here}", {"name": "Mine"}, **bound).status_code == 200
    refused = client.send("PATCH", f"/v1/locations/{there}", {"name": "Mine"}, **bound)
    assert (refused.status_code, refused.json["type"]) == (403, "urn:maitre:problem:not-your-location")
    owner = bound | {"role": "owner"}
    assert client.send("PATCH", "/v1/organisation", {"name": "Mine"}, **owner).status_code == 403
    assert client.send("POST", "/v1/locations", {"name": "More", "zone": "UTC"}, **owner).status_code == 403
    assert client.send("GET", f"/v1/locations/{there}", **bound).status_code == 200


def test_guests_are_everybodys(client, guest, bound):
    elsewhere = {"role": "host", "locations": (UUID(int=9),)}
    for caller in (bound, elsewhere):
        assert client.send("GET", f"/v1/customers/{guest['id']}", **caller).status_code == 200
    assert client.send("GET", f"/v1/customers/{guest['id']}/reservations", **elsewhere).json["items"] == []
