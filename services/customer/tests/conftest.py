"""A customer service on real databases, with a restaurant that is open."""

import orjson
import pytest

from crm_chassis.database import connect
from crm_chassis.keys import KeyStore
from crm_chassis.testing import *  # noqa: F403  -- fixtures
from crm_customer.app import create_app
from crm_customer.config import Settings
from crm_customer.operations.organisation import establish
from crm_customer.providers.vault import Vault

from .factories import NOW


@pytest.fixture(scope="session")
def settings(service_settings):
    """Settings of a service on migrated databases of its own."""
    return service_settings(Settings, "crm_customer")


@pytest.fixture(scope="session")
def database(settings):
    """The service's database."""
    database = connect(settings)
    yield database
    database.engine.dispose()


@pytest.fixture(scope="session")
def vault(settings):
    """The service's vault."""
    keystore = KeyStore(settings)
    keystore.verify()
    yield Vault(settings, keystore)
    keystore.close()


@pytest.fixture
def restaurant(settings, clean, database):
    """An empty installation, established."""
    clean(settings)
    with database.transaction() as session:
        establish(session, name="Osteria", currency="USD", country="US", zone="UTC", spend_includes_tax=False, now=NOW)
        session.commit()
    return database


@pytest.fixture
def session(restaurant):
    """A session in a transaction that is rolled back."""
    with restaurant.sessions() as session:
        yield session
        session.rollback()


@pytest.fixture(scope="session")
def app(settings):
    """The HTTP process."""
    app = create_app(settings)
    yield app
    app.extensions["crm"].database.engine.dispose()
    app.extensions["crm"].keys.close()


@pytest.fixture
def client(app, restaurant, settings, internal_headers):
    """A client of the API; ``client.send`` speaks as the owner, who sees all, unless told otherwise."""
    client = app.test_client()

    def send(method, path, json=None, *, role="owner", headers=None, query_string=None, **bound):
        kind = "till" if role == "till" else "staff"
        proof = internal_headers(settings, role, kind, **bound)
        extra = {} if json is None else {"json": json}
        return client.open(path, method=method, headers=proof | (headers or {}), query_string=query_string, **extra)

    client.send = send
    return client


@pytest.fixture
def announced(database):
    """``announced(customer_id)``: (fact, data) of all that was announced about a subject, in order."""

    def read(subject):
        with database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT body FROM outbox WHERE subject = %s ORDER BY id", (str(subject),))
            events = [orjson.loads(bytes(row.body)) for row in rows]
        assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
        return [(event["type"].split(".")[1], event["data"]) for event in events]

    return read
