"""The one writer of each process: takes what happened from every thread and commits it in groups.

A change waits until its attempt is committed; everything else is written behind, within a second. One transaction
takes all that waits, so a hundred changes at once cost one commit.
"""

import atexit
import os
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

import structlog
from prometheus_client import Counter, Histogram

from crm_chassis.database import Database
from crm_chassis.deliveries import is_transient
from crm_chassis.errors import DomainError, Kind
from crm_chassis.logs import describe
from crm_gateway.audit import chain
from crm_gateway.audit.entries import Entry, coalesce

LINGER_S = 0.25
GROUP = 500
MOST_WAITING = 20_000
MOST_BYTES = 64 << 20
PATIENCE_S = 5.0
FLUSH_S = 10.0
BACK_OFF_S = (0.2, 0.5, 1.0, 2.0)

WRITTEN = Counter("crm_audit_entries_total", "Entries of the audit log that were written")
LOST = Counter("crm_audit_lost_total", "Entries of the audit log that could not be written: an alarm")
WRITE_SECONDS = Histogram("crm_audit_write_seconds", "Time to write one group of entries")
logger = structlog.get_logger()


class AuditUnavailable(DomainError):
    """What happens cannot be recorded right now, so nothing was done; the same request may be sent again."""

    kind = Kind.UNAVAILABLE

    def __init__(self) -> None:
        super().__init__(extra={"retry_after": 2})


@dataclass
class Ticket:
    """A caller that waits for an entry to be committed."""

    done: threading.Event = field(default_factory=threading.Event)
    sequence: int | None = None
    is_given_up: bool = False


@dataclass(frozen=True)
class _Item:
    make: Callable[[], Entry]
    size: int = 0
    ticket: Ticket | None = None


class Recorder:
    """Writes entries for all threads of a process; its own thread starts with the first of them, after any fork."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.patience_s, self.most_waiting = PATIENCE_S, MOST_WAITING
        self._begin()

    def _begin(self) -> None:
        self._ready = threading.Condition()
        self._waiting: deque[_Item] = deque()
        self._bytes = 0
        self._urgent = 0
        self._in_hand = 0
        self._closing = self._is_closed = False
        self._pid: int | None = None
        self._thread: threading.Thread | None = None

    def attempt(self, entry: Entry) -> int:
        """Commit an entry and give its sequence; raises AuditUnavailable where that fails or takes too long."""
        ticket = Ticket()
        self._put(_Item(lambda: entry, 0, ticket))
        if not ticket.done.wait(self.patience_s):
            ticket.is_given_up = True
        if ticket.sequence is None:
            raise AuditUnavailable
        return ticket.sequence

    def later(self, make: Callable[[], Entry], size: int = 0) -> None:
        """Have the entry that ``make`` gives written within a second; ``size`` is the bytes it holds until then."""
        self._put(_Item(make, size))

    def check_room(self) -> None:
        """Raise AuditUnavailable while so much waits unwritten that nothing more may be shown."""
        if len(self._waiting) + self._in_hand >= self.most_waiting or self._bytes >= MOST_BYTES:
            raise AuditUnavailable

    def flush(self, seconds: float = FLUSH_S) -> bool:
        """Wait until all that was recorded is written; False where it took too long."""
        ends = monotonic() + seconds
        with self._ready:
            self._closing = True
            self._ready.notify_all()
            while self._pid == os.getpid() and (self._waiting or self._in_hand):
                if monotonic() >= ends:
                    return False
                self._ready.wait(0.05)
            self._closing = False
        return True

    def close(self) -> None:
        """Write what waits and end the thread; for tests and tools, a process just exits."""
        self.flush()
        with self._ready:
            self._is_closed = True
            self._ready.notify_all()
        if self._thread is not None and self._pid == os.getpid():
            self._thread.join(FLUSH_S)

    def _put(self, item: _Item) -> None:
        if self._pid != os.getpid():
            self._start()
        with self._ready:
            self._waiting.append(item)
            self._bytes += item.size
            self._urgent += item.ticket is not None
            if item.ticket is not None or len(self._waiting) == 1:
                self._ready.notify_all()

    def _start(self) -> None:
        with _starting:
            if self._pid == os.getpid():
                return
            if self._pid is not None:
                self._begin()  # what the parent process had waiting is the parent's to write
            self._pid = os.getpid()
            self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
            self._thread.start()
            atexit.register(self._at_exit)

    def _at_exit(self) -> None:
        if not self._is_closed and not self.flush():
            LOST.inc(len(self._waiting))
            logger.critical("audit_lost", entries=len(self._waiting))

    def _run(self) -> None:
        failures = 0
        while not self._is_closed:
            group = self._take(BACK_OFF_S[min(failures, len(BACK_OFF_S)) - 1] if failures else 0.0)
            try:
                self._write(group)
                failures = 0
            except Exception as error:  # noqa: BLE001  whatever it is, the next group is written
                failures += 1
                self._failed(group, error)
            with self._ready:
                self._in_hand = 0
                self._ready.notify_all()

    def _take(self, pause_s: float) -> list[_Item]:
        """Wait for something to write, a little longer for company, and take it."""
        with self._ready:
            if pause_s:
                self._ready.wait_for(lambda: self._urgent, pause_s)
            self._ready.wait_for(lambda: self._waiting or self._is_closed)
            self._ready.wait_for(
                lambda: self._urgent or self._closing or self._is_closed or len(self._waiting) >= GROUP, LINGER_S
            )
            group = [self._waiting.popleft() for _ in range(min(GROUP, len(self._waiting)))]
            self._bytes -= sum(item.size for item in group)
            self._urgent -= sum(item.ticket is not None for item in group)
            self._in_hand = len(group)
            return group

    def _write(self, group: list[_Item]) -> None:
        """Commit a group and tell those who wait for a part of it."""
        waiting = [item for item in group if item.ticket is not None and not item.ticket.is_given_up]
        quiet = coalesce([item.make() for item in group if item.ticket is None])
        entries = [item.make() for item in waiting] + quiet
        if not entries:
            return
        with WRITE_SECONDS.time(), self._database.transaction() as session:
            sequences = chain.append(session, entries)
        WRITTEN.inc(len(entries))
        for item, sequence in zip(waiting, sequences, strict=False):
            if item.ticket is not None:
                item.ticket.sequence = sequence
                item.ticket.done.set()

    def _failed(self, group: list[_Item], error: Exception) -> None:
        """Refuse the changes that wait, keep the rest for another try; what can never be written is an alarm."""
        for item in group:
            if item.ticket is not None:
                item.ticket.done.set()
        quiet = [item for item in group if item.ticket is None]
        if is_transient(error):
            logger.warning("audit_waits", error=describe(error), entries=len(quiet))
            with self._ready:
                self._waiting.extendleft(reversed(quiet))
                self._bytes += sum(item.size for item in quiet)
        elif quiet == group and len(group) == 1:
            LOST.inc()
            logger.critical("audit_lost", entries=1, exc_info=error)
        else:
            for item in quiet:
                self._alone(item)

    def _alone(self, item: _Item) -> None:
        try:
            self._write([item])
        except Exception as error:  # noqa: BLE001  one entry must not take its neighbours along
            self._failed([item], error)


_starting = threading.Lock()
