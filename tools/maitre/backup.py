"""`make backup`: every database as of one instant; data in one place, keys in another (RULES E4).

Writers wait for a moment while snapshots are taken of all databases, so that no service has heard of what its
neighbour has not said. Backups older than 30 days are removed: an erased guest's keys must not outlive that.
"""

import contextlib
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from psycopg import errors, sql

from tools.maitre import servers
from tools.maitre.common import Ports, Trouble, run_directory, say, write_private
from tools.maitre.databases import KEYS_DATABASES, OWNED, Databases
from tools.maitre.keys import Secrets, load_or_make, secrets_file
from tools.maitre.pgtools import Tools
from tools.maitre.postgres import FIRST_PORT
from tools.maitre.suite import running_instance
from tools.maitre.supervise import Supervisor
from tools.maitre.up import alone

LONGEST_DAYS = 30
STAMP = "%Y%m%dT%H%M%SZ"
STAMPED = re.compile(r"\d{8}T\d{6}Z")
TRIES = 5
LOCKED = ("inbox", "outbox")
"""In the order in which consumers touch them, so that we wait for them and they never for us."""


def backups_directory(kind: str = "") -> Path:
    """Return where backups are kept: beside .run/, or under CRM_BACKUP_DIR; `kind` is "", "keys" or "secrets"."""
    given = os.environ.get("CRM_BACKUP_DIR")
    parent = Path(given) if given else run_directory().parent
    return parent / ("backups" + (f"-{kind}" if kind else ""))


def back_up(*, with_secrets: bool = False) -> int:
    """Back everything up; prints where it is."""
    directory = run_directory()
    if not secrets_file(directory).exists():
        raise Trouble("there is nothing to back up: no suite was ever started here")
    secrets = load_or_make(directory)
    stamp = datetime.now(UTC).strftime(STAMP)
    with reachable_postgres(directory) as admin_url:
        databases = Databases.at(admin_url, secrets, os.environ.get("CRM_DATABASE_PREFIX", ""))
        data, keys = write_backup(databases, secrets, stamp)
    say(f"Data: {data.parent}\nKeys: {keys}")
    if with_secrets:
        copy = backups_directory("secrets") / stamp / "secrets.json"
        copy.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        copy.parent.mkdir(mode=0o700)
        write_private(copy, secrets_file(directory).read_text())
        say(f"Secrets: {copy.parent} (keep them apart from both: together they open everything)")
    else:
        say(f"Not in it: the master keys ({secrets_file(directory)}). Without them no backup can be read: keep a copy.")
    remove_old(datetime.now(UTC))
    return 0


@contextlib.contextmanager
def reachable_postgres(directory: Path) -> Iterator[str]:
    """Give the administrator's address of the suite's PostgreSQL, which is started for as long if it is not up."""
    instance = running_instance(directory)
    if instance:
        yield instance["postgres"]
        return
    configured = os.environ.get("CRM_POSTGRES_URL")
    if configured:
        yield configured
        return
    supervisor = Supervisor(directory)
    with alone(directory):
        supervisor.begin(ends_with_us=True)
        server = servers.find_postgres(directory, supervisor, Ports(), FIRST_PORT)
        try:
            server.start()
            server.wait()
            yield server.url
        finally:
            if supervisor.pid(server.name) is None:
                server.stop()  # a container
            supervisor.end()


def write_backup(databases: Databases, secrets: Secrets, stamp: str) -> tuple[Path, Path]:
    """Dump all databases as of one instant; a backup that is not whole is not left there."""
    data = backups_directory() / stamp / "data"
    keys = backups_directory("keys") / stamp
    tools = Tools(databases.urls["gateway"])
    for place in (data.parent.parent, data.parent, keys.parent):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        data.mkdir(mode=0o700)
        keys.mkdir(mode=0o700)
        with one_instant(databases) as snapshots:
            for name, url in databases.urls.items():
                tools.dump(url, snapshots[name], (keys if name in KEYS_DATABASES else data) / f"{name}.dump")
                say(f"{name}: saved")
        for place, kind in ((data, "data"), (keys, "keys")):
            write_manifest(place, kind, stamp, secrets, tools.server)
    except BaseException:
        shutil.rmtree(data.parent, ignore_errors=True)
        shutil.rmtree(keys, ignore_errors=True)
        raise
    return data, keys


def write_manifest(place: Path, kind: str, stamp: str, secrets: Secrets, server: int) -> None:
    """Write down what the directory holds, so that a restore can tell whether it is whole."""
    content = {
        "format": 1,
        "kind": kind,
        "made_at": stamp,
        "installation": secrets.instance,
        "postgres": server,
        "files": {path.name: digest(path) for path in sorted(place.glob("*.dump"))},
    }
    write_private(place / "manifest.json", json.dumps(content, indent=2) + "\n")


def digest(path: Path) -> str:
    """Return the SHA-256 of the file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextlib.contextmanager
def one_instant(databases: Databases) -> Iterator[dict[str, str]]:
    """Give a snapshot of each database, all of one instant at which no event was being announced or applied.

    Writers wait while the snapshots are taken, some milliseconds; the snapshots hold for as long as the block lasts.
    """
    with contextlib.ExitStack() as stack:
        connections = {name: stack.enter_context(psycopg.connect(url)) for name, url in databases.urls.items()}
        with contextlib.ExitStack() as locks:
            for names in OWNED.values():
                hold_still(locks.enter_context(psycopg.connect(databases.urls[names[0]])))
            snapshots = {name: snapshot(connection) for name, connection in connections.items()}
        yield snapshots


def hold_still(connection: psycopg.Connection[Any]) -> None:
    """Wait for the transactions that announce or apply events here, and keep new ones waiting."""
    for attempt in range(TRIES):
        try:
            connection.execute("SET lock_timeout = '3s'")
            for table in LOCKED:
                found = connection.execute("SELECT to_regclass(%s)", (table,)).fetchone()
                if found and found[0]:
                    connection.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(sql.Identifier(table)))
        except (errors.LockNotAvailable, errors.DeadlockDetected):
            connection.rollback()
            if attempt == TRIES - 1:
                raise Trouble("some transaction holds on for too long: try again when less is going on") from None
        else:
            return


def snapshot(connection: psycopg.Connection[Any]) -> str:
    """Return the name of this instant's snapshot of a database, valid while the connection's transaction lasts."""
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    found = connection.execute("SELECT pg_export_snapshot()").fetchone()
    assert found is not None
    return str(found[0])


def remove_old(now: datetime) -> None:
    """Remove backups of more than 30 days (CRM_BACKUP_DAYS: fewer): keys, and tokens in the data, must age out."""
    days = min(LONGEST_DAYS, int(os.environ.get("CRM_BACKUP_DAYS", LONGEST_DAYS)))
    for kind in ("", "keys", "secrets"):
        for path in sorted(backups_directory(kind).glob("*")):
            if not STAMPED.fullmatch(path.name):
                continue
            made_at = datetime.strptime(path.name, STAMP).replace(tzinfo=UTC)
            if now - made_at > timedelta(days=days):
                shutil.rmtree(path)
                say(f"{path} is older than {days} days: removed")
