"""Batches are applied exactly once, in order for each subject, and never for the erased."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import coins
import psycopg
import pytest
from coins import CoinDroppedV1, PurseCountedV1, PurseLostV1
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from crm_chassis import subjects
from crm_chassis.consuming import Subscriptions, purge_inbox
from crm_chassis.database import connect
from crm_chassis.events import NotAnEvent, Received, envelope
from crm_chassis.testing import wait_until

TYPES = (CoinDroppedV1, PurseCountedV1, PurseLostV1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def settings(service_settings):
    made = service_settings(coins.Settings, "json", CRM_LOG_LEVEL="WARNING")
    with psycopg.connect(made.database_url, autocommit=True) as connection:
        connection.execute(coins.TABLES)
    return made


@pytest.fixture
def database(settings):
    made = connect(settings)
    with made.transaction() as session:
        session.execute(text("TRUNCATE coin, inbox, erased_subject"))
    yield made
    made.engine.dispose()


def body(event_type, purse, event_id=None, **data):
    event = event_type(purse_id=purse, occurred_at=NOW, **data)
    return envelope(event, id=event_id or uuid4(), sequence=1, time=NOW)


def coin(purse=None, cents=1, event_id=None):
    return body(CoinDroppedV1, purse or uuid4(), event_id, cents=cents)


def deliver(database, *bodies):
    with database.transaction() as session:
        return coins.subscriptions_of("coins").deliver(session, bodies)


WAITING = """
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def rows(database, statement="SELECT purse_id, cents FROM coin ORDER BY position"):
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def test_what_was_delivered_before_or_twice_in_a_batch_is_applied_once(database):
    purse, first, second = uuid4(), coin(cents=1), coin(cents=2)
    delivered = deliver(database, first, second, first)
    assert (delivered.handled, delivered.duplicates) == ({CoinDroppedV1.type: 2}, 1)
    delivered = deliver(database, second, coin(purse, 3), first)
    assert (delivered.handled, delivered.duplicates) == ({CoinDroppedV1.type: 1}, 2)
    assert sorted(cents for _, cents in rows(database)) == [1, 2, 3]
    assert len(rows(database, "SELECT event_id FROM inbox")) == 3


def test_a_handler_that_raises_leaves_neither_data_nor_inbox(database):
    with pytest.raises(ValueError):
        deliver(database, coin(), coin(cents=coins.POISON))
    assert rows(database) == []
    assert rows(database, "SELECT event_id FROM inbox") == []


def test_unknown_types_are_ignored_and_unknown_fields_tolerated(database):
    purse = uuid4()
    stranger = coin().replace(b"coin_dropped", b"coin_swallow")
    newer = coin(purse).replace(b'"cents":1', b'"cents":1,"metal":"gold"').replace(b'"id"', b'"shoe":[1],"id"', 1)
    delivered = deliver(database, stranger, newer)
    assert (delivered.ignored, delivered.handled.total()) == (1, 1)
    assert rows(database) == [(purse, 1)]


@pytest.mark.parametrize(
    "broken",
    [b"", b"null", b"[]", b"{}", b"\xff", coin().replace(b'"cents":1', b'"cents":null'),
     coin().replace(b'"cents":1', b'"dollars":1'), coin().replace(b'"specversion":"1.0"', b'"specversion":"2.0"')],
)  # fmt: skip
def test_what_is_no_event_is_refused(database, broken):
    with pytest.raises(NotAnEvent):
        deliver(database, coin(), broken)
    assert rows(database) == []


def test_nothing_is_applied_for_an_erased_subject(database):
    erased, other = uuid4(), uuid4()
    with database.transaction() as session:
        subjects.erase(session, erased)
    late = coin(erased)
    delivered = deliver(database, late, coin(other))
    assert (delivered.erased, delivered.handled.total()) == (1, 1)
    assert rows(database) == [(other, 1)]
    assert deliver(database, late).duplicates == 1


def test_an_erasure_counts_from_its_place_in_the_batch(database):
    purse = uuid4()
    delivered = deliver(
        database,
        coin(purse),
        body(PurseLostV1, purse),
        coin(purse),
        body(PurseCountedV1, purse),
        body(PurseLostV1, purse),
    )
    assert delivered.erased == 2
    assert delivered.handled == {CoinDroppedV1.type: 1, PurseLostV1.type: 2}
    assert rows(database) == []


def test_no_event_slips_past_an_erasure_that_another_worker_is_committing(database):
    purse, done = uuid4(), threading.Event()
    with database.transaction() as session:
        coins.subscriptions_of("coins").deliver(session, [coin(purse)])
        eraser = threading.Thread(target=lambda: (deliver(database, body(PurseLostV1, purse)), done.set()))
        eraser.start()
        wait_until(lambda: rows(database, "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"))
        assert not done.is_set()
    eraser.join(10)
    assert done.is_set()
    assert rows(database) == []


def test_inbox_entries_are_forgotten_after_thirty_days(database):
    deliver(database, coin(), coin(), coin())
    age = text("UPDATE inbox SET received_at = :old WHERE event_id IN (SELECT event_id FROM inbox LIMIT 2)")
    with database.transaction() as session:
        session.execute(age, {"old": datetime.now(UTC) - timedelta(days=31)})
        purge_inbox(session)
    assert len(rows(database, "SELECT event_id FROM inbox")) == 1


def test_a_type_has_one_handler():
    subscriptions = coins.subscriptions_of("coins")
    with pytest.raises(ValueError, match="has a handler already"):
        subscriptions.on(CoinDroppedV1)(lambda session, events: None)
    assert set(subscriptions.types) == {CoinDroppedV1.type, PurseCountedV1.type, PurseLostV1.type}


def test_a_handler_of_several_types_gets_them_together_in_their_order():
    subscriptions, calls = Subscriptions("coins"), []
    subscriptions.on(CoinDroppedV1, PurseCountedV1)(lambda session, events: calls.append(events))
    purse = uuid4()
    events = [
        Received(id=uuid4(), type=t.type, subject=purse, sequence=n, time=NOW, data=None)
        for n, t in enumerate([CoinDroppedV1, PurseCountedV1, CoinDroppedV1])
    ]
    assert [group.events for group in subscriptions._grouped(events)] == [events]
    with pytest.raises(ValueError, match="has a handler already"):
        subscriptions.on(PurseLostV1, PurseCountedV1)(lambda session, events: None)
    assert set(subscriptions.types) == {CoinDroppedV1.type, PurseCountedV1.type}


def test_workers_that_erase_at_once_wait_for_each_other_without_a_deadlock(database):
    with ThreadPoolExecutor(2) as workers:
        with database.transaction() as session:
            coins.subscriptions_of("coins").deliver(session, [body(PurseLostV1, uuid4())])
            others = [workers.submit(deliver, database, body(PurseLostV1, uuid4())) for _ in range(2)]
            wait_until(lambda: rows(database, WAITING) == [(2,)])
        assert [other.result(10).handled.total() for other in others] == [1, 1]


@given(
    st.lists(st.tuples(st.sampled_from([CoinDroppedV1, PurseCountedV1, PurseLostV1]), st.integers(0, 3)), max_size=30)
)
def test_handlers_get_every_event_once_and_each_subjects_in_order(deliveries):
    subscriptions, calls = Subscriptions("coins"), []
    for event_type in TYPES:
        subscriptions.on(event_type, even_if_erased=True)(lambda session, events: calls.append(events))
    purses = [uuid4() for _ in range(4)]
    events = [
        Received(id=uuid4(), type=t.type, subject=purses[p], sequence=n, time=NOW, data=None)
        for n, (t, p) in enumerate(deliveries)
    ]
    groups = [group.events for group in subscriptions._grouped(events)]
    applied = [event for group in groups for event in group]
    assert sorted(event.sequence for event in applied) == [event.sequence for event in events]
    for purse in purses:
        numbers = [event.sequence for event in applied if event.subject == purse]
        assert all(a < b for a, b in pairwise(numbers))
    assert all(len({event.type for event in group}) == 1 for group in groups)


def test_types_that_alternate_between_subjects_need_few_calls():
    subscriptions = coins.subscriptions_of("coins")
    events = [
        Received(id=uuid4(), type=t.type, subject=uuid4(), sequence=1, time=NOW, data=None)
        for _ in range(50)
        for t in (CoinDroppedV1, PurseCountedV1)
    ]
    assert len(subscriptions._grouped(events)) == 2
