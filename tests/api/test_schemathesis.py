"""Schemathesis throws what each OpenAPI document allows and forbids at the real applications.

Bounded and repeatable in ``make test``; CRM_SCHEMATHESIS_EXAMPLES=500 makes it the long form.
"""

import os
from functools import partial
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import checks
from schemathesis.specs.openapi import checks as openapi_checks
from schemathesis.specs.openapi.checks import negative_data_rejection

from crm_gateway.config import SERVICES

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = int(os.environ.get("CRM_SCHEMATHESIS_EXAMPLES", "12"))
CHECKS = [
    checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
    negative_data_rejection,
    openapi_checks.unsupported_method,
]

REFUSALS = ["400", "401", "403", "404", "406", "409", "410", "412", "413", "415", "422", "428"]
# An array of facts is taken or refused item by item, with 200 and an outcome for each (RULES C2).
ITEM_BY_ITEM = {"POST /v1/orders", "POST /orders", "POST /v1/reservations", "POST /reservations"}


class _Late:
    """A WSGI application that is known only once the fixtures have made it."""

    def __init__(self):
        self.target = None

    def __call__(self, environ, start_response):
        return self.target(environ, start_response)


def _load(path):
    """Read a committed document (`make check` compares it with the code) and leave its application open."""
    schema = schemathesis.openapi.from_path(ROOT / path)
    schema.app = _Late()
    schema.config.checks.negative_data_rejection.expected_statuses = REFUSALS
    return schema


def check(case, headers):
    """Send a case and hold the answer against the document."""
    checked = [one for one in CHECKS if one is not negative_data_rejection or case.operation.label not in ITEM_BY_ITEM]
    # our answers may come compressed, which a WSGI client does not undo
    case.call_and_validate(headers={**headers, "Accept-Encoding": "identity"}, checks=checked)


def bounded(test, examples=EXAMPLES):
    """The same examples in every run; so many of them beside those at the borders."""
    return settings(
        max_examples=examples, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )(test)


DOCUMENTS = {name: _load(f"services/{name}/openapi.json") for name in SERVICES}
WHOLE = _load("gateway/src/crm_gateway/openapi.json")


@pytest.fixture
def made(request, make_service):
    """Puts the application behind the document that the test is about."""
    name = request.function.__name__.removeprefix("test_").removesuffix("_keeps_to_its_document")
    DOCUMENTS[name].app.target = make_service(name)


def _test_of(name):
    """Make the test of one service's document."""

    def test(case, made, internal):
        check(case, internal(name))

    test.__name__ = f"test_{name}_keeps_to_its_document"
    return DOCUMENTS[name].parametrize()(bounded(test))


for _name in SERVICES:
    if DOCUMENTS[_name].raw_schema["paths"]:
        globals()[f"test_{_name}_keeps_to_its_document"] = _test_of(_name)


# /stream is the live process's to answer, and ends when the client leaves: gateway/tests/live.
@WHOLE.exclude(path="/stream").parametrize()
@partial(bounded, examples=max(1, EXAMPLES // 3))  # the services' own tests have had the rest
def test_the_gateway_keeps_to_the_merged_document(case, gateway, bearer):
    WHOLE.app.target = gateway
    check(case, bearer("owner"))
