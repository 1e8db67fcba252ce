"""What the gateway composes of the real services' parts, as each role gets it."""

import uuid

import pytest

BASE = "/admin/customers/api/v1"
PHONE, EMAIL = "+12125550188", "ana.composed@example.com"


@pytest.fixture
def get(gateway, bearer):
    """``get(role, path)``: the answer's body; refusals fail."""

    def send(role, path):
        answer = gateway.test_client().get(f"{BASE}{path}", headers=bearer(role))
        assert answer.status_code == 200, answer.data
        return answer.get_json()

    return send


@pytest.fixture(scope="module")
def guest(gateway, bearer):
    """A guest with contact details, an allergy, a paid order and a table booked."""
    client = gateway.test_client()
    currency = client.get(f"{BASE}/organisation", headers=bearer("host")).get_json()["currency"]
    body = {
        "name": "Ana Composed",
        "emails": [{"address": EMAIL}],
        "phones": [{"number": PHONE}],
        "dietary": [{"kind": "allergy", "name": "peanut"}],
        "tags": ["regular"],
    }
    made = client.post(f"{BASE}/customers", json=body, headers=bearer("host"))
    assert made.status_code == 201, made.data
    customer_id = made.get_json()["id"]
    order = {"source": "till", "external_id": str(uuid.uuid4()), "placed_at": "2026-01-31T18:30:00Z"}
    order |= {"currency": currency, "total_minor": 4321, "guest": {"customer_id": customer_id}}
    table = {"source": "book", "external_id": str(uuid.uuid4()), "starts_at": "2026-02-14T19:00:00Z"}
    table |= {"party_size": 2, "status": "completed", "guest": {"customer_id": customer_id}}
    for path, sent in (("orders", order), ("reservations", table)):
        answer = client.post(f"{BASE}/{path}", json=[sent], headers=bearer("owner"))
        assert answer.get_json()["items"][0]["outcome"] == "created", answer.data
    return customer_id


def reasons(whole):
    return {each["part"]: each["reason"] for each in whole["unavailable"]}


def test_an_owner_sees_the_whole_guest(get, guest):
    whole = get("owner", f"/customers/{guest}/profile")
    parts = whole["parts"]
    assert whole["customer_id"] == parts["guest"]["id"] == guest
    assert parts["guest"]["name"] == "Ana Composed"
    assert parts["guest"]["dietary"] == [{"kind": "allergy", "name": "peanut"}]
    assert (parts["metrics"]["spend_minor"], parts["metrics"]["visits"]) == (4321, 2)
    assert [order["total_minor"] for order in parts["orders"]["items"]] == [4321]
    assert [table["status"] for table in parts["reservations"]["items"]] == ["completed"]
    assert "loyalty" in parts
    assert set(reasons(whole).values()) == {"not_offered"}


def test_a_host_sees_whom_to_serve_and_no_spend(get, guest):
    whole = get("host", f"/customers/{guest}/profile")
    assert whole["parts"]["guest"]["dietary"]
    assert whole["parts"]["reservations"]["items"]
    assert reasons(whole)["orders"] == "not_permitted"
    assert whole["parts"]["metrics"]["visits"] == 2
    assert "4321" not in str(whole)


def test_a_marketing_manager_sees_spend_and_no_bookings(get, guest):
    whole = get("marketing_manager", f"/customers/{guest}/profile")
    assert whole["parts"]["metrics"]["spend_minor"] == 4321
    assert reasons(whole)["reservations"] == "not_permitted"
    assert whole["parts"]["guest"]["name"] == "Ana Composed"
    for hidden in ("peanut", PHONE, EMAIL):
        assert hidden not in str(whole)


def test_a_merged_guest_is_shown_as_the_survivor(gateway, bearer, get, guest):
    client = gateway.test_client()
    other = client.post(f"{BASE}/customers", json={"name": "Ana again"}, headers=bearer("host")).get_json()["id"]
    merge = {"survivor_id": guest, "merged_id": other}
    assert client.post(f"{BASE}/customers/merges", json=merge, headers=bearer("owner")).status_code == 201
    whole = get("owner", f"/customers/{other}/profile")
    assert (whole["customer_id"], whole["parts"]["metrics"]["spend_minor"]) == (guest, 4321)


def test_an_unknown_guest_is_not_found(gateway, bearer):
    answer = gateway.test_client().get(f"{BASE}/customers/{uuid.uuid4()}/profile", headers=bearer("owner"))
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.get_json()["type"] == "urn:maitre:problem:no-such-guest"


def test_the_document_describes_each_part_by_its_owners_schema(get):
    schemas = get("owner", "/openapi.json")["components"]["schemas"]
    parts = schemas["Profile"]["properties"]["parts"]["properties"]
    assert {"guest", "metrics", "orders", "reservations", "loyalty"} <= parts.keys()
    assert parts["guest"]["anyOf"][0] == {"$ref": "#/components/schemas/Guest"}


def test_parts_that_are_only_for_the_gateway_are_not_shown(gateway, bearer, get):
    paths = get("owner", "/openapi.json")["paths"]
    assert paths["/customers/{customer_id}/profile"]["get"]["x-service"] == "gateway"
    assert "/tiles" not in paths


def test_the_timeline_is_told_by_all_services_with_one_cursor(get, guest):
    whole = get("owner", f"/customers/{guest}/timeline")
    kinds = [each["kind"] for each in whole["items"]]
    assert kinds.index("reservation_completed") < kinds.index("order_paid")
    assert {each["service"] for each in whole["items"]} == {"customer"}
    assert reasons(whole) == dict.fromkeys(("segmentation", "campaign", "feedback"), "not_offered")
    seen, cursor = [], ""
    while cursor is not None:
        page = get("owner", f"/customers/{guest}/timeline?limit=1{cursor and '&cursor=' + cursor}")
        seen += page["items"]
        cursor = page["next_cursor"]
    assert seen == whole["items"]


def test_a_hosts_timeline_has_no_amounts(get, guest):
    assert "4321" not in str(get("host", f"/customers/{guest}/timeline"))
    assert "order_paid" in str(get("host", f"/customers/{guest}/timeline"))


def test_a_dashboard_has_figures_of_what_happened_and_says_what_nobody_measures_yet(get, guest):
    dashboard = get("manager", "/dashboard")
    metrics = {each["key"]: each for each in dashboard["success_metrics"]}
    assert len(metrics) == 6
    assert metrics["repeat_visit_frequency"]["n"] >= 0
    assert metrics["repeat_visit_frequency"]["formula"]
    assert {metrics[key]["status"] for key in ("average_clv", "email_open_rate", "referral_rate")} == {"not_offered"}
    keys = {tile["key"] for tile in dashboard["tiles"]}
    assert {"covers_today", "spend", "new_guests", "points_outstanding"} <= keys
    assert "spend" not in {tile["key"] for tile in get("host", "/dashboard")["tiles"]}


def test_the_search_box_suggests_guests(get, guest):
    (found,) = get("host", "/search/suggestions?q=ana+compo")["items"]
    assert (found["id"], found["label"], found["service"]) == (guest, "Ana Composed", "customer")
    assert found["phone_ends"] == PHONE[-2:]
    assert get("marketing_manager", f"/search/suggestions?q={EMAIL[:12]}")["items"] == []


def test_reports_and_jobs_say_what_there_is(get):
    assert len(get("owner", "/reports")["items"]) == 6
    assert get("owner", "/jobs") == {"items": [], "unavailable": []}
