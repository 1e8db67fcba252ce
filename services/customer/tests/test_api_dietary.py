"""Dietary needs: sealed apart, for those who serve (RULES F6, G2)."""

import pytest

from .factories import a_guest

MARKETING = {"role": "marketing_manager", "sees": ("spend",)}
NEEDS = [{"kind": "allergy", "name": "Peanuts"}, {"kind": "diet", "name": "vegan"}]


@pytest.fixture
def guest(client):
    """A guest with an allergy and a diet."""
    return client.send("POST", "/v1/customers", a_guest(dietary=NEEDS), role="host").json["id"]


def needs(client, guest):
    return client.send("GET", f"/v1/customers/{guest}").json["dietary"]


def test_those_who_serve_see_them_and_marketing_never_does(client, guest):
    paths = {
        f"/v1/customers/{guest}": lambda body: body,
        "/v1/customers": lambda body: body["items"][0],
        "/v1/customers?q=guest": lambda body: body["items"][0],
    }
    for path, pick in paths.items():
        assert pick(client.send("GET", path, role="host", sees=("dietary",)).json)["dietary"] == NEEDS
        assert "dietary" not in pick(client.send("GET", path, **MARKETING).json)
    assert client.send("GET", "/v1/customers?q=peanuts").json["items"] == []


def test_marketing_cannot_set_them_and_changes_the_rest(client, guest):
    path = f"/v1/customers/{guest}"
    for body in ({"dietary": []}, {"dietary": None}):
        refused = client.send("PATCH", path, body, **MARKETING)
        assert (refused.status_code, list(refused.json["errors"])) == (403, ["dietary"])
    assert client.send("POST", "/v1/customers", a_guest(dietary=NEEDS), **MARKETING).status_code == 403
    assert "dietary" not in client.send("PATCH", path, {"name": "B"}, **MARKETING).json
    assert needs(client, guest) == NEEDS


def test_they_are_changed_and_cleared_and_only_the_fields_name_is_told(client, guest, announced, database):
    path = f"/v1/customers/{guest}"
    changed = client.send("PATCH", path, {"dietary": NEEDS[:1]}, role="host")
    assert changed.json["dietary"] == NEEDS[:1]
    fact, data = announced(guest)[-1]
    assert (fact, data["changed"]) == ("profile_changed", ["dietary"])
    with database.reading() as connection:
        sealed, profile = connection.exec_driver_sql("SELECT dietary, profile FROM guest").one()
        assert b"Peanuts" not in bytes(sealed)
        assert sealed != profile
    for nothing in (None, []):
        client.send("PATCH", path, {"dietary": NEEDS})
        assert client.send("PATCH", path, {"dietary": nothing}).json["dietary"] == []
    assert client.send("PATCH", path, {"name": "B"}).json["dietary"] == []


def test_no_merge_loses_an_allergy_and_an_edit_is_the_whole_persons(client, guest):
    other = client.send("POST", "/v1/customers", a_guest(dietary=[{"kind": "allergy", "name": "Shrimp"}])).json["id"]
    client.send("POST", "/v1/customers/merges", {"survivor_id": other, "merged_id": guest})
    assert sorted(need["name"] for need in needs(client, guest)) == ["Peanuts", "Shrimp", "vegan"]
    assert client.send("PATCH", f"/v1/customers/{guest}", {"dietary": NEEDS[:1]}).json["dietary"] == NEEDS[:1]


def test_erasure_takes_them_along(client, guest, database):
    client.send("POST", "/v1/privacy/requests", {"customer_id": guest, "kind": "erasure"})
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT dietary FROM guest").scalar() is None


@pytest.mark.parametrize(
    ("dietary", "field"),
    [
        ([{"kind": "taste", "name": "a"}], "dietary.0.kind"),
        ([{"kind": "diet"}], "dietary.0.name"),
        ([{"kind": "diet", "name": "a\x00"}], "dietary.0.name"),
        ([{"kind": "diet", "name": "a", "since": 1}], "dietary.0.since"),
        ([{"kind": "diet", "name": "a"}] * 51, "dietary"),
        ("vegan", "dietary"),
    ],
)
def test_what_is_wrong_is_said_by_field(client, dietary, field):
    answer = client.send("POST", "/v1/customers", a_guest(dietary=dietary))
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])
