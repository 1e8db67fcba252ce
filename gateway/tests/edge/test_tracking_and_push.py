"""Opens and clicks work whatever is down and lead nowhere else; browsers register for push with a link alone."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from crm_chassis.testing import wait_until
from crm_gateway.api.public_tracking import is_web_address
from crm_gateway.config import BASE
from crm_gateway.schemas.push import is_push_service

TARGET = "https://menu.example.com/tonight?utm=mail#fish"


def events(edge, services):
    """What the service is told of openings and clicks."""
    edge.app.extensions["edge"].flush()
    services["feedback"].answer = lambda handler, asked: handler.say(asked, 204, b"", Content_Type=None)
    edge.forward()
    return [e for asked in services["feedback"].asked for e in json.loads(asked.body)["content"]["events"]]


def test_an_opening_and_a_click_are_noted_together_within_a_second(edge, services):
    edge.client.get(f"/p/o/{edge.link('open', 'm1', {'campaign': 'c1'})}.gif", headers={"User-Agent": "Mail/1"})
    answer = edge.client.get(f"/p/c/{edge.link('click', 'm1', {'target': TARGET, 'link': '3'})}")
    assert (answer.status_code, answer.headers["Location"]) == (302, TARGET)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    wait_until(lambda: len(edge.rows()) >= 1, timeout=3)
    opened, clicked = events(edge, services)
    assert (opened["kind"], opened["subject"], opened["values"], opened["agent"]) == (
        "open",
        "m1",
        {"campaign": "c1"},
        "Mail/1",
    )
    assert (clicked["kind"], clicked["values"], clicked["is_prefetch"]) == ("click", {"link": "3"}, False)
    assert set(opened) == {"kind", "source", "subject", "values", "at", "agent", "is_prefetch"}  # and no address


def test_a_hundred_openings_are_one_row(edge):
    for number in range(100):
        edge.client.get(f"/p/o/{edge.link('open', f'm{number}')}.gif")
    edge.app.extensions["edge"].flush()
    assert len(edge.rows()) <= 3


@pytest.mark.parametrize("token", ["x", "a.b", "", "%00"])
def test_the_picture_is_the_same_for_every_token(edge, token):
    good = edge.client.get(f"/p/o/{edge.link('open')}.gif")
    edge.app.extensions["edge"].flush()
    before = len(edge.rows())
    bad = edge.client.get(f"/p/o/{token or 'z'}.gif")
    edge.app.extensions["edge"].flush()
    if token != "%00":
        assert (bad.status_code, bad.data, bad.headers["Content-Type"]) == (200, good.data, "image/gif")
    assert len(edge.rows()) == before


def test_looking_by_head_and_prefetching_are_told_apart(edge, services):
    path = f"/p/c/{edge.link('click', 'm1', {'target': TARGET})}"
    assert edge.client.head(path).status_code == 302
    edge.client.get(path, headers={"Sec-Purpose": "prefetch;prerender"})
    assert [event["is_prefetch"] for event in events(edge, services)] == [True]


def test_with_our_database_away_the_guest_still_gets_where_the_link_leads(edge, without_database):
    assert without_database.get(f"/p/c/{edge.link('click', 'm1', {'target': TARGET})}").headers["Location"] == TARGET
    assert without_database.get(f"/p/o/{edge.link('open')}.gif").status_code == 200


@pytest.mark.parametrize(
    "target",
    ["", "javascript:alert(1)", "data:text/html,x", "//evil.example", "/local", "https:evil", "https://user@evil.example/",
     "https://a.example\\@evil.example", "https://exa mple\n.com", "ftp://example.com", "https://é.example", "http:///x"],
)  # fmt: skip
def test_even_a_signed_link_leads_to_web_addresses_only(edge, target):
    answer = edge.client.get(f"/p/c/{edge.link('click', 'm1', {'target': target})}")
    assert answer.status_code == 404
    assert "Location" not in answer.headers


@given(st.text(max_size=60))
def test_no_text_is_a_web_address_that_a_browser_reads_otherwise(text):
    if is_web_address(text):
        assert text.lower().startswith(("http://", "https://"))
        assert "\\" not in text


@pytest.mark.parametrize(
    "query", ["?target=https://evil.example", "?url=https://evil.example", "/https://evil.example"]
)
def test_nothing_but_the_token_says_where_a_link_leads(edge, query):
    answer = edge.client.get(f"/p/c/{edge.link('click', 'm1', {'target': TARGET})}{query}")
    assert answer.headers.get("Location") in {TARGET, None}
    tampered = edge.link("click", "m1", {"target": TARGET}).partition(".")[0] + ".AAAA"
    assert edge.client.get(f"/p/c/{tampered}").status_code == 404


def text_of(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def subscription(**more):
    """What a browser's PushSubscription.toJSON() gives."""
    key = generate_private_key(SECP256R1()).public_key()
    point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": text_of(point), "auth": text_of(b"0123456789abcdef")}
    return {"endpoint": "https://fcm.googleapis.com/fcm/send/x", "expirationTime": None, "keys": keys} | more


@pytest.mark.parametrize("base", ["", BASE])
def test_a_browser_registers_and_its_service_learns_of_it(edge, taken, base):
    body = subscription()
    answer = edge.client.post(f"{base}/p/push/{edge.link('push', 'guest-7')}", json=body)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    (row,) = edge.rows()
    assert body["keys"]["auth"].encode() not in row.sealed
    edge.forward()
    ((path, told, _),) = taken()
    assert (path, told["subject"], told["content"]) == ("/v1/edge/push", "guest-7", {"subscription": body})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"endpoint": "https://evil.example/x"}, "endpoint"),
        ({"endpoint": "http://fcm.googleapis.com/x"}, "endpoint"),
        ({"endpoint": "https://fcm.googleapis.com.evil.example/x"}, "endpoint"),
        ({"endpoint": "https://evilfcm.googleapis.com@10.0.0.1/x"}, "endpoint"),
        ({"endpoint": "https://169.254.169.254/latest"}, "endpoint"),
        ({"endpoint": "https://fcm.googleapis.com:8080/x"}, "endpoint"),
        ({"keys": {"p256dh": "AAAA", "auth": text_of(b"0" * 16)}}, "keys.p256dh"),
        ({"keys": {"p256dh": text_of(b"\x04" + b"\x01" * 64), "auth": text_of(b"0" * 16)}}, "keys.p256dh"),
        ({"keys": subscription()["keys"] | {"auth": "AA"}}, "keys.auth"),
        ({"customer_id": "someone-else"}, "customer_id"),
    ],
)
def test_a_subscription_that_is_none_is_refused_with_its_field(edge, problem, change, field):
    found = problem(edge.client.post(f"/p/push/{edge.link('push')}", json=subscription(**change)), 422)
    assert field in found["errors"]
    assert edge.rows() == []


@pytest.mark.parametrize("host", ["updates.push.services.mozilla.com", "web.push.apple.com", "db5p.notify.windows.com"])
def test_the_push_services_of_the_browsers_there_are_are_known(host):
    assert is_push_service(f"https://{host}/x/y?z=1")


def test_a_link_for_something_else_registers_nothing(edge, problem):
    problem(edge.client.post(f"/p/push/{edge.link('open')}", json=subscription()), 404)
    assert edge.rows() == []


def test_the_restaurants_own_site_may_register(edge):
    answer = edge.client.options(f"/p/push/{edge.link('push')}")
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
