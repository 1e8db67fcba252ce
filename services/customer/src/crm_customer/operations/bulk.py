"""Many rows in one statement: the commit and the round trip are dear, not the row."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

Columns = Mapping[str, str]
"""Column name -> PostgreSQL type; arrays and documents travel as text and are cast row by row."""


def insert(session: Session, table: str, columns: Columns, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert all rows; raises IntegrityError where one exists already."""
    if rows:
        session.execute(_insert(table, tuple(columns.items()), ""), _by_column(columns, rows))


def insert_absent(session: Session, table: str, columns: Columns, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows that do not exist yet; waits for transactions that are inserting the same."""
    if rows:
        session.execute(_insert(table, tuple(columns.items()), " ON CONFLICT DO NOTHING"), _by_column(columns, rows))


def update(session: Session, table: str, columns: Columns, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set all columns of the rows whose ``id`` is given."""
    if rows:
        session.execute(_update(table, tuple(columns.items())), _by_column(columns, rows))


def _by_column(columns: Columns, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {column: [row[column] for row in rows] for column in columns}


def _carried(kind: str) -> str:
    return "text" if kind == "jsonb" or kind.endswith("[]") else kind


def _unnested(columns: tuple[tuple[str, str], ...]) -> str:
    arrays = ", ".join(f"CAST(:{name} AS {_carried(kind)}[])" for name, kind in columns)
    return f"unnest({arrays}) AS row ({', '.join(name for name, _ in columns)})"


@cache
def _insert(table: str, columns: tuple[tuple[str, str], ...], ending: str) -> TextClause:
    names = ", ".join(name for name, _ in columns)
    values = ", ".join(f"CAST(row.{name} AS {kind})" for name, kind in columns)
    return text(f"INSERT INTO {table} ({names}) SELECT {values} FROM {_unnested(columns)}{ending}")  # noqa: S608


@cache
def _update(table: str, columns: tuple[tuple[str, str], ...]) -> TextClause:
    values = ", ".join(f"{name} = CAST(row.{name} AS {kind})" for name, kind in columns if name != "id")
    return text(f"UPDATE {table} SET {values} FROM {_unnested(columns)} WHERE {table}.id = row.id")  # noqa: S608
