"""One whole suite for all stories, and those who use it: the till, the owner, a host."""

import pytest
import requests
from tools.maitre.common import wait_until

BASE = "/admin/customers/api/v1"


class Caller:
    """Somebody who asks the gateway."""

    def __init__(self, gateway, token=None):
        self._base = gateway + BASE
        self._session = requests.Session()
        if token:
            self._session.headers["Authorization"] = f"Bearer {token}"

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


@pytest.fixture(scope="session")
def suite(suite_of_its_own):
    """The whole suite, as ``make run`` brings it up, without the demo restaurant."""
    with suite_of_its_own() as running:
        yield running


@pytest.fixture(scope="session")
def make_caller(suite):
    """``make_caller(token)`` opens connections to the gateway; closed at the end."""
    made = []

    def make(token=None):
        made.append(Caller(suite.gateway, token))
        return made[-1]

    yield make
    for caller in made:
        caller.close()


@pytest.fixture(scope="session")
def sign_in(suite, make_caller):
    """``sign_in(role)``: a member of staff, signed in with e-mail address and password."""

    def sign_in_as(role):
        answer = make_caller().call("POST", "/auth/tokens", suite.secrets.log_ins[role])
        return make_caller(answer["access_token"])

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
