"""One whole suite for all stories, and those who use it through the generated client: the till, the owner, a host."""

import importlib
import sys
from pathlib import Path

import pytest
import requests
from tools.maitre.common import wait_until
from tools.make_client import PACKAGE, make_client

BASE = "/admin/customers/api/v1"


class Caller:
    """Somebody who asks the gateway.

    ``owner("get_customers_customer_id", guest)``: what the generated client makes of that operation's answer.
    """

    def __init__(self, gateway, operations, token=None):
        self._base = gateway + BASE
        self._operations = operations
        package, options = importlib.import_module(PACKAGE), {"base_url": self._base, "timeout": 30}
        self._client = package.AuthenticatedClient(token=token, **options) if token else package.Client(**options)
        self._session = requests.Session()
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, operation, *path, **arguments):
        """Give the operation's answer as its model; fails with what a refusal says."""
        answer = importlib.import_module(self._operations[operation]).sync_detailed(
            *path, client=self._client, **arguments
        )
        assert answer.status_code < 400, f"{operation}: {answer.status_code} {answer.content.decode()}"
        return answer.parsed

    def ask(self, method, path, body=None, **options):
        """Give the raw answer."""
        return self._session.request(method, self._base + path, json=body, timeout=30, **options)

    def call(self, method, path, body=None, status=None, **options):
        """Give the answer's JSON; fails unless it has that status (2xx without one)."""
        answer = self.ask(method, path, body, **options)
        assert answer.status_code == status if status else answer.ok, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    def close(self):
        """Close the connections."""
        self._session.close()
        self._client.get_httpx_client().close()


@pytest.fixture(scope="session")
def client_package(tmp_path_factory):
    """The typed client, made from the merged document; its directory."""
    directory = tmp_path_factory.mktemp("client")
    package = make_client(directory)
    sys.path.insert(0, str(directory))
    yield package
    sys.path.remove(str(directory))


@pytest.fixture(scope="session")
def operations(client_package):
    """The client's module of each operation, by the operation's id."""
    found = Path(client_package, "api").glob("*/*.py")
    return {path.stem: f"{PACKAGE}.api.{path.parent.name}.{path.stem}" for path in found if path.stem != "__init__"}


@pytest.fixture(scope="session")
def models(client_package):
    """The client's models of bodies."""
    return importlib.import_module(f"{PACKAGE}.models")


@pytest.fixture(scope="session")
def suite(suite_of_its_own):
    """The whole suite, as ``make run`` brings it up, without the demo restaurant."""
    with suite_of_its_own() as running:
        yield running


@pytest.fixture(scope="session")
def make_caller(suite, operations):
    """``make_caller(token)`` opens connections to the gateway; closed at the end."""
    made = []

    def make(token=None):
        made.append(Caller(suite.gateway, operations, token))
        return made[-1]

    yield make
    for caller in made:
        caller.close()


@pytest.fixture(scope="session")
def sign_in(suite, make_caller, models):
    """``sign_in(role)``: a member of staff, signed in with e-mail address and password."""

    def sign_in_as(role):
        body = models.SignIn.from_dict(suite.secrets.log_ins[role])
        return make_caller(make_caller()("post_auth_tokens", body=body).access_token)

    return sign_in_as


@pytest.fixture(scope="session")
def owner(sign_in):
    """The restaurant's owner."""
    return sign_in("owner")


@pytest.fixture(scope="session")
def till(suite, make_caller):
    """The till, with its API key."""
    return make_caller(suite.till_api_key)


@pytest.fixture(scope="session")
def points_of(owner):
    """``points_of(guest, expected)``: the balance, once it is what is expected or time is up."""

    def read(guest, expected):
        last = None

        def is_there():
            nonlocal last
            answer = owner.ask("GET", f"/loyalty/members/{guest}")
            last = answer.json().get("balance") if answer.ok else answer.status_code
            return last == expected

        try:
            wait_until(f"{expected} points", is_there, seconds=30)
        except Exception:  # noqa: BLE001 - the caller's assertion says it better
            return last
        return last

    return read
