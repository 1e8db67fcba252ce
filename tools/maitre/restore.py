"""`make restore`: brings a backup back, or refuses before anything is overwritten (RULES E4).

Everything is restored beside the live databases first, the master keys are proved on the restored keys, and whoever
was erased since stays erased; only then do the restored databases take the live ones' place.
"""

import argparse
import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from crm_chassis.config import Secret
from crm_chassis.keys import KeySettings, KeyStore, MasterKeyRefused
from tools.maitre import databases, docker, up
from tools.maitre.backup import backups_directory, digest, reachable_postgres
from tools.maitre.broker import empty_queues
from tools.maitre.common import PYTHON, ROOT, Trouble, read_json, run_directory, say, write_private
from tools.maitre.databases import KEYS_DATABASES, OWNED, Databases
from tools.maitre.keys import Secrets, load_or_make, save
from tools.maitre.pgtools import Tools
from tools.maitre.processes import SERVICES
from tools.maitre.suite import Plan, Suite, running_instance

BESIDE = "__restoring"
DATA_DATABASES = tuple(names[0] for names in OWNED.values())
DESTROYED = "SELECT person, destroyed_at FROM data_key WHERE destroyed_at IS NOT NULL"
DESTROY = """
INSERT INTO data_key (person, destroyed_at) VALUES (%s, %s)
ON CONFLICT (person) DO UPDATE SET wrapped = NULL, master_key_id = NULL, destroyed_at = excluded.destroyed_at
WHERE data_key.destroyed_at IS NULL
"""


@dataclass(frozen=True)
class Choice:
    """What is brought back: `keys` is None where the keys databases stay as they are."""

    data: Path
    keys: Path | None
    secrets: Path | None = None

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> "Choice":
        """Read the choice from the command line: by default the newest data, and the newest keys, not older than it."""
        data = Path(arguments.source) if arguments.source else newest(backups_directory())
        stamp = data.name
        if arguments.keep_keys:
            keys = None
        elif arguments.keys:
            keys = Path(arguments.keys)
        else:
            keys = newest(backups_directory("keys"))
            if keys.name < stamp:
                raise Trouble(f"the newest keys ({keys}) are older than the data ({data}): name others with KEYS=")
        return cls(data / "data", keys, Path(arguments.secrets) if arguments.secrets else None)


def newest(directory: Path) -> Path:
    """Return the newest backup in the directory."""
    found = sorted(path for path in directory.glob("*T*Z") if path.is_dir())
    if not found:
        raise Trouble(f"there is no backup in {directory}")
    return found[-1]


def restore(choice: Choice) -> int:
    """Bring the backup back; a running suite is stopped for it and started again, whatever comes of it."""
    verify(choice.data, "data", DATA_DATABASES)
    if choice.keys:
        verify(choice.keys, "keys", KEYS_DATABASES)
    directory = run_directory()
    was_running = running_instance(directory) is not None
    if was_running:
        say("Stopping the suite")
        up.down()
    try:
        put_back(directory, choice)
    finally:
        if was_running:
            os.environ["CRM_DEMO"] = "0"
            up.up()
    return 0


def verify(place: Path, kind: str, names: tuple[str, ...]) -> None:
    """Refuse a directory that is not a whole backup of this kind."""
    manifest = read_json(place / "manifest.json")
    if manifest is None or manifest.get("kind") != kind or manifest.get("format") != 1:
        raise Trouble(f"{place} holds no backup of {kind}")
    for name in names:
        file = f"{name}.dump"
        if file not in manifest["files"] or not (place / file).exists():
            raise Trouble(f"{place} lacks {file}")
        if digest(place / file) != manifest["files"][file]:
            raise Trouble(f"{place / file} is damaged: its checksum is not the one written down")


def put_back(directory: Path, choice: Choice) -> None:
    """Restore into databases beside the live ones, prove the master keys, then let them take their place."""
    secrets = taken_over(load_or_make(directory), choice.secrets)
    prefix = os.environ.get("CRM_DATABASE_PREFIX", "")
    with reachable_postgres(directory) as admin_url:
        live = databases.prepare(admin_url, secrets, prefix)
        beside = Databases({name: f"{url}{BESIDE}" for name, url in live.urls.items()})
        tools = Tools(admin_url)
        with scratch(admin_url, prefix, choice) as taken:
            if choice.keys:
                for name in KEYS_DATABASES:
                    tools.restore(beside.urls[name], choice.keys / f"{name}.dump")
                    keep_destroyed(live.urls[name], beside.urls[name])
            prove_master_keys(beside if choice.keys else live, secrets)
            for name in DATA_DATABASES:
                tools.restore(beside.urls[name], choice.data / f"{name}.dump")
                say(f"{name}: restored")
            keep_tombstones(live.urls["customer"], beside.urls["customer"])
            save(directory, secrets)
            take_place(admin_url, prefix, taken)
        forget_broker(directory)
        erase_again(directory, admin_url, secrets, live)
    if choice.secrets:
        (directory / "secrets" / "till.json").unlink(missing_ok=True)
    write_private(directory / "restored", choice.data.parent.name)  # the next start tells all facts again
    say("Restored.")


def taken_over(own: Secrets, path: Path | None) -> Secrets:
    """Return our secrets with the keys and log-ins of a backup's; passwords of this machine's roles stay."""
    if path is None:
        return own
    given = read_json(path if path.is_file() else path / "secrets.json")
    if given is None:
        raise Trouble(f"{path} holds no secrets")
    names = ("master_keys", "index_key", "log_ins")
    return replace(own, **{name: given[name] for name in names})


@contextlib.contextmanager
def scratch(admin_url: str, prefix: str, choice: Choice) -> Iterator[list[str]]:
    """Make empty databases beside those that will be replaced; they are gone afterwards, or in their place."""
    owners = {name: role for role, names in OWNED.items() for name in names}
    taken = [*DATA_DATABASES, *(KEYS_DATABASES if choice.keys else ())]
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for name in taken:
            drop(connection, prefix + name + BESIDE)
            databases.prepare_database(connection, prefix + name + BESIDE, prefix + owners[name])
        try:
            yield taken
        finally:
            for name in taken:
                drop(connection, prefix + name + BESIDE)


def drop(connection: psycopg.Connection[Any], name: str) -> None:
    """Drop a database, if it is there, and whoever is connected to it."""
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def prove_master_keys(where: Databases, secrets: Secrets) -> None:
    """Refuse to go on unless our master keys are those that these keys databases were made with."""
    for service in SERVICES:
        settings = KeySettings(
            keys_database_url=Secret(where.urls[f"{service}_keys"]),
            master_keys=Secret(secrets.master_keys[service]),
        )
        store = KeyStore(settings)
        try:
            if has_table(where.urls[f"{service}_keys"], "master_key_check"):
                store.check()
        except MasterKeyRefused as refused:
            raise Trouble(f"Nothing was overwritten. {service}: {refused}") from None
        finally:
            store.close()


def has_table(url: str, name: str) -> bool:
    """Say whether the database has the table."""
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_regclass(%s)", (name,)).fetchone()
    return bool(found and found[0])


def keep_destroyed(live_url: str, restored_url: str) -> None:
    """Destroy in the restored keys what is destroyed in the live ones: erased people stay erased."""
    if not (has_table(live_url, "data_key") and has_table(restored_url, "data_key")):
        return
    with psycopg.connect(live_url) as live, psycopg.connect(restored_url) as restored, restored.cursor() as cursor:
        cursor.executemany(DESTROY, live.execute(DESTROYED).fetchall())


def keep_tombstones(live_url: str, restored_url: str) -> None:
    """Carry over the hashes that keep older facts from making erased guests anew."""
    if not (has_table(live_url, "tombstone") and has_table(restored_url, "tombstone")):
        return
    with psycopg.connect(live_url) as live, psycopg.connect(restored_url) as restored, restored.cursor() as cursor:
        rows = live.execute("SELECT token, erased_at FROM tombstone").fetchall()
        cursor.executemany("INSERT INTO tombstone VALUES (%s, %s) ON CONFLICT DO NOTHING", rows)


def take_place(admin_url: str, prefix: str, names: list[str]) -> None:
    """Let the restored databases take the place of the live ones."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for name in names:
            live, beside = prefix + name, prefix + name + BESIDE
            drop(connection, live)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(beside), sql.Identifier(live)))


def forget_broker(directory: Path) -> None:
    """Drop what the broker still holds: it is of a time that was undone, and the facts are told again."""
    configured = os.environ.get("CRM_RABBITMQ_URL")
    if configured:
        empty_queues(configured)
    else:
        shutil.rmtree(directory / "rabbitmq", ignore_errors=True)
        if docker.has_engine():
            docker.remove_volume(directory, "rabbitmq")


def erase_again(directory: Path, admin_url: str, secrets: Secrets, live: Databases) -> None:
    """Erase whoever was erased since the backup, before anything serves."""
    if not has_table(live.urls["customer"], "guest"):
        return
    suite = Suite(Plan(directory, postgres_url=admin_url))
    suite.secrets, suite.databases = secrets, live
    for command in (suite.plan.migrations["customer"], (str(PYTHON), "-m", "tools.maitre.reerase")):
        environment = os.environ | suite.environment("customer", broker_url="amqp://nobody@127.0.0.1:1/none")
        done = subprocess.run(
            command,
            check=False,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            log = done.stdout.strip()[-1500:]
            raise Trouble(f"The databases are restored, but erasing again failed: do not serve them.\n{log}")
    say(done.stdout.strip().splitlines()[-1])
