"""Every provider's signature: the SDKs' own vectors, and whatever is changed, missing, or signed by somebody else."""

import base64
import dataclasses
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
import standardwebhooks
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from crm_gateway.edge import signatures
from crm_gateway.edge.registry import PROVIDERS
from crm_gateway.edge.signatures import FORM, Received, SignatureRefused

VECTORS = json.loads((Path(__file__).parent / "data/signatures.json").read_text())
URL = "https://crm.example.com/webhooks/x"
NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
AT_NOW = str(int(NOW.timestamp()))


def received(body=b"", url=URL, kind="application/json", method="POST", **headers):
    """A webhook; header names with underscores for hyphens."""
    named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return Received(method, url, {"content-type": kind} | named, body)


def form_of(case):
    """A vector's form as a body."""
    return urlencode([tuple(pair) for pair in case["form"]])


def cases(provider):
    found = VECTORS[provider]
    return [pytest.param(case, id=case["name"]) for case in (found if isinstance(found, list) else found["cases"])]


def check(verify, webhook, secrets, *, is_genuine, now=NOW):
    if is_genuine:
        verify(webhook, secrets, now)
    else:
        with pytest.raises(SignatureRefused):
            verify(webhook, secrets, now)


@pytest.mark.parametrize("case", cases("sendgrid"))
def test_sendgrids_own_vectors(case):
    stamp = case["timestamp"]
    webhook = received(
        case["payload"].encode(), X_Twilio_Email_Event_Webhook_Signature=case["signature"],
        X_Twilio_Email_Event_Webhook_Timestamp=stamp,
    )  # fmt: skip
    now = datetime.fromtimestamp(1600112502, UTC)
    secrets = {"webhook_public_key": case["public_key"]}
    check(signatures.sendgrid, webhook, secrets, is_genuine=case["valid"], now=now)


@pytest.mark.parametrize("case", cases("twilio"))
def test_twilios_own_vectors(case):
    if "json" in case:
        body, kind = case["json"].encode(), "application/json"
    else:
        body, kind = form_of(case).encode(), FORM
    more = {"X_Twilio_Webhooks_Signature_Settings": case["settings"]} if "settings" in case else {}
    webhook = received(body, case["url"], kind, X_Twilio_Signature=case["signature"], **more)
    check(signatures.twilio, webhook, VECTORS["twilio"], is_genuine=case["valid"])


@pytest.mark.parametrize("body", [b'{"Body": "STOP"}', b"&&", b"\xff"])
def test_a_body_that_twilio_neither_signed_nor_hashed_is_not_trusted(body):
    """Its signature would cover the URL alone, so that any body could ride on it."""
    signed = base64.b64encode(hmac.digest(b"token", URL.encode(), "sha1")).decode()
    webhook = received(body, X_Twilio_Signature=signed)
    check(signatures.twilio, webhook, {"auth_token": "token"}, is_genuine=False)
    check(signatures.twilio, dataclasses.replace(webhook, body=b""), {"auth_token": "token"}, is_genuine=True)


@pytest.mark.parametrize("case", cases("plivo"))
def test_what_plivos_sdk_signs(case):
    webhook = received(
        form_of(case).encode(), case["url"], FORM, X_Plivo_Signature_V3=case["signature"],
        X_Plivo_Signature_V3_Nonce=case["nonce"],
    )  # fmt: skip
    check(signatures.plivo, webhook, VECTORS["plivo"], is_genuine=True)


def _sendgrid():
    key = generate_private_key(SECP256R1())
    body = b'[{"sg_event_id": "e1", "event": "delivered"}]\r\n'
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    signature = base64.b64encode(key.sign(AT_NOW.encode() + body, ECDSA(SHA256()))).decode()
    other = generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    headers = {
        "X_Twilio_Email_Event_Webhook_Signature": signature, "X_Twilio_Email_Event_Webhook_Timestamp": AT_NOW
    }  # fmt: skip
    keys = [{"webhook_public_key": base64.b64encode(raw).decode()} for raw in (public, other)]
    return signatures.sendgrid, received(body, **headers), *keys


def _twilio():
    body = urlencode([("From", "+14155550100"), ("Body", "STOP"), ("MessageSid", "SM1")]).encode()
    text = URL + "BodySTOPFrom+14155550100MessageSidSM1"
    signature = base64.b64encode(hmac.digest(b"twilio-token", text.encode(), "sha1")).decode()
    return (
        signatures.twilio, received(body, kind=FORM, X_Twilio_Signature=signature),
        {"auth_token": "twilio-token"}, {"auth_token": "other"},
    )  # fmt: skip


def _plivo():
    case = VECTORS["plivo"]["cases"][0]
    webhook = received(
        form_of(case).encode(), case["url"], FORM, X_Plivo_Signature_V3=case["signature"],
        X_Plivo_Signature_V3_Nonce=case["nonce"],
    )  # fmt: skip
    return signatures.plivo, webhook, {"auth_token": "plivo-auth-token"}, {"auth_token": "other"}


def _mandrill():
    body = urlencode([("mandrill_events", '[{"event":"open"}]')]).encode()
    text = URL + 'mandrill_events[{"event":"open"}]'
    signature = base64.b64encode(hmac.digest(b"mandrill-key", text.encode(), "sha1")).decode()
    return (
        signatures.mandrill, received(body, kind=FORM, X_Mandrill_Signature=signature),
        {"webhook_key": "mandrill-key"}, {"webhook_key": "other"},
    )  # fmt: skip


def _klaviyo():
    body, stamp = b'{"data": []}', "2026-11-20T18:30:00Z"
    signature = hmac.digest(b"klaviyo-secret", body + stamp.encode(), "sha256").hex()
    return (
        signatures.klaviyo, received(body, Klaviyo_Signature=signature, Klaviyo_Timestamp=stamp),
        {"webhook_secret": "klaviyo-secret"}, {"webhook_secret": "other"},
    )  # fmt: skip


def _meta():
    body = b'{"object": "page", "entry": []}'
    signature = "sha256=" + hmac.new(b"app-secret", body, hashlib.sha256).hexdigest()
    return (
        signatures.meta,
        received(body, X_Hub_Signature_256=signature),
        {"app_secret": "app-secret"},
        {"app_secret": "o"},
    )


def _hubspot():
    body, stamp = b'[{"eventId": 1}]', AT_NOW + "123"
    text = b"POST" + URL.encode() + body + stamp.encode()
    signature = base64.b64encode(hmac.digest(b"client-secret", text, "sha256")).decode()
    headers = {"X_HubSpot_Signature_v3": signature, "X_HubSpot_Request_Timestamp": stamp}
    return signatures.hubspot, received(body, **headers), {"client_secret": "client-secret"}, {"client_secret": "other"}


def _square():
    case = VECTORS["square"]
    webhook = received(case["body"].encode(), case["url"], x_square_hmacsha256_signature=case["signature"])
    key = "webhook_signature_key"
    return signatures.square, webhook, {key: case[key]}, {key: "other"}


def _custom():
    secret, stamp, body = "whsec_" + "QUJD" * 8, datetime.now(UTC), b'{"type": "order.paid"}'
    signature = standardwebhooks.Webhook(secret).sign("msg_1", stamp, body.decode())
    headers = {"webhook_id": "msg_1", "webhook_timestamp": str(int(stamp.timestamp())), "webhook_signature": signature}
    return signatures.standard, received(body, **headers), {"webhook_secret": secret}, {"webhook_secret": "whsec_QUFB"}


def _mailchimp():
    url = "https://crm.example.com/webhooks/mailchimp/0123456789abcdefghij"
    key = "webhook_path"
    return (
        signatures.secret_path,
        received(b"type=unsubscribe", url, FORM),
        {key: url.rpartition("/")[2]},
        {key: "x" * 20},
    )


GENUINE = {
    "sendgrid": _sendgrid, "twilio": _twilio, "plivo": _plivo, "mandrill": _mandrill, "klaviyo": _klaviyo,
    "facebook": _meta, "hubspot": _hubspot, "square": _square, "custom": _custom, "mailchimp": _mailchimp,
}  # fmt: skip
UNSIGNED_BODY = {"mailchimp"}
SIGNED_URL = {"twilio", "plivo", "mandrill", "hubspot", "square", "mailchimp"}
EACH = pytest.mark.parametrize("name", GENUINE)


def test_no_provider_with_webhooks_goes_untested():
    assert {name for name, one in PROVIDERS.items() if one.verify} == set(GENUINE)
    assert {PROVIDERS[name].verify for name in GENUINE} == {make()[0] for make in GENUINE.values()}


@EACH
def test_the_genuine_one_is_accepted_again_and_again(name):
    verify, webhook, secrets, _ = GENUINE[name]()
    for _ in range(2):
        check(verify, webhook, secrets, is_genuine=True)


@EACH
def test_one_signed_with_another_key_is_refused(name):
    verify, webhook, _, others = GENUINE[name]()
    check(verify, webhook, others, is_genuine=False)


@pytest.mark.parametrize("name", sorted(set(GENUINE) - UNSIGNED_BODY))
@given(data=st.data())
def test_no_byte_of_the_body_can_be_changed(name, data):
    verify, webhook, secrets, _ = GENUINE[name]()
    at = data.draw(st.integers(0, len(webhook.body) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != webhook.body[at]))
    changed = bytearray(webhook.body)
    changed[at] = byte
    try:
        verify(dataclasses.replace(webhook, body=bytes(changed)), secrets, NOW)
    except SignatureRefused:
        return
    # A form means the same however its characters are escaped; the meaning is what is signed.
    assert webhook.headers["content-type"] == FORM
    assert sorted(dataclasses.replace(webhook, body=bytes(changed)).form()) == sorted(webhook.form())


@pytest.mark.parametrize("name", sorted(set(GENUINE) - UNSIGNED_BODY))
@pytest.mark.parametrize("body", [b"", b"[]", b"\x00", b"a=1", b"\xff\xfe"])
def test_another_body_is_refused(name, body):
    verify, webhook, secrets, _ = GENUINE[name]()
    check(verify, dataclasses.replace(webhook, body=body), secrets, is_genuine=False)


@pytest.mark.parametrize("name", sorted(SIGNED_URL))
@pytest.mark.parametrize(
    "change", [("/webhooks/", "/webhooks/y"), ("crm.example.com", "evil.example"), ("https:", "http:")]
)
def test_another_url_is_refused(name, change):
    verify, webhook, secrets, _ = GENUINE[name]()
    if name == "mailchimp":
        change = (webhook.url[-4:], "wxyz")
    other = dataclasses.replace(webhook, url=webhook.url.replace(*change))
    check(verify, other, secrets, is_genuine=False)


@EACH
def test_without_any_of_its_headers_it_is_refused(name):
    verify, webhook, secrets, _ = GENUINE[name]()
    for header in set(webhook.headers) - {"content-type"}:
        for value in (None, "", "x", "é", "AAAA", "sha256="):
            headers = {key: each for key, each in webhook.headers.items() if key != header}
            headers |= {header: value} if value is not None else {}
            check(verify, dataclasses.replace(webhook, headers=headers), secrets, is_genuine=False)


@pytest.mark.parametrize(
    ("name", "age", "is_fresh"),
    [
        ("sendgrid", timedelta(hours=24), True),  # it repeats for a day
        ("sendgrid", timedelta(hours=26), False),
        ("sendgrid", timedelta(minutes=-6), False),
        ("hubspot", timedelta(minutes=4), True),
        ("hubspot", timedelta(minutes=6), False),
        ("hubspot", timedelta(minutes=-6), False),
    ],
)
def test_an_old_signature_is_refused_after_the_providers_own_time(name, age, is_fresh):
    verify, webhook, secrets, _ = GENUINE[name]()
    check(verify, webhook, secrets, is_genuine=is_fresh, now=NOW + age)


@pytest.mark.parametrize("body", ["not a key", "", "QUJD", base64.b64encode(b"x" * 91).decode()])
def test_only_a_p256_key_is_a_sendgrid_key(body):
    with pytest.raises(ValueError):
        signatures.p256_key(body)


def identified(name, body, **headers):
    return PROVIDERS[name].identify(received(body, **headers))


def test_what_a_provider_repeats_is_known_again():
    """In another batch, another order, another attempt."""
    one, two = b'{"sg_event_id": "a"}', b'{"sg_event_id": "b"}'
    assert identified("sendgrid", b"[" + one + b"," + two + b"]") == identified(
        "sendgrid", b"[" + two + b", " + one + b"]\n"
    )
    assert identified("sendgrid", b"[" + one + b"]") != identified("sendgrid", b"[" + two + b"]")
    event = b'[{"eventId": 1, "occurredAt": 5, "attemptNumber": %d}]'
    assert identified("hubspot", event % 0) == identified("hubspot", event % 3)
    assert identified("hubspot", event % 0) != identified("hubspot", event.replace(b"5", b"6") % 0)
    assert identified("custom", b"a", webhook_id="m1") == identified("custom", b"b", webhook_id="m1")
    assert identified("twilio", b"MessageSid=1") != identified("twilio", b"MessageSid=2")


@pytest.mark.parametrize("name", sorted(GENUINE))
@given(body=st.binary(max_size=60))
def test_any_body_has_an_identity(name, body):
    assert identified(name, body, webhook_id="m")
