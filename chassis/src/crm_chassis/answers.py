"""How long the answers to repeatable writes are kept; workers forget them without loading what HTTP needs."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import delete
from sqlalchemy.orm import Session

from crm_chassis.tables import IdempotentAnswer

KEPT = timedelta(hours=24)


def purge(session: Session, *, now: datetime) -> int:
    """Delete the answers that were kept long enough; return how many."""
    gone = session.execute(delete(IdempotentAnswer).where(IdempotentAnswer.created_at < now - KEPT))
    return int(cast("Any", gone).rowcount)
