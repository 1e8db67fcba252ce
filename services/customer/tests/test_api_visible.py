"""What an asker may not see they neither get, nor send, nor find anybody by (RULES G2)."""

import pytest

from .factories import a_guest, a_reservation, an_order

NUMBER, ADDRESS = "+12025550147", "ada.secret@example.com"
BLIND = {"role": "marketing_manager", "sees": ("spend",)}
HOST = {
    "role": "host",
    "sees": (
        "contact",
        "dietary",
        "bookings",
    ),
}


@pytest.fixture
def ada(client):
    """A guest with an address and a number."""
    guest = a_guest(name="Ada", emails=[{"address": ADDRESS}], phones=[{"number": NUMBER}])
    return client.send("POST", "/v1/customers", guest).json["id"]


def test_who_does_not_see_contacts_sees_whether_there_are_any(client, ada):
    shown = client.send("GET", f"/v1/customers/{ada}", **BLIND).json
    assert shown["reachable"] == {"email": True, "phone": True}
    assert not {"emails", "phones"} & shown.keys()
    for answer in (client.send("GET", "/v1/customers", **BLIND), client.send("GET", "/v1/customers?q=ada", **BLIND)):
        assert [item["id"] for item in answer.json["items"]] == [ada]
        assert NUMBER not in answer.text
        assert ADDRESS not in answer.text
    nobody = client.send("POST", "/v1/customers", a_guest()).json
    assert nobody["reachable"] == {"email": False, "phone": False}


@pytest.mark.parametrize("q", ["secret", ADDRESS, "example.com", NUMBER, "5550147", "0147", "ada.s"])
def test_nobody_is_found_by_a_contact_that_the_asker_may_not_see(client, ada, q):
    assert client.send("GET", "/v1/customers", **HOST, query_string={"q": q}).json["items"][0]["id"] == ada
    assert client.send("GET", "/v1/customers", **BLIND, query_string={"q": q}).json == {
        "items": [], "next_cursor": None,
    }  # fmt: skip


def test_lookups_by_contact_are_for_who_sees_contacts(client, ada):
    for body in ({"email": ADDRESS}, {"phone": NUMBER}, {"email": "nobody@example.com"}):
        refused = client.send("POST", "/v1/customers/lookup", body, **BLIND)
        assert (refused.status_code, refused.json["errors"].keys()) == (403, body.keys())
    client.send("PATCH", f"/v1/customers/{ada}", {"external_ids": [{"source": "pos", "id": "7"}]})
    found = client.send("POST", "/v1/customers/lookup", {"external_id": {"source": "pos", "id": "7"}}, **BLIND).json
    assert [item["id"] for item in found["items"]] == [ada]
    assert "emails" not in found["items"][0]
    assert client.send("POST", "/v1/customers/lookup", {"email": ADDRESS}, **HOST).json["items"][0]["id"] == ada


@pytest.mark.parametrize("change", [{"emails": []}, {"emails": None}, {"phones": [{"number": NUMBER}]}])
def test_contacts_are_not_written_unseen(client, ada, change):
    refused = client.send("PATCH", f"/v1/customers/{ada}", change, **BLIND)
    assert (refused.status_code, refused.json["type"]) == (403, "urn:maitre:problem:forbidden-fields")
    assert client.send("POST", "/v1/customers", a_guest(**change), **BLIND).status_code in {403, 422}
    assert client.send("GET", f"/v1/customers/{ada}").json["emails"] == [{"address": ADDRESS}]


def test_figures_come_without_the_money(client, ada):
    client.send("POST", "/v1/orders", an_order(guest={"customer_id": ada}, total_minor=7331))
    path = f"/v1/customers/{ada}/metrics"
    assert client.send("GET", path).json["spend_minor"] == 7331
    figures = client.send("GET", path, **HOST)
    assert (figures.json["visits"], figures.json["orders"]) == (1, 1)
    assert "7331" not in figures.text


def test_no_answer_about_orders_shows_money_to_who_does_not_see_it(client, ada):
    sent = an_order(guest={"customer_id": ada}, total_minor=7331, lines=[
        {"name": "Soup", "quantity": 1, "unit_price_minor": 7331}
    ])  # fmt: skip
    order = client.send("POST", "/v1/orders", sent).json["items"][0]["order_id"]
    refund = {"external_id": "r", "amount_minor": 31, "refunded_at": sent["placed_at"]}
    without = {"role": "owner", "sees": ("contact",)}
    assert "amount_minor" not in client.send("POST", f"/v1/orders/{order}/refunds", refund, **without).json
    for path in (f"/v1/orders/{order}", f"/v1/customers/{ada}/orders"):
        text = client.send("GET", path, **without).text
        assert "Soup" in text
        assert "_minor" not in text
    too_much = client.send("POST", f"/v1/orders/{order}/refunds", refund | {"external_id": "s", "amount_minor": 9000})
    assert too_much.status_code == 409
    assert "7300" not in too_much.text


def test_a_reservation_shows_what_was_booked_to_who_may_see_bookings(client, ada):
    sent = a_reservation(guest={"customer_id": ada}, requests="window", area="terrace", party_size=7)
    path = f"/v1/reservations/{client.send('POST', '/v1/reservations', sent).json['items'][0]['reservation_id']}"
    assert client.send("GET", path, **HOST).json["requests"] == "window"
    hidden = {"requests", "occasion", "area", "party_size", "starts_at", "business_day", "status"}
    assert not hidden & client.send("GET", path, role="owner", sees=("contact",)).json.keys()


def test_a_service_sees_all(client, ada, settings):
    from crm_chassis import auth  # noqa: PLC0415

    token = auth.mint(settings, "customer", auth.Principal(kind="service", id="customer", role="service"))
    shown = client.get(f"/v1/customers/{ada}", headers={"Authorization": f"Bearer {token}"}).json
    assert shown["emails"] == [{"address": ADDRESS}]
