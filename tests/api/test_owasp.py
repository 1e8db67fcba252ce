"""The OWASP API Security Top 10 (2023) where it is about who may do what, by number.

https://owasp.org/API-Security/editions/2023/en/0x11-t10/ . Elsewhere: API2 gateway/tests/test_signing_in.py and
test_sessions.py, API5 test_role_walk.py, API6 gateway/tests/test_limits.py, API7 the tests of webhooks out, API10
gateway/tests/test_resilience.py and test_fields.py.
"""

import base64
import json
import uuid
from uuid import UUID

import pytest

from crm_chassis.auth import ANYONE
from crm_gateway.config import SERVICES
from crm_gateway.operations import api_keys, staff
from crm_gateway.routing.operations import METHODS

from .samples import BASE, DOCUMENT, body_of, body_schema, operations, path_of, resolved, send

PASSWORD = "correct horse battery"
ROOM_FOR_ONE = {"enum", "pattern", "maxLength", "format", "const"}


@pytest.fixture
def client(gateway):
    return gateway.test_client()


@pytest.fixture(scope="module")
def elsewhere(gateway, walkers, seeded):
    """Headers of a manager and of a till who are bound to a location where nothing of the seeded guest happened."""
    client = gateway.test_client()
    made = client.post(f"{BASE}/locations", json={"name": "Far", "zone": "UTC"}, headers=walkers["owner"]).get_json()
    bound = {"location_ids": [UUID(made["id"])]}
    with gateway.extensions["crm"].database.transaction() as session:
        staff.add_staff(session, email="far@example.com", password=PASSWORD, role="manager", **bound)
        key = api_keys.create_key(session, name="far", role="till", **bound).text
    sign_in = {"email": "far@example.com", "password": PASSWORD}
    token = client.post(f"{BASE}/auth/tokens", json=sign_in).get_json()["access_token"]
    return {"manager": {"Authorization": f"Bearer {token}"}, "till": {"Authorization": f"Bearer {key}"}}


def problem(answer, *statuses):
    assert answer.status_code in statuses, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    return answer.get_json()


def test_api1_facts_of_other_locations_are_out_of_reach(client, elsewhere, walkers, seeded):
    manager, till = elsewhere["manager"], elsewhere["till"]
    for path in (f"/orders/{seeded['order_id']}", f"/reservations/{seeded['reservation_id']}"):
        problem(client.get(BASE + path, headers=manager), 404)
        assert client.get(BASE + path, headers=walkers["manager"]).status_code == 200
    for part in ("orders", "reservations"):
        page = client.get(f"{BASE}/customers/{seeded['customer_id']}/{part}", headers=manager).get_json()
        assert page["items"] == []
    figures = client.get(f"{BASE}/customers/{seeded['customer_id']}/metrics", headers=manager).get_json()
    assert (figures["spend_minor"], figures["visits"]) == (0, 0)
    whole = client.get(f"{BASE}/customers/{seeded['customer_id']}/profile", headers=manager).get_json()["parts"]
    assert (whole["orders"]["items"], whole["reservations"]["items"], whole["metrics"]["spend_minor"]) == ([], [], 0)
    refund = {"external_id": "far", "amount_minor": 1, "refunded_at": "2026-02-02T10:00:00Z"}
    problem(client.post(f"{BASE}/orders/{seeded['order_id']}/refunds", json=refund, headers=till), 404)
    problem(client.patch(f"{BASE}/locations/{seeded['location_id']}", json={"name": "x"}, headers=manager), 403)


def test_api1_ids_of_nothing_and_of_others_are_answered_alike(client, elsewhere, seeded):
    """Whether an order exists elsewhere is not told either."""
    theirs, nobodys = (
        problem(client.get(f"{BASE}/orders/{order}", headers=elsewhere["manager"]), 404)
        for order in (seeded["order_id"], uuid.uuid4())
    )
    assert {**theirs, "instance": ""} == {**nobodys, "instance": ""}


def writes():
    """Every operation that takes a JSON object from somebody signed in."""
    for method, path, operation in operations():
        schema = body_schema(operation)
        if schema is not None and ANYONE not in operation["x-roles"]:
            alternatives = [resolved(each) for each in resolved(schema).get("oneOf", [schema])]
            shape = next((each for each in alternatives if "properties" in each), None)
            if shape is not None:
                yield method, path, operation, shape


def answered_by(operation):
    """Names of the fields that an operation's good answer has."""
    names = set()
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            for content in resolved(response).get("content", {}).values():
                names |= resolved(content["schema"]).get("properties", {}).keys()
    return names


def test_api3_nothing_is_written_that_the_operation_does_not_describe(client, walkers, seeded):
    """Read-only fields (id, version, created_at, spend, ...) and unknown ones are refused by name, never swallowed."""
    swallowed, tried = [], 0
    for method, path, operation, shape in writes():
        who = walkers["owner" if "owner" in operation["x-roles"] else operation["x-roles"][0]]
        known = {"customer_id": seeded["another"], "currency": seeded["currency"]}
        body = {} if method == "PATCH" else body_of(operation, known)
        extras = (answered_by(operation) | {"is_admin", "created_at", "version"}) - shape["properties"].keys()
        for name in sorted(extras):
            answer = send(client, method, path_of(path, seeded), headers=who, body=body | {name: 1})
            tried += 1
            is_named = any(name in field for field in answer.get_json().get("errors", {}))
            if answer.status_code not in {404, 409} and not (answer.status_code in {400, 422} and is_named):
                swallowed.append(f"{method} {path} {name}: {answer.status_code} {answer.get_data(as_text=True)[:300]}")
    assert swallowed == []
    assert tried > 50


def test_api4_every_list_is_cut(client, walkers, seeded):
    for method, path, operation in operations():
        limits = [each for each in map(resolved, operation.get("parameters", [])) if each["name"] == "limit"]
        if not limits or "owner" not in operation["x-roles"]:
            continue
        assert limits[0]["schema"]["maximum"] <= 200, path
        url = path_of(path, seeded)
        for much in ("201", "1000000", "-1", "0", "1e9", "x"):
            problem(send(client, method, f"{url}?limit={much}", headers=walkers["owner"]), 422, 404)


def _unbounded(schema, at, seen):
    """Name the texts and lists within a body that may be of any length."""
    if "$ref" in schema:
        if schema["$ref"] in seen:
            return
        seen = seen | {schema["$ref"]}
        schema = resolved(schema)
    kinds = schema.get("type", [])
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    if "string" in kinds and not ROOM_FOR_ONE & schema.keys():
        yield at
    if "array" in kinds:
        if "maxItems" not in schema:
            yield f"{at}[]"
        yield from _unbounded(schema.get("items", {}), f"{at}[]", seen)
    for part in (each for word in ("oneOf", "anyOf", "allOf") for each in schema.get(word, [])):
        yield from _unbounded(part, at, seen)
    for name, part in schema.get("properties", {}).items():
        yield from _unbounded(part, f"{at}.{name}", seen)


def test_api4_no_text_and_no_list_of_a_body_is_endless():
    found = [
        f"{method} {path} {each}"
        for method, path, operation in operations()
        if (schema := body_schema(operation)) is not None
        for each in _unbounded(schema, "", frozenset())
    ]
    assert found == []


def test_api4_bodies_are_cut_at_their_limit(client, walkers):
    order = {
        "source": "x",
        "external_id": "x",
        "placed_at": "2026-01-31T18:30:00Z",
        "currency": "USD",
        "total_minor": 1,
    }
    problem(client.post(f"{BASE}/orders", json=[order] * 1_001, headers=walkers["till"]), 422)
    problem(
        client.post(
            f"{BASE}/customers", data=b" " * (9 << 20), headers=walkers["host"], content_type="application/json"
        ),
        413,
    )
    nested = b'{"name":' * 5_000 + b"1" + b"}" * 5_000
    problem(
        client.post(f"{BASE}/customers", data=nested, headers=walkers["host"], content_type="application/json"),
        400,
        422,
    )


def test_api5_only_the_described_methods_are_served(client, walkers, seeded):
    served = []
    for path, item in DOCUMENT["paths"].items():
        for method in ("GET", "PUT", "POST", "DELETE", "PATCH", "TRACE", "PROPFIND"):
            if method.lower() not in item:
                answer = send(client, method, path_of(path, seeded), headers=walkers["owner"], body={})
                if answer.status_code not in {404, 405}:
                    served.append(f"{method} {path}: {answer.status_code}")
    assert served == []


def test_api8_no_answer_is_cached_sniffed_or_given_to_other_sites(client, walkers, seeded):
    for method, path, operation in operations():
        if method == "GET" and ANYONE not in operation["x-roles"]:
            headers = walkers["owner"] | {"Origin": "https://evil.example"}
            answer = client.get(path_of(path, seeded), headers=headers)
            assert answer.headers["X-Content-Type-Options"] == "nosniff", path
            assert "no-store" in answer.headers.get("Cache-Control", ""), path
            assert "Access-Control-Allow-Origin" not in answer.headers, path
            assert "Traceback" not in answer.get_data(as_text=True), path
            answer.close()


def _rules(app, base):
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(base + "/"):
            path = "".join(f"{{{text}}}" if kind else text for kind, text in _parts(rule.rule))
            yield from ((method.lower(), path) for method in rule.methods - {"HEAD", "OPTIONS"})


def _parts(rule):
    """Cut a rule into text (False) and names of parameters (True)."""
    for at, piece in enumerate(rule.replace(">", "<").split("<")):
        yield at % 2 == 1, piece.rpartition(":")[2] if at % 2 else piece


def test_api9_every_served_route_is_documented(gateway, make_service):
    for name in SERVICES:
        app = make_service(name)
        documented = app.test_client().get("/openapi.json").get_json()["paths"]
        served = set(_rules(app, "/v1"))
        assert served == {(method, path) for path, item in documented.items() for method in METHODS if method in item}
    own = {(method, BASE + path) for path, item in DOCUMENT["paths"].items() for method in METHODS if method in item}
    to_and_from_the_provider = {("get", f"{BASE}/auth/oidc/{way}") for way in ("login", "callback")}  # a browser's way
    assert set(_rules(gateway, BASE)) - own == to_and_from_the_provider


def test_api9_what_services_keep_for_each_other_is_not_served_to_anybody(client, make_service, walkers, seeded):
    hidden = 0
    for name in SERVICES:
        for path, item in make_service(name).test_client().get("/openapi.json").get_json()["paths"].items():
            public = path.removeprefix("/v1")
            for method in METHODS:
                if method in item and method not in DOCUMENT["paths"].get(public, {}):
                    hidden += 1
                    answer = send(client, method.upper(), path_of(public, seeded), headers=walkers["owner"], body={})
                    assert answer.status_code in {404, 405}, public
    assert hidden > 0


ODD = [
    "' OR '1'='1", "'; DROP TABLE guest; --", '") OR 1=1 --', "%' UNION SELECT 1 --", "\\", "%", "_", "{{7*7}}",
    "${7*7}", '{"$ne": null}', "[1,2]", "null", "../../etc/passwd", "\N{RIGHT-TO-LEFT OVERRIDE}", "a" * 199,
]  # fmt: skip


def _cursor(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_injection_finds_nothing_and_breaks_nothing(client, walkers, seeded, odd):
    """OWASP A03: texts are values wherever they are put, in parameters, cursors, paths and bodies."""
    owner = walkers["owner"]
    for method, path, operation in operations():
        if method != "GET" or "owner" not in operation["x-roles"]:
            continue
        for parameter in map(resolved, operation.get("parameters", [])):
            if parameter["in"] == "query":
                cursors = (
                    [_cursor([odd]), _cursor([odd, odd]), _cursor({"x": odd})] if parameter["name"] == "cursor" else []
                )
                for value in (odd, *cursors):
                    answer = client.get(path_of(path, seeded), query_string={parameter["name"]: value}, headers=owner)
                    assert answer.status_code < 500, (path, parameter["name"], value, answer.get_data(as_text=True))
    found = client.get(f"{BASE}/customers", query_string={"q": odd}, headers=owner).get_json()["items"]
    assert all(odd in item["name"] for item in found)
    assert not client.get(f"{BASE}/customers", query_string={"tag": odd}, headers=owner).get_json().get("items")
    made = client.post(f"{BASE}/customers", json={"name": odd}, headers=owner)
    if made.status_code == 201:
        assert client.get(f"{BASE}/customers/{made.get_json()['id']}", headers=owner).get_json()["name"] == odd
