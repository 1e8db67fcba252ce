"""What the gateway's tables share."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, LargeBinary, String, Uuid
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """Declarative base of the gateway's database."""

    type_annotation_map = {datetime: DateTime(timezone=True), UUID: Uuid(), str: String(), bytes: LargeBinary()}  # noqa: RUF012


def one_of(column: str, values: tuple[str, ...]) -> str:
    """Give the SQL condition that a column holds one of the values."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"
