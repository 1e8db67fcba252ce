"""What a browser or a program sees before it signs in."""

import json

import pytest
from openapi_spec_validator import validate

from crm_gateway.config import BASE
from crm_gateway.routing.operations import load_document


@pytest.fixture
def published(make_gateway):
    return make_gateway(document=load_document()).test_client()


def test_the_merged_document_is_valid_and_relative_to_the_base(published):
    document = published.get(f"{BASE}/openapi.json").get_json()
    validate(document)
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": BASE}]
    assert {"/auth/tokens", "/staff", "/api-keys"} <= set(document["paths"])
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_every_operation_is_on_the_reader_page(published):
    page = published.get(f"{BASE}/docs")
    assert page.status_code == 200
    text = page.get_data(as_text=True)
    for item in load_document()["paths"].values():
        for operation in item.values():
            assert f'id="{operation["operationId"]}"' in text
    assert "<script" not in text
    assert "http://" not in text.replace("http://localhost", "")
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_an_operation_shows_its_roles_its_examples_and_the_classes_of_its_fields(published):
    text = published.get(f"{BASE}/docs").get_data(as_text=True)
    start = text.index('id="post_orders"')
    orders = text[start : text.index("</details>", start)]
    for said in ("till", "customer", "external_id", "Tiramisù", "Refusals", "NewOrder"):
        assert said in orders
    assert '<span class="class">spend</span>' in text


def test_the_reader_page_finds_operations_by_all_words(published):
    found = published.get(f"{BASE}/docs?q=POST+Orders").get_data(as_text=True)
    assert 'id="post_orders"' in found
    assert 'id="get_customers"' not in found
    nothing = published.get(f"{BASE}/docs", query_string={"q": '"><script>alert(1)</script>'}).get_data(as_text=True)
    assert "<script" not in nothing
    assert "Nothing here has all of these words" in nothing


def test_the_start_page_says_what_this_is(published):
    assert published.get("/").headers["Location"] == "/admin/customers"
    page = published.get("/admin/customers")
    assert page.status_code == 200
    assert f"{BASE}/docs" in page.get_data(as_text=True)
    assert published.get("/admin/customers/pages.css").content_type.startswith("text/css")


def test_health_and_metrics_are_there(published, bearer, services):
    assert published.get("/health/live").status_code == 200
    assert published.get("/health/ready").status_code == 200
    published.get(f"{BASE}/customers", headers=bearer("owner"))
    metrics = published.get("/metrics").get_data(as_text=True)
    assert "http_request_seconds" in metrics


@pytest.mark.parametrize(
    "path", ["/admin/customers/nothing", "/nothing", f"{BASE}", f"{BASE}/", f"{BASE}/auth/nothing"]
)
def test_unknown_pages_are_problems(published, problem, path):
    problem(published.get(path), 404)


@pytest.mark.parametrize("path", ["/auth/tokens", "/staff", "/api-keys"])
def test_unknown_methods_of_our_own_are_problems(published, problem, path):
    answer = published.put(BASE + path)
    problem(answer, 405)
    assert "POST" in answer.headers["Allow"]


def test_the_document_is_what_the_code_says():
    assert json.dumps(load_document())
