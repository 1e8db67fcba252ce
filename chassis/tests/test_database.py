"""A process's database outlives restarts of the server, and gunicorn's forks."""

import os
from contextlib import contextmanager

import psycopg
import pytest
from backbone import announce, coin
from coins import Settings

from crm_chassis import database as databases
from crm_chassis.database import CHANNEL, connect
from crm_chassis.testing import wait_until


@pytest.fixture
def database(service_settings, clean):
    settings = service_settings(Settings, "json")
    clean(settings)
    made = connect(settings)
    yield made
    made.engine.dispose()


@pytest.fixture
def listening(database):
    """A connection that hears the relay's pokes."""
    url = database.engine.url.render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True, application_name="listening") as connection:
        connection.execute(f"LISTEN {CHANNEL}")
        yield connection


@contextmanager
def forked(function):
    """Run a function in a forked process, which lives until the block ends; yields what it returned, as text."""
    told, tell = os.pipe()
    waits, release = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(release)
        os.write(tell, str(function()).encode())
        os.read(waits, 1)
        os._exit(0)
    yield os.read(told, 100).decode()
    os.close(release)
    os.waitpid(child, 0)
    for end in (told, tell, waits):
        os.close(end)


def backend(database):
    with database.reading() as connection:
        return connection.exec_driver_sql("SELECT pg_backend_pid()").scalar()


def test_a_fork_leaves_the_parents_connections_alone(database):
    """Gunicorn preloads: children must not speak on what the parent connected."""
    parents = backend(database)
    with forked(lambda: backend(database)) as childs:
        assert int(childs) != parents
    assert backend(database) == parents


def test_a_forked_process_pokes_the_relay_too(database, listening):
    announce(database, coin())
    assert list(listening.notifies(timeout=5, stop_after=1))
    with forked(lambda: announce(database, coin())):
        assert list(listening.notifies(timeout=5, stop_after=1))


def test_pokes_and_queries_go_on_after_the_server_cut_all_connections(database, listening):
    announce(database, coin())
    assert list(listening.notifies(timeout=5, stop_after=1))
    listening.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    announce(database, coin())
    wait_until(lambda: list(listening.notifies(timeout=5, stop_after=1)))


def test_a_process_that_announces_nothing_keeps_no_connection_for_pokes(database, listening, monkeypatch):
    monkeypatch.setattr(databases, "POKER_IDLE_S", 0.1)
    for _ in range(2):
        announce(database, coin())
        assert list(listening.notifies(timeout=10, stop_after=1))
        wait_until(lambda: not _pokers(listening))


def _pokers(connection):
    return connection.execute(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'NOTIFY%'"
    ).fetchall()
