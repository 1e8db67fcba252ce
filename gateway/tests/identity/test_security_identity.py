"""What an attacker tries against sessions, passwords and codes, by name.

Session fixation (CWE-384), cross-site request forgery (CWE-352), the cookie (CWE-614, CWE-1004), replay (CWE-294),
enumeration and timing (CWE-204, CWE-208), brute force (CWE-307), credentials in logs (CWE-532).
"""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from crm_chassis.logs import configure_logging
from crm_chassis.testing import wait_until
from crm_gateway import cookies, passwords
from crm_gateway.config import BASE
from crm_gateway.models.identity import Staff

TOKENS = f"{BASE}/auth/tokens"
FORM = "application/x-www-form-urlencoded"


def bearer_of(client, who, **more):
    answer = client.post(TOKENS, json={"email": who.email, "password": who.password} | more)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {"Authorization": f"Bearer {answer.get_json()['access_token']}"}


def next_code(app):
    """The code of the step after this one: later than the one that confirmed the factor."""
    return app.at(time.time(), counter_offset=1)


def without_ids(answer):
    """An answer as an attacker compares it: status, headers, body, but for what differs in any two requests."""
    headers = {k: v for k, v in answer.headers.items() if k not in {"X-Request-ID", "RateLimit", "Date"}}
    body = {k: v for k, v in answer.get_json().items() if k != "instance"}
    return answer.status_code, headers, body


def test_fixation_a_planted_cookie_is_not_adopted(browser, member):
    browser.token = "x" * 43
    browser.sign_in(member())
    assert browser.token != "x" * 43


def test_fixation_signing_in_again_gives_another_session(browser, member):
    browser.sign_in(member("host"))
    first = browser.token
    browser.sign_in(member("owner"))
    assert browser.token != first


@pytest.mark.parametrize("change", ["password", "second factor", "second factor removed"])
def test_fixation_a_change_of_credentials_gives_another_session(browser, member, problem, change):
    who = member()
    browser.sign_in(who)
    if change == "second factor removed":
        browser.add_second_factor()
    before, csrf = browser.token, browser.opened["csrf_token"]
    if change == "password":
        browser("POST", "/auth/password",
                json={"current_password": who.password, "new_password": "quite another password"})  # fmt: skip
    elif change == "second factor":
        browser.add_second_factor()
    else:
        browser("DELETE", "/auth/second-factor", json={"password": who.password})
    assert browser.token != before
    assert browser.opened["csrf_token"] != csrf
    assert browser("GET", "/auth/session").status_code == 200
    browser.token = before
    problem(browser("GET", "/auth/session"), 401)


@pytest.mark.parametrize("path", ["/customers", "/staff", "/auth/session"])
@pytest.mark.parametrize("given", [None, "", "x", "another session's", "one that ended", "é"])
def test_csrf_a_change_needs_this_sessions_token(  # noqa: PLR0917
    browser, open_browser, member, services, problem, path, given
):
    who = member()
    ended = browser.sign_in(who)["csrf_token"]
    browser.sign_in(who)
    other = open_browser().sign_in(who)["csrf_token"]
    given = {"another session's": other, "one that ended": ended}.get(given, given)
    headers = {} if given is None else {"X-CSRF-Token": given}
    method = "DELETE" if path == "/auth/session" else "POST"
    answer = browser(method, path, json={}, headers=headers)
    assert problem(answer, 403)["type"] == "urn:maitre:problem:csrf-token-missing"
    assert not services["customer"].asked
    assert browser("GET", "/auth/session").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
     {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://localhost.evil.example"},
     {"Origin": "http://localhost:81"}, {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("path", ["/customers", "/staff"])
def test_csrf_another_site_is_refused_even_with_the_token(browser, member, problem, services, path, headers):  # noqa: PLR0917
    token = browser.sign_in(member())["csrf_token"]
    answer = browser("POST", path, json={}, headers={"X-CSRF-Token": token} | headers)
    assert problem(answer, 403)["type"] == "urn:maitre:problem:cross-site-request"
    assert not services["customer"].asked


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"},
                                     {"Origin": "http://proxied", "Sec-Fetch-Site": "same-origin"}])  # fmt: skip
def test_csrf_our_own_pages_pass(browser, member, services, headers):
    token = browser.sign_in(member())["csrf_token"]
    assert browser("POST", "/customers", json={}, headers={"X-CSRF-Token": token} | headers).status_code == 200


def test_csrf_nobody_is_signed_in_by_another_site(client, member, problem):
    """Login CSRF: neither by a script of theirs nor by a form."""
    who = member()
    body = {"email": who.email, "password": who.password}
    sessions = f"{BASE}/auth/sessions"
    problem(client.post(sessions, json=body, headers={"Sec-Fetch-Site": "cross-site"}), 403)
    problem(client.post(sessions, json=body, headers={"Origin": "https://evil.example"}), 403)
    problem(client.post(sessions, data=body, content_type=FORM), 415)
    problem(client.post(sessions, data=str(body), content_type="text/plain"), 415)
    assert client.get_cookie(cookies.SESSION, domain="localhost") is None


def test_csrf_programs_need_no_token(client, member, services):
    headers = bearer_of(client, member())
    assert client.post(f"{BASE}/customers", json={}, headers=headers).status_code == 200


def test_the_cookie_is_for_this_host_over_tls_and_not_for_scripts(client, member):
    who = member()
    answer = client.post(f"{BASE}/auth/sessions", json={"email": who.email, "password": who.password})
    (cookie,) = answer.headers.getlist("Set-Cookie")
    name_and_value, *flags = [part.strip() for part in cookie.split(";")]
    name, _, value = name_and_value.partition("=")
    assert name == "__Host-maitre"
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", value)  # 256 random bits, nothing to read in them
    assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(flags)
    assert not [flag for flag in flags if flag.startswith("Domain")]
    assert value not in answer.get_data(as_text=True)


def test_the_token_of_a_session_is_kept_as_a_hash(browser, member, database):
    browser.sign_in(member())
    with database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT staff_sessions::text FROM staff_sessions").scalars().all()
    assert rows
    assert browser.token.encode().hex() not in "".join(rows)
    assert browser.token not in "".join(rows)


def test_replay_a_cookie_after_signing_out(browser, member, problem):
    browser.sign_in(member())
    token = browser.token
    browser("DELETE", "/auth/session")
    browser.token = token
    problem(browser("GET", "/auth/session"), 401)
    problem(browser("GET", "/customers"), 401)


def test_replay_signing_out_holds_in_all_processes(make_gateway, open_browser, member):
    """Well within the seconds for which a credential is remembered: the others are told."""
    here, there = open_browser(make_gateway()), open_browser(make_gateway())
    here.sign_in(member())
    there.token = here.token
    known = there.client.application.extensions["authenticator"]._remembered
    wait_until(lambda: there("GET", "/customers").status_code == 200 and known)
    here("DELETE", "/auth/session")
    wait_until(lambda: not known, 3)
    assert there("GET", "/customers").status_code == 401


def test_replay_sessions_and_tokens_after_a_password_change(open_browser, client, member, problem):
    who, here, there = member(), open_browser(), open_browser()
    here.sign_in(who)
    there.sign_in(who)
    token = bearer_of(client, who)
    assert client.get(f"{BASE}/customers", headers=token).status_code == 200
    change = {"current_password": who.password, "new_password": "quite another password"}
    assert here("POST", "/auth/password", json=change).status_code == 200
    problem(there("GET", "/auth/session"), 401)
    problem(client.get(f"{BASE}/customers", headers=token), 401)
    assert here("GET", "/auth/session").status_code == 200


@pytest.mark.parametrize("change", [{"role": "manager"}, {"is_active": False}])
def test_replay_after_another_role_or_a_dismissal(open_browser, client, member, problem, change):
    who, theirs, owner = member("host"), open_browser(), open_browser()
    theirs.sign_in(who)
    token = bearer_of(client, who)
    owner.sign_in(member("owner"))
    assert owner("PATCH", f"/staff/{who.id}", json=change).status_code == 200
    problem(theirs("GET", "/auth/session"), 401)
    problem(client.get(f"{BASE}/customers", headers=token), 401)


def test_replay_a_code_that_was_used(browser, open_browser, client, member, problem):
    who = member()
    browser.sign_in(who)
    app, _ = browser.add_second_factor()
    code = next_code(app)
    open_browser().sign_in(who, code=code)
    assert open_browser().sign_in(who, status=401, code=code)["type"] == "urn:maitre:problem:wrong-code"
    problem(client.post(TOKENS, json={"email": who.email, "password": who.password, "code": code}), 401)


def test_replay_a_code_at_two_processes_at_once_is_taken_once(browser, make_gateway, open_browser, member):
    who = member()
    browser.sign_in(who)
    app, codes = browser.add_second_factor()
    for code in (next_code(app), codes[0]):
        browsers = [open_browser(make_gateway()) for _ in range(2)]
        body = {"email": who.email, "password": who.password, "code": code}
        with ThreadPoolExecutor(4) as pool:
            sent = [pool.submit(each.client.post, f"{BASE}/auth/sessions", json=body) for each in browsers]
            statuses = sorted(each.result().status_code for each in sent)
        assert statuses == [200, 401]


def test_replay_a_recovery_code_that_was_used(browser, open_browser, member):
    who = member()
    browser.sign_in(who)
    _, codes = browser.add_second_factor()
    open_browser().sign_in(who, code=codes[3])
    open_browser().sign_in(who, status=401, code=codes[3])
    open_browser().sign_in(who, code=codes[4])


def test_replay_recovery_codes_of_a_factor_that_was_removed(browser, open_browser, member):
    who = member()
    browser.sign_in(who)
    _, codes = browser.add_second_factor()
    browser("DELETE", "/auth/second-factor", json={"password": who.password})
    browser.add_second_factor()
    open_browser().sign_in(who, status=401, code=codes[0])


@pytest.fixture
def strangers(member, database):
    """E-mail addresses that cannot sign in, for every reason there is."""
    dismissed, passwordless = member(), member()
    with database.transaction() as session:
        session.execute(update(Staff).where(Staff.id == dismissed.id).values(is_active=False))
        session.execute(update(Staff).where(Staff.id == passwordless.id).values(password=None))
    nobody = SimpleNamespace(email="nobody@example.com", password="correct horse battery")
    wrong = SimpleNamespace(email=member().email, password="wrong password here")
    return {"wrong": wrong, "nobody": nobody, "dismissed": dismissed, "passwordless": passwordless}


@pytest.mark.parametrize("path", ["/auth/tokens", "/auth/sessions"])
@pytest.mark.parametrize("more", [{}, {"code": "123456"}])
def test_enumeration_every_failed_sign_in_gets_the_same_answer(client, strangers, path, more):
    answers = [
        without_ids(client.post(BASE + path, json={"email": who.email, "password": who.password} | more))
        for who in strangers.values()
    ]
    assert answers[0][0] == 401
    assert answers[0][2]["type"] == "urn:maitre:problem:wrong-credentials"
    assert answers.count(answers[0]) == len(answers)


def test_enumeration_an_address_nobody_has_is_locked_out_like_any_other(client, strangers):
    def statuses(who):
        body = {"email": who.email, "password": "wrong password here"}
        return [client.post(TOKENS, json=body).status_code for _ in range(6)]

    assert statuses(strangers["wrong"]) == statuses(strangers["nobody"]) == [401] * 5 + [429]


@pytest.mark.parametrize("who", ["wrong", "nobody", "dismissed", "passwordless"])
def test_timing_every_failed_sign_in_costs_one_password_hash(client, strangers, monkeypatch, who):
    """What takes time is argon2id; it runs once, with the same parameters, whoever is asked for."""
    verified = []

    class Counting:
        def verify(self, stored, password):
            verified.append(stored.rpartition("$")[0].rpartition("$")[0])
            return hasher.verify(stored, password)

        def __getattr__(self, name):
            return getattr(hasher, name)

    hasher = passwords._HASHER
    monkeypatch.setattr(passwords, "_HASHER", Counting())
    body = {"email": strangers[who].email, "password": "wrong password here"}
    assert client.post(TOKENS, json=body).status_code == 401
    assert verified == ["$argon2id$v=19$m=19456,t=2,p=1"]


def test_brute_force_of_codes_is_stopped_from_however_many_addresses(browser, client, member, problem):
    """Who knows the password has ten guesses a quarter of an hour in all, of a million codes."""
    who = member()
    browser.sign_in(who)
    app, codes = browser.add_second_factor()

    def guess(number, code="000000"):
        body = {"email": who.email, "password": who.password, "code": code}
        return client.post(TOKENS, json=body, environ_base={"REMOTE_ADDR": f"192.0.2.{number}"})

    assert [guess(number).status_code for number in range(10)] == [401] * 10
    assert 0 < problem(guess(10), 429)["retry_after"] <= 901
    problem(guess(11, next_code(app)), 429)
    problem(guess(12, codes[0]), 429)


def test_brute_force_of_codes_counts_across_processes(browser, make_gateway, member):
    who = member()
    browser.sign_in(who)
    browser.add_second_factor()
    clients = [make_gateway().test_client() for _ in range(2)]
    body = {"email": who.email, "password": who.password, "code": "000000"}

    def guess(number):
        address = {"REMOTE_ADDR": f"192.0.2.{number}"}
        return clients[number % 2].post(TOKENS, json=body, environ_base=address).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(guess, range(14))) == [401] * 10 + [429] * 4


def test_brute_force_asking_for_the_code_forgives_no_wrong_one(client, browser, member):
    """A right password without a code is no success: it does not set the count back."""
    who = member()
    browser.sign_in(who)
    browser.add_second_factor()
    body = {"email": who.email, "password": who.password}
    statuses = []
    for _ in range(6):
        statuses.append(client.post(TOKENS, json=body | {"code": "000000"}).status_code)
        client.post(TOKENS, json=body)
    assert statuses == [401] * 5 + [429]


def test_brute_force_asking_for_the_code_is_no_failure(client, browser, member):
    who = member()
    browser.sign_in(who)
    app, _ = browser.add_second_factor()
    body = {"email": who.email, "password": who.password}
    assert [client.post(TOKENS, json=body).status_code for _ in range(7)] == [401] * 7
    assert client.post(TOKENS, json=body | {"code": next_code(app)}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "/auth/password", {"current_password": "a wrong one", "new_password": "quite another password"}),
     ("DELETE", "/auth/second-factor", {"password": "a wrong one"}),
     ("POST", "/auth/second-factor/confirmations", {"code": "000000"})],
)  # fmt: skip
def test_brute_force_within_a_stolen_session_is_stopped(browser, member, problem, method, path, body):  # noqa: PLR0917
    browser.sign_in(member())
    browser("POST", "/auth/second-factor")
    statuses = [browser(method, path, json=body).status_code for _ in range(5)]
    assert set(statuses) == {422}
    problem(browser(method, path, json=body), 429)


def test_logs_hold_no_credential_and_no_address(make_gateway, open_browser, member, capsys):
    configure_logging("gateway", "api", "DEBUG")
    app = make_gateway()
    who, browser = member(), open_browser(app)
    browser.sign_in(who)
    second, codes = browser.add_second_factor()
    code = next_code(second)
    token = bearer_of(browser.client, who, code=code)["Authorization"].removeprefix("Bearer ")
    browser.client.get(f"{BASE}/customers?q={who.email}", headers={"Authorization": f"Bearer {token}"})
    key = browser("POST", "/api-keys", json={"name": "Bar"}).get_json()["key"]
    new = "quite another password"
    browser("POST", "/auth/password", json={"current_password": who.password, "new_password": new})
    browser.client.get(f"{BASE}/auth/oidc/callback?code=thecode&state=thestate")
    open_browser(app).sign_in(who, status=401)
    secrets = [who.email, who.password, new, second.secret, code, codes[0], token, key, browser.token, "thestate"]
    secrets += [browser.opened["csrf_token"], "thecode"]
    written = capsys.readouterr().out
    assert "/admin/customers/api/v1/auth/sessions" in written
    assert [secret for secret in secrets if secret in written] == []
