"""A gateway on a real database in front of real (tiny) HTTP servers."""

import base64
import json
import os
import socket
import subprocess
import sys
import threading
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from gateway.tests.served import served  # noqa: F401

from crm_chassis import migrate
from crm_chassis.config import read_settings
from crm_chassis.database import connect
from crm_chassis.testing import broker_url, make_database, postgres_url, wait_until  # noqa: F401
from crm_gateway.app import create_app
from crm_gateway.config import BASE, SERVICES, Settings
from crm_gateway.operations import api_keys, staff

PASSWORD = "correct horse battery"
ROLES = ("owner", "marketing_manager", "manager", "host")


def text(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def operation(name, service, roles, **more):
    """An operation as the merged document describes it."""
    return {"operationId": name, "x-service": service, "x-roles": list(roles), "tags": [service], "summary": name,
            "responses": {"200": {"description": "OK"}}} | more  # fmt: skip


STAFF = [*ROLES]
DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Maître", "version": "1", "description": "Test"},
    "paths": {
        "/auth/tokens": {"post": operation("sign_in", "gateway", ["anyone"])},
        "/customers": {
            "get": operation(
                "list_customers",
                "customer",
                STAFF,
                parameters=[{"name": "q", "in": "query", "schema": {"type": "string"}}],
            ),
            "post": operation("register", "customer", [*STAFF, "service"]),
        },
        "/customers/lookup": {"get": operation("lookup", "customer", STAFF)},
        "/customers/{customer_id}": {
            "get": operation("show_customer", "customer", STAFF),
            "patch": operation("change_customer", "customer", ["owner", "manager"]),
        },
        "/customers/{customer_id}/orders": {"get": operation("list_orders", "customer", ["owner", "manager"])},
        "/orders": {"post": operation("record_orders", "customer", ["owner", "manager", "till"])},
        "/small": {"post": operation("small", "customer", ["owner"], **{"x-max-body": 1000})},
        "/loyalty/programme": {"get": operation("programme", "loyalty", STAFF)},
        "/surveys": {"get": operation("surveys", "feedback", ["anyone"])},
    },
    "components": {"schemas": {}},
}


class _Service:
    """A real HTTP server that answers as told and remembers what it was asked."""

    def __init__(self):
        self.asked = []
        self.answer = None
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def serve(self):
                length = self.headers.get("Content-Length")
                if length is not None:
                    body = self.rfile.read(int(length))
                elif self.headers.get("Transfer-Encoding") == "chunked":
                    body = b""
                    while size := int(self.rfile.readline(), 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                else:
                    body = b""
                asked = SimpleNamespace(method=self.command, path=self.path, headers=self.headers, body=body)
                service.asked.append(asked)
                (service.answer or type(self).say)(self, asked)

            def say(self, _asked, status=200, body=b'{"ok": true}', **headers):
                self.send_response(status)
                headers = {"Content_Type": "application/json", "Content_Length": str(len(body))} | headers
                for name, value in headers.items():
                    if value is not None:
                        self.send_header(name.replace("_", "-"), value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)

            do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = do_HEAD = serve  # noqa: N815

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def reset(self):
        self.asked.clear()
        self.answer = None

    def problem(self, status, **more):
        body = json.dumps({"type": "urn:maitre:problem:x", "title": "x", "status": status, "detail": "x"}).encode()
        headers = {"Content_Type": "application/problem+json"} | more
        self.answer = lambda handler, asked: handler.say(asked, status, body, **headers)

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture(scope="session")
def services():
    made = {name: _Service() for name in ("customer", "loyalty", "feedback")}
    yield made
    for service in made.values():
        service.stop()


@pytest.fixture(autouse=True)
def _fresh(request):
    if "services" in request.fixturenames:
        for service in request.getfixturevalue("services").values():
            service.reset()


@pytest.fixture(scope="session")
def signing_seed():
    return os.urandom(32)


@pytest.fixture(scope="session")
def trusted_keys(signing_seed):
    public = Ed25519PrivateKey.from_private_bytes(signing_seed).public_key().public_bytes_raw()
    return f"gateway/1:{text(public)}"


@pytest.fixture(scope="session")
def environment(make_database, services, signing_seed, trusted_keys, broker_url):  # noqa: F811
    upstreams = dict.fromkeys(SERVICES, "http://127.0.0.1:9") | {name: one.url for name, one in services.items()}
    environ = {
        "CRM_DATABASE_URL": make_database("gateway"),
        "CRM_SIGNING_KEY": f"gateway/1:{text(signing_seed)}",
        "CRM_TOKEN_KEY": f"test:{text(os.urandom(32))}",
        "CRM_MASTER_KEYS": f"test:{text(os.urandom(32))}",
        "CRM_TRUSTED_KEYS": trusted_keys,
        "CRM_BROKER_URL": broker_url,
        "CRM_DATABASE_POOL_SIZE": "4",
        **{f"CRM_UPSTREAM_{name.upper()}_URL": url for name, url in upstreams.items()},
    }
    migrate.run(read_settings(Settings, environ), "crm_gateway")
    return environ


@pytest.fixture(scope="session")
def settings(environment):
    return read_settings(Settings, environment)


@pytest.fixture(scope="session")
def database(settings):
    database = connect(settings)
    yield database
    database.engine.dispose()


@pytest.fixture(scope="session")
def people(database):
    """One member of staff for each role."""
    with database.transaction() as session:
        for role in ROLES:
            staff.add_staff(session, email=f"{role}@Example.com", password=PASSWORD, role=role)
    return {role: f"{role}@example.com" for role in ROLES}


@pytest.fixture(scope="session")
def till(database):
    with database.transaction() as session:
        return api_keys.create_key(session, name="bar", role="till").text


def close(app):
    """End what a gateway holds: what its audit log still has to write, its connections."""
    app.extensions["authenticator"].close()
    app.extensions["audit"].recorder.close()
    app.extensions["crm"].database.engine.dispose()


@pytest.fixture
def make_gateway(settings):
    """``make_gateway()``: a gateway of its own; its connections end with the test."""
    apps = []

    def make(settings=settings, document=DOCUMENT):
        app = create_app(settings, document=document)
        apps.append(app)
        return app

    yield make
    for app in apps:
        close(app)


@pytest.fixture
def app(make_gateway):
    return make_gateway()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture(scope="session")
def bearer(settings, people, till):
    """``bearer(role)``: the Authorization header of a signed-in member of staff, or of the till."""
    app = create_app(settings, document=DOCUMENT)
    client = app.test_client()
    tokens = {"till": till}
    for role, email in people.items():
        answer = client.post(f"{BASE}/auth/tokens", json={"email": email, "password": PASSWORD})
        tokens[role] = answer.get_json()["access_token"]
    close(app)
    return lambda role: {"Authorization": f"Bearer {tokens[role]}"}


def is_problem(answer, status):
    """Check that an answer is a problem document of this status, and give it."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    problem = answer.get_json()
    assert problem["status"] == status
    assert problem["type"].startswith("urn:maitre:problem:")
    assert problem["detail"]
    return problem


@pytest.fixture
def problem():
    return is_problem


class Worker:
    """Processes of ``python -m crm_gateway.worker``; ``ready`` says whether the one at this port answers."""

    def __init__(self, environment, log):
        self.environment, self.log, self.processes = environment, log, []
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self, **more):
        """Start one process; the first serves health and metrics."""
        health = {} if self.processes else {"CRM_HEALTH_PORT": str(self.port)}
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "crm_gateway.worker"],
                env=os.environ | self.environment | health | more, stdout=log, stderr=log,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def begin(self, **more):
        """Start one and wait until it is ready, which takes its time on a busy machine."""
        process = self.start(**more)
        wait_until(self.is_ready, timeout=90)
        return process

    def is_ready(self):
        """Say whether the process is ready."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def says(self, text):
        """Whether a line of this text was logged."""
        return text in self.log.read_text()

    def stop(self):
        """End all."""
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        self.processes.clear()


@pytest.fixture
def worker(environment, tmp_path):
    """Starts the gateway's worker: ``worker.start()``; ended with the test."""
    made = Worker(environment, tmp_path / "worker.log")
    yield made
    made.stop()
