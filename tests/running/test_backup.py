"""Backups and restores (RULES E4): one instant, data and keys apart, the right master key, the erased stay erased."""

import threading
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from tools.maitre import backup, keys, restore
from tools.maitre.common import Trouble, wait_until
from tools.maitre.restore import Choice
from tools.maitre.suite import bring_up

from crm_chassis.config import Secret
from crm_chassis.crypto import FieldCipher
from crm_chassis.keys import KeySettings, KeyStore

STAYS, GOES = UUID(int=1), UUID(int=2)
GUEST = """
INSERT INTO guest (id, profile, search, registered_at, created_at, version)
VALUES (%s, %s, '{}', now(), now(), 1)
"""


@pytest.fixture(scope="module")
def cipher_of():
    """``cipher_of(suite)``: what seals and opens customer's fields, and the store of its keys."""
    opened = []

    def make(suite):
        store = KeyStore(
            KeySettings(
                keys_database_url=Secret(suite.databases.urls["customer_keys"]),
                master_keys=Secret(suite.secrets.master_keys["customer"]),
            )
        )
        opened.append(store)
        store.verify()
        return FieldCipher("customer", store), store

    yield make
    for store in opened:
        store.close()


@pytest.fixture(scope="module")
def plan(make_plan):
    """A suite of its own: it is stopped and restored."""
    return make_plan()


@pytest.fixture(scope="module")
def backed_up(plan, cipher_of, make_directory):
    """Two guests were there at the backup; afterwards one was erased, and a third came. The suite is stopped."""
    place = make_directory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_RUN_DIR", str(plan.directory))
        patch.setenv("CRM_BACKUP_DIR", str(place))
        with bring_up(plan) as suite:
            cipher, store = cipher_of(suite)
            with psycopg.connect(suite.databases.urls["customer"]) as connection:
                for guest in (STAYS, GOES):
                    connection.execute(GUEST, (guest, cipher.encrypt(guest, "profile", b"a name")))
            assert backup.back_up(with_secrets=True) == 0
            store.destroy([GOES])
            with psycopg.connect(suite.databases.urls["customer"]) as connection:
                connection.execute(GUEST, (uuid4(), b""))
                connection.execute("INSERT INTO tombstone VALUES ('\\x01', now())")
        yield place


def choice_of(place):
    """The one backup there."""
    stamp = next((place / "backups").iterdir()).name
    return Choice(place / "backups" / stamp / "data", place / "backups-keys" / stamp)


def test_data_keys_and_secrets_are_apart_and_closed_to_others(backed_up):
    choice = choice_of(backed_up)

    assert sorted(path.stem for path in choice.data.glob("*.dump")) == sorted(restore.DATA_DATABASES)
    assert sorted(path.stem for path in choice.keys.glob("*.dump")) == sorted(restore.KEYS_DATABASES)
    files = [path for path in backed_up.rglob("*") if path.is_file()]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files)
    assert [path for path in files if path.name == "secrets.json"] == [*backed_up.glob("backups-secrets/*/*")]


def test_the_wrong_master_key_is_refused_before_anything_is_overwritten(backed_up, plan):
    path = keys.secrets_file(plan.directory)
    right = path.read_text()
    good = keys.load_or_make(plan.directory)
    try:
        wrong = {**good.master_keys, "customer": f"k1:{keys.random_key()}"}
        keys.save(plan.directory, keys.Secrets(**{**vars(good), "master_keys": wrong}))
        with pytest.raises(Trouble, match=r"Nothing was overwritten\. customer: CRM_MASTER_KEYS"):
            restore.put_back(plan.directory, choice_of(backed_up))
    finally:
        path.write_text(right)

    with backup.reachable_postgres(plan.directory) as admin_url, psycopg.connect(admin_url) as connection:
        names = {name for (name,) in connection.execute("SELECT datname FROM pg_database")}
        assert not any("restoring" in name for name in names)
    assert guests(plan) == 3


def test_a_damaged_backup_is_refused(backed_up, tmp_path):
    damaged = tmp_path / "data"
    damaged.mkdir()
    for path in choice_of(backed_up).data.iterdir():
        (damaged / path.name).write_bytes(path.read_bytes())
    content = bytearray((damaged / "customer.dump").read_bytes())
    content[len(content) // 2] ^= 1
    (damaged / "customer.dump").write_bytes(content)

    with pytest.raises(Trouble, match=r"customer\.dump is damaged"):
        restore.verify(damaged, "data", restore.DATA_DATABASES)


def test_a_restore_brings_back_the_data_and_erases_again(backed_up, plan, cipher_of):
    restore.put_back(plan.directory, choice_of(backed_up))

    (plan.directory / "restored").unlink()  # stand-ins have nobody to tell facts to
    with bring_up(plan) as suite:
        cipher, _ = cipher_of(suite)
        with psycopg.connect(suite.databases.urls["customer"]) as connection:
            rows = connection.execute("SELECT id, profile, erased_at FROM guest ORDER BY id").fetchall()
            announced = connection.execute("SELECT type, subject FROM outbox").fetchall()
            tombstones = connection.execute("SELECT count(*) FROM tombstone").fetchone()
        assert [row[0] for row in rows] == [STAYS, GOES]
        assert cipher.decrypt(STAYS, "profile", rows[0][1]) == b"a name"
        assert rows[1][1] is None
        assert rows[1][2] is not None
        assert ("customer.erased.v1", GOES) in announced
        assert tombstones == (1,)


def test_a_backup_waits_for_transactions_that_apply_events_and_then_holds_what_they_did(suite):
    urls = backup.Databases({"customer": suite.databases.urls["customer"]})
    applied = uuid4()
    consumer = psycopg.connect(urls.urls["customer"])
    consumer.execute("INSERT INTO inbox (event_id, consumer) VALUES (%s, 'test')", (applied,))

    def commit_when_awaited():
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ShareLock'"
        with psycopg.connect(suite.servers.postgres_url, autocommit=True) as watcher:
            wait_until("the backup to wait", lambda: watcher.execute(waiting).fetchone()[0], 20)
        consumer.commit()
        consumer.close()

    thread = threading.Thread(target=commit_when_awaited)
    thread.start()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backup, "OWNED", {"customer": ("customer",)})
        with backup.one_instant(urls) as snapshots, psycopg.connect(urls.urls["customer"]) as reader:
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            reader.execute(f"SET TRANSACTION SNAPSHOT '{snapshots['customer']}'")
            assert reader.execute("SELECT 1 FROM inbox WHERE event_id = %s", (applied,)).fetchone()
    thread.join()


def test_backups_older_than_thirty_days_are_removed(make_directory, monkeypatch):
    place = make_directory()
    monkeypatch.setenv("CRM_BACKUP_DIR", str(place))
    monkeypatch.setenv("CRM_BACKUP_DAYS", "365")  # more than thirty is not to be had
    for kind in ("backups", "backups-keys"):
        for name in ("20260101T000000Z", "20260120T000000Z", "notes"):
            (place / kind / name).mkdir(parents=True)

    backup.remove_old(datetime(2026, 2, 5, tzinfo=UTC))

    for kind in ("backups", "backups-keys"):
        assert sorted(path.name for path in Path(place, kind).iterdir()) == ["20260120T000000Z", "notes"]


def guests(plan):
    """Count the guests of the stopped suite."""
    with backup.reachable_postgres(plan.directory) as admin_url:
        url = backup.Databases.at(admin_url, keys.load_or_make(plan.directory)).urls["customer"]
        with psycopg.connect(url) as connection:
            return connection.execute("SELECT count(*) FROM guest").fetchone()[0]
