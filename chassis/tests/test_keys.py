"""Data keys in a real keys database: made once, re-wrapped under load, destroyed for good (RULES E4)."""

import base64
import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.exc import OperationalError

from crm_chassis.config import Secret
from crm_chassis.crypto import CiphertextRefused, FieldCipher, KeyDestroyed
from crm_chassis.keys import KeySettings, KeyStore, MissingMasterKey, StillInUse, WrongMasterKey
from crm_chassis.migrate import upgrade


def migrate(url):
    upgrade(Secret(url), "crm_chassis:key_migrations", "keys_version")


def fresh_key(key_id):
    return f"{key_id}:{base64.urlsafe_b64encode(os.urandom(32)).decode().rstrip('=')}"


K1, K2 = fresh_key("k1"), fresh_key("k2")


@pytest.fixture
def url(make_database):
    """A migrated, empty keys database."""
    url = make_database("keys")
    migrate(url)
    return url


@pytest.fixture
def open_store(url):
    """``open_store(keys)``: a store that was not verified yet; closed at the end."""
    stores = []

    def opened(*keys, pool_size=8):
        settings = KeySettings(keys_database_url=Secret(url), master_keys=Secret(",".join(keys)), pool_size=pool_size)
        stores.append(KeyStore(settings))
        return stores[-1]

    yield opened
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store):
    """A store whose one master key is k1."""
    store = open_store(K1)
    store.verify()
    return store


def rows(url, query="SELECT person, master_key_id, wrapped, destroyed_at FROM data_key"):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def test_a_data_key_is_made_once_and_stored_wrapped(store, url):
    person = uuid4()
    key = store.obtain([person])[person]
    assert store.obtain([person, person]) == store.read([person]) == {person: key}
    [(stored, key_id, wrapped, destroyed_at)] = rows(url)
    assert (stored, key_id, destroyed_at) == (person, "k1", None)
    assert len(key) == 32
    assert key not in bytes(wrapped)


def test_many_persons_get_keys_of_their_own_in_one_call(store):
    persons = [uuid4() for _ in range(2000)]
    keys = store.obtain(persons)
    assert keys.keys() == set(persons)
    assert len(set(keys.values())) == len(persons)


def test_two_who_need_the_same_new_keys_at_once_get_the_same_ones(store):
    for _ in range(10):
        persons = [uuid4() for _ in range(50)]
        start = threading.Barrier(4)

        def obtain(order, persons=persons, start=start):
            start.wait()
            return store.obtain(order(persons))

        with ThreadPoolExecutor(4) as pool:
            first, *others = pool.map(obtain, (list, lambda p: p[::-1], sorted, lambda p: p[25:] + p[:25]))
        assert all(other == first for other in others)


def test_nobody_needs_no_query(open_store):
    store = open_store(K1)
    assert (store.obtain([]), store.read([]), store.destroy([])) == ({}, {}, None)
    assert not store.engine.pool.checkedin()


def test_a_destroyed_person_is_unreadable_at_once_in_every_process_and_stays_so(store, open_store):
    cipher, elsewhere = FieldCipher("customer", store), FieldCipher("customer", open_store(K1))
    gone, stays = uuid4(), uuid4()
    sealed, kept = cipher.encrypt_many([(gone, "name", b"Ann"), (stays, "name", b"Bob")])
    assert elsewhere.decrypt(gone, "name", sealed) == b"Ann"
    store.destroy([gone])
    store.destroy([gone, gone])
    assert elsewhere.decrypt_many([(gone, "name", sealed), (stays, "name", kept)]) == [None, b"Bob"]
    for late in (cipher, elsewhere):
        with pytest.raises(KeyDestroyed):
            late.encrypt_many([(stays, "name", b"Bob"), (gone, "name", b"Ann again")])


def test_destroying_leaves_a_tombstone_without_a_key_even_where_there_was_none(store, url):
    known, unknown = uuid4(), uuid4()
    store.obtain([known])
    store.destroy([known, unknown])
    assert {(person, key_id, wrapped) for person, key_id, wrapped, at in rows(url) if at} == {
        (known, None, None),
        (unknown, None, None),
    }
    with pytest.raises(KeyDestroyed):
        store.obtain([unknown])


def test_a_late_write_that_races_with_destroying_never_brings_a_key_back(store):
    for _ in range(20):
        person = uuid4()
        start = threading.Barrier(2)

        def write(person=person, start=start):
            start.wait()
            try:
                store.obtain([person])
            except KeyDestroyed:
                return

        def destroy(person=person, start=start):
            start.wait()
            store.destroy([person])

        with ThreadPoolExecutor(2) as pool:
            for done in (pool.submit(write), pool.submit(destroy)):
                done.result()
        assert store.read([person]) == {}


def test_a_key_that_never_existed_is_absent_and_reported(store, monkeypatch):
    lines = []
    monkeypatch.setattr("crm_chassis.keys.logger.error", lambda event, **more: lines.append((event, more["count"])))
    known = uuid4()
    store.obtain([known])
    assert store.read([known, uuid4(), uuid4()]).keys() == {known}
    assert lines == [("data_keys_missing", 2)]


def test_a_wrapped_key_moved_to_another_person_is_refused(store, url):
    one, other = uuid4(), uuid4()
    store.obtain([one, other])
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE person = %s) WHERE person = %s",
            (one, other),
        )
    with pytest.raises(CiphertextRefused, match=str(other)):
        store.read([other])


def test_the_first_start_registers_the_master_key_and_the_next_finds_it(store, open_store, url):
    open_store(K1).verify()
    [(key_id, check_value)] = rows(url, "SELECT key_id, check_value FROM master_key_check")
    assert key_id == "k1"
    assert bytes(check_value) == store.master_keys.current.check_value


def test_a_start_waits_for_the_keys_database(store, monkeypatch):
    store.obtain([uuid4()])
    answers = iter([False, False, True])
    monkeypatch.setattr(KeyStore, "_is_there", lambda _: next(answers))
    monkeypatch.setattr("crm_chassis.keys.time.sleep", lambda _: None)
    store.verify()
    assert next(answers, "all asked") == "all asked"


def test_a_start_gives_up_after_its_patience():
    settings = KeySettings(keys_database_url=Secret("postgresql://nobody@127.0.0.1:1/none"), master_keys=Secret(K1))
    with pytest.raises(OperationalError):
        KeyStore(settings).verify(patience_s=0)


def test_the_wrong_master_key_is_refused_at_start_without_being_shown(store, open_store):
    wrong = fresh_key("k1")
    with pytest.raises(WrongMasterKey, match="CRM_MASTER_KEYS: the key given for id k1") as refusal:
        open_store(wrong).verify()
    assert wrong.partition(":")[2] not in str(refusal.value)


def test_a_wrong_old_master_key_is_refused_too(store, open_store):
    with pytest.raises(WrongMasterKey):
        open_store(K2, fresh_key("k1")).verify()


def test_a_master_key_still_needed_must_be_given(store, open_store):
    store.obtain([uuid4()])
    with pytest.raises(MissingMasterKey, match="CRM_MASTER_KEYS: data keys are still wrapped by k1"):
        open_store(K2).verify()
    open_store(K2, K1).verify()


def test_of_two_first_starts_with_different_keys_of_one_id_one_is_refused(open_store):
    for number in range(5):
        stores = [open_store(fresh_key(f"k{number}")) for _ in range(2)]
        start = threading.Barrier(2)

        def verify(store, start=start):
            start.wait()
            try:
                store.verify()
            except WrongMasterKey:
                return "refused"
            return "started"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(verify, stores)) == ["refused", "started"]


def test_rotation_rewraps_data_keys_in_batches_and_changes_none(store, open_store, url):
    persons = [uuid4() for _ in range(25)]
    keys = store.obtain(persons)
    store.destroy(persons[:1])
    before = {person: bytes(wrapped) for person, _, wrapped, _ in rows(url) if wrapped}
    rotated = open_store(K2, K1)
    rotated.verify()
    assert [rotated.rewrap(10) for _ in range(4)] == [10, 10, 4, 0]
    assert rotated.read(persons) == {person: keys[person] for person in persons[1:]}
    after = {person: bytes(wrapped) for person, _, wrapped, _ in rows(url) if wrapped}
    assert all(before[person] != after[person] for person in persons[1:])
    only_new = open_store(K2)
    only_new.verify()
    assert only_new.read(persons).keys() == set(persons[1:])


def test_two_that_rewrap_at_once_share_the_work(store, open_store):
    persons = [uuid4() for _ in range(300)]
    keys = store.obtain(persons)
    rotated = open_store(K2, K1)
    rotated.verify()
    with ThreadPoolExecutor(2) as pool:
        moved = list(pool.map(lambda _: sum(iter(lambda: rotated.rewrap(7), 0)), range(2)))
    moved.append(sum(iter(rotated.rewrap, 0)))
    assert sum(moved) == 300
    assert rotated.read(persons) == keys


def test_rotation_loses_nothing_while_others_encrypt_decrypt_and_destroy(store, open_store):
    rotated = open_store(K2, K1)
    aware = open_store(K1, K2)  # the processes that are not restarted yet know the new key already
    rotated.verify()
    ciphers = [FieldCipher("customer", aware), FieldCipher("customer", rotated)]
    sealed = {person: ciphers[0].encrypt(person, "name", person.bytes) for person in (uuid4() for _ in range(200))}
    doomed = list(sealed)[:20]
    is_over = threading.Event()

    def use(cipher):
        written, failures = {}, []
        while not is_over.is_set():
            person = uuid4()
            written[person] = cipher.encrypt(person, "name", person.bytes)
            items = [(p, "name", text) for p, text in (*list(sealed.items())[20:60], *list(written.items())[-20:])]
            opened = cipher.decrypt_many(items)
            failures += [p for (p, _, _), plain in zip(items, opened, strict=True) if plain != p.bytes]
        return written, failures

    with ThreadPoolExecutor(4) as pool:
        users = [pool.submit(use, cipher) for cipher in ciphers]
        for person in doomed:
            rotated.rewrap(5)
            rotated.destroy([person])
        while rotated.rewrap(20):
            pass
        is_over.set()
        results = [user.result() for user in users]
    while rotated.rewrap():
        pass
    assert [key.data_keys for key in rotated.status() if not key.is_current] == [0]
    final = FieldCipher("customer", open_store(K2))
    for written, failures in [(dict(list(sealed.items())[20:]), []), *results]:
        assert not failures
        assert written
        items = [(person, "name", text) for person, text in written.items()]
        assert final.decrypt_many(items) == [person.bytes for person in written]
    assert final.decrypt_many([(person, "name", sealed[person]) for person in doomed]) == [None] * 20


def test_a_master_key_is_retired_only_when_nothing_needs_it_and_then_wraps_nothing_more(store, open_store):
    person = uuid4()
    store.obtain([person])
    rotated = open_store(K2, K1)
    rotated.verify()
    with pytest.raises(StillInUse, match="crm-keys rewrap"):
        rotated.retire("k1")
    with pytest.raises(StillInUse, match="current"):
        rotated.retire("k2")
    rotated.rewrap()
    assert rotated.retire("k1")
    assert not rotated.retire("k1")
    with pytest.raises(MissingMasterKey, match="k1 is not registered"):
        store.obtain([uuid4()])  # a process that was forgotten at the rotation
    with pytest.raises(MissingMasterKey, match="k2"):
        store.read([person])


def test_status_counts_data_keys_by_master_key(store, open_store):
    store.obtain([uuid4() for _ in range(3)])
    rotated = open_store(K2, K1)
    rotated.verify()
    rotated.obtain([uuid4()])
    assert [(key.key_id, key.data_keys, key.is_given, key.is_current) for key in rotated.status()] == [
        ("k1", 3, True, False),
        ("k2", 1, True, True),
    ]


def test_a_forked_process_opens_connections_of_its_own(store):
    person = uuid4()
    key = store.obtain([person])

    def read(answers):
        answers.put((store.engine.pool.checkedin(), store.read([person]) == key))

    context = multiprocessing.get_context("fork")
    answers = context.SimpleQueue()
    child = context.Process(target=read, args=(answers,))
    child.start()
    child.join(30)
    assert answers.get() == (0, True)
    assert store.read([person]) == key


def test_migrating_twice_at_once_and_again_is_harmless(make_database):
    url = make_database("keys")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate, [url, url]))
    migrate(url)
    assert rows(url, "SELECT version_num FROM keys_version") == [("0001",)]
