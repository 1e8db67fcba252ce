"""What one process revokes, the others hear of: through the database, within milliseconds of the commit."""

import os
import threading
import time
from collections.abc import Callable

import psycopg
import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_chassis.database import KEEPALIVES, Database, driver_url

logger = structlog.get_logger()

CHANNEL = "credentials"
IDLE_S = 30.0
"""A process that checks no credentials for so long remembers none, and keeps no connection for it."""
_LOOK_UP_S = 0.5


def announce(session: Session) -> None:
    """Tell every process, once this transaction is committed, to forget whom it remembers."""
    session.execute(text(f"NOTIFY {CHANNEL}"))


class Revocations:
    """Calls *forget* whenever any process has revoked something, from a daemon thread with a connection of its own."""

    def __init__(self, database: Database, forget: Callable[[], None]) -> None:
        self._url = database.engine.url
        self._forget = forget
        self._lock = threading.Lock()
        self._pid: int | None = None
        self._used_at = 0.0
        self._is_closed = False

    def keep_listening(self) -> None:
        """See to it that this process (a fork has no threads of its parent's) listens while it is used."""
        self._used_at = time.monotonic()
        if self._pid != os.getpid():
            with self._lock:
                if self._pid != os.getpid() and not self._is_closed:
                    self._pid = os.getpid()
                    threading.Thread(target=self._run, name="revocations", daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._is_closed = True

    def _run(self) -> None:
        while self._is_wanted():
            try:
                with psycopg.connect(driver_url(self._url), autocommit=True, **KEEPALIVES) as connection:
                    self._listen(connection)
            except psycopg.Error as error:
                logger.warning("revocations_unheard", error=type(error).__name__)
                time.sleep(1)

    def _listen(self, connection: psycopg.Connection) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self._forget()  # what was revoked before we listened
        while self._is_wanted():
            for _ in connection.notifies(timeout=_LOOK_UP_S):
                self._forget()

    def _is_wanted(self) -> bool:
        with self._lock:
            if self._is_closed or time.monotonic() - self._used_at > IDLE_S:
                self._pid = None
                return False
            return True
