"""Signing in through an identity provider, a real one on 127.0.0.1; and everything that must not get in that way."""

import dataclasses
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import requests
from sqlalchemy import select, update

from crm_chassis.config import MissingSetting, Secret
from crm_gateway import cookies
from crm_gateway.config import BASE
from crm_gateway.models.identity import Staff
from crm_gateway.models.sessions import ProviderLink, ProviderVisit
from crm_gateway.operations import staff
from crm_gateway.provider import IdentityProvider

OPENID = runpy.run_path(str(Path(__file__).with_name("openid.py")))
UNKNOWN, REFUSED, VISIT, AWAY = (
    "provider-account-unknown", "provider-refused", "provider-visit-unknown", "provider-away",
)  # fmt: skip


@pytest.fixture
def provider():
    made = OPENID["OpenIdProvider"]()
    made.person = {"sub": uuid4().hex, "email": f"{uuid4()}@example.com", "email_verified": True}
    yield made
    made.stop()


@pytest.fixture
def oidc_settings(settings, provider):
    return dataclasses.replace(
        settings, oidc_issuer=provider.issuer, oidc_client_id=OPENID["CLIENT_ID"],
        oidc_client_secret=Secret(OPENID["CLIENT_SECRET"]), oidc_name="Example Workspace",
    )  # fmt: skip


@pytest.fixture
def browser(make_gateway, oidc_settings, open_browser):
    return open_browser(make_gateway(oidc_settings))


@pytest.fixture
def add(database):
    """``add(email)``: a member of staff without a password, or with one."""

    def make(email, **more):
        with database.transaction() as session:
            return staff.add_staff(session, email=email, role="host", **more)

    return make


def go(browser, return_to=""):
    """Send the browser to the provider; gives where it comes back to."""
    answer = browser("GET", f"/auth/oidc/login{return_to}")
    assert answer.status_code == 303
    return requests.get(answer.headers["Location"], allow_redirects=False, timeout=5).headers["Location"]


def come_back(browser, where):
    parts = urlsplit(where)
    return browser.client.get(f"{parts.path}?{parts.query}")


def sign_in(browser):
    return come_back(browser, go(browser))


def is_refused(browser, answer, problem):
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/admin/customers/sign-in?problem={problem}")
    assert browser("GET", "/auth/session").status_code == 401


def test_the_provider_is_offered_where_there_is_one(browser, client):
    url = f"{BASE}/auth/oidc/login"
    assert browser("GET", "/auth/providers").get_json() == {"oidc": {"name": "Example Workspace", "login_url": url}}
    assert client.get(f"{BASE}/auth/providers").get_json() == {"oidc": None}
    assert client.get(url).headers["Location"] == "/admin/customers/sign-in"


def test_the_first_visit_links_who_was_added_without_a_password(browser, provider, add, database):
    who = add(provider.person["email"].upper())
    answer = come_back(browser, go(browser, "?return_to=/admin/customers/guests"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/customers/guests")
    opened = browser("GET", "/auth/session").get_json()
    assert opened["staff"]["id"] == str(who.id)
    browser.opened = opened
    assert browser("GET", "/auth/sessions").get_json()["items"][0]["proof"] == "provider"
    with database.transaction() as session:
        link = session.scalars(select(ProviderLink).where(ProviderLink.staff_id == who.id)).one()
    assert (link.issuer, link.subject) == (provider.issuer, provider.person["sub"])


def test_afterwards_it_is_the_subject_that_counts_not_the_address(browser, open_browser, provider, add):
    """RULES G4: another address of the same subject is the same person; another subject with the address is not."""
    who, address = add(provider.person["email"]), provider.person["email"]
    sign_in(browser)
    provider.person |= {"email": "married@example.com", "email_verified": False}
    sign_in(browser)
    assert browser("GET", "/auth/session").get_json()["staff"]["id"] == str(who.id)
    provider.person = {"sub": "a new colleague", "email": address, "email_verified": True}
    other = open_browser(browser.client.application)
    is_refused(other, sign_in(other), UNKNOWN)


def test_an_address_alone_links_nobody_who_has_a_password(browser, provider, add):
    add(provider.person["email"], password="correct horse battery")
    is_refused(browser, sign_in(browser), UNKNOWN)


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_an_unverified_address_links_nobody(browser, provider, add, verified):
    add(provider.person["email"])
    provider.person["email_verified"] = verified
    is_refused(browser, sign_in(browser), UNKNOWN)


def test_a_stranger_does_not_get_in(browser):
    is_refused(browser, sign_in(browser), UNKNOWN)


def test_who_was_dismissed_does_not_get_in(browser, provider, add, database):
    who = add(provider.person["email"])
    sign_in(browser)
    with database.transaction() as session:
        session.execute(update(Staff).where(Staff.id == who.id).values(is_active=False, epoch=1))
    browser.client.application.extensions["authenticator"].forget()
    is_refused(browser, sign_in(browser), UNKNOWN)


def test_the_address_may_come_from_user_info_of_the_same_subject(browser, provider, add):
    add(provider.person["email"])
    provider.user_info = dict(provider.person)
    provider.claims = {"email": None, "email_verified": None}
    assert sign_in(browser).headers["Location"] == "/admin/customers"
    provider.user_info["sub"] = "somebody else"
    assert REFUSED in sign_in(browser).headers["Location"]


@pytest.mark.parametrize(
    "claims",
    [{"nonce": "another"}, {"nonce": None}, {"iss": "https://evil.example"}, {"aud": "another client"},
     {"aud": None}, {"azp": "another client"}, {"exp": 1}, {"sub": None}, {"iat": None}],
    ids=str,
)  # fmt: skip
def test_an_identity_token_that_is_not_for_this_visit_is_refused(browser, provider, add, claims):
    add(provider.person["email"])
    provider.claims = claims
    is_refused(browser, sign_in(browser), REFUSED)


@pytest.mark.parametrize("signed", ["by_nothing", "by_public_key", "by_another_key"])
def test_an_identity_token_not_signed_by_the_provider_is_refused(browser, provider, add, signed):
    """``alg`` none and HS256 stay refused, although the provider's description claims to use them."""
    add(provider.person["email"])
    provider.sign = getattr(provider, signed)
    is_refused(browser, sign_in(browser), REFUSED)


def test_a_new_key_of_the_provider_is_looked_up(browser, provider, add):
    add(provider.person["email"])
    sign_in(browser)
    provider.kid, provider.key = "k2", OPENID["ANOTHER_KEY"]
    assert sign_in(browser).headers["Location"] == "/admin/customers"


def test_a_state_of_another_browser_or_none_is_refused(browser, open_browser, provider, add):
    """Login CSRF: nobody is signed in as somebody else by following their link."""
    add(provider.person["email"])
    victim = open_browser(browser.client.application)
    where = go(browser)
    is_refused(victim, come_back(victim, where), VISIT)
    go(victim)
    is_refused(victim, come_back(victim, where), VISIT)
    wrong = where.replace("state=", "state=x")
    is_refused(browser, come_back(browser, wrong), VISIT)
    is_refused(browser, come_back(browser, f"{BASE}/auth/oidc/callback"), VISIT)


def test_a_state_is_good_once_and_for_ten_minutes(browser, provider, add, database):
    add(provider.person["email"])
    where = go(browser)
    visit = browser.client.get_cookie(cookies.VISIT, domain="localhost").value
    assert come_back(browser, where).headers["Location"] == "/admin/customers"
    assert browser.client.get_cookie(cookies.VISIT, domain="localhost") is None
    browser.client.delete_cookie(cookies.SESSION)
    browser.client.set_cookie(cookies.VISIT, visit)
    asked = provider.tokens_asked
    is_refused(browser, come_back(browser, where), VISIT)
    assert provider.tokens_asked == asked
    late = go(browser)
    with database.transaction() as session:
        session.execute(update(ProviderVisit).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    is_refused(browser, come_back(browser, late), VISIT)


def test_a_code_that_was_used_is_refused(browser, open_browser, provider, add):
    """An intercepted code: its state is the attacker's own, but the provider gave the code out already."""
    add(provider.person["email"])
    first = go(browser)
    come_back(browser, first)
    used = parse_qs(urlsplit(first).query)["code"][0]
    thief = open_browser(browser.client.application)
    fresh = parse_qs(urlsplit(go(thief)).query)
    is_refused(thief, come_back(thief, f"/admin/customers/api/v1/auth/oidc/callback?code={used}"
                                       f"&state={fresh['state'][0]}"), REFUSED)  # fmt: skip


def test_a_code_injected_from_another_visit_fails_its_proof_key(browser, open_browser, provider, add):
    """PKCE (RFC 7636): the code of the victim's visit does not fit the verifier of the attacker's."""
    add(provider.person["email"])
    code = parse_qs(urlsplit(go(browser)).query)["code"][0]
    thief = open_browser(browser.client.application)
    state = parse_qs(urlsplit(go(thief)).query)["state"][0]
    is_refused(thief, come_back(thief, f"{BASE}/auth/oidc/callback?code={code}&state={state}"), REFUSED)


@pytest.mark.parametrize("extra", ["error=access_denied", "iss=https://evil.example"])
def test_a_refusal_of_the_provider_and_a_mix_up_are_refused(browser, provider, add, extra):
    add(provider.person["email"])
    state = parse_qs(urlsplit(go(browser)).query)["state"][0]
    is_refused(browser, come_back(browser, f"{BASE}/auth/oidc/callback?code=x&state={state}&{extra}"), REFUSED)


@pytest.mark.parametrize("broken", [(500, b"no"), (200, b"<html>"), (200, b"[]"), (200, {})], ids=str)
@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/jwks"])
def test_a_provider_that_fails_lets_nobody_in_and_breaks_nothing(  # noqa: PLR0917
    browser, make_gateway, oidc_settings, open_browser, provider, add, path, broken
):
    add(provider.person["email"])
    if path == "/.well-known/openid-configuration":
        provider.broken = {path: broken}
        answer = browser("GET", "/auth/oidc/login")
        assert answer.headers["Location"] == f"/admin/customers/sign-in?problem={AWAY}"
        return
    where = go(browser)
    provider.broken = {path: broken}
    answer = come_back(browser, where)
    assert answer.headers["Location"].rpartition("=")[2] in {AWAY, REFUSED}
    assert browser("GET", "/auth/session").status_code == 401


@pytest.mark.parametrize(
    "where", ["https://evil.example", "//evil.example", "/admin/customers//evil.example", "/admin/customersx",
              "/admin/customers/\\evil", "/elsewhere", ""],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_in_our_name(browser, provider, add, where):
    add(provider.person["email"])
    answer = come_back(browser, go(browser, f"?return_to={where}"))
    assert answer.headers["Location"] == "/admin/customers"


def test_the_cookies_of_the_way_there_and_back(browser, provider, add):
    add(provider.person["email"])
    there = browser("GET", "/auth/oidc/login").headers["Set-Cookie"]
    assert there.startswith("__Host-maitre-visit=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in there.split(";")}
    back = sign_in(browser).headers.getlist("Set-Cookie")
    assert back[0].startswith("__Host-maitre=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Strict"} <= {part.strip() for part in back[0].split(";")}


def test_a_temporary_password_concerns_only_who_signs_in_with_it(browser, provider, add, database):
    """Whoever comes from the provider has proved it there, second factor and all."""
    add(provider.person["email"])
    sign_in(browser)
    with database.transaction() as session:
        row = update(Staff).where(Staff.email_normalised == provider.person["email"])
        session.execute(row.values(must_change_password=True))
    browser.client.application.extensions["authenticator"].forget()
    assert browser("GET", "/auth/sessions").status_code == 200


def test_half_a_provider_is_no_setting(settings):
    for wrong in (SimpleNamespace(oidc_issuer="http://idp.example", oidc_client_id="x"),
                  SimpleNamespace(oidc_issuer="https://idp.example", oidc_client_id="")):  # fmt: skip
        with pytest.raises(MissingSetting):
            IdentityProvider.of(dataclasses.replace(settings, **vars(wrong)))
