"""One's own password and second factor; and what a person must do before anything else."""

import dataclasses
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyotp
import pytest
from sqlalchemy import select, update

from crm_chassis.config import Secret
from crm_chassis.crypto import CiphertextRefused
from crm_gateway.models.identity import Staff
from crm_gateway.models.sessions import RecoveryCode, SecondFactor
from crm_gateway.operations import second_factor
from crm_gateway.sealing import Sealer

NEW = "quite another password"


def change(browser, current, new=NEW):
    return browser("POST", "/auth/password", json={"current_password": current, "new_password": new})


def test_a_password_is_changed_by_the_present_one(browser, open_browser, member, problem):
    who = member()
    before = browser.sign_in(who)
    after = change(browser, who.password).get_json()
    assert after["staff"] == before["staff"]
    assert after["expires_at"] <= before["expires_at"]
    assert browser("GET", "/auth/session").status_code == 200
    open_browser().sign_in(who, status=401)
    who.password = NEW
    open_browser().sign_in(who)


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [("wrong password here", NEW, "current_password"), (None, "short", "new_password"), (None, None, "new_password")],
)
def test_a_password_that_does_not_do_names_the_field(browser, member, problem, current, new, field):  # noqa: PLR0917
    who = member()
    browser.sign_in(who)
    answer = change(browser, current or who.password, new or who.password)
    assert list(problem(answer, 422)["errors"]) == [field]
    assert browser("GET", "/auth/session").status_code == 200


def test_a_person_without_a_password_cannot_give_themselves_one(browser, database, member, problem):
    who = member()
    browser.sign_in(who)
    with database.transaction() as session:
        session.execute(update(Staff).where(Staff.id == who.id).values(password=None))
    problem(change(browser, who.password), 422)


def test_a_temporary_password_is_good_for_changing_it_and_nothing_else(browser, member, services, problem):
    who = member("manager", must_change_password=True)
    opened = browser.sign_in(who)
    assert opened["staff"]["must_change_password"] is True
    for method, path in (("GET", "/customers"), ("POST", "/customers"), ("GET", "/auth/sessions"),
                         ("POST", "/auth/second-factor"), ("GET", "/auth/password-x")):  # fmt: skip
        answer = browser(method, path, json={} if method == "POST" else None)
        if answer.status_code != 404:
            assert problem(answer, 403)["type"] == "urn:maitre:problem:password-change-needed"
    assert not services["customer"].asked
    assert browser("GET", "/auth/session").status_code == 200
    assert change(browser, who.password).get_json()["staff"]["must_change_password"] is False
    assert browser("GET", "/customers").status_code == 200


def test_a_temporary_password_gives_no_token(client, member, problem):
    who = member(must_change_password=True)
    body = {"email": who.email, "password": who.password}
    answer = client.post("/admin/customers/api/v1/auth/tokens", json=body)
    assert problem(answer, 403)["type"] == "urn:maitre:problem:password-change-needed"


def test_a_second_factor_is_added_by_a_code_and_asked_for_from_then_on(browser, open_browser, member):
    who = member()
    browser.sign_in(who)
    made = browser("POST", "/auth/second-factor").get_json()
    parsed = pyotp.parse_uri(made["uri"])
    assert (parsed.secret, parsed.name, parsed.issuer) == (made["secret"], who.email, "Maître")
    open_browser().sign_in(who)  # not confirmed, so not in force
    app = pyotp.TOTP(made["secret"])
    answer = browser("POST", "/auth/second-factor/confirmations", json={"code": app.now()}).get_json()
    assert len(set(answer["recovery_codes"])) == 10
    assert answer["session"]["staff"]["has_second_factor"] is True
    refused = open_browser().sign_in(who, status=401)
    assert refused["type"] == "urn:maitre:problem:second-factor-needed"
    assert open_browser().sign_in(who, status=401, code="000000")["type"] == "urn:maitre:problem:wrong-code"


@pytest.mark.parametrize(("offset", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_may_be_one_step_of_thirty_seconds_off(database, member, app, offset, is_taken):
    """RFC 6238, 5.2; the instants are the test's own."""
    who, sealer, now = member(), app.extensions["second_factor_sealer"], datetime(2026, 3, 1, 12, 0, 29, tzinfo=UTC)
    with database.transaction() as session:
        person = session.get(Staff, who.id)
        totp = pyotp.TOTP(second_factor.begin(session, staff=person, sealer=sealer).secret)
        earlier = now - timedelta(hours=1)
        second_factor.confirm(session, staff=person, code=totp.at(earlier), sealer=sealer, now=earlier)
        code = totp.at(now, counter_offset=offset)
        given = {"staff_id": person.id, "code": f"{code[:3]} {code[3:]}", "sealer": sealer, "now": now}
        if is_taken:
            second_factor.check_code(session, **given)
        with pytest.raises(second_factor.WrongCode):
            second_factor.check_code(session, **given)


def test_secrets_are_sealed_anew_once_the_master_key_is_replaced(database, member, settings):
    keys = settings.master_keys.reveal()
    old, both, new = (
        Sealer(Secret(text), second_factor.PURPOSE) for text in (keys, f"k2:{'A' * 43},{keys}", f"k2:{'A' * 43}")
    )
    who, now = member(), datetime(2026, 3, 1, 12, tzinfo=UTC)
    with database.transaction() as session:
        person = session.get(Staff, who.id)
        totp = pyotp.TOTP(second_factor.begin(session, staff=person, sealer=old).secret)
        codes = second_factor.confirm(session, staff=person, code=totp.at(now), sealer=old, now=now)
    later = now + timedelta(minutes=5)
    given = {"staff_id": person.id, "now": later, "sealer": new}
    with database.transaction() as session:  # the old key was taken away too early: recovery codes still do
        with pytest.raises(second_factor.WrongCode):
            second_factor.check_code(session, code=totp.at(later), **given)
        second_factor.check_code(session, code=codes[0], **given)
        assert second_factor.seal_anew(session, sealer=new) == 0
    with database.transaction() as session:
        assert second_factor.seal_anew(session, sealer=both) >= 1
        assert second_factor.seal_anew(session, sealer=both) == 0
        second_factor.check_code(session, code=totp.at(later), **given)
        kept = session.get(SecondFactor, person.id).secret
        second_factor.seal_anew(session, sealer=Sealer(Secret(f"{keys},k2:{'A' * 43}"), second_factor.PURPOSE))
    with pytest.raises(CiphertextRefused):  # another's row
        new.open(kept, uuid4().bytes)


def test_programs_need_the_code_too(browser, client, member, problem):
    who = member()
    browser.sign_in(who)
    app, _ = browser.add_second_factor()
    body = {"email": who.email, "password": who.password}
    tokens = "/admin/customers/api/v1/auth/tokens"
    assert problem(client.post(tokens, json=body), 401)["type"] == "urn:maitre:problem:second-factor-needed"
    assert client.post(tokens, json=body | {"code": app.at(time.time(), counter_offset=1)}).status_code == 200


def test_a_recovery_code_stands_in_for_the_app(browser, open_browser, member):
    who = member()
    browser.sign_in(who)
    _, codes = browser.add_second_factor()
    open_browser().sign_in(who, code=codes[0])
    open_browser().sign_in(who, code=codes[1].replace("-", " ").upper())


def test_wrong_first_codes_put_nothing_in_force(browser, member, problem):
    browser.sign_in(member())
    problem(browser("POST", "/auth/second-factor/confirmations", json={"code": "123456"}), 409)
    browser("POST", "/auth/second-factor")
    answer = browser("POST", "/auth/second-factor/confirmations", json={"code": "abcdef"})
    assert list(problem(answer, 422)["errors"]) == ["code"]
    assert browser("GET", "/auth/session").get_json()["staff"]["has_second_factor"] is False


def test_a_second_factor_goes_by_the_password_and_only_then_another_comes(browser, open_browser, member, problem):
    who = member()
    browser.sign_in(who)
    browser.add_second_factor()
    problem(browser("POST", "/auth/second-factor"), 409)
    problem(browser("DELETE", "/auth/second-factor", json={"password": "wrong password here"}), 422)
    answer = browser("DELETE", "/auth/second-factor", json={"password": who.password})
    assert answer.get_json()["staff"]["has_second_factor"] is False
    open_browser().sign_in(who)
    browser.add_second_factor()


def test_a_role_may_have_to_have_a_second_factor(make_gateway, settings, open_browser, member, problem):
    app = make_gateway(dataclasses.replace(settings, second_factor_required_for="owner, manager"))
    who, browser = member("manager"), open_browser(app)
    assert browser.sign_in(who)["staff"]["must_add_second_factor"] is True
    refused = problem(browser("GET", "/customers"), 403)
    assert refused["type"] == "urn:maitre:problem:second-factor-required"
    browser.add_second_factor()
    assert browser("GET", "/customers").status_code == 200
    host = open_browser(app)
    host.sign_in(member("host"))
    assert host("GET", "/customers").status_code == 200


def test_secrets_are_kept_sealed_and_recovery_codes_hashed(browser, database, member):
    who = member()
    browser.sign_in(who)
    app, codes = browser.add_second_factor()
    with database.transaction() as session:
        kept = session.get(SecondFactor, who.id).secret
        hashes = session.scalars(select(RecoveryCode.code_hash).where(RecoveryCode.staff_id == who.id)).all()
    assert app.secret.encode() not in kept
    assert kept.startswith(b"test:")
    assert len(hashes) == len(codes)
    assert not [code for code in codes if code.encode() in b"".join(hashes)]
