"""The worker as a process of its own, on a real broker and database, with faults from outside."""

import re
import signal
import time
from contextlib import closing
from uuid import uuid4

import coins
import psycopg
import pytest
from cables import Cable
from tills import Till, coin

from crm_chassis import topology
from crm_chassis.config import Secret
from crm_chassis.testing import wait_until


@pytest.fixture(scope="module")
def settings(service_settings):
    made = service_settings(coins.Settings, "json")
    with psycopg.connect(made.database_url, autocommit=True) as database:
        database.execute(coins.TABLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(topology, "RETRY_DELAYS_S", coins.RETRY_DELAYS_S)
        patch.setattr(topology, "DELIVERY_LIMIT", coins.DELIVERY_LIMIT)
        yield made


@pytest.fixture
def till(settings, tmp_path):
    made = Till(settings, tmp_path / "worker.log")
    made.database.execute("TRUNCATE coin, tick, inbox, erased_subject")
    with closing(made):
        yield made


def test_a_poison_event_alone_is_parked_with_the_reason_and_its_neighbours_are_applied(till):
    bodies = [coin() for _ in range(20)]
    poison = coin(coins.POISON)
    till.publish(*bodies[:10], poison, *bodies[10:])
    till.start()
    wait_until(lambda: till.total() == (20, 20))
    assert till.depth(till.parked) == 0, "it is tried again first"
    wait_until(lambda: till.depth(till.parked) == 1)
    message = till.channel.basic_get(till.parked, no_ack=True)
    assert message.body == poison
    assert message.headers[topology.ATTEMPTS_HEADER] == len(coins.RETRY_DELAYS_S) + 1
    assert message.headers[topology.REASON_HEADER] == message.headers["x-last-error"] == "ValueError"
    assert message.headers["x-original-routing-key"] == "coin_dropped.v1"
    assert message.headers["x-parked-at"]
    assert till.total() == (20, 20)
    assert till.metric("crm_events_retried_total") == 2
    assert till.metric("crm_events_parked_total") == 1
    assert "jane" not in till.log.read_text()


def test_what_is_no_event_is_parked_at_once_and_an_unknown_type_is_ignored(till):
    unknown = coin().replace(b"coin_dropped", b"coin_swallow")
    bodies = [b"", b"{", b"\xff\x00", b"[]", coin().replace(b'"cents":1', b'"cents":"many"')]
    bodies += [
        coin().replace(b'"data":{', b'"data":{"x":' + b"[" * 100_000),
        re.sub(rb'("time":".*?)Z"', rb'\1"', coin()),
    ]
    till.publish(coin(), *bodies, unknown, coin())
    till.start()
    wait_until(lambda: till.total() == (2, 2) and till.depth(till.parked) == len(bodies))
    assert till.metric('crm_events_parked_total{reason="invalid"}') == len(bodies)
    assert till.channel.basic_get(till.parked, no_ack=True).headers[topology.REASON_HEADER].startswith("NotAnEvent")
    assert till.depth(till.inbox) == 0


def test_an_event_delivered_twice_is_applied_once_and_counted(till):
    body = coin(5)
    till.publish(body, coin(1), body)
    till.start()
    wait_until(lambda: till.total() == (2, 6))
    till.publish(body, coin(1))
    wait_until(lambda: till.total() == (3, 7))
    assert till.metric("crm_inbox_duplicates_total") == 2
    assert till.metric("crm_events_handled_total") == 3


def test_killed_in_the_middle_of_a_batch_nothing_is_lost_and_nothing_applied_twice(till):
    till.publish(*[coin() for _ in range(50)], coin(coins.SLOW), *[coin() for _ in range(50)])
    worker = till.start()
    wait_until(till.is_asleep)
    worker.kill()
    worker.wait()
    assert till.total()[0] < 101
    till.start()
    wait_until(lambda: till.total()[0] == 101)
    wait_until(lambda: till.depth(till.inbox) == 0)
    assert till.rows("SELECT count(DISTINCT event_id) FROM coin") == [(101,)]
    assert till.depth(till.parked) == 0


def test_sigterm_lets_the_batch_in_hand_finish_and_leaves_the_rest_to_others(till):
    worker = till.start()
    wait_until(till.is_consumed)
    till.publish(coin(coins.SLOW))
    wait_until(till.is_asleep)
    till.publish(*[coin() for _ in range(10)])
    started = time.monotonic()
    assert till.stop(worker) == 0
    assert time.monotonic() - started < 5
    assert till.total() == (1, coins.SLOW)
    wait_until(lambda: till.depth(till.inbox) == 10)


def test_sigterm_stops_a_worker_that_has_not_started_yet(till, monkeypatch):
    monkeypatch.setenv("COINS_STOPPED_EARLY", "1")
    assert till.start().wait(10) == 0


def test_sigterm_stops_a_worker_whose_broker_and_database_are_away(till):
    cables = Cable(till.settings.broker_url), Cable(till.settings.database_url)
    for cable in cables:
        cable.pull()
    worker = till.start(broker_url=Secret(cables[0].url), database_url=Secret(cables[1].url))
    wait_until(lambda: till.probe("/health/live") == 200)
    assert till.probe("/health/ready") == 503
    wait_until(lambda: "broker_lost" in till.log.read_text())
    assert till.stop(worker) == 0


def test_the_broker_lost_and_found_again_is_no_matter(till):
    cable = Cable(till.settings.broker_url)
    till.start(broker_url=Secret(cable.url))
    wait_until(till.is_consumed)
    till.publish(*[coin() for _ in range(30)], coin(coins.SLOW))
    wait_until(till.is_asleep)
    cable.pull()
    till.publish(*[coin() for _ in range(30)])
    wait_until(lambda: "broker_lost" in till.log.read_text())
    assert till.probe("/health/ready") == 200, "only its own database makes a process unready (RULES G7)"
    cable.plug_in()
    wait_until(lambda: till.total()[0] == 61)
    wait_until(lambda: till.depth(till.inbox) == 0)
    assert till.rows("SELECT count(DISTINCT event_id) FROM coin") == [(61,)]
    assert till.depth(till.parked) == 0


def test_while_the_database_is_away_the_batch_is_kept_and_no_attempt_counted(till):
    cable = Cable(till.settings.database_url)
    till.start(database_url=Secret(cable.url))
    wait_until(till.is_consumed)
    till.publish(coin())
    wait_until(lambda: till.total()[0] == 1)
    cable.pull()
    till.publish(*[coin() for _ in range(30)])
    wait_until(lambda: till.log.read_text().count("batch_kept") >= 3)
    assert till.probe("/health/ready") == 503
    assert till.probe("/health/live") == 200
    cable.plug_in()
    wait_until(lambda: till.total()[0] == 31)
    assert till.metric("crm_events_retried_total") == 0
    assert till.depth(till.parked) == 0


def test_a_transaction_that_the_server_ends_is_done_again(till):
    till.start()
    wait_until(till.is_consumed)
    till.publish(coin(coins.SLOW))
    (pid,) = wait_until(till.is_asleep)[0]
    till.rows("SELECT pg_terminate_backend(%s)", pid)
    wait_until(lambda: till.total() == (1, coins.SLOW))
    assert till.metric("crm_events_retried_total") == 0


def test_an_event_that_kills_its_worker_is_parked_and_takes_no_neighbour_along(till):
    killer = coin(coins.KILLER)
    till.publish(*[coin() for _ in range(5)], killer, *[coin() for _ in range(300)])
    for _ in range(coins.DELIVERY_LIMIT + 4):
        worker = till.start()
        wait_until(lambda worker=worker: worker.poll() is not None or till.depth(till.parked))
        if till.depth(till.parked):
            break
        assert worker.poll() == -signal.SIGKILL
    wait_until(lambda: till.total() == (305, 305) and till.depth(till.inbox) == 0)
    assert till.depth(till.parked) == 1
    message = till.channel.basic_get(till.parked, no_ack=True)
    assert message.body == killer
    assert message.headers[topology.REASON_HEADER].startswith("DeliveredTooOften")


def test_a_slow_statement_does_not_stop_the_rest_of_the_process(till):
    till.start()
    wait_until(till.is_consumed)
    till.publish(coin(coins.SLOW))
    wait_until(till.is_asleep)
    assert till.probe("/health/live") == 200
    assert till.is_asleep()


def test_a_queue_with_other_arguments_stops_the_start_with_a_clear_error(till):
    till.channel.queue_delete(till.inbox)
    till.channel.queue_declare(till.inbox, durable=True, auto_delete=False)
    assert till.start().wait(20) == 1
    assert "TopologyMismatch" in till.log.read_text()


def test_timers_tick_in_a_transaction_of_their_own(till):
    till.start()
    wait_until(lambda: till.rows("SELECT count(*) FROM tick")[0][0] >= 2)


def test_two_workers_share_a_queue_and_apply_all_once(till):
    first = till.start()
    till.start()
    purses = [uuid4() for _ in range(7)]
    till.publish(*[coin(1, purses[n % 7]) for n in range(700)])
    wait_until(lambda: till.total() == (700, 700))
    assert till.stop(first) == 0
    assert till.depth(till.parked) == 0
