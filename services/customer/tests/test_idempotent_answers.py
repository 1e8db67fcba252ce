"""What is kept of a guest for a repeated request goes with the guest (RULES E4)."""


def test_e4_an_erased_guests_answer_is_not_given_again(client):
    key = {"Idempotency-Key": "key-1"}
    first = client.send("POST", "/v1/customers", {"name": "Ada"}, headers=key).json
    assert client.send("POST", "/v1/customers", {"name": "Ada"}, headers=key).json == first
    client.send("POST", "/v1/privacy/requests", {"customer_id": first["id"], "kind": "erasure"})
    again = client.send("POST", "/v1/customers", {"name": "Ada"}, headers=key)
    assert (again.status_code, again.json["id"] != first["id"]) == (201, True)
