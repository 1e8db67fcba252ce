"""The promises of DESIGN §6 and RULES C2, kept by the real services behind the real gateway."""

import uuid

import pytest

BASE = "/admin/customers/api/v1"


@pytest.fixture
def client(gateway):
    return gateway.test_client()


def an_order(**more):
    return {
        "source": "till",
        "external_id": str(uuid.uuid4()),
        "placed_at": "2026-01-31T18:30:00Z",
        "currency": "USD",
        "total_minor": 4200,
        "guest": {"external_id": str(uuid.uuid4())},
    } | more


def is_problem(answer, status):
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.data
    return answer.get_json()


def test_a_till_sends_orders_and_staff_see_them(client, bearer):
    organisation = client.get(f"{BASE}/organisation", headers=bearer("host")).get_json()
    order = an_order(currency=organisation["currency"])  # other tests of this session may have changed it
    sent = client.post(f"{BASE}/orders", json=[order, order | {"currency": "XXX"}], headers=bearer("till"))
    assert sent.status_code == 200
    good, bad = sent.get_json()["items"]
    assert (good["outcome"], bad["outcome"]) == ("created", "rejected")
    assert "currency" in bad["problem"]["errors"]
    again = client.post(f"{BASE}/orders", json=order, headers=bearer("till")).get_json()["items"][0]
    assert (again["outcome"], again["order_id"]) == ("unchanged", good["order_id"])
    orders = client.get(f"{BASE}/customers/{good['customer_id']}/orders", headers=bearer("manager")).get_json()["items"]
    assert [(one["external_id"], one["spend_minor"]) for one in orders] == [(order["external_id"], 4200)]


def test_a_till_sees_nothing_and_a_host_books_no_orders(client, bearer):
    is_problem(client.get(f"{BASE}/customers", headers=bearer("till")), 403)
    is_problem(client.post(f"{BASE}/orders", json=an_order(), headers=bearer("host")), 403)
    is_problem(client.post(f"{BASE}/orders", json=an_order()), 401)


def test_edits_take_the_etag_they_started_from(client, bearer):
    made = client.post(f"{BASE}/customers", json={"name": "Ada"}, headers=bearer("host"))
    assert made.status_code == 201
    path = f"{BASE}/customers/{made.get_json()['id']}"
    etag = client.get(path, headers=bearer("host")).headers["ETag"]
    first = client.patch(path, json={"name": "Ada L."}, headers=bearer("host") | {"If-Match": etag})
    assert first.status_code == 200
    assert first.headers["ETag"] != etag
    is_problem(client.patch(path, json={"name": "Eve"}, headers=bearer("host") | {"If-Match": etag}), 412)


def test_a_repeated_write_with_its_key_is_made_once(client, bearer):
    headers = bearer("host") | {"Idempotency-Key": str(uuid.uuid4())}
    first, second = (client.post(f"{BASE}/customers", json={"name": "Twice"}, headers=headers) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.get_json()["id"] == second.get_json()["id"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"[" + b" " * (10 << 20) + b"]", 413),
        (b"{", 400),
        (b"[" + b"{}," * 1000 + b"{}]", 422),
        (b"\xff", 400),
        (b"7", 422),
    ],
)
def test_unreadable_envelopes_are_refused(client, bearer, body, status):
    headers = bearer("till") | {"Content-Type": "application/json"}
    is_problem(client.post(f"{BASE}/orders", data=body, headers=headers), status)


def test_points_are_seen_through_the_same_door(client, bearer):
    programme = client.get(f"{BASE}/loyalty/programme", headers=bearer("host"))
    assert programme.status_code == 200
    is_problem(client.get(f"{BASE}/loyalty/members/{uuid.uuid4()}", headers=bearer("host")), 404)
