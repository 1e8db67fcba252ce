"""The relay publishes everything, in order per subject, whichever of broker, database or itself dies."""

import os
import random
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from uuid import uuid4

import coins
import psycopg
import pytest
from backbone import announce, backbone, coin
from cables import Cable
from prometheus_client import REGISTRY

from crm_chassis import relay, topology
from crm_chassis.config import Secret
from crm_chassis.database import connect
from crm_chassis.outbox import emit
from crm_chassis.testing import wait_until

PROCESS = """
import sys
sys.path.insert(0, sys.argv[1])
import coins
from crm_chassis import relay
from crm_chassis.config import read_settings
relay.run(read_settings(coins.Settings), coins.topology_of(sys.argv[2]))
"""


@pytest.fixture
def settings(service_settings, clean):
    """Settings of a service with empty databases."""
    made = service_settings(coins.Settings, "json")
    clean(made)
    return made


@pytest.fixture
def database(settings):
    made = connect(settings)
    yield made
    made.engine.dispose()


@pytest.fixture
def bones(settings):
    with backbone(settings) as made:
        yield made


def waiting(settings):
    with psycopg.connect(settings.database_url.reveal(), autocommit=True) as connection:
        return relay.backlog(connection)[0]


def assert_in_order(events, purses, count):
    """Each purse's sequences 1..count all came, none for the first time after a later one."""
    for purse in purses:
        first_time = list(dict.fromkeys(event.sequence for event in events if event.subject == purse))
        assert sorted(first_time) == list(range(1, count + 1))
        assert all(earlier < later for earlier, later in pairwise(first_time))


@contextmanager
def process(settings, listener):
    """Run a relay in a process of its own; killed at the end."""
    environ = {
        **os.environ,
        "CRM_DATABASE_URL": settings.database_url.reveal(),
        "CRM_KEYS_DATABASE_URL": settings.keys_database_url.reveal(),
        "CRM_BROKER_URL": settings.broker_url.reveal(),
        "CRM_MASTER_KEYS": settings.master_keys.reveal(),
        "CRM_SIGNING_KEY": settings.signing_key.reveal(),
        "CRM_TRUSTED_KEYS": settings.trusted_keys,
    }
    started = subprocess.Popen([sys.executable, "-c", PROCESS, str(Path(__file__).parent), listener], env=environ)
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def test_events_are_published_in_order_and_leave_the_outbox(database, bones, settings):
    purses = [uuid4() for _ in range(3)]
    for _ in range(4):
        announce(database, *(coin(purse) for _ in range(100) for purse in purses))
    published = REGISTRY.get_sample_value("crm_outbox_published_total")
    with bones.relay():
        wait_until(lambda: waiting(settings) == 0)
    events = bones.events()
    assert len(events) == 1200
    assert_in_order(events, purses, 400)
    assert REGISTRY.get_sample_value("crm_outbox_published_total") - published == 1200


def test_messages_are_persistent_and_carry_id_type_and_trace(database, bones, settings):
    announce(database, coin())
    with psycopg.connect(settings.database_url.reveal(), autocommit=True) as connection:
        row = connection.execute("UPDATE outbox SET traceparent = '00-x' RETURNING event_id, body").fetchone()
    with bones.relay():
        wait_until(lambda: bones.depth() == 1)
    (message,) = bones.take_all()
    assert message.properties["delivery_mode"] == 2
    assert message.properties["message_id"] == str(row[0])
    assert message.properties["type"] == "till.coin_dropped.v1"
    assert message.properties["application_headers"]["traceparent"] == "00-x"
    assert bytes(message.body) == row[1]


def test_a_poke_brings_events_out_at_once(database, bones, settings):
    with bones.relay():
        announce(database, coin())
        wait_until(lambda: bones.depth() == 1)
        for expected in range(2, 12):
            announce(database, coin())
            wait_until(lambda: bones.depth() == expected, timeout=relay.SAFETY_POLL_S / 2, interval=0.002)  # noqa: B023


def test_the_safety_poll_finds_events_nobody_poked_for(database, bones):
    with bones.relay():
        announce(database, coin())
        wait_until(lambda: bones.depth() == 1)
        with database.sessions.begin() as session:
            emit(session, coin())  # the relay is not poked
        wait_until(lambda: bones.depth() == 2)


def test_a_row_with_a_low_id_that_commits_late_is_found(database, bones):
    with bones.relay(), database.sessions() as slow:
        slow.connection().exec_driver_sql(
            "INSERT INTO outbox (event_id, type, subject, body) "
            "VALUES (gen_random_uuid(), 'till.coin_dropped.v1', gen_random_uuid(), 'late')"
        )
        announce(database, coin())
        wait_until(lambda: bones.depth() == 1)
        slow.commit()
        wait_until(lambda: bones.depth() == 2)
    assert bytes(bones.take_all()[1].body) == b"late"


def test_events_nobody_listens_to_are_unrouted_not_lost(database, bones, settings):
    """RULES D3."""
    announce(database, coin())
    with psycopg.connect(settings.database_url.reveal(), autocommit=True) as connection:
        connection.execute("UPDATE outbox SET type = 'till.nobody_listens.v1'")
    with bones.relay():
        wait_until(lambda: waiting(settings) == 0)
    assert len(bones.take_all(topology.UNROUTED)) == 1


def test_the_whole_topology_stands_before_the_first_event_goes_out(database, bones):
    """RULES D3: a service deployed late finds what was published before it."""
    for queue in topology.service_queues(bones.listener):
        bones.channel.queue_delete(queue.name)
    announce(database, coin())
    with bones.relay():
        wait_until(lambda: waiting(bones.settings) == 0)
    assert len(bones.events()) == 1


def test_the_relay_outlives_lost_connections_to_broker_and_database(database, bones, settings):
    cable = Cable(settings.broker_url.reveal())
    bones.settings = replace(settings, broker_url=Secret(cable.url))
    purses = [uuid4() for _ in range(5)]
    with bones.relay():
        for turn in range(60):
            announce(database, *(coin(purse) for _ in range(5) for purse in purses))
            if turn in (20, 40):
                cable.pull()
                cable.plug_in()
            if turn in (30, 50):
                _cut_database(settings)
        wait_until(lambda: waiting(settings) == 0, timeout=60)
    cable.pull()
    assert_in_order(bones.events(), purses, 300)


def _cut_database(settings):
    with psycopg.connect(settings.database_url.reveal(), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE '%-relay'"
        )


def test_a_relay_that_starts_before_the_broker_waits_for_it(database, bones, settings):
    cable = Cable(settings.broker_url.reveal())
    cable.pull()
    bones.settings = replace(settings, broker_url=Secret(cable.url))
    announce(database, coin())
    with bones.relay():
        wait_until(lambda: _relays(settings) == 1)
        cable.plug_in()
        wait_until(lambda: waiting(settings) == 0)
    cable.pull()


def _relays(settings):
    with psycopg.connect(settings.database_url.reveal(), autocommit=True) as connection:
        return connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name LIKE '%-relay'"
        ).fetchone()[0]


def test_two_relays_publish_each_event_once_and_in_order(database, bones, settings):
    purses = [uuid4() for _ in range(5)]
    with bones.relay(), bones.relay():
        wait_until(lambda: _relays(settings) == 2)
        for _ in range(20):
            announce(database, *(coin(purse) for _ in range(20) for purse in purses))
        wait_until(lambda: waiting(settings) == 0)
    events = bones.events()
    assert len(events) == 2000
    assert_in_order(events, purses, 400)


def test_the_standby_takes_over_from_a_relay_that_was_killed(database, bones, settings):
    purses = [uuid4() for _ in range(5)]
    with ExitStack() as stack:
        relays = [stack.enter_context(process(settings, bones.listener)) for _ in range(2)]
        wait_until(lambda: _relays(settings) == 2, timeout=60)
        for turn in range(40):
            announce(database, *(coin(purse) for _ in range(10) for purse in purses))
            if turn == 20:
                random.Random(1).choice(relays).kill()
        relays[0].kill()
        stack.enter_context(process(settings, bones.listener))
        wait_until(lambda: waiting(settings) == 0, timeout=60)
    assert_in_order(bones.events(), purses, 400)


def test_events_confirmed_but_not_deleted_are_published_again_under_their_ids(database, bones, settings):
    """At least once: the relay dies between publish and delete, and inboxes tell by the id."""
    announce(database, *(coin() for _ in range(3)))
    with psycopg.connect(settings.database_url.reveal()) as holding, bones.relay():
        holding.execute("SELECT id FROM outbox FOR UPDATE")
        wait_until(lambda: bones.depth() == 3)
        _cut_database(settings)
        holding.rollback()
        wait_until(lambda: waiting(settings) == 0)
    ids = [message.properties["message_id"] for message in bones.take_all()]
    assert len(ids) == 6
    assert ids[:3] == ids[3:]


def test_sigterm_ends_a_relay_that_has_settled_everything(database, bones, settings):
    with process(settings, bones.listener) as started:
        announce(database, *(coin() for _ in range(2000)))
        wait_until(lambda: bones.depth() > 0, timeout=60)
        started.terminate()
        assert started.wait(20) == 0
    assert len(bones.events()) + waiting(settings) == 2000


def test_other_arguments_at_the_broker_end_the_relay_with_a_clear_error(bones):
    bones.channel.queue_delete(bones.parked)
    bones.channel.queue_declare(bones.parked, durable=True, auto_delete=False, arguments={"x-queue-type": "classic"})
    with pytest.raises(topology.TopologyMismatch, match=bones.parked):
        relay.relay(bones.settings, bones.topology, threading.Event())


def test_the_backlog_counts_and_ages(database, settings):
    with psycopg.connect(settings.database_url.reveal(), autocommit=True) as connection:
        assert relay.backlog(connection) == (0, 0.0)
        announce(database, *(coin() for _ in range(7)))
        depth, age = relay.backlog(connection)
        assert depth == 7
        assert 0 < age < 60
        assert relay.backlog(connection, at_most=3)[0] == 3
