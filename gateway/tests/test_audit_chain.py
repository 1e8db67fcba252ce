"""The chain of the audit log: one, whoever appends, and tampering is found where it was done (RULES G3)."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from crm_gateway.audit import chain
from crm_gateway.audit.entries import GENESIS, KINDS, Entry, canonical, coalesce, hash_of

NOW = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)


def entry(**more):
    values = {"at": NOW, "kind": "view", "actor_kind": "staff", "actor_id": "a1", "actor_role": "host",
              "action": "get_customers", "method": "GET", "status": 200, "request_id": "r-12345678"}  # fmt: skip
    return Entry(**(values | more))


@pytest.fixture
def log(database, settings):
    """A log of its own: whatever other tests wrote is gone, its guard stands again."""
    unguarded(database, "DELETE FROM audit_entries", "DELETE FROM audit_checkpoints",
              "UPDATE audit_head SET sequence = 0, hash = decode(repeat('00', 32), 'hex')")  # fmt: skip
    yield Log(database, settings)
    unguarded(database, "DELETE FROM audit_entries", "DELETE FROM audit_checkpoints",
              "UPDATE audit_head SET sequence = 0, hash = decode(repeat('00', 32), 'hex')")  # fmt: skip


def unguarded(database, *statements):
    """Run statements as somebody would who owns the tables."""
    tables = ("audit_entries", "audit_checkpoints")
    with database.transaction() as session:
        for table in tables:
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        for statement in statements:
            session.execute(text(statement))
        for table in tables:
            session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER USER"))


class Log:
    """The log as tests use it."""

    def __init__(self, database, settings):
        self.database, self.settings = database, settings

    def append(self, *entries):
        """Append and commit."""
        with self.database.transaction() as session:
            return chain.append(session, entries)

    def walk(self, **options):
        """Check the chain."""
        with self.database.transaction() as session:
            return chain.walk(session, trusted=self.settings.trusted_keys, **options)

    def checkpoint(self, now=NOW):
        """Sign how far it came."""
        with self.database.transaction() as session:
            return chain.checkpoint(session, signing_key=self.settings.signing_key, now=now)

    def retain(self, days, now):
        """Let old entries go."""
        with self.database.transaction() as session:
            return chain.retain(session, days=days, now=now)


TEN = [entry(actor_id=f"a{n}", customer_ids=(uuid4(),), customers=1, changed=("name",), searched=("q:ab",), attempt=n,
             address="ff") for n in range(1, 11)]  # fmt: skip


def test_a_log_nobody_touched_is_intact(log):
    log.append(*TEN[:4])
    log.append(*TEN[4:])
    found = log.walk()
    assert (found.checked, found.first, found.last, found.is_complete, found.broken) == (10, 1, 10, True, None)


def test_an_empty_log_is_intact(log):
    assert log.walk().broken is None


TAMPERED = {
    "at": "at = at + interval '1 second'",
    "kind": "kind = 'change'",
    "actor_kind": "actor_kind = 'till'",
    "actor_id": "actor_id = 'somebody else'",
    "actor_role": "actor_role = 'owner'",
    "action": "action = 'other'",
    "method": "method = 'POST'",
    "status": "status = 404",
    "customer_ids": "customer_ids = ARRAY[gen_random_uuid()]",
    "customers": "customers = 7",
    "times": "times = 2",
    "searched": "searched = ARRAY['q:other']",
    "changed": "changed = ARRAY[]::text[]",
    "request_id": "request_id = NULL",
    "address": "address = 'other'",
    "attempt": "attempt = NULL",
    "hash": "hash = decode(repeat('11', 32), 'hex')",
}


def test_every_column_is_tried():
    assert set(TAMPERED) == {*Entry.__slots__, "hash"}


@pytest.mark.parametrize("column", TAMPERED)
def test_a_changed_column_is_found_and_located(log, database, column):
    log.append(*TEN)
    unguarded(database, f"UPDATE audit_entries SET {TAMPERED[column]} WHERE sequence = 6")  # noqa: S608
    assert log.walk().broken == 6


ADDED = """
INSERT INTO audit_entries SELECT 11, at, kind, actor_kind, actor_id, actor_role, action, method, status, customer_ids,
customers, times, searched, changed, request_id, address, attempt, hash FROM audit_entries WHERE sequence = 10
"""


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        (["DELETE FROM audit_entries WHERE sequence = 4"], 4),
        (["DELETE FROM audit_entries WHERE sequence = 1"], 2),
        (["DELETE FROM audit_entries WHERE sequence <= 3"], 4),
        (["DELETE FROM audit_entries WHERE sequence = 10"], 10),
        (["DELETE FROM audit_entries"], 1),
        (["UPDATE audit_entries SET sequence = -1 WHERE sequence = 3",
          "UPDATE audit_entries SET sequence = 3 WHERE sequence = 4",
          "UPDATE audit_entries SET sequence = 4 WHERE sequence = -1"], 3),
        (["UPDATE audit_head SET hash = decode(repeat('11', 32), 'hex')"], 10),
        ([ADDED], 11),
    ],
    ids=["one deleted", "first deleted", "beginning deleted", "last deleted", "all deleted", "two swapped",
         "head changed", "one added behind the head"],
)  # fmt: skip
def test_missing_moved_and_added_entries_are_found(log, database, statements, broken):
    log.append(*TEN)
    unguarded(database, *statements)
    assert log.walk().broken == broken


def test_a_history_written_anew_with_right_hashes_does_not_fit_the_signed_checkpoint(log, database):
    log.append(*TEN[:5])
    log.checkpoint()
    log.append(*TEN[5:])
    previous, rewritten = GENESIS, []
    for number, each in enumerate([entry(actor_id="innocent"), *TEN[1:]], 1):
        previous = hash_of(previous, number, each)
        hashed = f"decode('{previous.hex()}', 'hex')"
        rewritten.append(f"UPDATE audit_entries SET hash = {hashed} WHERE sequence = {number}")  # noqa: S608
    unguarded(database, "UPDATE audit_entries SET actor_id = 'innocent', customer_ids = '{}', customers = 0,"
              " searched = '{}', changed = '{}', address = NULL, attempt = NULL WHERE sequence = 1",
              *rewritten, f"UPDATE audit_head SET hash = decode('{previous.hex()}', 'hex')")  # fmt: skip  # noqa: S608
    found = log.walk()
    assert found.broken == 5
    assert "checkpoint" in found.why


def test_an_end_cut_off_with_its_head_does_not_fit_a_checkpoint_that_saw_more(log, database):
    log.append(*TEN)
    log.checkpoint()
    head = "UPDATE audit_head SET sequence = 7, hash = (SELECT hash FROM audit_entries WHERE sequence = 7)"
    unguarded(database, "DELETE FROM audit_entries WHERE sequence > 7", head)
    assert log.walk().broken == 8


def test_a_forged_checkpoint_is_no_beginning(log, database):
    log.append(*TEN)
    forged = "SELECT 3, hash, now(), 'gateway/1', decode(repeat('00', 64), 'hex') FROM audit_entries WHERE sequence = 3"
    unguarded(
        database, f"INSERT INTO audit_checkpoints {forged}", "DELETE FROM audit_entries WHERE sequence <= 3"
    )  # fmt: skip
    assert log.walk().broken == 4


@pytest.mark.parametrize("statement", [
    "UPDATE audit_entries SET actor_id = 'x'", "DELETE FROM audit_entries", "TRUNCATE audit_entries",
    "DELETE FROM audit_checkpoints", "SET maitre.audit_retention = 'on'; DELETE FROM audit_entries",
])  # fmt: skip
def test_the_database_refuses_to_change_or_delete_entries(log, statement):
    log.append(*TEN)
    log.checkpoint(now=datetime.now(UTC))
    *before, last = map(text, statement.split("; "))
    with log.database.transaction() as session:
        for each in before:
            session.execute(each)
        with pytest.raises(ProgrammingError, match="append-only"):
            session.execute(last)
        session.rollback()
    assert log.walk().checked == 10


def test_old_entries_go_up_to_a_checkpoint_and_the_rest_still_verifies(log):
    log.append(*TEN[:6])
    log.checkpoint(now=NOW - timedelta(days=800))
    log.append(*TEN[6:])
    log.checkpoint(now=NOW)
    assert log.retain(days=1095, now=NOW) == 0
    assert log.retain(days=700, now=NOW) == 6
    found = log.walk()
    assert (found.first, found.checked, found.broken) == (7, 4, None)
    assert log.retain(days=700, now=NOW) == 0


def test_a_walk_goes_on_where_the_last_one_ended(log, monkeypatch):
    monkeypatch.setattr(chain, "PAGE", 3)
    log.append(*TEN)
    part = log.walk(most=4)
    assert (part.last, part.is_complete) == (4, False)
    rest = log.walk(after=part.last)
    assert (rest.checked, rest.is_complete, rest.broken) == (6, True, None)


def test_a_checkpoint_is_signed_only_where_the_log_moved(log):
    assert log.checkpoint() is None
    log.append(*TEN)
    assert log.checkpoint().sequence == 10
    assert log.checkpoint() is None


def test_many_append_at_once_and_the_chain_stays_one(log):
    def appending():
        for _ in range(10):
            log.append(entry(), entry())

    threads = [threading.Thread(target=appending) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    found = log.walk()
    assert (found.checked, found.last, found.broken) == (80, 80, None)


WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=8)
WEST = timezone(timedelta(hours=-5))
ENTRIES = st.builds(
    Entry,
    at=st.integers(0, 4 * 10**15).map(lambda n: datetime(2000, 1, 1, tzinfo=WEST) + timedelta(microseconds=n)),
    kind=st.sampled_from(KINDS), actor_kind=WORDS, actor_id=WORDS, actor_role=WORDS, action=WORDS, method=WORDS,
    status=st.none() | st.integers(100, 599),
    customer_ids=st.lists(st.uuids(), max_size=3).map(tuple), customers=st.integers(0, 9), times=st.integers(1, 9),
    searched=st.lists(WORDS, max_size=2).map(tuple), changed=st.lists(WORDS, max_size=2).map(tuple),
    request_id=st.none() | WORDS, address=st.none() | WORDS, attempt=st.none() | st.integers(1, 2**60),
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(ENTRIES, ENTRIES)
def test_entries_that_differ_have_different_canonical_bytes(one, other):
    same = [getattr(one, n) == getattr(other, n) for n in Entry.__slots__]
    assert (canonical(1, one) == canonical(1, other)) == all(same)
    assert canonical(1, one) != canonical(2, one)


@settings(max_examples=25, deadline=None)
@given(st.lists(ENTRIES, min_size=1, max_size=4))
def test_whatever_was_written_reads_back_to_the_same_hash(database_of_entries, entries):
    log = database_of_entries
    before = log.walk().last
    log.append(*entries)
    assert log.walk(after=before or None).broken is None


@pytest.fixture(scope="module")
def database_of_entries(database, settings):
    return Log(database, settings)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 5)), max_size=12))
def test_joining_views_keeps_who_saw_whom_and_how_often(seen):
    ids = [uuid4() for _ in range(6)]
    joined = coalesce([entry(actor_id=who, customer_ids=(ids[n],), customers=1) for who, n in seen])
    assert sum(each.times for each in joined) == len(seen)
    assert {(each.actor_id, guest) for each in joined for guest in each.customer_ids} == {(w, ids[n]) for w, n in seen}
    assert len(joined) == len({who for who, _ in seen})
