"""Takes jobs one after the other and does them, beside everything else the worker does."""

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy.orm import Session

from crm_chassis.database import Database
from crm_chassis.deliveries import is_transient
from crm_gateway.models.jobs import Job
from crm_gateway.operations import jobs

logger = structlog.get_logger()

Work = Callable[["Task"], dict[str, Any]]
"""Does a job in steps, each in a transaction of its own, and gives its result."""


class JobFailed(Exception):
    """The job cannot be done; the text is shown to whoever asked for it."""


class Task:
    """A job in hand."""

    def __init__(self, database: Database, job: Job) -> None:
        self.database, self.job = database, job
        self.parameters: dict[str, Any] = job.parameters

    def step(self, session: Session, *, done: int, total: int | None) -> None:
        """Report progress in the transaction of the step; raises jobs.ClaimLost where it was cancelled meanwhile."""
        jobs.report(session, self.job, done=done, total=total, now=datetime.now(UTC))


class Runner:
    """Does one job at a time in a thread (a greenlet in the worker) of its own."""

    def __init__(self, database: Database, kinds: Mapping[str, Work]) -> None:
        self._database, self._kinds = database, dict(kinds)
        self._busy = threading.Lock()

    def look(self, _session: Session | None = None) -> bool:
        """Begin the next job unless one is in hand; True where one was begun."""
        if not self._busy.acquire(blocking=False):
            return False
        job = None
        try:
            with self._database.transaction() as session:
                job = jobs.claim(session, self._kinds.keys(), now=datetime.now(UTC))
            if job is not None:
                threading.Thread(target=self._do, args=(job,), name="job", daemon=True).start()
        finally:
            if job is None:
                self._busy.release()
        return job is not None

    def is_idle(self) -> bool:
        """Tell whether no job is in hand."""
        return not self._busy.locked()

    def _do(self, job: Job) -> None:
        try:
            self._end(job, self._kinds[job.kind](Task(self._database, job)))
        except jobs.ClaimLost:
            logger.info("job_left", kind=job.kind, job=str(job.id))
        except JobFailed as error:
            self._fail(job, str(error))
        except Exception as error:
            logger.error("job_failed", kind=job.kind, job=str(job.id), exc_info=error)  # noqa: TRY400  as everywhere
            if not is_transient(error):  # else its claim runs out and it is begun anew
                self._fail(job, "Something went wrong; the log of the gateway's worker says what.")
        finally:
            self._busy.release()

    def _end(self, job: Job, result: dict[str, Any]) -> None:
        with self._database.transaction() as session:
            jobs.succeed(session, job, result=result, now=datetime.now(UTC))
        logger.info("job_done", kind=job.kind, job=str(job.id))

    def _fail(self, job: Job, why: str) -> None:
        try:
            with self._database.transaction() as session:
                jobs.fail(session, job, error=why, now=datetime.now(UTC))
        except Exception as error:
            logger.warning("job_not_noted", job=str(job.id), exc_info=error)


def forget_old(session: Session) -> None:
    """Delete what has expired."""
    jobs.forget_old(session, now=datetime.now(UTC))
