"""POST /orders: one or many, each once, each to its guest."""

from .factories import an_order


def post(client, body, **options):
    return client.send("POST", "/v1/orders", body, **({"role": "till"} | options))


def test_a_paid_order_of_an_unknown_guest_makes_the_guest_and_is_announced(client, database):
    answer = post(client, an_order(guest={"external_id": "c-1", "email": "Ana@Example.com", "name": "Ana"}))
    assert answer.status_code == 200, answer.json
    (item,) = answer.json["items"]
    assert item["outcome"] == "created"
    assert item["customer_id"]
    with database.reading() as connection:
        types = connection.exec_driver_sql("SELECT type FROM outbox WHERE subject = %s", (item["customer_id"],))
        assert list(types.scalars()) == ["customer.registered.v1", "customer.order_recorded.v1"]
    guest = client.send("GET", f"/v1/customers/{item['customer_id']}").json
    assert guest["name"] == "Ana"
    assert guest["emails"][0]["address"] == "Ana@Example.com"
