"""A request reaches the service that owns it, with what it needs and nothing else."""

import json

import pytest

from crm_chassis import auth
from crm_gateway.config import BASE


class _Callee:
    service = "customer"

    def __init__(self, trusted_keys):
        self.trusted_keys = trusted_keys


def test_path_query_and_body_arrive_unchanged(client, bearer, services):
    body = b'{"name": "J\xc3\xb6rg"}'
    answer = client.post(
        f"{BASE}/customers?q=a%20b&q=%C3%A9&x=1%2B1",
        data=body,
        content_type="application/json",
        headers=bearer("owner") | {"Idempotency-Key": "k1", "If-Match": '"7"', "Accept": "application/json"},
    )
    assert answer.status_code == 200
    asked = services["customer"].asked[0]
    assert (asked.method, asked.path, asked.body) == ("POST", "/v1/customers?q=a%20b&q=%C3%A9&x=1%2B1", body)
    assert asked.headers["Idempotency-Key"] == "k1"
    assert asked.headers["If-Match"] == '"7"'
    assert asked.headers["Content-Type"] == "application/json"
    assert asked.headers["X-Deadline"].isdigit()


def test_each_operation_goes_to_its_owner(client, bearer, services):
    client.get(f"{BASE}/loyalty/programme", headers=bearer("host"))
    client.get(f"{BASE}/customers", headers=bearer("host"))
    assert [asked.path for asked in services["loyalty"].asked] == ["/v1/loyalty/programme"]
    assert [asked.path for asked in services["customer"].asked] == ["/v1/customers"]


def test_a_fixed_path_wins_over_a_parameter(client, bearer, services):
    assert client.get(f"{BASE}/customers/lookup", headers=bearer("host")).status_code == 200
    assert services["customer"].asked[0].path == "/v1/customers/lookup"


def test_the_internal_token_says_who_asks(client, bearer, services, trusted_keys):
    client.get(f"{BASE}/customers", headers=bearer("host"))
    client.post(f"{BASE}/orders", json=[], headers=bearer("till"))
    told = [
        auth.verify(_Callee(trusted_keys), asked.headers["Authorization"].removeprefix("Bearer "))
        for asked in services["customer"].asked
    ]
    assert [(p.kind, p.role) for p in told] == [("staff", "host"), ("till", "till")]
    assert told[1].scopes == ("members:read", "orders:write", "refunds:write", "reservations:write")
    assert told[1].locations is None


def test_only_named_headers_pass(client, bearer, services):
    sent = {
        "Cookie": "session=1",
        "X-Forwarded-For": "10.0.0.1",
        "X-Internal-Token": "x",
        "X-Principal": "owner",
        "X-Deadline": "1",
        "Connection": "keep-alive, X-Principal",
    }
    answer = client.get(f"{BASE}/customers", headers=bearer("host") | sent)
    assert answer.status_code == 200
    got = services["customer"].asked[0].headers
    assert not {"Cookie", "X-Forwarded-For", "X-Internal-Token", "X-Principal"} & set(got)
    assert int(got["X-Deadline"]) > 1
    assert "eyJ" in got["Authorization"]
    assert got["Authorization"] != bearer("host")["Authorization"]


def test_an_internal_token_is_no_credential_at_the_door(client, settings, problem):
    principal = auth.Principal(kind="staff", id="01890000-0000-7000-8000-000000000000", role="owner")
    for audience in ("gateway", "customer", "maitre"):
        token = auth.mint(settings, audience, principal)
        problem(client.get(f"{BASE}/customers", headers={"Authorization": f"Bearer {token}"}), 401)


def test_answers_come_back_with_what_clients_need(client, bearer, services):
    services["customer"].answer = lambda handler, asked: handler.say(
        asked,
        201,
        b'{"id": 1}',
        ETag='"3"',
        Location="http://127.0.0.1:1/v1/customers/7?x=1",
        Retry_After="3",
        Server="secret/1.0",
        X_Internal="1",
        Set_Cookie="a=b",
    )
    answer = client.post(f"{BASE}/customers", json={}, headers=bearer("owner"))
    assert answer.status_code == 201
    assert answer.headers["ETag"] == '"3"'
    assert answer.headers["Location"] == f"{BASE}/customers/7?x=1"
    assert answer.headers["Retry-After"] == "3"
    assert not {"Server", "X-Internal", "Set-Cookie"} & set(answer.headers.keys())


def test_request_ids_travel_there_and_back(client, bearer, services):
    answer = client.get(f"{BASE}/customers", headers=bearer("host") | {"X-Request-ID": "till-42-0001"})
    assert answer.headers["X-Request-ID"] == services["customer"].asked[0].headers["X-Request-ID"] == "till-42-0001"
    answer = client.get(f"{BASE}/customers", headers=bearer("host") | {"X-Request-ID": "bad id\x7f"})
    assert answer.headers["X-Request-ID"] == services["customer"].asked[1].headers["X-Request-ID"] != "bad id\x7f"


def test_the_trace_goes_on(client, bearer, services):
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    client.get(f"{BASE}/customers", headers=bearer("host") | {"traceparent": f"00-{trace}-00f067aa0ba902b7-01"})
    assert services["customer"].asked[0].headers["traceparent"].split("-")[1] == trace


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/customers/", "//customers", "/customers/1/2/3", "/customers/../orders", "/customers/%2e%2e/orders",
     "/customers/a%2Fb/orders", "/v1/customers", "/health/ready"],
)  # fmt: skip
def test_unknown_paths_are_refused(client, bearer, services, problem, path):
    problem(client.get(BASE + path, headers=bearer("owner")), 404)
    assert not services["customer"].asked


def test_dots_cannot_lead_to_another_operation(client, bearer, services, problem):
    problem(client.get(f"{BASE}/customers/../orders", headers=bearer("owner")), 404)
    problem(client.get(f"{BASE}/customers/.", headers=bearer("owner")), 404)
    assert client.get(f"{BASE}/customers/%252e%252e/orders", headers=bearer("owner")).status_code == 200
    assert services["customer"].asked[0].path == "/v1/customers/%252e%252e/orders"


def test_odd_characters_in_a_path_stay_in_their_segment(client, bearer, services):
    client.get(f"{BASE}/customers/%3Fq=1%23x", headers=bearer("owner"))
    assert services["customer"].asked[0].path == "/v1/customers/%3Fq=1%23x"


def test_unknown_methods_are_refused_with_those_allowed(client, bearer, services, problem):
    answer = client.delete(f"{BASE}/customers", headers=bearer("owner"))
    problem(answer, 405)
    assert {m.strip() for m in answer.headers["Allow"].split(",")} == {"GET", "HEAD", "OPTIONS", "POST"}
    problem(client.open(f"{BASE}/customers", method="TRACE", headers=bearer("owner")), 405)
    problem(client.open(f"{BASE}/customers", method="PROPFIND", headers=bearer("owner")), 405)
    assert not services["customer"].asked


def test_options_says_what_is_allowed_and_asks_nobody(client, services):
    answer = client.options(f"{BASE}/orders")
    assert (answer.status_code, answer.data) == (204, b"")
    assert {m.strip() for m in answer.headers["Allow"].split(",")} == {"OPTIONS", "POST"}
    assert not services["customer"].asked


def test_head_is_get_without_its_body(client, bearer, services):
    answer = client.head(f"{BASE}/customers", headers=bearer("owner"))
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(b'{"ok": true}'))
    assert services["customer"].asked[0].method == "HEAD"
    answer = client.head(f"{BASE}/customers")
    assert (answer.status_code, answer.data) == (401, b"")


def test_an_open_operation_needs_nobody(client, services):
    assert client.get(f"{BASE}/surveys").status_code == 200
    assert client.get(f"{BASE}/surveys", headers={"Authorization": "Bearer rubbish"}).status_code == 200
    assert len(services["feedback"].asked) == 2


def test_problems_of_a_service_pass_unchanged(client, bearer, services):
    services["customer"].problem(409)
    answer = client.post(f"{BASE}/customers", json={}, headers=bearer("owner"))
    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert json.loads(answer.data)["type"] == "urn:maitre:problem:x"


def test_not_modified_passes(client, bearer, services):
    services["customer"].answer = lambda handler, asked: handler.say(asked, 304, b"", ETag='"3"', Content_Length=None)
    answer = client.get(f"{BASE}/customers", headers=bearer("owner") | {"If-None-Match": '"3"'})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", '"3"')
    assert services["customer"].asked[0].headers["If-None-Match"] == '"3"'
