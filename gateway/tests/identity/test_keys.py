"""Keys of tills and booking systems: what they may do, when they were used, how they are replaced and end."""

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from crm_chassis.testing import wait_until
from crm_gateway.config import BASE
from crm_gateway.models.identity import ApiKey


@pytest.fixture
def make_key(client, bearer):
    """``make_key(role=...)``: a fresh key as its owner sees it once."""

    def make(**wanted):
        answer = client.post(f"{BASE}/api-keys", json={"name": "Bar"} | wanted, headers=bearer("owner"))
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.get_json()

    return make


@pytest.fixture
def send(client, services):
    """``send(key)``: the status of an order sent with it."""

    def send(key, path="/orders", at=client):
        return at.post(BASE + path, json=[], headers={"Authorization": f"Bearer {key['key']}"}).status_code

    return send


def rotate(client, bearer, old, **wanted):
    return client.post(f"{BASE}/api-keys/{old['id']}/rotations", json=wanted, headers=bearer("owner"))


def shown(client, bearer, key):
    items = client.get(f"{BASE}/api-keys?limit=200", headers=bearer("owner")).get_json()["items"]
    return next(item for item in items if item["id"] == key["id"])


def age(database, key, **columns):
    with database.transaction() as session:
        session.execute(update(ApiKey).where(ApiKey.id == UUID(key["id"])).values(columns))


def test_a_rotated_key_works_beside_its_successor_for_as_long_as_chosen(  # noqa: PLR0917
    client, make_gateway, bearer, make_key, send, database
):
    old = make_key(scopes=["orders:write"], location_ids=["01890000-0000-7000-8000-000000000001"])
    answer = rotate(client, bearer, old, overlap_hours=48)
    assert answer.status_code == 201
    new = answer.get_json()
    assert new["key"] != old["key"]
    for alike in ("name", "role", "scopes", "location_ids", "expires_at"):
        assert new[alike] == old[alike]
    assert send(old) == send(new) == 200
    ending = shown(client, bearer, old)
    assert ending["replaced_by_id"] == new["id"]
    left = datetime.fromisoformat(ending["expires_at"]) - datetime.now(UTC)
    assert timedelta(hours=47) < left <= timedelta(hours=48)
    age(database, old, expires_at=datetime.now(UTC))
    fresh = make_gateway().test_client()
    assert (send(old, at=fresh), send(new, at=fresh)) == (401, 200)


def test_without_overlap_the_old_key_ends_at_once(client, bearer, make_key, send):
    old = make_key()
    assert send(old) == 200
    new = rotate(client, bearer, old, overlap_hours=0).get_json()
    assert (send(old), send(new)) == (401, 200)


def test_a_key_that_ends_sooner_is_not_prolonged(client, bearer, make_key):
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    old = make_key(expires_at=soon)
    assert rotate(client, bearer, old).get_json()["expires_at"] == old["expires_at"]
    assert shown(client, bearer, old)["expires_at"] == old["expires_at"]


def test_only_a_key_in_force_is_rotated_and_once(client, bearer, make_key, problem, database):
    rotated, revoked, expired = make_key(), make_key(), make_key()
    rotate(client, bearer, rotated)
    client.delete(f"{BASE}/api-keys/{revoked['id']}", headers=bearer("owner"))
    age(database, expired, expires_at=datetime.now(UTC))
    for key in (rotated, revoked, expired):
        assert problem(rotate(client, bearer, key), 409)["type"] == "urn:maitre:problem:key-not-in-force"
    problem(rotate(client, bearer, {"id": "01890000-0000-7000-8000-00000000dead"}), 404)


@pytest.mark.parametrize(
    ("wanted", "field"), [({"overlap_hours": 169}, "overlap_hours"), ({"overlap_hours": -1}, "overlap_hours"),
                          ({"overlap_hours": 1.5}, "overlap_hours"), ({"key": "x"}, "key")],
)  # fmt: skip
def test_bad_rotations_name_the_field(client, bearer, make_key, problem, wanted, field):  # noqa: PLR0917
    assert list(problem(rotate(client, bearer, make_key(), **wanted), 422)["errors"]) == [field]


def test_a_key_may_have_an_end(client, bearer, make_key, send, problem):
    soon = make_key(expires_at=(datetime.now(UTC) + timedelta(hours=1)).isoformat())
    assert send(soon) == 200
    past = {"name": "Bar", "expires_at": (datetime.now(UTC) - timedelta(seconds=1)).isoformat()}
    refused = problem(client.post(f"{BASE}/api-keys", json=past, headers=bearer("owner")), 422)
    assert list(refused["errors"]) == ["expires_at"]


def test_a_key_is_not_remembered_beyond_its_end(make_gateway, make_key, send):
    client = make_gateway().test_client()
    known = client.application.extensions["authenticator"]._remembered
    key = make_key(expires_at=(datetime.now(UTC) + timedelta(seconds=4)).isoformat())
    wait_until(lambda: send(key, at=client) != 200 or known)
    assert [until for _, until in known.values() if until - time.monotonic() <= 4]


def test_use_is_noted_once_a_minute_at_most(  # noqa: PLR0917
    client, make_gateway, bearer, make_key, send, database
):
    key = make_key()
    assert shown(client, bearer, key)["last_used_at"] is None
    send(key)
    first = shown(client, bearer, key)["last_used_at"]
    assert datetime.now(UTC) - datetime.fromisoformat(first) < timedelta(minutes=1)
    send(key, at=make_gateway().test_client())  # another process, which remembers nothing
    assert shown(client, bearer, key)["last_used_at"] == first
    age(database, key, last_used_at=datetime.now(UTC) - timedelta(seconds=61))
    send(key, at=make_gateway().test_client())
    assert shown(client, bearer, key)["last_used_at"] > first


def test_a_booking_system_writes_reservations_and_nothing_else(client, make_key, send, make_gateway):
    from crm_gateway.routing.operations import load_document  # noqa: PLC0415

    key = make_key(role="booking_system", name="Bookings")
    assert key["scopes"] == ["reservations:write"]
    assert send(key) == 403
    document = load_document()
    allowed = {
        (method, path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if "booking_system" in operation["x-roles"]
    }
    assert allowed == {("post", "/reservations")}
    assert send(key, "/reservations", at=make_gateway(document=document).test_client()) == 200


def test_a_till_cannot_be_given_what_only_others_may(client, bearer, problem):
    wanted = {"name": "x", "role": "booking_system", "scopes": ["orders:write"]}
    problem(client.post(f"{BASE}/api-keys", json=wanted, headers=bearer("owner")), 422)
