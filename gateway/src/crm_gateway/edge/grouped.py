"""Writes what may be lost by a second of it in groups, off the request's path: counts, opens and clicks."""

import atexit
import os
import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from crm_chassis.logs import describe

logger = structlog.get_logger()

Item = TypeVar("Item")

WITHIN_S = 0.5
MOST_WAITING, MOST_AT_ONCE = 20_000, 1_000
DROPPED = Counter("edge_grouped_dropped", "Counts, opens and clicks lost because the database was away", ["what"])


class Grouped(Generic[Item]):
    """A bounded queue and one thread of each process that writes it; nothing waits for it and nothing fails by it.

    A process that is killed loses half a second of it; one that is told to end writes what it has.
    """

    def __init__(self, what: str, write: Callable[[Sequence[Item]], None]) -> None:
        self._what, self._write = what, write
        self._waiting: list[Item] = []
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._wanted = threading.Event()
        self._pid: int | None = None

    def add(self, item: Item) -> None:
        """Have it written within a second."""
        if self._pid != os.getpid():
            self._start()
        with self._lock:
            if len(self._waiting) < MOST_WAITING:
                self._waiting.append(item)
            else:
                DROPPED.labels(self._what).inc()
        self._wanted.set()

    def flush(self) -> None:
        """Write all there is now; while the database is away it waits for the next time."""
        with self._writing:
            while batch := self._next():
                if not self._written(batch) or len(batch) < MOST_AT_ONCE:
                    return  # what came meanwhile waits for company

    def _next(self) -> list[Item]:
        with self._lock:
            batch, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        return batch

    def _written(self, batch: list[Item]) -> bool:
        """Write a batch; False where the database is away and it waits again."""
        try:
            self._write(batch)
        except (OperationalError, InterfaceError, PoolTimeout) as error:
            logger.warning("edge_group_not_written", what=self._what, count=len(batch), error=describe(error))
            with self._lock:
                self._waiting[:0] = batch
            return False
        except Exception as error:
            DROPPED.labels(self._what).inc(len(batch))
            logger.exception("edge_group_dropped", what=self._what, count=len(batch), exc_info=error)
        return True

    def _start(self) -> None:
        with self._lock:
            if self._pid == os.getpid():
                return
            self._waiting = []  # a parent's are the parent's to write
            self._wanted = threading.Event()
            threading.Thread(target=self._run, name=f"grouped-{self._what}", daemon=True).start()
            atexit.register(self.flush)
            self._pid = os.getpid()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            threading.Event().wait(WITHIN_S)  # others come along
            self.flush()
            if self._waiting:
                self._wanted.set()
