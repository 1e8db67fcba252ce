"""Loyalty's tables: the programme, its members, what is known of their orders, and the append-only ledger."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import DateTime, LargeBinary, SmallInteger, Text, Uuid

KINDS = ("earn", "reverse", "adjust", "forfeit")


class Base(DeclarativeBase):
    """Declarative base of the loyalty database."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way to say it
        int: BigInteger,
        datetime: DateTime(timezone=True),
        str: Text,
        bytes: LargeBinary,
        UUID: Uuid,
    }


class Programme(Base):
    """The programme's settings: one row."""

    __tablename__ = "programme"
    __table_args__ = (
        CheckConstraint("id = 1", name="programme_is_one_row"),
        CheckConstraint("points_per_unit > 0", name="programme_gives_points"),
    )

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, default=1)
    points_per_unit: Mapped[int] = mapped_column(default=1)
    starts_on: Mapped[date | None]


class Member(Base):
    """A guest in the programme; ``balance`` is the sum of the entries, kept in the transaction that adds them."""

    __tablename__ = "members"

    customer_id: Mapped[UUID] = mapped_column(primary_key=True)
    enrolled_at: Mapped[datetime]
    tier: Mapped[str]
    balance: Mapped[int] = mapped_column(default=0)


class Order(Base):
    """What is known of an order (its highest revision) and the points booked for it so far."""

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint("points >= 0 AND spend_minor >= 0 AND revision >= 1", name="orders_are_sound"),
        Index("orders_by_customer", "customer_id"),
    )

    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("members.customer_id", onupdate="CASCADE"))
    revision: Mapped[int]
    spend_minor: Mapped[int]
    placed_at: Mapped[datetime | None]
    placed_revision: Mapped[int]
    points: Mapped[int]


class Entry(Base):
    """One line of the ledger; a trigger lets nobody change or remove it, but for an erased guest's id (RULES E3).

    ``reason`` is what a member of staff wrote, encrypted with the guest's key.
    """

    __tablename__ = "entries"
    __table_args__ = (
        CheckConstraint("kind IN ('earn', 'reverse', 'adjust', 'forfeit')", name="entries_have_a_known_kind"),
        CheckConstraint("points <> 0", name="entries_move_points"),
        CheckConstraint("(order_id IS NULL) = (order_revision IS NULL)", name="entries_name_an_order_wholly"),
        UniqueConstraint("order_id", "order_revision", "kind", name="entries_book_an_order_once"),
        Index("entries_by_customer", "customer_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("members.customer_id", onupdate="CASCADE"))
    kind: Mapped[str]
    points: Mapped[int]
    order_id: Mapped[UUID | None]
    order_revision: Mapped[int | None]
    occurred_at: Mapped[datetime]
    booked_at: Mapped[datetime]
    expires_on: Mapped[date | None]
    reason: Mapped[bytes | None]
    actor: Mapped[str | None]
