"""Merges and erasure: who is whom, and being forgotten (RULES E)."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from crm_chassis.crypto import KeyDestroyed

from .factories import NOW, a_guest, an_order

ANSWERING = ["campaign", "feedback", "loyalty", "segmentation"]


@pytest.fixture
def buy(client):
    """``buy(**guest)``: the outcome of a paid order."""

    def send(order=None, **guest):
        answer = client.send("POST", "/v1/orders", order or an_order(guest=guest))
        return answer.json["items"][0]

    return send


@pytest.fixture
def merge(client):
    """``merge(survivor, merged)``: the answer."""
    return lambda survivor, merged: client.send(
        "POST", "/v1/customers/merges", {"survivor_id": survivor, "merged_id": merged}
    )


@pytest.fixture
def erase(client):
    """``erase(customer_id)``: the answer."""
    return lambda customer_id: client.send(
        "POST", "/v1/privacy/requests", {"customer_id": customer_id, "kind": "erasure"}
    )


def figures(client, customer_id):
    metrics = client.send("GET", f"/v1/customers/{customer_id}/metrics").json
    return metrics["orders"], metrics["spend_minor"]


def test_e1_a_merged_guest_is_the_survivor_until_unmerged(client, buy, merge, announced):
    ann, anna = buy(external_id="c-1")["customer_id"], buy(external_id="c-2")["customer_id"]
    answer = merge(ann, anna)
    assert answer.status_code == 201
    assert client.send("GET", f"/v1/customers/{anna}").json["id"] == ann
    for id_ in (ann, anna):
        assert figures(client, id_) == (2, 8400)
        assert len(client.send("GET", f"/v1/customers/{id_}/orders").json["items"]) == 2
    assert [guest["id"] for guest in client.send("GET", "/v1/customers").json["items"]] == [ann]
    assert buy(external_id="c-2")["customer_id"] == ann
    fact, data = announced(anna)[-1]
    assert (fact, data["survivor_id"]) == ("merged", ann)
    assert client.send("DELETE", f"/v1/customers/merges/{answer.json['id']}").status_code == 204
    assert announced(anna)[-1][0] == "unmerged"
    assert figures(client, anna) == (1, 4200)
    assert client.send("GET", f"/v1/customers/{anna}").json["id"] == anna
    assert buy(external_id="c-2")["customer_id"] == anna


def test_a_merged_guest_is_found_by_what_either_was_called(client, merge):
    ann, eve = (client.send("POST", "/v1/customers", {"name": name}).json["id"] for name in ("Annabelle", "Evelyn"))
    merge(ann, eve)
    for query in ("annab", "evel"):
        items = client.send("GET", f"/v1/customers?q={query}").json["items"]
        assert [guest["id"] for guest in items] == [ann]


def test_a_merge_into_a_merged_guest_goes_to_the_survivor(client, buy, merge):
    a, b, c = (buy(external_id=f"c-{n}")["customer_id"] for n in range(3))
    assert merge(b, c).status_code == 201
    assert merge(a, b).status_code == 201
    assert client.send("GET", f"/v1/customers/{c}").json["id"] == a
    assert figures(client, c) == (3, 12600)


def test_impossible_merges_are_refused(client, buy, merge, erase):
    a, b, c = (buy(external_id=f"c-{n}")["customer_id"] for n in range(3))
    assert merge(a, str(uuid4())).status_code == 404
    assert merge(a, a).status_code == 409
    first = merge(a, b)
    assert merge(a, b).status_code == 409
    assert merge(b, a).status_code == 409
    assert merge(c, b).status_code == 409
    assert client.send("DELETE", f"/v1/customers/merges/{uuid4()}").status_code == 404
    erase(c)
    assert merge(a, c).status_code == 410
    erase(a)
    assert client.send("DELETE", f"/v1/customers/merges/{first.json['id']}").status_code == 410
    assert client.send("POST", "/v1/customers/merges", {"survivor_id": a}, role="host").status_code == 403
    assert client.send("POST", "/v1/customers/merges", {"survivor_id": a}).status_code == 422


def test_e3_erasure_leaves_nothing_of_the_person_but_the_restaurants_figures(client, buy, erase, database, announced):
    contacts = {"email": "ana@example.com", "phone": "+12125550123", "name": "Ana"}
    order = an_order(guest={"external_id": "c-1"} | contacts)
    item = buy(order)
    refund = {"external_id": "r-1", "amount_minor": 1, "refunded_at": NOW.isoformat(), "reason": "Ana was cross"}
    client.send("POST", f"/v1/orders/{item['order_id']}/refunds", refund)
    guest = item["customer_id"]
    answer = erase(guest)
    assert (answer.status_code, answer.json["state"]) == (202, "processing")
    assert answer.json["waiting_for"] == ANSWERING
    assert announced(guest)[-1][0] == "erased"
    for path in (f"/v1/customers/{guest}", f"/v1/customers/{guest}/metrics", f"/v1/customers/{guest}/orders"):
        assert client.send("GET", path).status_code == 410
    assert client.send("PATCH", f"/v1/customers/{guest}", {"name": "B"}).status_code == 410
    assert client.send("GET", "/v1/customers?q=ana").json["items"] == []
    assert client.send("POST", "/v1/customers/lookup", {"email": contacts["email"]}).json["items"] == []
    with database.reading() as connection:
        row = connection.exec_driver_sql("SELECT customer_id, external_id, spend_minor FROM orders").one()
        assert str(row.customer_id) != guest
        assert row.external_id.startswith("erased:")
        assert row.spend_minor == 4199
        left = "SELECT (SELECT count(*) FROM guest_contact) + (SELECT count(*) FROM external_id)"
        assert connection.exec_driver_sql(left).scalar() == 0
        assert connection.exec_driver_sql("SELECT profile, search FROM guest").one() == (None, [])
        assert connection.exec_driver_sql("SELECT reason FROM refund").scalar() is None


def test_e3_older_facts_make_no_new_guest_and_a_later_visit_does(client, buy, erase, settings):
    order = an_order(guest={"external_id": "c-1", "email": "ana@example.com"})
    item = buy(order)
    erase(item["customer_id"])
    again = buy(order)
    assert (again["outcome"], again["order_id"], again["customer_id"]) == ("unchanged", item["order_id"], None)
    corrected = buy(order | {"version": 2, "total_minor": 1})
    assert (corrected["outcome"], corrected["customer_id"]) == ("corrected", None)
    late = buy(email="ana@example.com")
    assert (late["outcome"], late["customer_id"]) == ("created", None)
    visit = an_order(guest={"email": "ana@example.com"}, placed_at=(NOW + timedelta(hours=3)).isoformat())
    new = buy(visit)["customer_id"]
    assert new not in (None, item["customer_id"])
    assert buy(customer_id=item["customer_id"])["customer_id"] is None


def test_e3_the_guests_own_registration_makes_a_new_guest(client, erase):
    body = a_guest(emails=[{"address": "ana@example.com"}])
    first = client.send("POST", "/v1/customers", body).json["id"]
    erase(first)
    assert client.send("POST", "/v1/customers", body).json["id"] != first


def test_e1_erasing_either_of_a_merged_person_erases_both(client, buy, merge, erase, vault):
    ann, anna = buy(external_id="c-1")["customer_id"], buy(external_id="c-2")["customer_id"]
    merge(ann, anna)
    erase(anna)
    for id_ in (ann, anna):
        assert client.send("GET", f"/v1/customers/{id_}").status_code == 410
        with pytest.raises(KeyDestroyed):
            vault.seal([(UUID(id_), {})])


def test_erasing_again_gives_the_same_request(client, buy, erase):
    guest = buy(external_id="c-1")["customer_id"]
    first = erase(guest).json
    assert erase(guest).json == first
    assert client.send("GET", f"/v1/privacy/requests/{first['id']}").json == first
    assert erase(str(uuid4())).status_code == 404
    assert client.send("GET", f"/v1/privacy/requests/{uuid4()}").status_code == 404
    wrong = {"customer_id": guest, "kind": "magic"}
    assert list(client.send("POST", "/v1/privacy/requests", wrong).json["errors"]) == ["kind"]
    assert client.send("POST", "/v1/privacy/requests", wrong, role="host").status_code == 403


def test_e2_after_an_erasure_nothing_more_is_announced_of_the_guest(client, buy, erase, announced):
    item = buy(external_id="c-1")
    erase(item["customer_id"])
    refund = {"external_id": "r-1", "amount_minor": 1, "refunded_at": NOW.isoformat()}
    path = f"/v1/orders/{item['order_id']}/refunds"
    first, again = (client.send("POST", path, refund).json["id"] for _ in range(2))
    assert first == again
    assert [fact for fact, _ in announced(item["customer_id"])][-1] == "erased"
