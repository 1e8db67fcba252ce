"""What the worker does about the audit log again and again."""

from datetime import UTC, datetime

import structlog
from sqlalchemy.orm import Session

from crm_gateway.audit import chain
from crm_gateway.config import Settings

logger = structlog.get_logger()


def sign(settings: Settings, session: Session) -> None:
    """Sign how far the log has come, and say it in the process's log too: a witness outside of the database."""
    point = chain.checkpoint(session, signing_key=settings.signing_key, now=datetime.now(UTC))
    if point is not None:
        logger.info("audit_checkpoint", sequence=point.sequence, hash=point.hash.hex())


def retain(settings: Settings, session: Session) -> None:
    """Let entries go that are older than CRM_AUDIT_DAYS."""
    gone = chain.retain(session, days=settings.audit_days, now=datetime.now(UTC))
    if gone:
        logger.info("audit_retired", entries=gone)
