"""Every request passes the same rules, and whatever is wrong with it is said in a problem document."""

import re
import time

import orjson
import pytest
from flask import jsonify
from flask_smorest import Blueprint as ForeignBlueprint
from openapi_spec_validator import validate
from things import MEGABYTE

from crm_chassis.auth import unguarded_routes
from crm_chassis.http import create_api
from crm_chassis.logs import configure_logging

THING = {"name": "a"}


@pytest.fixture
def as_manager(things_settings, internal_headers):
    return internal_headers(things_settings, "manager")


@pytest.fixture
def as_till(things_settings, internal_headers):
    return internal_headers(things_settings, "till", "till")


def problem(answer, status):
    """Check that the answer is a problem document of *status* and return it."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    document = answer.get_json(force=True)
    assert document["status"] == status
    assert re.fullmatch(r"urn:maitre:problem:[a-z0-9-]+", document["type"])
    assert document["title"]
    assert document["instance"].endswith(answer.headers["X-Request-ID"])
    return document


def test_a_good_request_is_answered(client, as_manager):
    answer = client.post(
        "/v1/things",
        json={"name": "Soup 🍲", "note": "two\nlines", "made_at": "2026-01-31T18:30:00+02:00", "price_minor": 5},
        headers=as_manager,
    )
    assert answer.status_code == 201
    assert answer.json["made_at"] == "2026-01-31T16:30:00+00:00"
    assert answer.json["name"] == "Soup 🍲"
    assert answer.headers["ETag"] == '"1"'
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"{'name': 1}", 400),
        (b'{"name": "\xff"}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b'{"name": "\x01"}', 400),
        (b'{"price_minor": NaN}', 400),
        (b'{"price_minor": 1e999}', 400),
        (b"[" * 5000 + b"]" * 5000, 400),
        (b'{"name":' * 1000 + b"1" + b"}" * 1000, 422),
        (b"null", 422),
        (b"[]", 422),
        (b'"x"', 422),
        (b"123456789012345678901234567890", 422),
    ],
    ids=range(14),
)
def test_unreadable_bodies_are_refused(client, as_manager, body, status):
    problem(client.post("/v1/things", data=body, content_type="application/json", headers=as_manager), status)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_other_media_types_are_refused(client, as_manager, content_type):
    answer = client.post("/v1/things", data=b'{"name": "a"}', content_type=content_type, headers=as_manager)
    problem(answer, 415)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": None}, "name"),
        ({"name": ""}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"name": 5}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "a\0"}, "name"),
        ({"note": "a\x0b"}, "note"),
        ({"free": "a\0b"}, "free"),
        ({"price_minor": True}, "price_minor"),
        ({"price_minor": 1.0}, "price_minor"),
        ({"price_minor": "1"}, "price_minor"),
        ({"price_minor": -1}, "price_minor"),
        ({"price_minor": 10**12 + 1}, "price_minor"),
        ({"price_minor": 2**64 - 1}, "price_minor"),
        ({"currency": "QQQ"}, "currency"),
        ({"currency": "usd"}, "currency"),
        ({"made_at": "2026-01-31T18:30:00"}, "made_at"),
        ({"made_at": "2026-01-31"}, "made_at"),
        ({"made_at": "1899-12-31T23:59:59Z"}, "made_at"),
        ({"made_at": "9999-12-31T23:59:59-14:00"}, "made_at"),
        ({"made_at": 5}, "made_at"),
        ({"lines": {}}, "lines"),
        ({"lines": [{"name": "a", "quantity": 1}, {"name": "b", "quantity": 0}]}, "lines.1.quantity"),
        ({"lines": [{"name": "a", "quantity": 1, "zz\0": 1}]}, "lines.0"),
        ({"lines": [{"name": "a", "quantity": 1, "zz": 1}]}, "lines.0.zz"),
        ({"zz": 1}, "zz"),
        ({"id": "x"}, "id"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_wrong_fields_are_named_by_their_path(client, as_manager, change, field):
    answer = client.post("/v1/things", json={"name": "never"} | change, headers=as_manager)
    assert list(problem(answer, 422)["errors"]) == [field]


def test_a_backslash_before_u0000_is_no_control_character(client, as_manager):
    answer = client.post("/v1/things", json={"name": "\\u0000"}, headers=as_manager)
    assert answer.json["name"] == "\\u0000"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("zz=1", "zz"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=x", "limit"),
        ("cursor=%00", "cursor"),
        ("name=a%00b", "name"),
        ("cursor=zz", "cursor"),
        ("cursor=%F0%9F%8D%B2", "cursor"),
        ("cursor=WyJhXHUwMDAwIl0", "cursor"),
    ],
)
def test_wrong_query_parameters_are_named(client, as_manager, query, field):
    assert list(problem(client.get(f"/v1/things?{query}", headers=as_manager), 422)["errors"]) == [field]


def test_a_route_without_parameters_takes_none(client, as_manager):
    problem(client.get("/v1/things/crash?x=1"), 422)


def test_unknown_paths_and_methods_are_problems(client, as_manager):
    problem(client.get("/v1/nothing"), 404)
    problem(client.get("/v1/things/"), 404)
    problem(client.get("//v1/things"), 404)
    problem(client.get("/v1/things/not-a-uuid", headers=as_manager), 404)
    problem(client.get("/v1/things/named/a%00b"), 404)
    answer = client.delete("/v1/things")
    problem(answer, 405)
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}
    problem(client.options("/v1/things"), 405)


def test_domain_errors_are_rendered_by_kind(client, as_manager):
    answer = client.get("/v1/things/01890a5d-ac96-774b-bcce-b302099a8057", headers=as_manager)
    document = problem(answer, 404)
    assert document["type"] == "urn:maitre:problem:no-such-thing"
    assert document["detail"] == "There is no thing 01890a5d-ac96-774b-bcce-b302099a8057."


def test_a_defect_is_a_500_that_says_nothing(client, capsys):
    configure_logging("things", "api")
    document = problem(client.get("/v1/things/crash"), 500)
    logged = capsys.readouterr().out
    assert "secret" not in orjson.dumps(document).decode()
    assert "RuntimeError" in logged
    assert "ada@example.org" not in logged


def test_bodies_over_the_limit_are_refused(client, as_manager, as_till):
    body = orjson.dumps({"name": "x" * 2 * MEGABYTE})
    problem(client.post("/v1/things", data=body, content_type="application/json", headers=as_manager), 413)
    batch = orjson.dumps(["x" * 5 * MEGABYTE])
    assert (
        client.post("/v1/things/batches", data=batch, content_type="application/json", headers=as_till).json["count"]
        == 1
    )
    batch = orjson.dumps(["x" * 10 * MEGABYTE])
    problem(client.post("/v1/things/batches", data=batch, content_type="application/json", headers=as_till), 413)


def test_edits_name_the_version_they_started_from(client, as_manager):
    def change(**headers):
        return client.patch("/v1/things/7", json={"name": "b"}, headers=as_manager | headers)

    assert change().headers["ETag"] == '"8"'
    assert change(**{"If-Match": '"7"'}).status_code == 200
    assert change(**{"If-Match": '"3", "7"'}).status_code == 200
    assert change(**{"If-Match": "*"}).status_code == 200
    for other in ('"6"', "7x", ""):
        assert problem(change(**{"If-Match": other}), 412)["type"].endswith("changed-meanwhile")


def test_request_ids_come_in_and_go_out(client):
    given = client.get("/v1/things/named/x", headers={"X-Request-ID": "till-7.42_a"})
    assert given.headers["X-Request-ID"] == "till-7.42_a"
    for bad in ("short", "x" * 65, "with space!", "näh-12345678"):
        assert client.get("/v1/things/named/x", headers={"X-Request-ID": bad}).headers["X-Request-ID"] != bad


def test_work_past_its_deadline_is_refused(client, as_till):
    def batch(milliseconds):
        headers = as_till | {"X-Deadline": str(milliseconds)}
        return client.post("/v1/things/batches", json=[], headers=headers)

    now = time.time() * 1000
    problem(batch(int(now) - 1), 504)
    assert batch(int(now) + 5000).json["seconds_left"] <= 5
    for odd in ("", "soon", "-5", "9" * 40):
        assert batch(odd).json["seconds_left"] <= 30


def test_the_access_log_holds_no_values(client, as_manager, capsys):
    configure_logging("things", "api")
    client.get("/v1/things?name=ada%40example.org&limit=1", headers=as_manager | {"X-Request-ID": "request-1"})
    lines = [orjson.loads(line) for line in capsys.readouterr().out.splitlines()]
    [line] = [line for line in lines if line["event"] == "request"]
    assert line["method"] == "GET"
    assert line["route"] == "/v1/things"
    assert line["status"] == 200
    assert line["correlation_id"] == "request-1"
    assert len(line["trace_id"]) == 32
    assert "ada" not in orjson.dumps(lines).decode()


def test_the_callers_trace_goes_on(client, capsys):
    configure_logging("things", "api")
    parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    client.get("/v1/things/named/x", headers={"traceparent": parent})
    assert '"trace_id":"4bf92f3577b34da6a3ce929d0e0e4736"' in capsys.readouterr().out


def test_health_metrics_and_document_are_open(client):
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 200
    client.get("/v1/things/named/x")
    metrics = client.get("/metrics").get_data(as_text=True)
    assert 'http_request_seconds_count{method="GET",route="/v1/things/named/<name>",status="200"}' in metrics


def test_the_document_is_valid_and_tells_the_rules(client):
    document = client.get("/openapi.json").json
    validate(document)
    assert document["openapi"] == "3.1.0"
    post = document["paths"]["/v1/things"]["post"]
    assert post["summary"] == "Add a thing."
    assert post["x-roles"] == ["manager", "till"]
    assert post["tags"] == ["things"]
    assert {"201", "400", "401", "403", "409", "413", "415", "422"} <= set(post["responses"])
    assert [parameter["name"] for parameter in post["parameters"]] == ["Idempotency-Key"]
    refusal = document["components"]["responses"]["UNPROCESSABLE_ENTITY"]["content"]
    assert refusal == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    patch = document["paths"]["/v1/things/{version}"]["patch"]
    assert "412" in patch["responses"]
    assert "If-Match" in [parameter["name"] for parameter in patch["parameters"]]
    assert "404" in document["paths"]["/v1/things/{thing_id}"]["get"]["responses"]
    assert document["components"]["schemas"]["Thing"]["additionalProperties"] is False
    assert "401" not in document["paths"]["/v1/things/crash"]["get"]["responses"]


def test_a_route_that_names_no_roles_is_closed_and_reported(things_settings, as_manager):
    app, _ = create_api(things_settings, "Things")
    assert unguarded_routes(app) == []
    app.add_url_rule("/v1/forgotten", "forgotten", lambda: jsonify([]))
    assert unguarded_routes(app) == ["GET /v1/forgotten"]
    problem(app.test_client().get("/v1/forgotten", headers=as_manager), 403)


def test_foreign_blueprints_are_refused(things_settings):
    _, api = create_api(things_settings, "Things")
    with pytest.raises(TypeError, match=r"crm_chassis\.http\.Blueprint"):
        api.register_blueprint(ForeignBlueprint("x", "x"))


def test_a_public_process_without_authentication_lets_nobody_in(things_settings, as_manager):
    app, _ = create_api(things_settings, "Edge", public=True)
    app.add_url_rule("/closed", "closed", lambda: "x")
    problem(app.test_client().get("/closed", headers=as_manager), 401)
