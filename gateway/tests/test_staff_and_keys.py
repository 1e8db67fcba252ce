"""The owner looks after staff and tills' keys; nobody else does."""

import hashlib

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from crm_gateway import cli
from crm_gateway.config import BASE
from crm_gateway.models.identity import ApiKey, Staff


@pytest.mark.parametrize("role", ["marketing_manager", "manager", "host", "till"])
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/staff"), ("POST", "/staff"), ("GET", "/api-keys"), ("POST", "/api-keys"),
                         ("DELETE", "/api-keys/01890000-0000-7000-8000-000000000000")],
)  # fmt: skip
def test_only_the_owner_manages_log_ins(client, bearer, problem, role, method, path):  # noqa: PLR0917
    problem(client.open(BASE + path, method=method, json={} if method == "POST" else None, headers=bearer(role)), 403)
    problem(client.open(BASE + path, method=method), 401)


def test_a_key_is_shown_once_and_kept_as_a_hash(client, bearer, database, services):
    answer = client.post(f"{BASE}/api-keys", json={"name": "Terrace"}, headers=bearer("owner"))
    assert answer.status_code == 201
    made = answer.get_json()
    mark, prefix, secret = made["key"].split("_", 2)
    assert (mark, prefix, made["role"]) == ("mk", made["prefix"], "till")
    with database.transaction() as session:
        row = session.scalars(select(ApiKey).where(ApiKey.prefix == prefix)).one()
    assert row.secret_hash == hashlib.sha256(secret.encode()).digest()
    listed = client.get(f"{BASE}/api-keys?limit=200", headers=bearer("owner"))
    assert secret not in listed.get_data(as_text=True)
    assert prefix in listed.get_data(as_text=True)
    use = {"Authorization": f"Bearer {made['key']}"}
    assert client.post(f"{BASE}/orders", json=[], headers=use).status_code == 200


def test_a_revoked_key_is_refused(make_gateway, bearer, problem):
    client = make_gateway().test_client()
    made = client.post(f"{BASE}/api-keys", json={"name": "Lost"}, headers=bearer("owner")).get_json()
    first = client.delete(f"{BASE}/api-keys/{made['id']}", headers=bearer("owner")).get_json()
    again = client.delete(f"{BASE}/api-keys/{made['id']}", headers=bearer("owner")).get_json()
    assert first["revoked_at"] == again["revoked_at"] is not None
    use = {"Authorization": f"Bearer {made['key']}"}
    problem(client.post(f"{BASE}/orders", json=[], headers=use), 401)
    missing = f"{BASE}/api-keys/01890000-0000-7000-8000-000000000000"
    problem(client.delete(missing, headers=bearer("owner")), 404)


def test_a_revoked_key_is_remembered_for_five_seconds_at_most(make_gateway, bearer, problem, monkeypatch, services):
    client = make_gateway().test_client()
    made = client.post(f"{BASE}/api-keys", json={"name": "Lost"}, headers=bearer("owner")).get_json()
    use = {"Authorization": f"Bearer {made['key']}"}
    assert client.post(f"{BASE}/orders", json=[], headers=use).status_code == 200
    client.delete(f"{BASE}/api-keys/{made['id']}", headers=bearer("owner"))
    from crm_gateway import authentication  # noqa: PLC0415

    later = authentication.time.monotonic() + 5.1
    monkeypatch.setattr(authentication.time, "monotonic", lambda: later)
    problem(client.post(f"{BASE}/orders", json=[], headers=use), 401)


def test_a_key_with_another_secret_is_refused(client, till, problem):
    mark, prefix, secret = till.split("_", 2)
    for key in (
        f"{mark}_{prefix}_{secret[:-1]}",
        f"{mark}_{prefix}_{secret}x",
        f"{mark}_{prefix}_",
        f"{mark}_ _{secret}",
    ):
        problem(client.post(f"{BASE}/orders", json=[], headers={"Authorization": f"Bearer {key}"}), 401)


def test_keys_can_be_bound_to_locations_and_scopes(client, bearer):
    location = "01890000-0000-7000-8000-000000000001"
    wanted = {"name": "Bar", "location_ids": [location], "scopes": ["orders:write"]}
    made = client.post(f"{BASE}/api-keys", json=wanted, headers=bearer("owner")).get_json()
    assert made["location_ids"] == [location]
    assert made["scopes"] == ["orders:write"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/api-keys", {}, "name"),
        ("/api-keys", {"name": "x", "role": "owner"}, "role"),
        ("/api-keys", {"name": "x", "scopes": ["everything"]}, "scopes.0"),
        ("/api-keys", {"name": "x", "scopes": []}, "scopes"),
        ("/api-keys", {"name": "x", "location_ids": ["bar"]}, "location_ids.0"),
        ("/api-keys", {"name": "x\0"}, "name"),
        ("/staff", {"email": "x", "password": "long enough password", "role": "host"}, "email"),
        ("/staff", {"email": "x@example.com", "password": "short", "role": "host"}, "password"),
        ("/staff", {"email": "x@example.com", "password": "long enough password", "role": "till"}, "role"),
        ("/staff", {"email": "x@example.com", "password": "long enough password", "role": "host", "id": 1}, "id"),
    ],
)  # fmt: skip
def test_bad_input_names_the_field(client, bearer, problem, path, body, field):  # noqa: PLR0917
    assert field in problem(client.post(BASE + path, json=body, headers=bearer("owner")), 422)["errors"]


def test_staff_are_added_once(client, bearer, database, problem):
    body = {"email": "New@Example.com", "password": "long enough password", "role": "host"}
    answer = client.post(f"{BASE}/staff", json=body, headers=bearer("owner"))
    assert answer.status_code == 201
    assert answer.get_json()["email"] == "New@Example.com"
    assert "password" not in answer.get_json()
    problem(client.post(f"{BASE}/staff", json=body | {"email": "new@example.COM"}, headers=bearer("owner")), 409)
    with database.transaction() as session:
        stored = session.scalars(select(Staff).where(Staff.email_normalised == "new@example.com")).one()
    assert stored.password.startswith("$argon2id$")


def test_lists_are_paged(client, bearer, people):
    ids, cursor = [], None
    for _ in range(20):
        query = f"?limit=2{f'&cursor={cursor}' if cursor else ''}"
        page = client.get(f"{BASE}/staff{query}", headers=bearer("owner")).get_json()
        ids += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(ids) == len(set(ids)) >= 4


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "cursor=x", "cursor=WyJ4Il0", "cursor=W10", "unknown=1"])
def test_bad_page_requests_name_the_parameter(client, bearer, problem, query):
    found = problem(client.get(f"{BASE}/staff?{query}", headers=bearer("owner")), 422)
    assert query.partition("=")[0] in found["errors"]


def test_the_command_line_makes_the_first_log_ins(client, environment, database, services):
    run = CliRunner().invoke
    env = {"CRM_DATABASE_URL": environment["CRM_DATABASE_URL"]}
    assert run(cli.main, ["migrate"], env=env).exit_code == 0
    added = run(cli.main, ["staff", "add", "--email", "cli@example.com", "--role", "owner"], env=env)
    answer = client.post(f"{BASE}/auth/tokens", json={"email": "cli@example.com", "password": added.output.strip()})
    assert answer.status_code == 200
    given = ["staff", "add", "--email", "cli2@example.com", "--role", "host", "--password-stdin"]
    added = run(cli.main, given, env=env, input="a password from the pipe\n")
    assert "a password from the pipe" not in added.output
    answer = client.post(
        f"{BASE}/auth/tokens", json={"email": "cli2@example.com", "password": "a password from the pipe"}
    )
    assert answer.status_code == 200
    key = run(cli.main, ["api-keys", "add", "--name", "bar", "--role", "till"], env=env).output.strip()
    assert client.post(f"{BASE}/orders", json=[], headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_the_command_line_says_what_is_wrong(environment, people):
    run = CliRunner().invoke
    env = {"CRM_DATABASE_URL": environment["CRM_DATABASE_URL"]}
    again = run(cli.main, ["staff", "add", "--email", people["owner"], "--role", "owner"], env=env)
    assert again.exit_code == 1
    assert "already" in again.output
    short = run(
        cli.main,
        ["staff", "add", "--email", "s@example.com", "--role", "owner", "--password-stdin"],
        env=env,
        input="x",
    )
    assert "password: Must have between 12" in short.output
    nowhere = {"CRM_DATABASE_URL": "postgresql://x@127.0.0.1:9/x"}
    away = run(cli.main, ["staff", "add", "--email", "s@example.com", "--role", "owner"], env=nowhere)
    assert "does not answer" in away.output
    nothing = run(cli.main, ["migrate"], env={"CRM_DATABASE_URL": ""})
    assert "CRM_DATABASE_URL" in nothing.output
