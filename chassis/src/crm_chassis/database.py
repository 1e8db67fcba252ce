"""The engine and sessions of one service's database, and the poke that tells its relay of new events."""

import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
import structlog
from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.orm import Session, sessionmaker

from crm_chassis import outbox
from crm_chassis.config import ProcessSettings

logger = structlog.get_logger()

CHANNEL = "outbox"
POKE_INTERVAL_S = 0.005
"""A NOTIFY inside the transaction costs 60 % of the commits; one per interval, after them, costs nothing (STACK)."""
POKER_IDLE_S = 5.0
"""A process that announces nothing for so long keeps no connection for it."""
KEEPALIVES: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


class Database:
    """One service's database: ``transaction`` to write, ``reading`` to read."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.reads = engine.execution_options(isolation_level="AUTOCOMMIT")
        self.sessions = sessionmaker(engine, expire_on_commit=False)
        self._relay = _Poke(engine.url)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session and commit it, or roll it back where the block raises; then poke the relay if need be."""
        with self.sessions.begin() as session:
            yield session
        if outbox.was_announced(session):
            self._relay.poke()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection for reads, each statement a transaction of its own."""
        with self.reads.connect() as connection:
            yield connection


def connect(settings: ProcessSettings) -> Database:
    """Make the process's database; nothing is connected before the first use, and a fork starts afresh."""
    return Database(
        make_engine(
            database_url(settings),
            settings.pool_size,
            settings.service,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
        )
    )


def make_engine(url: URL, pool_size: int, application_name: str, **options: Any) -> Engine:
    """Make an engine that keeps at most ``pool_size`` connections, notices dead ones and survives a fork."""
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"application_name": application_name, **KEEPALIVES},
        **options,
    )
    engine_of_parent = weakref.ref(engine)
    os.register_at_fork(after_in_child=lambda: _leave_to_parent(engine_of_parent()))
    return engine


def database_url(settings: ProcessSettings) -> URL:
    """Give the URL of the service's database in SQLAlchemy's form."""
    return make_url(settings.database_url.reveal())


def driver_url(url: URL) -> str:
    """Write a URL, password included, as psycopg itself reads it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _leave_to_parent(engine: Engine | None) -> None:
    """Forget inherited connections without closing them: they are the parent process's."""
    if engine is not None:
        engine.dispose(close=False)


class _Poke:
    """Sends NOTIFY from a daemon thread of each process, at most once per interval and always after the last poke."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._starting = threading.Lock()
        self._wanted = threading.Event()
        self._pid: int | None = None

    def poke(self) -> None:
        """Tell the relay soon that there are events; never waits, never fails (the relay also looks by itself)."""
        if self._pid != os.getpid():
            with self._starting:
                if self._pid != os.getpid():
                    self._wanted = threading.Event()  # not the parent's, which its thread may have held in the fork
                    threading.Thread(target=self._run, name="poke-relay", daemon=True).start()
                    self._pid = os.getpid()
        self._wanted.set()

    def _run(self) -> None:
        """Notify for ever, with a new connection after every failure and every silence."""
        while True:
            self._wanted.wait()
            try:
                with psycopg.connect(driver_url(self._url), autocommit=True, **KEEPALIVES) as connection:
                    self._notify(connection)
            except psycopg.Error as error:
                logger.warning("relay_not_poked", error=type(error).__name__)
                time.sleep(1)
                self._wanted.set()

    def _notify(self, connection: psycopg.Connection) -> None:
        """Send one NOTIFY for all pokes since the last one, until there are none for a while."""
        while self._wanted.wait(POKER_IDLE_S):
            self._wanted.clear()
            connection.execute(f"NOTIFY {CHANNEL}")
            time.sleep(POKE_INTERVAL_S)
