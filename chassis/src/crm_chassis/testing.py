"""Fixtures on real servers for every package's tests: ``from crm_chassis.testing import *`` in a conftest."""

import base64
import dataclasses
import gc
import os
import secrets
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from crm_chassis.config import Secret, ServiceSettings, read_settings

__all__ = [
    "broker_url",
    "clean",
    "internal_headers",
    "make_database",
    "postgres_url",
    "service_settings",
    "wait_until",
]

S = TypeVar("S", bound=ServiceSettings)
T = TypeVar("T")

NO_SERVER = (
    "This test needs a real {server}: run it through `make test`, which brings its own servers, "
    "or set {variable}, or start a Docker engine."
)
STAFF = str(UUID(int=1))
EVERYTHING = ("contact", "dietary", "spend", "bookings", "notes", "loyalty", "engagement")
"""What an owner sees, as the gateway's table of permissions has it."""
_GATEWAY_SEED = os.urandom(32)

# Empties every table and puts back the rows that the migrations themselves brought; kept in schema "seed".
_REMEMBER = """
DO $$ DECLARE t record; BEGIN
  CREATE SCHEMA IF NOT EXISTS seed;
  FOR t IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('CREATE TABLE seed.%I AS TABLE public.%I', t.name, t.name);
  END LOOP;
END $$"""
_RESTORE = """
DO $$ DECLARE t record; cols text; has_rows boolean; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR t IN SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '%version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', t.name) INTO has_rows;
    IF has_rows THEN EXECUTE format('DELETE FROM public.%I', t.name); END IF;
    CONTINUE WHEN to_regclass(format('seed.%I', t.name)) IS NULL;
    EXECUTE format('SELECT EXISTS (SELECT FROM seed.%I)', t.name) INTO has_rows;
    IF has_rows THEN
      SELECT string_agg(quote_ident(attname), ', ') INTO cols FROM pg_attribute
        WHERE attrelid = format('public.%I', t.name)::regclass
          AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
      EXECUTE format('INSERT INTO public.%1$I (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM seed.%1$I', t.name, cols);
    END IF;
  END LOOP;
END $$"""


def wait_until(condition: Callable[[], T], timeout: float = 20.0, interval: float = 0.02) -> T:
    """Call ``condition`` until it gives something true and return that; fails after ``timeout`` seconds."""
    deadline = time.monotonic() + timeout
    while not (result := condition()):
        if time.monotonic() > deadline:
            pytest.fail(
                f"waited {timeout} s in vain for {getattr(condition, '__qualname__', condition)}; last: {result!r}"
            )
        time.sleep(interval)
    return result


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a PostgreSQL server's administrative database: the one given, else a container."""
    given = os.environ.get("CRM_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    _require_docker("PostgreSQL", "CRM_TEST_POSTGRES_URL")
    from testcontainers.community.postgres import PostgresContainer  # noqa: PLC0415

    with PostgresContainer("postgres:17-trixie", driver=None) as container:
        yield container.get_connection_url()


@pytest.fixture(scope="session")
def broker_url() -> Iterator[str]:
    """AMQP URL of a RabbitMQ virtual host that tests may fill: the one given, else a container's."""
    given = os.environ.get("CRM_TEST_BROKER_URL")
    if given:
        yield given
        return
    _require_docker("RabbitMQ", "CRM_TEST_BROKER_URL")
    from testcontainers.community.rabbitmq import RabbitMqContainer  # noqa: PLC0415

    with RabbitMqContainer("rabbitmq:4.0-management") as container:
        yield f"amqp://guest:guest@{container.get_container_host_ip()}:{container.get_exposed_port(5672)}/%2F"


@pytest.fixture(scope="session")
def make_database(postgres_url: str) -> Iterator[Callable[[str], str]]:
    """``make_database(name)`` creates an empty database of a random name and gives its URL; dropped at the end."""
    made: list[str] = []

    def make(name: str = "db") -> str:
        database = f"test_{name}_{secrets.token_hex(6)}"
        _administer(postgres_url, f'CREATE DATABASE "{database}"')
        made.append(database)
        return urlunsplit(urlsplit(postgres_url)._replace(path=f"/{database}"))

    yield make
    for database in made:
        _administer(postgres_url, f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


@pytest.fixture(scope="session")
def service_settings(make_database: Callable[[str], str], broker_url: str) -> Callable[..., Any]:
    """``service_settings(cls, package, **environ)``: settings with migrated databases and random keys.

    Made and migrated once a session for each class; ask for ``clean`` to empty the tables between tests.
    """
    made: dict[tuple[Any, ...], Any] = {}

    def make(cls: type[S], package: str, **environ: str) -> S:
        known = (cls, package, *sorted(environ.items()))
        if known not in made:
            made[known] = _migrated(_settings(cls, make_database, broker_url, environ), package)
        settings: S = made[known]
        return settings

    return make


@pytest.fixture(scope="session")
def clean() -> Callable[[ServiceSettings], None]:
    """``clean(settings)`` empties the service's two databases but for what the migrations brought."""

    def empty(settings: ServiceSettings) -> None:
        for url in (settings.database_url, settings.keys_database_url):
            _administer(url.reveal(), _RESTORE)

    return empty


@pytest.fixture(scope="session")
def internal_headers() -> Callable[..., dict[str, str]]:
    """``internal_headers(settings, role="owner", kind="staff", ...)``: what the gateway would send to that service."""

    def headers(
        settings: ServiceSettings,
        role: str = "owner",
        kind: str = "staff",
        *,
        id: str = STAFF,  # noqa: A002
        locations: tuple[UUID, ...] | None = None,
        scopes: tuple[str, ...] = (),
        sees: tuple[str, ...] = EVERYTHING,
    ) -> dict[str, str]:
        from crm_chassis import auth  # noqa: PLC0415

        as_gateway = dataclasses.replace(
            settings, service="gateway", signing_key=Secret(f"gateway/1:{_text(_GATEWAY_SEED)}")
        )
        principal = auth.Principal(kind=kind, id=id, role=role, locations=locations, scopes=scopes, sees=sees)
        return {"Authorization": f"Bearer {auth.mint(as_gateway, settings.service, principal)}"}

    return headers


def _settings(cls: type[S], make_database: Callable[[str], str], broker_url: str, environ: dict[str, str]) -> S:
    """Read ``cls`` from an environment of random keys and new databases; ``environ`` adds to it."""
    service = str(next(f.default for f in dataclasses.fields(cls) if f.name == "service"))
    seed = os.urandom(32)
    return read_settings(
        cls,
        {
            "CRM_DATABASE_URL": make_database(service),
            "CRM_KEYS_DATABASE_URL": make_database(f"{service}_keys"),
            "CRM_BROKER_URL": broker_url,
            "CRM_MASTER_KEYS": f"test1:{_text(os.urandom(32))}",
            "CRM_INDEX_KEY": _text(os.urandom(32)),
            "CRM_SIGNING_KEY": f"{service}/1:{_text(seed)}",
            "CRM_TRUSTED_KEYS": f"gateway/1:{_public(_GATEWAY_SEED)},{service}/1:{_public(seed)}",
            **environ,
        },
    )


def _migrated(settings: S, package: str) -> S:
    """Migrate both databases and remember what the migrations put into them."""
    from crm_chassis import migrate  # noqa: PLC0415

    migrate.run(settings, package)
    for url in (settings.database_url, settings.keys_database_url):
        _administer(url.reveal(), _REMEMBER)
    return settings


def _administer(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _public(seed: bytes) -> str:
    return _text(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())


def _require_docker(server: str, variable: str) -> None:
    """Fail with one clear sentence unless a Docker engine answers."""
    if not _has_docker():
        pytest.fail(NO_SERVER.format(server=server, variable=variable), pytrace=False)


def _has_docker() -> bool:
    import docker  # type: ignore[import-untyped]  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # docker's client leaves its socket behind when it fails
        found = True
        try:
            docker.from_env().ping()
        except Exception:  # noqa: BLE001  any failure means the same: no engine
            found = False
        gc.collect()
    return found
