"""The naughty strings in every text field: kept byte for byte, or refused with the field named; never a 500."""

import json
from pathlib import Path

import pytest

from .factories import a_guest, an_order

VECTORS = next(
    (found for up in Path(__file__).parents if (found := up / "shared/data/vectors/blns.json").exists()),
    Path("blns.json"),
)
OURS = ["\ud7ff", "a\u202eb", "\u0000", "\u0007", "\x7f", "🏳️‍🌈", "ﷺ", "\ufeff", "A\u030a", "x" * 100, " lead", "trail "]


def naughty():
    """Give the strings; the big list where this machine has it."""
    return (json.loads(VECTORS.read_text()) if VECTORS.exists() else []) + OURS


def check(client, answers, texts, field, kept):
    """Every text was refused naming the field, or is kept."""
    for text, answer in zip(texts, answers, strict=True):
        assert answer.status_code < 500, text
        if answer.status_code >= 400:
            assert answer.status_code == 422, (text, answer.json)
            assert field in answer.json["errors"], (text, answer.json)
        else:
            assert kept(answer) == text


@pytest.mark.parametrize(
    "text_at", ["name", "acquisition_source", "tags.0", "external_ids.0.id", "external_ids.0.source"]
)
def test_naughty_strings_of_a_guest(client, text_at):
    texts = naughty()
    parts = text_at.split(".")

    def body(text):
        if parts[0] == "tags":
            return a_guest(tags=[text])
        if parts[0] == "external_ids":
            return a_guest(external_ids=[{"source": f"s{hash(text)}", "id": "1"} | {parts[2]: text}])
        return a_guest(**{text_at: text})

    def kept(answer):
        value = client.send("GET", f"/v1/customers/{answer.json['id']}").json
        for part in parts:
            value = value[int(part)] if part.isdigit() else value[part]
        return value

    check(client, [client.send("POST", "/v1/customers", body(text)) for text in texts], texts, text_at, kept)


@pytest.mark.parametrize("text_at", ["emails.0.address", "phones.0.number"])
def test_naughty_strings_of_a_contact(client, text_at):
    kind, _, field = text_at.split(".")
    for text in naughty():
        answer = client.send("POST", "/v1/customers", a_guest(**{kind: [{field: text}]}))
        assert answer.status_code in {201, 422}
        assert answer.status_code == 201 or text_at in answer.json["errors"]


@pytest.mark.parametrize(
    "text_at",
    ["source", "external_id", "guest.external_id", "guest.name", "lines.0.name", "lines.0.category", "lines.0.sku"],
)
def test_naughty_strings_of_an_order(client, text_at):
    texts, bodies = naughty(), []
    for text in texts:
        order = an_order(lines=[{"name": "Soup", "quantity": 1, "unit_price_minor": 4200}], guest={"external_id": "c"})
        holder = order
        *way, field = text_at.split(".")
        for part in way:
            holder = holder[int(part)] if part.isdigit() else holder[part]
        holder[field] = text
        bodies.append(order)
    answer = client.send("POST", "/v1/orders", bodies)
    assert answer.status_code == 200, answer.json
    seen = set()
    for text, item in zip(texts, answer.json["items"], strict=True):
        if item["outcome"] == "rejected":
            assert text_at in item["problem"]["errors"], (text, item)
        elif item["order_id"] not in seen and text_at.startswith(("source", "external_id", "lines")):
            seen.add(item["order_id"])
            shown = client.send("GET", f"/v1/orders/{item['order_id']}").json
            for part in text_at.split("."):
                shown = shown[int(part)] if part.isdigit() else shown[part]
            assert shown == text


def test_naughty_searches_find_nothing_and_break_nothing(client, settings, internal_headers):
    for text in naughty():
        answer = client.get("/v1/customers", query_string={"q": text}, headers=internal_headers(settings))
        assert answer.status_code in {200, 422}, text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/customers"),
        ("POST", "/v1/customers/lookup"),
        ("POST", "/v1/customers/merges"),
        ("POST", "/v1/privacy/requests"),
        ("POST", "/v1/orders"),
        ("POST", "/v1/locations"),
        ("PATCH", "/v1/organisation"),
    ],
)
def test_bodies_that_are_no_bodies_are_refused(client, settings, internal_headers, method, path):
    headers = internal_headers(settings) | {"Content-Type": "application/json"}
    deep = b"[" * 100_000
    for body in (b"", b"{", b"7", b'"a"', b"null", b"[[]]", b'{"a": NaN}', b"\xff", deep, b'{"name": "\\u0000"}'):
        answer = client.open(path, method=method, data=body, headers=headers)
        assert 400 <= answer.status_code < 500 or body == b"[[]]", (body[:20], answer.status_code)
        assert answer.status_code < 500
    answer = client.open(path, method=method, data=b" " * 10_000_000 + b"{}", headers=headers)
    assert answer.status_code == 413
