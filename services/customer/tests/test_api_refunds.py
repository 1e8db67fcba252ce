"""POST /orders/{id}/refunds: each once, never more than the order's total."""

from uuid import UUID, uuid4

import pytest

from .factories import NOW, an_order

REFUND = {"external_id": "r-1", "amount_minor": 1000, "refunded_at": NOW.isoformat(), "reason": "Cold soup"}


@pytest.fixture
def sold(client):
    """A paid order of 42.00 with 2.00 of tip, of a guest, and the path of its refunds."""
    order = an_order(guest={"external_id": "c-1"}, tip_minor=200)
    item = client.send("POST", "/v1/orders", order, role="till").json["items"][0]
    return order, item, f"/v1/orders/{item['order_id']}/refunds"


def test_a_refund_takes_off_spend_and_is_announced(client, sold, announced):
    _, item, path = sold
    answer = client.send("POST", path, REFUND, role="till")
    assert answer.status_code == 201, answer.json
    fact, data = announced(item["customer_id"])[-1]
    assert fact == "order_refunded"
    assert (data["refund_minor"], data["spend_minor"], data["refunded_minor"], data["revision"]) == (
        1000,
        3000,
        1000,
        2,
    )
    shown = client.send("GET", f"/v1/orders/{item['order_id']}").json
    assert (shown["spend_minor"], [refund["reason"] for refund in shown["refunds"]]) == (3000, ["Cold soup"])


def test_the_same_refund_again_is_the_same_answer(client, sold, announced):
    _, item, path = sold
    first, again = (client.send("POST", path, REFUND, role="till") for _ in range(2))
    assert (again.status_code, again.json) == (201, first.json)
    assert len(announced(item["customer_id"])) == 3
    assert client.send("POST", path, REFUND | {"amount_minor": 1}).status_code == 409


def test_refunds_never_exceed_the_total_and_spend_never_falls_below_zero(client, sold):
    _, item, path = sold
    assert client.send("POST", path, REFUND | {"amount_minor": 4200}).status_code == 201
    answer = client.send("POST", path, REFUND | {"external_id": "r-2", "amount_minor": 1})
    assert (answer.status_code, list(answer.json["errors"])) == (409, ["amount_minor"])
    assert client.send("GET", f"/v1/orders/{item['order_id']}").json["spend_minor"] == 0


def test_a_corrected_order_keeps_its_refunds(client, sold, announced):
    order, item, path = sold
    client.send("POST", path, REFUND)
    client.send("POST", "/v1/orders", order | {"version": 2, "total_minor": 5200})
    _, data = announced(item["customer_id"])[-1]
    assert (data["spend_minor"], data["refunded_minor"], data["revision"]) == (4000, 1000, 3)


def test_only_a_paid_order_of_ones_own_location_is_refunded(client, sold):
    _, _, path = sold
    for status in ("open", "void"):
        item = client.send("POST", "/v1/orders", an_order(status=status)).json["items"][0]
        assert client.send("POST", f"/v1/orders/{item['order_id']}/refunds", REFUND).status_code == 409
    assert client.send("POST", f"/v1/orders/{uuid4()}/refunds", REFUND).status_code == 404
    assert client.send("POST", path, REFUND, role="till", locations=(UUID(int=7),)).status_code == 404
    assert client.send("POST", path, REFUND, role="host").status_code == 403


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_minor": 0}, "amount_minor"),
        ({"amount_minor": -5}, "amount_minor"),
        ({"amount_minor": 0.5}, "amount_minor"),
        ({"refunded_at": "2999-01-01T00:00:00Z"}, "refunded_at"),
        ({"external_id": "a\x00"}, "external_id"),
        ({"reason": ""}, "reason"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_what_is_wrong_with_a_refund_is_said_by_field(client, sold, changes, field):
    answer = client.send("POST", sold[2], REFUND | changes)
    assert (answer.status_code, field in answer.json["errors"]) == (422, True)


def test_an_anonymous_order_is_refunded_and_announced_to_nobody(client, database):
    item = client.send("POST", "/v1/orders", an_order()).json["items"][0]
    assert client.send("POST", f"/v1/orders/{item['order_id']}/refunds", REFUND).status_code == 201
    with database.reading() as connection:
        told = connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE type LIKE 'customer.order%%'")
        assert told.scalar() == 0
