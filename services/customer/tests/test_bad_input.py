"""The naughty strings in every text field: kept byte for byte, or refused with the field named; never a 500."""

import json
from pathlib import Path

import pytest

from .factories import a_guest, a_reservation, an_order

VECTORS = next(
    (found for up in Path(__file__).parents if (found := up / "shared/data/vectors/blns.json").exists()),
    Path("blns.json"),
)
OURS = ["\ud7ff", "a\u202eb", "\u0000", "\u0007", "\x7f", "🏳️‍🌈", "ﷺ", "\ufeff", "A\u030a", "x" * 100, " lead", "trail "]


def naughty():
    """Give the strings; the big list where this machine has it."""
    known = json.loads(VECTORS.read_text()) if VECTORS.exists() else []
    return list(dict.fromkeys(known + OURS))


def test_naughty_strings_of_a_guest(client):
    fields = {"name", "acquisition_source", "tags.0", "external_ids.0.id", "external_ids.0.source"}
    for text in naughty():
        body = {
            "name": text,
            "acquisition_source": text,
            "tags": [text],
            "external_ids": [{"source": text, "id": text}],
        }
        answer = client.send("POST", "/v1/customers", body)
        if answer.status_code == 201:
            assert {key: answer.json[key] for key in body} == body
        else:
            assert (answer.status_code, set(answer.json["errors"]) - fields) == (422, set()), (text, answer.json)


def test_naughty_strings_of_contacts(client):
    for text in naughty():
        body = a_guest(emails=[{"address": text}], phones=[{"number": text}])
        answer = client.send("POST", "/v1/customers", body)
        assert answer.status_code == 422, text
        assert answer.json["errors"].keys() <= {"emails.0.address", "phones.0.number"}


def at(document, path):
    """Give what stands at a path such as lines.0.name."""
    for part in path.split("."):
        document = document[int(part)] if part.isdigit() else document[part]
    return document


@pytest.mark.parametrize(
    "fields",
    [
        ("source", "external_id"),
        ("guest.external_id", "guest.name"),
        ("lines.0.name", "lines.0.category", "lines.0.sku"),
    ],
)
def test_naughty_strings_of_an_order(client, fields):
    texts, bodies = naughty(), []
    for text in texts:
        order = an_order(lines=[{"name": "Soup", "quantity": 1, "unit_price_minor": 4200}], guest={"external_id": "c"})
        for field in fields:
            way, _, last = field.rpartition(".")
            (at(order, way) if way else order)[last] = text
        bodies.append(order)
    answer = client.send("POST", "/v1/orders", bodies)
    assert answer.status_code == 200, answer.json
    for text, item in zip(texts, answer.json["items"], strict=True):
        if item["outcome"] == "rejected":
            assert item["problem"]["errors"].keys() <= set(fields), (text, item)
        elif not fields[0].startswith("guest"):
            shown = client.send("GET", f"/v1/orders/{item['order_id']}").json
            assert [at(shown, field) for field in fields] == [text] * len(fields)


@pytest.mark.parametrize("fields", [("requests", "occasion", "area"), ("source", "external_id"), ("guest.name",)])
def test_naughty_strings_of_a_reservation(client, fields):
    texts, bodies = naughty(), []
    for text in texts:
        reservation = a_reservation(guest={"external_id": "c"})
        for field in fields:
            way, _, last = field.rpartition(".")
            (at(reservation, way) if way else reservation)[last] = text
        bodies.append(reservation)
    answer = client.send("POST", "/v1/reservations", bodies)
    assert answer.status_code == 200, answer.json
    for text, item in zip(texts, answer.json["items"], strict=True):
        if item["outcome"] == "rejected":
            assert item["problem"]["errors"].keys() <= set(fields), (text, item)
        elif not fields[0].startswith("guest"):
            shown = client.send("GET", f"/v1/reservations/{item['reservation_id']}").json
            assert [at(shown, field) for field in fields] == [text] * len(fields)


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
        ("POST", "/v1/reservations"),
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
