"""The keys database: each person's data key, wrapped by a master key, and what proves a master key right (RULES E4)."""

import os
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hmac import compare_digest
from typing import Annotated, Any
from uuid import UUID

import structlog
from sqlalchemy import Connection, Row, make_url, text
from sqlalchemy.exc import IntegrityError, OperationalError

from crm_chassis.config import Secret, ServiceSettings, Variable
from crm_chassis.crypto import KEY_BYTES, KeyDestroyed, MasterKeys
from crm_chassis.database import make_engine

logger = structlog.get_logger()

VARIABLE = "CRM_MASTER_KEYS"

_READ = text("SELECT person, master_key_id, wrapped FROM data_key WHERE person = ANY(CAST(:persons AS uuid[]))")
_CREATE = text("""
    INSERT INTO data_key (person, master_key_id, wrapped)
    SELECT person, :key_id, wrapped
    FROM unnest(CAST(:persons AS uuid[]), CAST(:wrapped AS bytea[])) AS made (person, wrapped)
    ON CONFLICT (person) DO NOTHING
""")
_DESTROY = text("""
    INSERT INTO data_key (person, destroyed_at)
    SELECT person, now() FROM unnest(CAST(:persons AS uuid[])) AS gone (person)
    ON CONFLICT (person) DO UPDATE SET wrapped = NULL, master_key_id = NULL, destroyed_at = excluded.destroyed_at
    WHERE data_key.destroyed_at IS NULL
""")
_STALE = text("""
    SELECT person, master_key_id, wrapped FROM data_key
    WHERE master_key_id = ANY(CAST(:old AS text[])) LIMIT :batch FOR UPDATE SKIP LOCKED
""")
_REWRAP = text("""
    UPDATE data_key SET master_key_id = :key_id, wrapped = made.wrapped
    FROM unnest(CAST(:persons AS uuid[]), CAST(:wrapped AS bytea[])) AS made (person, wrapped)
    WHERE data_key.person = made.person
""")
_CHECKS = text("""
    SELECT key_id, check_value,
        EXISTS (SELECT FROM data_key WHERE data_key.master_key_id = master_key_check.key_id) AS is_used
    FROM master_key_check ORDER BY created_at, key_id
""")
_ADD_CHECK = text(
    "INSERT INTO master_key_check (key_id, check_value) VALUES (:key_id, :check_value) ON CONFLICT DO NOTHING",
)
_STATUS = text("""
    SELECT master_key_check.key_id, count(data_key.person) AS data_keys
    FROM master_key_check LEFT JOIN data_key ON data_key.master_key_id = master_key_check.key_id
    GROUP BY 1 ORDER BY min(master_key_check.created_at), 1
""")
_RETIRE = text("DELETE FROM master_key_check WHERE key_id = :key_id RETURNING key_id")


class MasterKeyRefused(Exception):
    """The master keys given do not fit the keys database; the text says what to do and never shows a key."""

    is_safe_to_log = True


class WrongMasterKey(MasterKeyRefused):
    """A master key differs from the one that was registered under the same id."""


class MissingMasterKey(MasterKeyRefused):
    """A master key that data keys are wrapped by was not given."""


class StillInUse(MasterKeyRefused):
    """A master key cannot be retired: it is current, or data keys are wrapped by it."""


@dataclass(frozen=True, kw_only=True)
class KeySettings:
    """All that a key store needs, for tools that need nothing else; every ServiceSettings has it."""

    service: str = "crm-keys"
    keys_database_url: Annotated[Secret, Variable("CRM_KEYS_DATABASE_URL", "URL of the database of a service's keys")]
    master_keys: Annotated[Secret, Variable(VARIABLE, "current one first: id:base64url of 32 bytes,...")]
    pool_size: int = 2


@dataclass(frozen=True)
class MasterKeyStatus:
    """One registered master key: how many data keys it wraps, whether this process holds it, whether it is current."""

    key_id: str
    data_keys: int
    is_given: bool
    is_current: bool


class KeyStore:
    """Makes, reads, re-wraps and destroys data keys; keeps none in memory, so a destroyed one is gone at once."""

    def __init__(self, settings: ServiceSettings | KeySettings) -> None:
        self.master_keys = MasterKeys.parse(settings.master_keys, VARIABLE)
        url = make_url(settings.keys_database_url.reveal())
        self.engine = make_engine(url, settings.pool_size, settings.service, isolation_level="AUTOCOMMIT")
        self._transactions = self.engine.execution_options(isolation_level="READ COMMITTED")

    def verify(self, patience_s: float = 60) -> None:
        """Check the master keys at start, and register the current one when it is new; raises as ``check`` does.

        Waits up to ``patience_s`` seconds for the keys database, so that a restart beside it is no crash.
        """
        current = self.master_keys.current
        deadline = time.monotonic() + patience_s
        while not self._is_there() and time.monotonic() < deadline:
            logger.warning("keys_database_away")
            time.sleep(1)
        if current.key_id not in self.check():
            with self.engine.connect() as connection:
                connection.execute(_ADD_CHECK, {"key_id": current.key_id, "check_value": current.check_value})
            self.check()  # another process may have registered another key under this id in between
            logger.info("master_key_registered", key_id=current.key_id)

    def _is_there(self) -> bool:
        """Tell whether the keys database takes connections."""
        try:
            self.engine.connect().close()
        except OperationalError:
            return False
        return True

    def check(self) -> set[str]:
        """Compare the given master keys with the registered ones; gives the registered ids.

        Raises WrongMasterKey when one differs, MissingMasterKey when one that is still needed was not given.
        """
        with self.engine.connect() as connection:
            checks = connection.execute(_CHECKS).all()
        given = self.master_keys.by_id
        for key_id, check_value, _ in checks:
            if key_id in given and not compare_digest(given[key_id].check_value, bytes(check_value)):
                raise WrongMasterKey(
                    f"{VARIABLE}: the key given for id {key_id} is not the one this keys database was made with. "
                    f"Give the right key for {key_id}; a new key needs an id of its own.",
                )
        missing = [key_id for key_id, _, is_used in checks if is_used and key_id not in given]
        if missing:
            raise MissingMasterKey(
                f"{VARIABLE}: data keys are still wrapped by {', '.join(missing)}, which is not given. "
                "Add it after the current key until crm-keys rewrap has finished.",
            )
        return {key_id for key_id, _, _ in checks}

    def obtain(self, persons: Collection[UUID]) -> dict[UUID, bytes]:
        """Give each person's data key, made now where there was none; raises KeyDestroyed for an erased person."""
        if not persons:
            return {}
        with self.engine.connect() as connection:
            rows = self._rows(connection, persons)
            if absent := sorted(set(persons) - rows.keys()):
                self._create(connection, absent)
                rows |= self._rows(connection, absent)
        destroyed = [person for person, row in rows.items() if row.wrapped is None]
        if destroyed:
            raise KeyDestroyed(f"the data keys of {len(destroyed)} persons are destroyed, {destroyed[0]} among them")
        return self._unwrapped(rows)

    def read(self, persons: Collection[UUID]) -> dict[UUID, bytes]:
        """Give the data keys that exist; a destroyed one is absent, and one that never existed too, but logged."""
        if not persons:
            return {}
        with self.engine.connect() as connection:
            rows = self._rows(connection, persons)
        if len(rows) < len(set(persons)):
            logger.error("data_keys_missing", count=len(set(persons)) - len(rows), hint="is this the keys database?")
        return self._unwrapped({person: row for person, row in rows.items() if row.wrapped is not None})

    def destroy(self, persons: Collection[UUID]) -> None:
        """Destroy the data keys of these persons for good; idempotent, and none is ever made for them again."""
        if persons:
            with self._transactions.begin() as connection:
                connection.execute(_DESTROY, {"persons": sorted(set(persons))})

    def rewrap(self, batch: int = 500) -> int:
        """Re-wrap up to ``batch`` data keys under the current master key; gives how many (0: none left unlocked)."""
        current = self.master_keys.current
        old = [key_id for key_id in self.master_keys.by_id if key_id != current.key_id]
        with self._transactions.begin() as connection:
            rows = {row.person: row for row in connection.execute(_STALE, {"old": old, "batch": batch})}
            if rows:
                keys = self._unwrapped(rows)
                wrapped = [current.wrap(person, key) for person, key in keys.items()]
                values = {"key_id": current.key_id, "persons": list(keys), "wrapped": wrapped}
                connection.execute(_REWRAP, values)
        return len(rows)

    def status(self) -> list[MasterKeyStatus]:
        """Count the data keys of each registered master key, oldest first."""
        with self.engine.connect() as connection:
            rows = connection.execute(_STATUS).all()
        given, current = self.master_keys.by_id, self.master_keys.current.key_id
        return [MasterKeyStatus(key_id, count, key_id in given, key_id == current) for key_id, count in rows]

    def retire(self, key_id: str) -> bool:
        """Unregister a master key, so that nothing can be wrapped by it again; False when it was not registered.

        Raises StillInUse while it is current or data keys are wrapped by it.
        """
        if key_id == self.master_keys.current.key_id:
            raise StillInUse(f"{key_id} is the current master key: put its successor first in {VARIABLE}")
        try:
            with self._transactions.begin() as connection:
                return connection.execute(_RETIRE, {"key_id": key_id}).first() is not None
        except IntegrityError:
            raise StillInUse(f"data keys are still wrapped by {key_id}: run crm-keys rewrap first") from None

    def close(self) -> None:
        """Close the connections to the keys database."""
        self.engine.dispose()

    def _rows(self, connection: Connection, persons: Collection[UUID]) -> dict[UUID, Row[Any]]:
        return {row.person: row for row in connection.execute(_READ, {"persons": list(persons)})}

    def _create(self, connection: Connection, persons: Sequence[UUID]) -> None:
        """Add data keys in sorted order; whoever came first wins, the caller reads back."""
        current = self.master_keys.current
        wrapped = [current.wrap(person, os.urandom(KEY_BYTES)) for person in persons]
        try:
            connection.execute(_CREATE, {"key_id": current.key_id, "persons": list(persons), "wrapped": wrapped})
        except IntegrityError:
            raise MissingMasterKey(
                f"{VARIABLE}: {current.key_id} is not registered in the keys database (retired?). "
                "Give the current master key first and start again.",
            ) from None

    def _unwrapped(self, rows: dict[UUID, Row[Any]]) -> dict[UUID, bytes]:
        given = self.master_keys.by_id
        for key_id in {row.master_key_id for row in rows.values()} - given.keys():
            raise MissingMasterKey(f"{VARIABLE}: data keys are wrapped by {key_id}, which this process was not given")
        return {person: given[row.master_key_id].unwrap(person, bytes(row.wrapped)) for person, row in rows.items()}
