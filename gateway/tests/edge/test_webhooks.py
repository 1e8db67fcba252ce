"""Webhooks at the door: proved, kept, acknowledged; and the settings that prove them."""

import base64
import dataclasses
import hmac
import json
import os
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import standardwebhooks
from sqlalchemy import select, update

from crm_gateway.config import BASE
from crm_gateway.models.edge import Provider, ProviderTraffic

TOKEN = "0123456789abcdef0123456789abcdef"
PUBLIC = "http://localhost"
FORM = {"From": "+14155550100", "Body": "STOP", "MessageSid": "SM1"}


@pytest.fixture
def set_up(edge, bearer):
    """``set_up(name, **settings)``: the owner enters them."""

    def put(name, enabled=True, **settings):  # noqa: FBT002
        body = {"is_enabled": enabled, "settings": settings}
        return edge.client.put(f"{BASE}/providers/{name}", json=body, headers=bearer("owner"))

    return put


@pytest.fixture
def shown(edge, bearer):
    """``shown(name)``: what the owner sees of it, counts written."""

    def show(name):
        edge.app.extensions["edge"].flush()
        return edge.client.get(f"{BASE}/providers/{name}", headers=bearer("owner")).get_json()

    return show


@pytest.fixture
def twilio(edge, set_up):
    """``twilio(form, path=...)``: Twilio posts a form, signed with the token that is set up."""
    set_up("twilio", auth_token=TOKEN, account_sid="AC1")

    def post(form=FORM, path="/webhooks/twilio", **more):
        text = PUBLIC + path + "".join(name + value for name, value in sorted(form.items()))
        signature = base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), "sha1")).decode()
        return edge.client.post(path, data=form, headers={"X-Twilio-Signature": signature} | more)

    return post


@pytest.mark.parametrize("path", ["/webhooks/twilio", f"{BASE}/webhooks/twilio", "/webhooks/twilio?bodySHA256=x"])
def test_a_genuine_webhook_is_kept_and_reaches_its_service_byte_for_byte(edge, twilio, taken, path):
    assert twilio(path=path).status_code == 204
    assert edge.forward() == 1
    ((taken_at, body, _),) = taken()
    assert taken_at == "/v1/edge/twilio"
    assert (body["kind"], body["source"]) == ("webhook", "twilio")
    assert base64.b64decode(body["content"]["body"]).decode() == urlencode(FORM)
    assert body["content"]["content_type"] == "application/x-www-form-urlencoded"


def test_what_comes_again_is_acknowledged_and_not_kept_again(edge, twilio, taken, shown):
    assert [twilio().status_code for _ in range(3)] == [204] * 3
    twilio({**FORM, "MessageSid": "SM2"})
    assert len(edge.rows()) == 2
    edge.forward()
    assert twilio().status_code == 204  # a replay after it was handed over
    assert edge.forward() == 0
    webhook = shown("twilio")["webhook"]
    assert (webhook["accepted"], webhook["repeated"], webhook["refused"]) == (2, 3, 0)


def test_a_forged_webhook_is_refused_and_leaves_nothing_but_a_count(edge, twilio, problem, shown):
    forged = problem(twilio(**{"X-Twilio-Signature": base64.b64encode(b"x" * 20).decode()}), 403)
    assert forged["type"] == "urn:maitre:problem:signature-refused"
    problem(edge.client.post("/webhooks/twilio", data=FORM), 403)
    assert edge.rows() == []
    webhook = shown("twilio")["webhook"]
    assert (webhook["refused"], webhook["accepted"]) == (2, 0)
    assert "signing secret" in webhook["hint"]


def test_what_is_signed_is_the_public_url_not_the_one_behind_the_proxy(edge, twilio, make_gateway, settings):
    behind = make_gateway(
        dataclasses.replace(settings, public_url="https://crm.example.com/"), edge.app.extensions["document"]
    )
    text = "https://crm.example.com/webhooks/twilio" + "".join(name + value for name, value in sorted(FORM.items()))
    signature = base64.b64encode(hmac.digest(TOKEN.encode(), text.encode(), "sha1")).decode()
    headers = {"X-Twilio-Signature": signature, "Host": "10.0.0.7:8000"}
    assert behind.test_client().post("/webhooks/twilio", data=FORM, headers=headers).status_code == 204


@pytest.mark.parametrize("name", ["nobody", "yelp", "sendgrid", "..", "twilio%00"])
def test_a_provider_unknown_or_not_set_up_is_a_404(edge, problem, name):
    problem(edge.client.post(f"/webhooks/{name}", data=b"x"), 404)
    assert edge.rows() == []


def test_a_disabled_provider_is_not_listened_to(edge, twilio, set_up, problem):
    set_up("twilio", enabled=False)
    problem(twilio(), 404)


def test_with_our_database_away_a_provider_is_told_to_come_again(without_database, problem):
    answer = without_database.post("/webhooks/twilio", data=FORM, headers={"X-Twilio-Signature": "x"})
    problem(answer, 503)
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("body", "kind", "statuses"),
    [
        (b"", "", {403}),
        (b"\x00\xff" * 500, "application/octet-stream", {403}),
        (b"a=%ff&b=" + b"x" * 100_000, "application/x-www-form-urlencoded", {403}),
        (b"x=1&" * 5000, "application/x-www-form-urlencoded", {403}),
        (b"[" * 100_000, "application/json", {403}),
        (b"x" * (2 * 1024 * 1024 + 1), "application/json", {413}),
        (b"--b", "multipart/form-data; boundary=b", {403}),
    ],
)
def test_odd_and_huge_bodies_are_refused_in_good_order(edge, twilio, problem, body, kind, statuses):  # noqa: PLR0917
    answer = edge.client.post("/webhooks/twilio", data=body, content_type=kind, headers={"X-Twilio-Signature": "é"})
    assert answer.status_code in statuses
    problem(answer, answer.status_code)
    assert edge.rows() == []


def test_a_guests_number_cannot_be_read_in_the_table(edge, twilio):
    twilio()
    (row,) = edge.rows()
    assert b"14155550100" not in row.sealed
    assert row.dedupe is not None
    assert b"STOP" not in row.dedupe + row.sealed


def test_meta_is_answered_its_challenge_only_with_the_verify_token(edge, set_up, problem):
    set_up("facebook", app_secret="s" * 32, verify_token="our-verify-token")
    ask = {"hub.mode": "subscribe", "hub.verify_token": "our-verify-token", "hub.challenge": "1158201444"}
    answer = edge.client.get("/webhooks/facebook", query_string=ask)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, b"1158201444", "text/plain")
    for change in ({"hub.verify_token": "other"}, {"hub.mode": "x"}, {"hub.challenge": "<b>" * 100}):
        problem(edge.client.get("/webhooks/facebook", query_string=ask | change), 403)
    assert edge.rows() == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_provider_that_looks_whether_the_url_is_there_sees_it_and_no_more(edge, method):
    answer = edge.client.open("/webhooks/mandrill", method=method)
    assert (answer.status_code, answer.data) == (200, b"")
    assert edge.rows() == []


def test_mailchimp_signs_nothing_so_its_url_ends_in_a_secret(edge, set_up, shown, problem):
    assert shown("mailchimp")["webhook"]["url"] is None
    made = set_up("mailchimp", api_key="key-us1").get_json()["made"]
    url = shown("mailchimp")["webhook"]["url"]
    assert url == f"{PUBLIC}/webhooks/mailchimp/{made['webhook_path']}"
    path = url.removeprefix(PUBLIC)
    assert edge.client.post(path, data={"type": "unsubscribe"}).status_code == 204
    problem(edge.client.post("/webhooks/mailchimp", data={"type": "unsubscribe"}), 403)
    problem(edge.client.post(path[:-1] + "!", data={"type": "unsubscribe"}), 403)
    assert len(edge.rows()) == 1


def test_a_program_of_the_restaurants_own_signs_by_standard_webhooks(edge, set_up):
    answer = set_up("custom").get_json()
    secret, body, stamp = answer["made"]["webhook_secret"], b'{"type": "order.paid"}', datetime.now(UTC)
    signature = standardwebhooks.Webhook(secret).sign("msg_1", stamp, body.decode())
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(stamp.timestamp())), "webhook-signature": signature}
    assert [edge.client.post("/webhooks/custom", data=body, headers=headers).status_code for _ in range(2)] == [
        204,
        204,
    ]
    assert len(edge.rows()) == 1
    assert set_up("custom").get_json()["made"] == {}


def test_secrets_go_in_and_never_come_out(edge, set_up, bearer, database):
    answer = set_up("twilio", auth_token=TOKEN, account_sid="AC1", webhook_shared_key="short")
    texts = [answer.get_data(as_text=True)]
    texts += [
        edge.client.get(f"{BASE}/providers{path}", headers=bearer("owner")).get_data(as_text=True)
        for path in ("", "/twilio")
    ]
    assert not any(TOKEN in text or '"short"' in text for text in texts)
    fields = {field["name"]: field for field in answer.get_json()["settings"]}
    assert (fields["auth_token"]["is_set"], fields["auth_token"]["ends_with"]) == (True, TOKEN[-4:])
    assert (fields["webhook_shared_key"]["is_set"], fields["webhook_shared_key"]["ends_with"]) == (True, None)
    assert fields["account_sid"]["value"] == "AC1"
    with database.transaction() as session:
        row = session.scalars(select(Provider)).one()
    assert TOKEN.encode() not in row.sealed
    assert row.settings == {"account_sid": "AC1"}


def test_what_is_not_named_stays_and_null_removes(set_up, shown):
    set_up("twilio", auth_token=TOKEN, account_sid="AC1")
    set_up("twilio", account_sid="AC2")
    assert {f["name"]: f["is_set"] for f in shown("twilio")["settings"]}["auth_token"] is True
    set_up("twilio", auth_token=None)
    webhook = shown("twilio")["webhook"]
    assert (webhook["is_ready"], webhook["missing"]) == (False, ["auth_token"])


def test_two_owners_at_once_do_not_overwrite_each_other(edge, set_up, bearer, problem):
    tag = set_up("twilio", auth_token=TOKEN).headers["ETag"]
    body = {"is_enabled": True, "settings": {}}
    headers = bearer("owner") | {"If-Match": tag}
    assert edge.client.put(f"{BASE}/providers/twilio", json=body, headers=headers).status_code == 200
    problem(edge.client.put(f"{BASE}/providers/twilio", json=body, headers=headers), 412)


@pytest.mark.parametrize(
    ("name", "entered", "field"),
    [
        ("twilio", {"password": "x"}, "settings.password"),
        ("sendgrid", {"webhook_public_key": "not a key"}, "settings.webhook_public_key"),
        ("mailchimp", {"webhook_path": "short"}, "settings.webhook_path"),
        ("mailchimp", {"webhook_path": "../../../../../../etc"}, "settings.webhook_path"),
    ],
)
def test_settings_that_cannot_be_right_are_refused_without_being_repeated(set_up, problem, name, entered, field):
    answer = set_up(name, **entered)
    found = problem(answer, 422)
    assert field in found["errors"]
    assert not any(value in answer.get_data(as_text=True) for value in entered.values() if len(value) > 1)


def test_only_the_owner_sees_providers(edge, bearer, problem):
    for role in ("manager", "marketing_manager", "host", "till"):
        problem(edge.client.get(f"{BASE}/providers", headers=bearer(role)), 403)
        body = {"is_enabled": True, "settings": {}}
        problem(edge.client.put(f"{BASE}/providers/twilio", json=body, headers=bearer(role)), 403)
    problem(edge.client.get(f"{BASE}/providers/nobody", headers=bearer("owner")), 404)


def test_every_provider_of_the_product_is_listed_with_what_it_is_for(edge, bearer):
    items = edge.client.get(f"{BASE}/providers", headers=bearer("owner")).get_json()["items"]
    named = {item["name"]: item for item in items}
    assert {
        "sendgrid", "mailchimp", "klaviyo", "twilio", "plivo", "google_business", "yelp", "facebook", "podium",
        "birdeye", "google_analytics", "mixpanel", "hubspot", "salesforce", "firebase",
    } <= set(named)  # fmt: skip
    assert named["twilio"]["used_by"] == ["feedback"]
    assert named["klaviyo"]["used_by"] == []
    assert all(item["purposes"] and item["settings"] for item in items)


def test_a_provider_that_fell_silent_is_told_of(edge, twilio, shown, database):
    twilio()
    assert shown("twilio")["webhook"]["hint"] is None
    assert shown("twilio")["webhook"]["silent_minutes"] == 0
    with database.transaction() as session:
        session.execute(update(ProviderTraffic).values(last_accepted_at=datetime.now(UTC) - timedelta(hours=30)))
    webhook = shown("twilio")["webhook"]
    assert webhook["hint"] == "Nothing has come for 30 hours."
    assert webhook["silent_minutes"] == 30 * 60


def test_garbage_as_a_name_a_secret_or_a_query_is_never_a_500(edge, twilio):
    for _ in range(40):
        junk = os.urandom(12).hex() + "%F0%9F%90%9F%00"
        for method in ("POST", "GET"):
            for path in (f"/webhooks/{junk}", f"/webhooks/twilio/{junk}", f"/webhooks/twilio?{junk}={junk}"):
                answer = edge.client.open(
                    path, method=method, data=json.dumps({"x": junk}) if method == "POST" else None
                )
                assert answer.status_code < 500
