"""Dashboard, reports, jobs and suggestions: what services bring, and what nobody brings is said and not invented."""

import dataclasses
import json

import pytest

from crm_gateway.config import BASE

STAFF = ["owner", "marketing_manager", "manager", "host"]
MONEY = ["owner", "marketing_manager", "manager"]


def part(of, service, roles=STAFF, name=None, query=()):
    return {"of": of, "name": name or service, "service": service, "method": "get", "path": f"/v1/{of}"} | {
        "roles": roles,
        "query": list(query),
    }


DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Maître", "version": "1", "description": "Test"},
    "paths": {
        "/reports/acquisition": {"get": {"operationId": "a", "x-service": "customer", "x-roles": ["owner"], "tags": [],
                                         "summary": "a", "responses": {}}}
    },
    "components": {"schemas": {}},
    "x-parts": [
        part("success-metrics", "customer", MONEY), part("success-metrics", "feedback", MONEY),
        part("tiles", "customer"), part("tiles", "loyalty"),
        part("suggestions", "customer", name="customers", query=["q", "limit"]),
        part("suggestions", "loyalty", name="rewards", query=["q", "limit"]),
        part("jobs", "customer", query=["limit"]),
    ],
}  # fmt: skip


def metric(key, value, baseline=None):
    was = None if baseline is None else {"value": baseline, "n": 9, "window": None, "basis": "year_earlier"}
    return {"key": key, "value": value, "n": 10, "baseline": was, "formula": "…", "interval": None, "window": None}


@pytest.fixture
def says(services):
    """``says(service, whole=items)``: what a service lists as its part of a whole."""

    def tell(service, **wholes):
        answers = {f"/v1/{whole.replace('_', '-')}": {"items": items} for whole, items in wholes.items()}

        def answer(handler, asked):
            handler.say(asked, 200, json.dumps(answers.get(asked.path.partition("?")[0], {"items": []})).encode())

        services[service].answer = answer

    for name in services:
        tell(name)
    return tell


@pytest.fixture
def gateway(make_gateway, settings):
    return make_gateway(dataclasses.replace(settings, profile_deadline_ms=600), document=DOCUMENT)


@pytest.fixture
def get(gateway, bearer, says):
    def send(path, role="owner"):
        answer = gateway.test_client().get(f"{BASE}{path}", headers=bearer(role))
        assert answer.status_code == 200, answer.data
        return answer.get_json()

    return send


def metrics(dashboard):
    return {each["key"]: each for each in dashboard["success_metrics"]}


def test_all_six_metrics_are_there_and_none_is_invented(get, says):
    says("customer", success_metrics=[metric("retention_rate", 0.34, 0.30)])
    found = metrics(get("/dashboard"))
    assert list(found) == [
        "retention_rate", "repeat_visit_frequency", "average_clv", "email_open_rate", "customer_satisfaction",
        "referral_rate",
    ]  # fmt: skip
    assert found["retention_rate"]["value"] == 0.34
    assert {key for key, each in found.items() if each["value"] is None} == set(found) - {"retention_rate"}
    assert found["average_clv"]["status"] == found["email_open_rate"]["status"] == "not_offered"
    assert found["email_open_rate"]["target"] == {"kind": "at_least", "by": None, "value": 0.25}


@pytest.mark.parametrize(
    ("value", "baseline", "status"),
    [
        (0.36, 0.30, "reached"),
        (0.34, 0.30, "improving"),
        (0.29, 0.30, "behind"),
        (0.34, None, "no_baseline"),
        (None, 0.30, "no_data"),
    ],
)
def test_a_metric_says_how_it_stands_to_its_target(get, says, value, baseline, status):
    says("customer", success_metrics=[metric("retention_rate", value, baseline)])
    found = metrics(get("/dashboard"))["retention_rate"]
    assert found["status"] == status
    assert found["target"]["by"] == 0.20
    assert found["target"]["value"] == (None if baseline is None else pytest.approx(0.36))


def test_a_service_that_comes_brings_its_metric_without_a_change_here(get, says):
    says("feedback", success_metrics=[metric("customer_satisfaction", 4.6)])
    found = metrics(get("/dashboard"))["customer_satisfaction"]
    assert (found["value"], found["status"], found["service"]) == (4.6, "reached", "feedback")


def test_a_service_that_is_away_makes_its_metrics_unavailable_not_absent(get, says, services):
    services["customer"].problem(503)
    dashboard = get("/dashboard")
    found = metrics(dashboard)["retention_rate"]
    assert (found["value"], found["status"]) == (None, "unavailable")
    assert {"part": "tiles", "service": "customer", "reason": "away"} in dashboard["unavailable"]
    assert {"part": "success-metrics", "service": "customer", "reason": "away"} in dashboard["unavailable"]


def tile(key):
    return {"key": key, "label": key, "value": 1, "previous": None, "unit": "count"}


def test_each_persona_has_its_own_home_page(get, says):
    says("customer", tiles=[tile("new_guests"), tile("spend"), tile("covers_today"), tile("weather")])
    says("loyalty", tiles=[tile("points_outstanding")])
    shown = {role: [each["key"] for each in get("/dashboard", role)["tiles"]] for role in STAFF}
    assert shown["owner"] == ["spend", "new_guests", "covers_today", "points_outstanding", "weather"]
    assert shown["host"][:2] == ["covers_today", "new_guests"]
    assert shown["marketing_manager"][0] == "new_guests"


def test_a_host_is_shown_no_success_metrics_of_those_who_refuse_them(get, says, services):
    dashboard = get("/dashboard", "host")
    assert dashboard["persona"] == "host"
    assert "retention_rate" not in metrics(dashboard)
    assert "/v1/success-metrics" not in {one.path for one in services["customer"].asked}


def test_reports_say_where_they_are_and_which_are_there(get):
    items = {each["key"]: each for each in get("/reports")["items"]}
    assert len(items) == 6
    assert {key for key, each in items.items() if each["is_offered"]} == {"acquisition"}
    assert items["acquisition"]["roles"] == ["owner"]
    assert items["campaign_roi"]["path"] == "/reports/campaign-roi"


def test_jobs_of_services_and_of_the_gateway_itself_are_one_list(get, says, gateway):
    job = {"id": "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f50", "kind": "import", "state": "succeeded"}
    says("customer", jobs=[job | {"created_at": "2026-03-14T10:00:00Z"}])
    own = job | {"id": "0190a6b2-7c1e-7d3a-9f00-5b1c2d3e4f51", "kind": "audit_export", "state": "running"}
    asked = []

    def exports(asker, query):
        asked.append((asker.role, query["limit"]))
        return {"items": [own | {"created_at": "2026-03-13T10:00:00Z"}]}

    gateway.extensions["composer"].add("jobs", "audit", exports)
    items = get("/jobs?limit=5")["items"]
    assert [(each["kind"], each["service"]) for each in items] == [("audit_export", "gateway"), ("import", "customer")]
    assert asked == [("owner", "5")]


def test_suggestions_are_the_best_of_each_kind(get, says, services):
    guests = [{"kind": "customer", "id": str(number), "label": str(number)} for number in range(10)]
    says("customer", suggestions=guests)
    says("loyalty", suggestions=[{"kind": "reward", "id": "r", "label": "Free dessert"}])
    found = get("/search/suggestions?q=fr%C3%A9e")
    assert len(found["items"]) == 10
    assert [each["kind"] for each in found["items"][:3]] == ["customer", "reward", "customer"]
    assert {"part": "segments", "service": "segmentation", "reason": "not_offered"} in found["unavailable"]
    assert services["customer"].asked[0].path == "/v1/suggestions?q=fr%C3%A9e&limit=10"


@pytest.mark.parametrize("body", [b"[]", b'{"items": [7, {"x": 1}]}', b'{"items": {}}', b"null", b'"text"'])
def test_what_is_no_list_of_items_suggests_nothing(get, services, body):
    services["customer"].answer = lambda handler, asked: handler.say(asked, 200, body)
    assert get("/search/suggestions?q=x")["items"] == []


def test_a_slow_kind_does_not_hold_up_the_search_box(make_gateway, settings, bearer, says, services):
    changed = dataclasses.replace(settings, suggestions_deadline_ms=100)
    client = make_gateway(changed, document=DOCUMENT).test_client()
    says("loyalty", suggestions=[{"kind": "reward", "id": "r", "label": "Free dessert"}])
    services["customer"].answer = lambda handler, asked: None  # keeps the connection and says nothing
    found = client.get(f"{BASE}/search/suggestions?q=x", headers=bearer("owner")).get_json()
    assert [each["kind"] for each in found["items"]] == ["reward"]
    assert {"part": "customers", "service": "customer", "reason": "slow"} in found["unavailable"]


@pytest.mark.parametrize("path", ["/dashboard", "/reports", "/jobs", "/search/suggestions?q=x"])
def test_they_are_for_staff(gateway, bearer, problem, path):
    problem(gateway.test_client().get(f"{BASE}{path}", headers=bearer("till")), 403)


@pytest.mark.parametrize("path", ["/search/suggestions", "/search/suggestions?q=", "/search/suggestions?q=x&limit=11"])
def test_a_search_box_asks_for_something(gateway, bearer, problem, path):
    problem(gateway.test_client().get(f"{BASE}{path}", headers=bearer("owner")), 422)
