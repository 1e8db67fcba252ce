"""Members of staff of a test's own, and browsers that sign in as them."""

from types import SimpleNamespace
from uuid import uuid4

import pyotp
import pytest
from sqlalchemy import text

from crm_gateway import cookies
from crm_gateway.config import BASE
from crm_gateway.operations import staff

PASSWORD = "correct horse battery"


class Browser:
    """A client that keeps its cookie and sends the session's CSRF token with what changes something."""

    def __init__(self, client):
        self.client, self.opened = client, {}

    def sign_in(self, who, status=200, **more):
        """Open a session as *who*; gives the answer's body."""
        body = {"email": who.email, "password": who.password} | more
        answer = self.client.post(f"{BASE}/auth/sessions", json=body)
        assert answer.status_code == status, answer.get_data(as_text=True)
        if status == 200:
            self.opened = answer.get_json()
        return answer.get_json()

    def __call__(self, method, path, **more):
        """Send a request, signed in or not."""
        headers = {"X-CSRF-Token": self.opened["csrf_token"]} if self.opened and method != "GET" else {}
        answer = self.client.open(BASE + path, method=method, **({"headers": headers} | more))
        body = answer.get_json(silent=True)
        if answer.status_code == 200 and isinstance(body, dict):
            opened = body.get("session", body)
            self.opened = opened if "csrf_token" in opened else self.opened
        return answer

    @property
    def token(self):
        """What the session's cookie holds, None without one."""
        cookie = self.client.get_cookie(cookies.SESSION, domain="localhost")
        return cookie and cookie.value

    @token.setter
    def token(self, value):
        self.client.set_cookie(cookies.SESSION, value, domain="localhost")

    def add_second_factor(self, now=None):
        """Add a second factor; gives the app that makes its codes, and the recovery codes."""
        app = pyotp.TOTP(self("POST", "/auth/second-factor").get_json()["secret"])
        answer = self("POST", "/auth/second-factor/confirmations", json={"code": app.now()})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return app, answer.get_json()["recovery_codes"]


@pytest.fixture
def member(database):
    """``member(role)``: a fresh member of staff with a password; nobody's failures are remembered."""

    def make(role="owner", password=PASSWORD, **more):
        email = f"{role}-{uuid4()}@example.com"
        with database.transaction() as session:
            added = staff.add_staff(session, email=email, password=password, role=role, **more)
            session.execute(text("TRUNCATE sign_in_attempts"))
        return SimpleNamespace(email=email, password=password, id=str(added.id))

    return make


@pytest.fixture
def open_browser(app):
    """``open_browser()``: a browser at the test's gateway, ``open_browser(other)`` at another process's."""
    return lambda at=app: Browser(at.test_client())


@pytest.fixture
def browser(open_browser):
    return open_browser()
