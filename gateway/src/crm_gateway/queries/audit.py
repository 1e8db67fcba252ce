"""Reading the audit log: pages newest first, with the names of those who acted as they are called today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, Text, cast, func, select
from sqlalchemy.orm import Session

from crm_gateway.models.audit import AuditEntry
from crm_gateway.models.identity import ApiKey, Staff


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which entries are wanted; ``until`` is exclusive.

    ``searched`` holds every form that a value looked for may have been kept in.
    """

    customer_id: UUID | None = None
    actor_id: str | None = None
    action: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    searched: tuple[str, ...] = ()


def page(connection: Session | Connection, wanted: Filter, *, before: int | None, limit: int) -> Sequence[Any]:
    """Give up to ``limit`` entries older than the sequence ``before``, newest first."""
    query = matching(select(*AuditEntry.__table__.columns, _actor_name()), wanted)
    if before is not None:
        query = query.where(AuditEntry.sequence < before)
    return connection.execute(query.order_by(AuditEntry.sequence.desc()).limit(limit)).all()


def oldest(session: Session, wanted: Filter, *, after: int, last: int, limit: int) -> Sequence[Any]:
    """Give up to ``limit`` entries from after one sequence to another, oldest first."""
    query = matching(select(*AuditEntry.__table__.columns, _actor_name()), wanted)
    query = query.where(AuditEntry.sequence > after, AuditEntry.sequence <= last)
    return session.execute(query.order_by(AuditEntry.sequence).limit(limit)).all()


def matching(query: Select[Any], wanted: Filter) -> Select[Any]:
    """Narrow a query down to the entries wanted."""
    if wanted.customer_id is not None:
        query = query.where(AuditEntry.customer_ids.contains([wanted.customer_id]))
    for column, value in (
        (AuditEntry.actor_id, wanted.actor_id),
        (AuditEntry.action, wanted.action),
        (AuditEntry.kind, wanted.kind),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(AuditEntry.at < wanted.until)
    if wanted.searched:
        query = query.where(AuditEntry.searched.overlap(list(wanted.searched)))
    return query


def _actor_name() -> Any:
    """Give the e-mail address of the member of staff, or the name of the key, that acted; null for others."""
    staff = select(Staff.email).where(cast(Staff.id, Text) == AuditEntry.actor_id).scalar_subquery()
    key = select(ApiKey.name).where(cast(ApiKey.id, Text) == AuditEntry.actor_id).scalar_subquery()
    return func.coalesce(staff, key).label("actor_name")
