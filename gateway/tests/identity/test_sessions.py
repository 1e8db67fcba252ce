"""A browser's session: opened by a sign-in, good for everything the gateway serves, ended by its owner or by time."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from crm_gateway.models.identity import Staff
from crm_gateway.models.sessions import StaffSession
from crm_gateway.operations.sessions import MOST_SESSIONS


def move(database, session_id, **columns):
    """Shift columns of a session from now by these times."""
    now = datetime.now(UTC)
    with database.transaction() as session:
        values = {name: now + offset for name, offset in columns.items()}
        session.execute(update(StaffSession).where(StaffSession.id == session_id).values(values))
    return now


def test_a_sign_in_opens_a_session_that_says_who_it_is(browser, member):
    who = member("host", name="Ana")
    opened = browser.sign_in(who)
    assert opened["staff"] == {
        "id": who.id, "email": who.email, "name": "Ana", "role": "host", "location_ids": None,
        "has_second_factor": False, "must_change_password": False, "must_add_second_factor": False,
    }  # fmt: skip
    assert "dietary" in opened["sees"]
    assert "spend" not in opened["sees"]
    again = browser("GET", "/auth/session")
    assert again.get_json() == opened
    assert again.headers["Cache-Control"] == "no-store"


def test_a_session_opens_what_the_services_serve(browser, member, services):
    browser.sign_in(member())
    assert browser("GET", "/customers").status_code == 200
    assert browser("POST", "/customers", json={}).status_code == 200
    asked = services["customer"].asked
    assert [each.method for each in asked] == ["GET", "POST"]
    assert not [each for each in asked if "Cookie" in each.headers or "X-CSRF-Token" in each.headers]


def test_a_session_has_the_role_of_its_owner(browser, member, problem):
    browser.sign_in(member("host"))
    problem(browser("GET", "/staff"), 403)


def test_without_a_session_there_is_none(browser, problem):
    problem(browser("GET", "/auth/session"), 401)
    for text in ("x" * 43, "", "x" * 500, "\u00e9"):
        browser.token = text
        problem(browser("GET", "/auth/session"), 401)


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/auth/session"), ("DELETE", "/auth/session"), ("GET", "/auth/sessions"), ("POST", "/auth/second-factor")],
)
def test_a_token_or_key_is_no_session(client, bearer, problem, method, path):
    answer = client.open(f"/admin/customers/api/v1{path}", method=method, headers=bearer("owner"))
    assert problem(answer, 403)["type"] == "urn:maitre:problem:session-needed"
    problem(client.open(f"/admin/customers/api/v1{path}", method=method, headers=bearer("till")), 403)


def test_a_bearer_credential_goes_before_the_cookie(browser, member, till, problem):
    browser.sign_in(member())
    problem(browser("GET", "/customers", headers={"Authorization": f"Bearer {till}"}), 403)


def test_signing_out_ends_the_session_and_takes_the_cookie_back(browser, member):
    browser.sign_in(member())
    assert browser("DELETE", "/auth/session").status_code == 204
    assert browser.token is None


@pytest.mark.parametrize(
    ("moved", "is_over"),
    [
        ({"last_seen_at": timedelta(minutes=-119)}, False),
        ({"last_seen_at": timedelta(minutes=-121)}, True),
        ({"expires_at": timedelta(seconds=-1)}, True),
    ],
)
def test_a_session_ends_idle_and_in_any_case(browser, database, member, problem, moved, is_over):  # noqa: PLR0917
    session_id = browser.sign_in(member())["id"]
    now = move(database, session_id, **moved)
    answer = browser("GET", "/auth/session")
    if is_over:
        problem(answer, 401)
    else:
        assert answer.status_code == 200
        with database.transaction() as session:  # it was used, so it is not idle any more
            assert session.scalar(select(StaffSession.last_seen_at).where(StaffSession.id == session_id)) >= now


def test_the_times_are_settings(make_gateway, settings, open_browser, member):
    app = make_gateway(dataclasses.replace(settings, session_minutes=30, session_idle_minutes=10))
    opened = open_browser(app).sign_in(member())
    assert opened["idle_minutes"] == 10
    left = datetime.fromisoformat(opened["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=28) < left <= timedelta(minutes=30)


def test_sessions_that_ended_leave_no_rows(browser, database, member):
    session_id = browser.sign_in(member())["id"]
    move(database, session_id, expires_at=timedelta(days=-1))
    browser.sign_in(member())
    with database.transaction() as session:
        assert session.get(StaffSession, session_id) is None


def test_one_person_has_so_many_sessions_and_the_oldest_end(open_browser, member, problem):
    who, first = member(), open_browser()
    first.sign_in(who)
    for _ in range(MOST_SESSIONS):
        last = open_browser()
        last.sign_in(who)
    assert len(last("GET", "/auth/sessions").get_json()["items"]) == MOST_SESSIONS
    problem(first("GET", "/auth/session"), 401)


def test_own_sessions_are_listed_and_ended(open_browser, member, problem):
    who, here, there = member(), open_browser(), open_browser()
    here.sign_in(who)
    there.client.environ_base["HTTP_USER_AGENT"] = "A lost tablet"
    there.sign_in(who)
    items = here("GET", "/auth/sessions").get_json()["items"]
    assert [(item["is_current"], item["proof"]) for item in items] == [(False, "password"), (True, "password")]
    assert items[0]["user_agent"] == "A lost tablet"
    assert here("DELETE", f"/auth/sessions/{items[0]['id']}").status_code == 204
    problem(there("GET", "/auth/session"), 401)
    assert [item["id"] for item in here("GET", "/auth/sessions").get_json()["items"]] == [here.opened["id"]]
    problem(here("DELETE", f"/auth/sessions/{items[0]['id']}"), 404)


def test_nobody_sees_or_ends_the_sessions_of_another(open_browser, member, problem):
    mine, theirs = open_browser(), open_browser()
    mine.sign_in(member())
    theirs.sign_in(member("host"))
    assert len(mine("GET", "/auth/sessions").get_json()["items"]) == 1
    problem(mine("DELETE", f"/auth/sessions/{theirs.opened['id']}"), 404)
    assert theirs("GET", "/auth/session").status_code == 200


def test_signing_in_is_noted(browser, database, member):
    who = member()
    browser.sign_in(who)
    with database.transaction() as session:
        assert datetime.now(UTC) - session.get(Staff, who.id).last_signed_in_at < timedelta(minutes=1)
