"""The audit log: entries in a chain, its head, and the signed checkpoints along it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, String, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from crm_gateway.audit.entries import KINDS
from crm_gateway.models.base import Base, one_of


class AuditEntry(Base):
    """One line of the log; rows are never changed, and deleted only up to a checkpoint once they are old enough."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="audit_entries_kind_known"),
        Index("audit_entries_customer_ids", "customer_ids", postgresql_using="gin"),
        Index("audit_entries_searched", "searched", postgresql_using="gin"),
        Index("audit_entries_actor", "actor_id", "sequence"),
        Index("audit_entries_action", "action", "sequence"),
        Index("audit_entries_at", "at"),
    )

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str]
    actor_kind: Mapped[str]
    actor_id: Mapped[str]
    actor_role: Mapped[str]
    action: Mapped[str]
    method: Mapped[str]
    status: Mapped[int | None] = mapped_column(Integer)
    customer_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()))
    customers: Mapped[int] = mapped_column(Integer)
    times: Mapped[int] = mapped_column(Integer)
    searched: Mapped[list[str]] = mapped_column(ARRAY(String()))
    changed: Mapped[list[str]] = mapped_column(ARRAY(String()))
    request_id: Mapped[str | None]
    address: Mapped[str | None]
    attempt: Mapped[int | None] = mapped_column(BigInteger)
    hash: Mapped[bytes]


class AuditHead(Base):
    """The newest entry's number and hash, in the one row whose lock makes the chain one."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("is_only", name="audit_head_is_one"),)

    is_only: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes]


class AuditCheckpoint(Base):
    """What the chain was at some entry, signed with the gateway's key: history before it cannot be written anew."""

    __tablename__ = "audit_checkpoints"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    hash: Mapped[bytes]
    at: Mapped[datetime]
    key_id: Mapped[str]
    signature: Mapped[bytes]
