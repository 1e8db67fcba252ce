"""A service that shows more than an asker may see is caught at the gateway (RULES G2; ADR 0010)."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_chassis.auth import Principal
from crm_gateway.config import BASE
from crm_gateway.permissions import DATA_CLASSES, SEES
from crm_gateway.routing.fields import FieldsReader
from crm_gateway.routing.operations import RouteTable, load_document

PHONE, SPENT = "+12025550147", 73_310
SECRET = {"id": "1", "phones": [{"number": PHONE}], "spend_minor": SPENT, "inner": {"spend_minor": SPENT, "name": "a"}}
STAFF = ["owner", "marketing_manager", "manager", "host"]
OBJECT = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "phones": {"type": "array", "x-data-class": "contact", "items": {"type": "object"}},
        "spend_minor": {"type": "integer", "x-data-class": "spend"},
        "inner": {"anyOf": [{"$ref": "#/components/schemas/Guest"}, {"type": "null"}]},
    },
}
PAGE = {"type": "object", "properties": {"items": {"type": "array", "items": {"$ref": "#/components/schemas/Guest"}}}}


def operation(name, service, roles, schema=None, **more):
    """An operation as the merged document describes it, that answers by a schema."""
    described = {"operationId": name, "x-service": service, "x-roles": roles, "tags": [service], "summary": name}
    return described | ({} if schema is None else answers(schema)) | more


def answers(schema):
    return {"responses": {"200": {"description": "OK", "content": {"application/json": {"schema": schema}}}}}


def parameter(name, **schema):
    return {"name": name, "in": "query", "schema": {"type": "string"} | schema}


NARROWED = [parameter("phone", **{"x-data-class": "contact"}), parameter("tag")]
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Maître", "version": "1", "description": "Test"},
    "paths": {
        "/customers": {"get": operation("list", "customer", STAFF, PAGE, parameters=NARROWED)},
        "/customers/{customer_id}": {
            "get": operation("show", "customer", STAFF, {"$ref": "#/components/schemas/Guest"})
        },
        "/open": {"get": operation("open", "customer", ["anyone"], PAGE)},
        "/auth/tokens": {"post": operation("sign_in", "gateway", ["anyone"])},
    },
    "components": {"schemas": {"Guest": OBJECT}},
}


@pytest.fixture
def client(make_gateway):
    return make_gateway(document=DOCUMENT).test_client()


@pytest.fixture
def get(client, bearer, services):
    def ask(role, path="/customers", leak=SECRET, headers=None, **said):
        body = leak if isinstance(leak, bytes) else json.dumps(leak).encode()
        services["customer"].answer = lambda handler, asked: handler.say(asked, body=body, **said)
        who = bearer(role) if role else {}
        return client.get(BASE + path, headers=who | (headers or {}))

    return ask


def test_an_owner_gets_the_answer_byte_by_byte(get):
    body = b'{ "spend_minor":73310, "odd" : true }'
    assert get("owner", "/customers/7", body).data == body


@pytest.mark.parametrize("path", ["/customers", "/customers/7"])
def test_what_a_service_leaks_is_taken_out_wherever_it_stands(get, path):
    leak = SECRET if path.endswith("7") else {"items": [SECRET, SECRET | {"inner": SECRET}]}
    host, marketing = get("host", path, leak), get("marketing_manager", path, leak)
    assert str(SPENT) not in host.text
    assert PHONE in host.text
    assert PHONE not in marketing.text
    assert str(SPENT) in marketing.text
    for answer in (host, marketing):
        assert answer.headers["Content-Length"] == str(len(answer.data))


def test_whoever_is_nobody_sees_no_class_at_all(get):
    open_to_all = get(None, "/open", {"items": [SECRET]})
    assert open_to_all.json == {"items": [{"id": "1", "inner": {"name": "a"}}]}


def test_an_answer_without_a_leak_passes_as_it_came(get):
    body = b'{ "items":[{ "id":"1" }] }'
    assert get("host", "/customers", body).data == body


def test_a_long_answer_is_looked_through_too(get):
    many = {"items": [SECRET] * 5_000}
    assert len(json.dumps(many)) > 512 * 1024
    answer = get("host", "/customers", many)
    assert str(SPENT) not in answer.text
    assert len(answer.json["items"]) == 5_000
    chunked = get("host", "/customers", many, Content_Length=None, Connection="close")
    assert str(SPENT) not in chunked.text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"name,spend\nAda,73310\n", {"Content_Type": "text/csv"}),
        (b"\x1f\x8b", {"Content_Encoding": "gzip"}),
        (b'{"spend_minor": 73310', {}),
        (b'{"items": ["' + b"7" * (9 << 20) + b'"]}', {}),
    ],
    ids=["other form", "encoded", "broken", "endless"],
)
def test_what_cannot_be_looked_through_is_not_passed_on(get, problem, body, said):
    refused = get("host", "/customers", body, **said)
    problem(refused, 502)
    assert "73310" not in refused.text
    assert get("owner", "/customers", body, **said).status_code == 200


def test_the_length_of_what_was_not_looked_through_is_not_told(client, bearer, services):
    services["customer"].answer = lambda handler, asked: handler.say(asked, body=json.dumps(SECRET).encode())
    assert client.head(f"{BASE}/customers/7", headers=bearer("host")).headers.get("Content-Length") in {None, "0"}


def test_nobody_narrows_a_list_by_what_they_may_not_see(get, services, problem):
    refused = problem(get("marketing_manager", f"/customers?tag=x&phone={PHONE}"), 403)
    assert refused["errors"] == {"phone": ["Not for your role."]}
    assert not services["customer"].asked
    assert get("marketing_manager", "/customers?phone=").status_code == 403
    assert get("host", "/customers?phone=1", {"items": []}).status_code == 200
    assert get("marketing_manager", "/customers?tag=x", {"items": []}).status_code == 200


def test_a_refusal_is_shown_as_it_is(get, services, client, bearer):
    services["customer"].problem(409)
    assert client.get(f"{BASE}/customers", headers=bearer("host")).status_code == 409


JSONS = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "phones", "spend_minor", "inner", "items"]), inner, max_size=5)
    ),
    max_leaves=30,
)
FIELDS = FieldsReader(DOCUMENT).of_operation(DOCUMENT["paths"]["/customers"]["get"])


@given(JSONS, st.sets(st.sampled_from(["contact", "spend"])))
def test_taking_out_is_complete_and_takes_nothing_else(value, hidden):
    """A second time there is nothing left to take; with nothing hidden nothing is; what remains is what was."""
    before = json.dumps(value)
    taken = FIELDS.strip(value, frozenset(hidden))
    assert taken <= {{"contact": "phones", "spend": "spend_minor"}[each] for each in hidden}
    if not taken:
        assert json.dumps(value) == before
    assert FIELDS.strip(value, frozenset(hidden)) == set()


def test_every_class_in_the_published_document_is_found():
    """Each operation that can show a class knows so, by the references of its schemas."""
    document = load_document()
    found = {operation.path: operation.fields.classes for operation in RouteTable(document) if operation.fields.classes}
    assert found["/customers"] >= {"contact", "dietary"}
    assert found["/customers/{customer_id}"] == found["/customers/lookup"] == {"contact", "dietary"}
    assert "spend" in found["/orders/{order_id}"] & found["/customers/{customer_id}/metrics"]
    assert "loyalty" in found["/loyalty/members/{customer_id}"]
    profile = FieldsReader(document).of_operation(document["paths"]["/customers/{customer_id}/profile"]["get"])
    assert profile.classes == {"contact", "dietary", "spend", "bookings", "loyalty"}


def test_the_table_gives_each_role_its_classes_and_services_all():
    assert {role for role, sees in SEES.items() if set(sees) == set(DATA_CLASSES)} == {"owner", "manager"}
    for role, sees in SEES.items():
        hidden = FIELDS.hidden_from(Principal(kind="staff", id="1", role=role, sees=sees))
        assert hidden == {"contact", "spend"} - set(sees)
    assert not FIELDS.hidden_from(Principal(kind="service", id="loyalty", role="service"))
