"""A fact of a guest's history, such as an order: as it was sent, as it stands, as rows under lock."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from crm_customer.operations import bulk
from crm_customer.operations.bulk import Columns
from crm_customer.operations.identities import Identity
from crm_customer.rules.matching import Attribution

Key = tuple[str, str]
"""Who calls it (source), and what they call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One version of a fact as it was sent, not yet applied; ``at`` is when it happens by its source."""

    source: str
    external_id: str
    version: int
    content: bytes
    location_id: UUID
    at: datetime
    business_day: date
    identity: Identity
    profile: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """The fact's identity."""
        return self.source, self.external_id


@dataclass(slots=True, kw_only=True)
class Record:
    """A fact as its newest version has it; ``revision`` counts all its changes, ``content`` is its fingerprint."""

    id: UUID
    source: str
    external_id: str
    version: int
    revision: int
    content: bytes
    location_id: UUID
    business_day: date
    customer_id: UUID | None
    attribution: str
    recorded_at: datetime

    @property
    def guest(self) -> UUID | None:
        """The guest it is attributed to; an erased one is nobody."""
        return self.customer_id if self.attribution == Attribution.GUEST else None

    @property
    def is_buried(self) -> bool:
        """Whether its guest was erased: it keeps a random id, and nobody ever gets it again (RULES E3)."""
        return self.attribution == Attribution.ERASED and self.customer_id is not None


R = TypeVar("R", bound=Record)


def locking(table: str, columns: Columns) -> TextClause:
    """Write the statement that locks the rows of these names."""
    names = ", ".join(f"{table}.{column}" for column in columns)
    return text(f"""
    SELECT {names} FROM {table}
    JOIN unnest(CAST(:sources AS text[]), CAST(:external_ids AS text[])) AS wanted (source, external_id)
      ON {table}.source = wanted.source AND {table}.external_id = wanted.external_id
    ORDER BY {table}.id FOR NO KEY UPDATE OF {table}
    """)  # noqa: S608 -- table and column names of our own


def lock_known(
    session: Session,
    statement: TextClause,
    *,
    keys: Collection[Key],
    buried_id: Callable[[str, str], str],
    state: Callable[..., R],
) -> dict[Key, R]:
    """Lock those that are known, by the names their sources gave them, buried ones too (RULES E3).

    The buried are looked for last: an erasure that we waited for has renamed what we asked for by its first name.
    """
    found = _locked(session, statement, keys, state)
    missing = {(key[0], buried_id(*key)): key for key in keys if key not in found}
    buried = _locked(session, statement, missing, state)
    return found | {missing[name]: each for name, each in buried.items()}


def _locked(session: Session, statement: TextClause, names: Collection[Key], state: Callable[..., R]) -> dict[Key, R]:
    if not names:
        return {}
    values = {"sources": [source for source, _ in names], "external_ids": [external_id for _, external_id in names]}
    found = [read(row, state) for row in session.execute(statement, values)]
    return {(each.source, each.external_id): each for each in found}


def read(row: Any, state: Callable[..., R]) -> R:
    """Make the record of a row."""
    record = state(**row._mapping)  # noqa: SLF001 -- SQLAlchemy's public name for it
    record.content = bytes(record.content)
    return record


def create(session: Session, table: str, columns: Columns, records: Iterable[Record]) -> None:
    """Insert records, in the order of their names; IntegrityError where another till was faster."""
    ordered = sorted(records, key=lambda record: (record.source, record.external_id))
    bulk.insert(session, table, columns, [_row(record, columns) for record in ordered])


def rewrite(session: Session, table: str, columns: Columns, records: Iterable[Record]) -> None:
    """Update locked records as they stand now."""
    bulk.update(session, table, columns, [_row(record, columns) for record in records])


def _row(record: Record, columns: Columns) -> dict[str, Any]:
    return {column: getattr(record, column) for column in columns}
