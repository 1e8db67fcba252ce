"""Who may do what is decided at the door, for every operation and every role."""

import re

import pytest

from crm_gateway.config import BASE
from crm_gateway.routing.operations import RouteTable, load_document

ROLES = ("owner", "marketing_manager", "manager", "host", "till")
PUBLISHED = load_document()


def _path(template):
    return BASE + re.sub(r"{[^}]+}", "01890000-0000-7000-8000-000000000000", template)


def _published():
    for path, item in PUBLISHED["paths"].items():
        for method, operation in item.items():
            yield path, method.upper(), operation


@pytest.mark.parametrize("role", [*ROLES, None])
def test_every_role_gets_to_its_own_operations_only(make_gateway, bearer, services, role):
    """The role walk over the published document: 401 or 403 at the door, or through to the owner."""
    client = make_gateway(document=PUBLISHED).test_client()
    wrong = []
    for path, method, operation in _published():
        if operation["x-service"] == "gateway":
            continue
        for service in services.values():
            service.asked.clear()
        status = client.open(_path(path), method=method, headers=bearer(role) if role else {}).status_code
        came_through = any(service.asked for service in services.values())
        allowed = "anyone" in operation["x-roles"] or role in operation["x-roles"]
        refusal = 403 if role else 401
        away = operation["x-service"] not in services and status == 503
        if (allowed and not came_through and not away) or (not allowed and (came_through or status != refusal)):
            wrong.append((method, path, role, status))
    assert wrong == []


def test_a_till_may_write_orders_refunds_and_reservations_and_nothing_else():
    writes = {
        f"{method} {path}"
        for path, method, operation in _published()
        if "till" in operation["x-roles"] and method != "GET"
    }
    assert writes <= {
        "POST /orders", "POST /orders/{order_id}/refunds", "POST /orders/{id}/refunds", "POST /reservations",
        "POST /redemptions",
    }  # fmt: skip


def test_a_key_does_only_what_it_was_made_for(client, bearer, services):
    made = {"name": "Bookings", "scopes": ["reservations:write"]}
    key = client.post(f"{BASE}/api-keys", json=made, headers=bearer("owner")).get_json()["key"]
    answer = client.post(f"{BASE}/orders", json=[], headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 403
    assert not services["customer"].asked


def test_nothing_meant_for_services_alone_is_shown():
    assert not [path for path, _, operation in _published() if set(operation["x-roles"]) <= {"service"}]


def test_every_published_operation_says_who_serves_it_and_who_may_call_it():
    ids = [operation["operationId"] for _, _, operation in _published()]
    assert len(ids) == len(set(ids))
    for path, method, operation in _published():
        assert operation["x-service"], (method, path)
        assert operation["x-roles"], (method, path)
        assert operation["summary"], (method, path)
        assert ("anyone" in operation["x-roles"]) == ("security" not in operation), (method, path)


def test_the_table_of_routes_has_them_all():
    table = {(operation.method, operation.path) for operation in RouteTable(PUBLISHED)}
    services = {(m, p) for p, m, operation in _published() if operation["x-service"] != "gateway"}
    assert table == services


def test_a_service_role_cannot_come_from_outside(client, bearer, services):
    """POST /customers lists the role "service"; nobody outside has it, and it opens nothing."""
    assert client.post(f"{BASE}/customers", json={}, headers=bearer("till")).status_code == 403
    assert not services["customer"].asked
