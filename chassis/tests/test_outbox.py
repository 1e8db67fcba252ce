"""Events are announced with the transaction that caused them, or not at all; sequences are gapless commit order."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg
import pytest
from coins import CoinDroppedV1, PurseCountedV1, Settings
from opentelemetry.sdk.trace import TracerProvider
from sqlalchemy import text

from crm_chassis import subjects
from crm_chassis.database import CHANNEL, connect
from crm_chassis.events import Received, parse
from crm_chassis.outbox import emit, emitted
from crm_chassis.testing import wait_until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(service_settings, clean):
    """An empty database with the chassis' tables."""
    settings = service_settings(Settings, "json", CRM_DATABASE_POOL_SIZE="10")
    clean(settings)
    made = connect(settings)
    yield made
    made.engine.dispose()


def coin(purse: UUID, cents: int = 1) -> CoinDroppedV1:
    return CoinDroppedV1(purse_id=purse, cents=cents, occurred_at=NOW)


def announced(database) -> list[Received[CoinDroppedV1]]:
    with database.reading() as connection:
        bodies = connection.execute(text("SELECT body FROM outbox ORDER BY id")).scalars().all()
    return [parse(body).received(CoinDroppedV1) for body in bodies]


def test_an_event_is_announced_with_its_transaction(database):
    purse = uuid4()
    with database.transaction() as session:
        emit(session, coin(purse, 5))
        assert emitted(session) == [coin(purse, 5)]
    (event,) = announced(database)
    assert (event.subject, event.sequence, event.data.cents) == (purse, 1, 5)
    assert event.type == "till.coin_dropped.v1"
    assert abs((datetime.now(UTC) - event.time).total_seconds()) < 60
    with database.reading() as connection:
        row = connection.execute(text("SELECT * FROM outbox")).one()
    assert (row.event_id, row.type, row.subject, row.traceparent) == (event.id, event.type, purse, None)


def test_a_rollback_announces_nothing_and_leaves_no_gap(database):
    purse = uuid4()
    with suppress(ZeroDivisionError), database.transaction() as session:
        emit(session, coin(purse))
        raise ZeroDivisionError
    with database.sessions() as session:
        emit(session, coin(purse))
        session.rollback()
        emit(session, coin(purse, 2))
        session.commit()
    assert [(event.sequence, event.data.cents) for event in announced(database)] == [(1, 2)]


def test_a_rolled_back_savepoint_drops_its_events_and_those_of_savepoints_within(database):
    purse = uuid4()
    with database.transaction() as session:
        emit(session, coin(purse, 1))
        with session.begin_nested():
            emit(session, coin(purse, 2))
        with suppress(ZeroDivisionError), session.begin_nested():
            emit(session, coin(purse, 3))
            with session.begin_nested():
                emit(session, coin(purse, 4))
            raise ZeroDivisionError
        emit(session, coin(purse, 5))
    assert [(event.sequence, event.data.cents) for event in announced(database)] == [(1, 1), (2, 2), (3, 5)]


def test_a_closed_session_takes_its_unannounced_events_along(database):
    session = database.sessions()
    emit(session, coin(uuid4()))
    session.close()
    session.commit()
    session.close()
    assert announced(database) == []


def test_each_subject_has_its_own_sequence(database):
    first, second = uuid4(), uuid4()
    with database.transaction() as session:
        for purse in (first, second, first, first):
            emit(session, coin(purse))
    assert [(e.subject, e.sequence) for e in announced(database)] == [(first, 1), (second, 1), (first, 2), (first, 3)]


def test_sequences_are_gapless_and_in_commit_order_under_eight_writers(database):
    """RULES D1: the order of sequences is the order in which transactions became visible."""
    purses = [uuid4() for _ in range(3)]
    seen: list[list[int]] = []
    done = threading.Event()

    def write(number: int) -> None:
        for turn in range(25):
            with database.transaction() as session:
                for purse in purses if number % 2 else reversed(purses):
                    emit(session, coin(purse))
                if turn % 5 == 4:
                    session.rollback()

    def watch() -> None:
        while not done.is_set():
            with database.reading() as connection:
                seen.append(sorted(event.sequence for event in announced(database) if event.subject == purses[0]))
                connection.execute(text("SELECT 1"))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    done.set()
    watcher.join()
    for sequences in seen:
        assert sequences == list(range(1, len(sequences) + 1)), "a later sequence was visible before an earlier one"
    events = announced(database)
    for purse in purses:
        assert [event.sequence for event in events if event.subject == purse] == list(range(1, 8 * 20 + 1))


def test_events_of_an_erased_subject_are_refused_and_leave_no_gap(database):
    """RULES E2."""
    erased, other = uuid4(), uuid4()
    with database.transaction() as session:
        emit(session, coin(erased))
        subjects.erase(session, erased)
        emit(session, PurseCountedV1(purse_id=erased, occurred_at=NOW), even_if_erased=True)
    with database.transaction() as session:
        emit(session, coin(erased))
        emit(session, coin(other))
        emit(session, PurseCountedV1(purse_id=erased, occurred_at=NOW), even_if_erased=True)
        emit(session, coin(erased))
    with database.transaction() as session:
        emit(session, coin(erased))
    with database.reading() as connection:
        rows = connection.execute(text("SELECT subject, type, body FROM outbox ORDER BY id")).all()
    assert [(row.subject, row.type, parse(row.body).sequence) for row in rows] == [
        (erased, PurseCountedV1.type, 1),
        (other, CoinDroppedV1.type, 1),
        (erased, PurseCountedV1.type, 2),
    ]


def test_an_event_whose_transaction_waited_for_the_erasure_is_refused(database):
    purse = uuid4()
    with database.sessions() as erasing:
        subjects.erase(erasing, purse)
        late = threading.Thread(target=_announce, args=(database, purse))
        late.start()
        wait_until(lambda: _waiting(database))
        erasing.commit()
    late.join()
    assert announced(database) == []


def _announce(database, purse: UUID) -> None:
    with database.transaction() as session:
        emit(session, coin(purse))


def _waiting(database) -> bool:
    with database.reading() as connection:
        return bool(
            connection.execute(
                text(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE wait_event_type = 'Lock' AND datname = current_database()"
                )
            ).scalar()
        )


def test_an_event_carries_the_current_trace_or_that_of_its_cause(database):
    purse, cause_id = uuid4(), uuid4()
    trace = "00-" + "a" * 32 + "-" + "b" * 16 + "-01"
    cause = Received(
        id=cause_id,
        type="x",
        subject=purse,
        sequence=1,
        time=NOW,
        data=coin(purse),
        traceparent=trace,
    )
    tracer = TracerProvider().get_tracer("test")
    with tracer.start_as_current_span("request") as span, database.transaction() as session:
        emit(session, coin(purse, 1))
        emit(session, coin(purse, 2), cause=cause)
    current, caused = announced(database)
    context = span.get_span_context()
    assert current.traceparent.startswith(f"00-{context.trace_id:032x}-{context.span_id:016x}-")
    assert current.causation_id is None
    assert (caused.traceparent, caused.causation_id) == (trace, cause_id)


def test_the_relay_is_poked_after_commits_and_spared_a_notification_for_each(database):
    """STACK: one NOTIFY per 5 ms and process, and one after the last commit in any case."""
    with psycopg.connect(database.engine.url.render_as_string(hide_password=False), autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        purse = uuid4()
        for _ in range(50):
            with database.transaction() as session:
                emit(session, coin(purse))
        first = list(listening.notifies(timeout=5, stop_after=1))
        rest = list(listening.notifies(timeout=0.3))
        assert 1 <= len(first) + len(rest) < 50
        with database.transaction() as session:
            session.execute(text("SELECT 1"))
        assert list(listening.notifies(timeout=0.1)) == []
        with database.transaction() as session:
            emit(session, coin(purse))
        assert list(listening.notifies(timeout=5, stop_after=1))
