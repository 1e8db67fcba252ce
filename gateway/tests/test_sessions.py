"""A browser's session: opened by a sign-in, good for everything the gateway serves, ended by its owner or by time."""

import dataclasses
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update

from crm_gateway import cookies
from crm_gateway.config import BASE
from crm_gateway.models.identity import Staff
from crm_gateway.models.sessions import StaffSession
from crm_gateway.operations import staff

PASSWORD = "correct horse battery"
SESSION = f"{BASE}/auth/session"


@pytest.fixture
def member(database):
    """``member(role)``: a fresh member of staff's e-mail address."""

    def make(role="owner", **more):
        email = f"{role}-{uuid4()}@example.com"
        with database.transaction() as session:
            staff.add_staff(session, email=email, password=PASSWORD, role=role, **more)
            session.execute(text("TRUNCATE sign_in_attempts"))
        return email

    return make


def sign_in(client, email, **more):
    """Open a session; the client has its cookie then."""
    answer = client.post(f"{BASE}/auth/sessions", json={"email": email, "password": PASSWORD} | more)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def token_of(client):
    return client.get_cookie(cookies.SESSION, domain="localhost").value


def csrf(opened):
    return {"X-CSRF-Token": opened["csrf_token"]}


def test_a_sign_in_opens_a_session_that_says_who_it_is(client, member):
    email = member("host", name="Ana")
    opened = sign_in(client, email)
    assert opened["staff"]["email"] == email
    assert opened["staff"] | {"id": "", "email": ""} == {
        "id": "", "email": "", "name": "Ana", "role": "host", "location_ids": None, "has_second_factor": False,
        "must_change_password": False, "must_add_second_factor": False,
    }  # fmt: skip
    assert "dietary" in opened["sees"]
    assert "spend" not in opened["sees"]
    again = client.get(SESSION)
    assert again.get_json() == opened
    assert again.headers["Cache-Control"] == "no-store"


def test_a_session_opens_what_the_services_serve(client, member, services):
    opened = sign_in(client, member())
    assert client.get(f"{BASE}/customers").status_code == 200
    assert client.post(f"{BASE}/customers", json={}, headers=csrf(opened)).status_code == 200
    asked = services["customer"].asked
    assert [each.method for each in asked] == ["GET", "POST"]
    assert not [each for each in asked if "Cookie" in each.headers or "X-CSRF-Token" in each.headers]


def test_a_session_has_the_role_of_its_owner(client, member, problem):
    sign_in(client, member("host"))
    problem(client.get(f"{BASE}/staff"), 403)


def test_without_a_session_there_is_none(client, problem):
    problem(client.get(SESSION), 401)
    client.set_cookie(cookies.SESSION, "x" * 43)
    problem(client.get(SESSION), 401)


def test_a_token_is_no_session(client, bearer, problem):
    assert problem(client.get(SESSION, headers=bearer("owner")), 403)["type"].endswith("session-needed")
    problem(client.get(SESSION, headers=bearer("till")), 403)


def test_signing_out_ends_the_session_and_takes_the_cookie_back(client, member, problem):
    opened = sign_in(client, member())
    token = token_of(client)
    answer = client.delete(SESSION, headers=csrf(opened))
    assert answer.status_code == 204
    assert client.get_cookie(cookies.SESSION, domain="localhost") is None
    client.set_cookie(cookies.SESSION, token)
    problem(client.get(SESSION), 401)


@pytest.mark.parametrize(
    ("change", "is_over"),
    [
        ({"last_seen_at": timedelta(minutes=-119)}, False),
        ({"last_seen_at": timedelta(minutes=-121)}, True),
        ({"expires_at": timedelta(seconds=-1)}, True),
    ],
)
def test_a_session_ends_idle_and_in_any_case(client, database, member, problem, change, is_over):  # noqa: PLR0917
    opened = sign_in(client, member())
    now = datetime.now(UTC)
    with database.transaction() as session:
        moved = {column: now + offset for column, offset in change.items()}
        session.execute(update(StaffSession).where(StaffSession.id == opened["id"]).values(moved))
    answer = client.get(SESSION)
    if is_over:
        problem(answer, 401)
    else:
        assert answer.status_code == 200
        with database.transaction() as session:
            seen = session.scalar(select(StaffSession.last_seen_at).where(StaffSession.id == opened["id"]))
        assert seen >= now  # used, so not idle any more


def test_the_times_are_settings(make_gateway, settings, member):
    app = make_gateway(dataclasses.replace(settings, session_minutes=30, session_idle_minutes=10))
    client = app.test_client()
    answer = client.post(f"{BASE}/auth/sessions", json={"email": member(), "password": PASSWORD})
    assert answer.get_json()["idle_minutes"] == 10
    assert (
        timedelta(minutes=29)
        < datetime.fromisoformat(answer.get_json()["expires_at"]) - datetime.now(UTC)
        <= timedelta(minutes=30)
    )
    assert "Max-Age=17" in answer.headers["Set-Cookie"] or "Max-Age=1800" in answer.headers["Set-Cookie"]


def test_old_sessions_leave_no_rows(client, database, member):
    opened = sign_in(client, member())
    with database.transaction() as session:
        past = datetime.now(UTC) - timedelta(days=1)
        session.execute(update(StaffSession).where(StaffSession.id == opened["id"]).values(expires_at=past))
    sign_in(client, member())
    with database.transaction() as session:
        assert session.get(StaffSession, opened["id"]) is None


def test_signing_in_is_noted(client, database, member):
    email = member()
    sign_in(client, email)
    with database.transaction() as session:
        found = session.scalars(select(Staff).where(Staff.email_normalised == email)).one()
    assert datetime.now(UTC) - found.last_signed_in_at < timedelta(minutes=1)
