"""The tables the chassis keeps in every service's database; ``migrations/`` creates them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, Text, func
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class ChassisBase(DeclarativeBase):
    """Declarative base of the chassis' own tables; a service's models have a base of their own."""

    type_annotation_map = {datetime: TIMESTAMP(timezone=True), int: BigInteger, str: Text}  # noqa: RUF012


class Outbox(ChassisBase):
    """An event that its transaction announced and the broker has not confirmed yet; the relay deletes it then."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    event_id: Mapped[UUID]
    type: Mapped[str]
    subject: Mapped[UUID]
    traceparent: Mapped[str | None]
    body: Mapped[bytes]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())


class Inbox(ChassisBase):
    """Proof that an event was applied here; ``consumer`` tells apart several queues of one service."""

    __tablename__ = "inbox"
    __table_args__ = (Index("inbox_received_at", "received_at", postgresql_using="brin"),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    consumer: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SubjectSequence(ChassisBase):
    """How many events this service has announced about a subject; its row lock makes sequence order commit order."""

    __tablename__ = "subject_sequence"

    subject: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int]


class SubjectAlias(ChassisBase):
    """A merged subject and the survivor it directly stands for since (RULES E1), as of its event ``sequence``."""

    __tablename__ = "subject_alias"
    __table_args__ = (Index("subject_alias_survivor", "survivor"),)

    merged: Mapped[UUID] = mapped_column(primary_key=True)
    survivor: Mapped[UUID | None]
    sequence: Mapped[int]


class ErasedSubject(ChassisBase):
    """A subject that was erased: nothing more is announced or accepted about it (RULES E2)."""

    __tablename__ = "erased_subject"

    subject: Mapped[UUID] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(server_default=func.now())


class IdempotentAnswer(ChassisBase):
    """The answer a write gave under an Idempotency-Key, encrypted; ``scope`` is who asked and which route.

    ``subject`` is whom it is about; it is deleted when they are erased.
    """

    __tablename__ = "idempotent_answer"
    __table_args__ = (
        Index("idempotent_answer_created_at", "created_at"),
        Index("idempotent_answer_subject", "subject"),
    )

    scope: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    status: Mapped[int]
    answer: Mapped[bytes]
    subject: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
