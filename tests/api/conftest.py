"""Every service's real application on real databases, and the gateway in front of them over real HTTP."""

import base64
import dataclasses
import importlib
import os
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from werkzeug.serving import WSGIRequestHandler, make_server

from crm_chassis import auth, migrate
from crm_chassis.config import Secret, read_settings
from crm_chassis.testing import broker_url, make_database, postgres_url, service_settings  # noqa: F401
from crm_gateway.app import create_app as create_gateway
from crm_gateway.config import SERVICES
from crm_gateway.config import Settings as GatewaySettings
from crm_gateway.operations import api_keys, staff
from crm_gateway.permissions import DATA_CLASSES, KEY_ROLES, STAFF_ROLES

from .samples import BASE
from .seeds import seed

PASSWORD = "correct horse battery"


def _text(raw):
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.fixture(scope="session")
def gateway_seed():
    return os.urandom(32)


@pytest.fixture(scope="session")
def make_service(service_settings, gateway_seed):  # noqa: F811
    """``make_service(name)``: the service's application, believing this session's gateway; made once."""
    public = _text(Ed25519PrivateKey.from_private_bytes(gateway_seed).public_key().public_bytes_raw())
    made = {}

    def make(name):
        if name not in made:
            settings = service_settings(importlib.import_module(f"crm_{name}.config").Settings, f"crm_{name}")
            settings = dataclasses.replace(settings, trusted_keys=f"{settings.trusted_keys},gateway/2:{public}")
            establish = getattr(importlib.import_module(f"crm_{name}.migrate"), "run", None)
            if establish:  # what a service needs besides tables, such as a restaurant
                establish(settings)
            made[name] = importlib.import_module(f"crm_{name}.app").create_app(settings)
        return made[name]

    yield make
    for app in made.values():
        app.extensions["crm"].database.engine.dispose()


@pytest.fixture(scope="session")
def internal(gateway_seed):
    """``internal(service)``: headers with a fresh internal token of the gateway's, for an owner."""
    settings = GatewaySettings.__new__(GatewaySettings)
    object.__setattr__(settings, "service", "gateway")
    object.__setattr__(settings, "signing_key", Secret(f"gateway/2:{_text(gateway_seed)}"))
    owner = auth.Principal(kind="staff", id="01890000-0000-7000-8000-000000000000", role="owner", sees=DATA_CLASSES)
    return lambda service: {"Authorization": f"Bearer {auth.mint(settings, service, owner)}"}


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


@pytest.fixture(scope="session")
def urls(make_service):
    """Where each service listens."""
    servers = {
        name: make_server("127.0.0.1", 0, make_service(name), threaded=True, request_handler=_Quiet)
        for name in SERVICES
    }
    for server in servers.values():
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield {name: f"http://127.0.0.1:{server.server_port}" for name, server in servers.items()}
    for server in servers.values():
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def gateway(make_database, urls, gateway_seed):  # noqa: F811
    """The gateway in front of all of them."""
    environ = {
        "CRM_DATABASE_URL": make_database("gateway"),
        "CRM_SIGNING_KEY": f"gateway/2:{_text(gateway_seed)}",
        "CRM_TOKEN_KEY": f"test:{_text(os.urandom(32))}",
        "CRM_MASTER_KEYS": f"test:{_text(os.urandom(32))}",
        "CRM_TRUSTED_KEYS": f"gateway/2:{_text(os.urandom(32))}",
        "CRM_BROKER_URL": "amqp://nobody@127.0.0.1:9/none",
        **{f"CRM_UPSTREAM_{name.upper()}_URL": url for name, url in urls.items()},
    }
    settings = read_settings(GatewaySettings, environ)
    migrate.run(settings, "crm_gateway")
    app = create_gateway(settings)
    yield app
    app.extensions["crm"].database.engine.dispose()


@pytest.fixture(scope="session")
def bearer(gateway):
    """``bearer(role)``: headers of a signed-in member of staff, or of the till."""
    client, database = gateway.test_client(), gateway.extensions["crm"].database
    headers = {}
    for role in ("owner", "marketing_manager", "manager", "host"):
        with database.transaction() as session:
            staff.add_staff(session, email=f"{role}@example.com", password=PASSWORD, role=role)
        sign_in = {"email": f"{role}@example.com", "password": PASSWORD}
        answer = client.post("/admin/customers/api/v1/auth/tokens", json=sign_in)
        headers[role] = {"Authorization": f"Bearer {answer.get_json()['access_token']}"}
    with database.transaction() as session:
        headers["till"] = {"Authorization": f"Bearer {api_keys.create_key(session, name='bar', role='till').text}"}
    return headers.__getitem__


@pytest.fixture(scope="session")
def walkers(gateway):
    """``walkers[role]``: headers of people and keys who walk all routes, and harm nobody but themselves."""
    client, made = gateway.test_client(), {None: {}}
    with gateway.extensions["crm"].database.transaction() as session:
        for role in STAFF_ROLES:
            staff.add_staff(session, email=f"walk-{role}@example.com", password=PASSWORD, role=role)
        for role in KEY_ROLES:
            text = api_keys.create_key(session, name=f"walk {role}", role=role).text
            made[role] = {"Authorization": f"Bearer {text}"}
    for role in STAFF_ROLES:
        sign_in = {"email": f"walk-{role}@example.com", "password": PASSWORD}
        token = client.post(f"{BASE}/auth/tokens", json=sign_in).get_json()["access_token"]
        made[role] = {"Authorization": f"Bearer {token}"}
    return made


@pytest.fixture(scope="session")
def seeded(gateway, walkers, make_service):
    """The ids, by parameter name, of a guest of whom everything is known."""
    return seed(gateway.test_client(), walkers["owner"], walkers["till"], make_service("loyalty"))
