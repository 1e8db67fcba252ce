"""Files that jobs make: in pieces, compressed, sealed, gone after seven days (RULES E5)."""

import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm_chassis.database import Database
from crm_chassis.errors import DomainError, Kind
from crm_gateway.models.jobs import JobFile
from crm_gateway.sealing import Sealer

PURPOSE = "job-file"
"""What pieces are sealed for."""
KEPT = timedelta(days=7)


class FileGone(DomainError):
    """The file has expired, or its job made none; ask for it again."""

    kind = Kind.GONE


def drop(session: Session, job_id: UUID) -> None:
    """Delete what a job made so far."""
    session.execute(delete(JobFile).where(JobFile.job_id == job_id))


def add(session: Session, job_id: UUID, number: int, piece: bytes, *, sealer: Sealer, expires_at: datetime) -> None:
    """Add a piece."""
    sealed = sealer.seal(zlib.compress(piece), _bound_to(job_id, number))
    session.add(JobFile(job_id=job_id, number=number, sealed=sealed, expires_at=expires_at))


def check(session: Session, job_id: UUID, *, now: datetime) -> None:
    """Raise FileGone where nothing is left to be read."""
    if (
        session.scalar(select(JobFile.number).where(JobFile.job_id == job_id, JobFile.expires_at > now).limit(1))
        is None
    ):
        raise FileGone


def read(database: Database, job_id: UUID, *, sealer: Sealer) -> Iterator[bytes]:
    """Give the file, piece by piece, each read when the one before has gone out."""
    number = 0
    while True:
        query = select(JobFile.sealed).where(JobFile.job_id == job_id, JobFile.number == number)
        with database.reading() as connection:
            sealed = connection.scalar(query)
        if sealed is None:
            return
        yield zlib.decompress(sealer.open(sealed, _bound_to(job_id, number)))
        number += 1


def _bound_to(job_id: UUID, number: int) -> bytes:
    return job_id.bytes + number.to_bytes(4)
