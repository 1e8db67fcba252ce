"""Every published route × every role, against the real services: who comes in, and what they get to see (RULES G2).

New routes join without an edit here: requests are made from the document, answers are searched for what must not be
in them by the names of marked fields and by values that stand nowhere else.
"""

from urllib.parse import quote

import pytest

from crm_chassis.auth import ANYONE
from crm_gateway.permissions import DATA_CLASSES, KEY_ROLES, SEES, STAFF_ROLES
from crm_gateway.routing.fields import FieldsReader

from .samples import DOCUMENT, body_of, operations, path_of, query_names, refused_at_the_door, send
from .seeds import NAMES, SECRETS, leaks

ROLES = (*STAFF_ROLES, *KEY_ROLES, None)
ALL = [role for role in SEES if set(SEES[role]) == set(DATA_CLASSES)]
NEVER_ENDING = {"text/event-stream"}


@pytest.fixture
def client(gateway):
    return gateway.test_client()


def shown(answer):
    """Give what an answer shows: parsed, or its text; a refusal and the document may name fields."""
    if answer.mimetype in NEVER_ENDING:
        answer.close()
        return ""
    body = answer.get_json(silent=True)
    if isinstance(body, dict) and "openapi" in body:
        return answer.get_data(as_text=True)
    if body is None:
        return answer.get_data(as_text=True)
    if answer.mimetype == "application/problem+json":
        body.pop("errors", None)
    return body


def is_allowed(operation, role):
    return ANYONE in operation["x-roles"] or role in operation["x-roles"]


def request_of(method, path, operation, seeded):
    """Make the request of a walk: of the seeded guest to look at, of others to write to."""
    ids = seeded if method in {"GET", "PATCH"} or "/customers/" in path else {}
    others = {"customer_id": seeded["another"], "survivor_id": seeded["survivor_id"], "merged_id": seeded["merged_id"]}
    body = {} if method == "PATCH" else body_of(operation, others | {"currency": seeded["currency"]})
    return path_of(path, ids), body


@pytest.mark.parametrize("role", ROLES)
def test_every_role_comes_into_its_own_operations_and_sees_its_own_fields(client, walkers, seeded, role):
    wrong, seen = [], set()
    for method, path, operation in operations():
        url, body = request_of(method, path, operation, seeded)
        answer = send(client, method, url, headers=walkers[role], body=body)
        at = f"{method} {path} as {role}: {answer.status_code}"
        is_broken = answer.status_code >= 500 and "live-unavailable" not in answer.get_data(
            as_text=True
        )  # no such process here
        if is_allowed(operation, role) == refused_at_the_door(answer) or is_broken:
            wrong.append(f"{at} {answer.get_data(as_text=True)[:200]}")
        if not is_allowed(operation, role) and answer.status_code != (401 if role is None else 403):
            wrong.append(at)
        what = shown(answer)
        wrong += [f"{at} shows {leak}" for leak in sorted(leaks(what, role))]
        seen |= leaks(what, None)
    assert wrong == []
    missed = {data_class for data_class in SEES.get(role, ()) if role in STAFF_ROLES and NAMES[data_class]}
    assert missed <= {each.partition(":")[0] for each in seen}, (
        "the walk came by no field of a class: it proves nothing"
    )


def test_the_seeds_are_found_by_who_may_see_them(client, walkers, seeded):
    """Every secret comes out somewhere for the owner: else its absence elsewhere would prove nothing."""
    found = set()
    for method, path, operation in operations():
        if method == "GET" and is_allowed(operation, "owner"):
            found |= leaks(shown(send(client, method, path_of(path, seeded), headers=walkers["owner"])), None)
    secrets = {f"{data_class}: {secret}" for data_class in DATA_CLASSES for secret in SECRETS[data_class]}
    assert secrets - found <= {f"spend: {unused}" for unused in (731_001, 10_007)}


def searches():
    """Every parameter of every list, for every role that may ask and does not see all."""
    for method, path, operation in operations():
        if method == "GET":
            for name in query_names(operation):
                yield from ((path, name, role) for role in SEES if role in operation["x-roles"] and role not in ALL)


@pytest.mark.parametrize("search", list(searches()), ids="-".join)
def test_nobody_finds_anything_by_what_they_may_not_see(client, walkers, seeded, search):
    """Whatever parameter a secret is put into, the answer is that of a value which nobody has."""
    path, name, role = search
    for data_class in set(DATA_CLASSES) - set(SEES[role]):
        for secret in SECRETS[data_class]:
            nothing = "".join(chr(ord(c) + 1) if c.isalpha() and c not in "zZ" else c for c in str(secret))
            nothing = nothing.translate(str.maketrans("0123456789", "4837105926"))
            hit, miss = (
                _told(client, path_of(path, seeded), walkers[role], name, value) for value in (secret, nothing)
            )
            assert hit == miss, f"{secret} tells more than {nothing}"


def _told(client, url, headers, name, value):
    """Give what an answer tells, but for what any two answers differ in, and for the value itself."""
    answer = send(client, "GET", f"{url}?{quote(name)}={quote(str(value))}", headers=headers)
    body = shown(answer)
    if isinstance(body, dict):
        body = {key: each for key, each in body.items() if key not in {"instance", "as_of"}}
    echoed = str(body).replace(str(value), "?")
    return answer.status_code, echoed.replace(str(value).replace(" ", ""), "?")


@pytest.mark.parametrize("role", [role for role in SEES if role not in ALL])
def test_nobody_sorts_or_filters_by_the_name_of_a_field_they_may_not_see(client, walkers, seeded, role):
    """Neither a field's own name as a parameter, nor as what to sort or group by, nor as what to show besides."""
    reader, passed = FieldsReader(DOCUMENT), []
    hidden = sorted(name for data_class in set(DATA_CLASSES) - set(SEES[role]) for name in NAMES[data_class])
    for method, path, operation in operations():
        if method != "GET" or role not in operation["x-roles"] or not reader.of_operation(operation).classes:
            continue
        for field in hidden:
            for query in (f"{field}=1", f"sort={field}", f"order_by={field}", f"fields={field}", f"sort=-{field}"):
                answer = send(client, "GET", f"{path_of(path, seeded)}?{query}", headers=walkers[role])
                if answer.status_code not in {403, 422}:
                    passed.append(f"{path}?{query}: {answer.status_code}")
    assert passed == []
