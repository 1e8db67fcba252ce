"""Whatever is delivered, in whatever order, by however many: the points are those of a plain computation."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from . import factories as f

GUESTS = [UUID(int=n) for n in range(1, 4)]
TABLES = "inbox, outbox, subject_sequence, orders, members"


@st.composite
def histories(draw):
    """What happened to some orders of some guests, each order's revisions in turn, ending with the points due."""
    events, due = [], dict.fromkeys(GUESTS, 0)
    for number in range(draw(st.integers(1, 4))):
        order, guest = UUID(int=100 + number), draw(st.sampled_from(GUESTS))
        spend = draw(st.integers(0, 30_00))
        events.append(f.recorded(order, guest, spend))
        for revision in range(2, 2 + draw(st.integers(0, 4))):
            if draw(st.booleans()):
                spend = draw(st.integers(0, spend))
                events.append(f.refunded(order, guest, spend, revision))
            else:
                spend, guest = draw(st.integers(0, 30_00)), draw(st.sampled_from(GUESTS))
                events.append(f.corrected(order, guest, spend, revision))
        due[guest] += spend // 100
    return events, due


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), data=st.data())
def test_any_order_batches_and_repetitions_give_the_same_points(database, history, data):
    events, due = history
    with database.transaction() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("DELETE FROM entries"))
        for table in TABLES.split(", "):
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    sent = [f.body(event) for event in [*events, *map(f.registered, GUESTS)]]
    arriving = data.draw(st.permutations(sent + data.draw(st.lists(st.sampled_from(sent), max_size=4))))
    while arriving:
        size = data.draw(st.integers(1, len(arriving)))
        f.deliver(database, *arriving[:size])
        arriving = arriving[size:]
    assert f.balances(database) == due
    assert len(f.announced(database, "enrolled")) == len(GUESTS)
    last_balances = {}
    for one in f.announced(database):
        if "balance" in one["data"]:
            last_balances[UUID(one["subject"])] = one["data"]["balance"]
    assert {**dict.fromkeys(GUESTS, 0), **last_balances} == due


def moved_orders(count):
    """Recorded and corrected orders that often change hands, and the points due at the end."""
    chance = random.Random(3)
    events, due = [], dict.fromkeys(GUESTS, 0)
    for number in range(count):
        order, spend = UUID(int=1_000 + number), chance.randrange(100_00)
        first, last = chance.choices(GUESTS, k=2)
        events += [f.recorded(order, first, chance.randrange(100_00)), f.corrected(order, last, spend, 2)]
        due[last] += spend // 100
    return events, due


def test_workers_that_meet_on_the_same_orders_book_each_once(database):
    events, due = moved_orders(120)
    barrier = threading.Barrier(3)

    def work(seed):
        """Deliver all events in an order of its own, as messages of its own: no inbox helps, and no deadlock arises."""
        mine = [f.body(event) for event in events]
        random.Random(seed).shuffle(mine)
        barrier.wait()
        for start in range(0, len(mine), 20):
            f.deliver(database, *mine[start : start + 20])

    with ThreadPoolExecutor(3) as workers:
        assert list(workers.map(work, range(3))) == [None] * 3
    assert f.balances(database) == due
    assert len(f.announced(database, "enrolled")) == len(GUESTS)
    assert f.query(database, "SELECT count(*) FROM orders") == [(120,)]
