"""Long work: asked for, claimed by one worker at a time, shown with its progress, cancelled.

A claim lasts as long as its holder reports progress. Whoever dies loses it, and another worker begins the job anew; a
holder that comes back late finds its claim gone and stops. Nothing here knows what the work is.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, Kind
from crm_gateway.models.jobs import CANCELLED, FAILED, QUEUED, RUNNING, SUCCEEDED, Job, JobFile

CLAIM = timedelta(seconds=60)
MOST_ATTEMPTS = 5
MOST_UNFINISHED = 5
KEPT = timedelta(days=90)
UNFINISHED = (QUEUED, RUNNING)


class JobNotFound(DomainError):
    """There is no such job, or it is somebody else's."""

    kind = Kind.NOT_FOUND


class JobIsOver(DomainError):
    """The job has ended already; there is nothing to cancel."""

    kind = Kind.CONFLICT


class TooManyJobs(DomainError):
    """Five of your jobs are under way already: wait for one, or cancel one."""

    kind = Kind.CONFLICT


class ClaimLost(Exception):
    """The job was cancelled, or taken over by another worker: whoever works at it stops."""


def add(session: Session, *, kind: str, parameters: dict[str, Any], created_by: str, now: datetime) -> Job:
    """Queue a job; raises TooManyJobs where its asker has five unfinished ones."""
    unfinished = select(Job.id).where(Job.created_by == created_by, Job.state.in_(UNFINISHED))
    if len(session.scalars(unfinished.limit(MOST_UNFINISHED)).all()) >= MOST_UNFINISHED:
        raise TooManyJobs
    job = Job(id=uuid7(), kind=kind, state=QUEUED, parameters=parameters, done=0, created_by=created_by,
              created_at=now, updated_at=now)  # fmt: skip
    session.add(job)
    session.flush()
    return job


def find(session: Session, job_id: UUID, *, asker: str | None, locked: bool = False) -> Job:
    """Give a job of the asker's, of anybody where ``asker`` is None; raises JobNotFound."""
    job = session.get(Job, job_id, with_for_update=locked)
    if job is None or (asker is not None and job.created_by != asker):
        raise JobNotFound
    return job


def of_person(session: Session, created_by: str, *, limit: int) -> Sequence[Job]:
    """List a person's jobs, newest first."""
    return session.scalars(select(Job).where(Job.created_by == created_by).order_by(Job.id.desc()).limit(limit)).all()


def cancel(job: Job, *, now: datetime) -> None:
    """Cancel a job; whoever works at it notices with its next step. Raises JobIsOver."""
    if job.state == CANCELLED:
        return
    if job.state not in UNFINISHED:
        raise JobIsOver
    job.state, job.claim, job.claimed_until, job.updated_at = CANCELLED, None, None, now


def claim(session: Session, kinds: Collection[str], *, now: datetime) -> Job | None:
    """Take the oldest job that waits, or whose worker died; one that killed five workers has failed."""
    free = or_(Job.state == QUEUED, Job.claimed_until < now)
    query = select(Job).where(Job.kind.in_(kinds), Job.state.in_(UNFINISHED), free).order_by(Job.id).limit(1)
    job = session.scalars(query.with_for_update(skip_locked=True)).one_or_none()
    if job is None:
        return None
    job.attempts += 1
    job.updated_at = now
    if job.attempts > MOST_ATTEMPTS:
        job.state, job.error, job.claim = FAILED, "It was begun five times and never came to its end.", None
        return None
    job.state, job.claim, job.claimed_until, job.done = RUNNING, uuid7(), now + CLAIM, 0
    session.flush()
    return job


def report(session: Session, job: Job, *, done: int, total: int | None, now: datetime) -> None:
    """Say how far a job is, and keep its claim; raises ClaimLost where it is no longer ours."""
    _change(session, job, {"done": done, "total": total, "claimed_until": now + CLAIM, "updated_at": now})


def succeed(session: Session, job: Job, *, result: dict[str, Any], now: datetime) -> None:
    """End a job well; raises ClaimLost."""
    _change(session, job, {"state": SUCCEEDED, "result": result, "claim": None, "updated_at": now})


def fail(session: Session, job: Job, *, error: str, now: datetime) -> None:
    """End a job with what went wrong, in words for whoever asked for it; raises ClaimLost."""
    _change(session, job, {"state": FAILED, "error": error, "claim": None, "updated_at": now})


def _change(session: Session, job: Job, values: dict[str, Any]) -> None:
    ours = update(Job).where(Job.id == job.id, Job.claim == job.claim, Job.state == RUNNING)
    if session.execute(ours.values(**values)).rowcount != 1:  # type: ignore[attr-defined]
        raise ClaimLost


def forget_old(session: Session, *, now: datetime) -> None:
    """Delete files that expired, and jobs that ended 90 days ago."""
    session.execute(delete(JobFile).where(JobFile.expires_at < now))
    session.execute(delete(Job).where(Job.state.not_in(UNFINISHED), Job.updated_at < now - KEPT))
