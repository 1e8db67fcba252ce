"""The customer service's tables.

Contact details stand only in ``guest.profile``, dietary needs only in ``guest.dietary``, what guests wrote when they
booked only in ``reservation.texts``: each encrypted under the guest's key.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Instant = sa.DateTime(timezone=True)


class Base(DeclarativeBase):
    """Tables of this service's own database."""


class Organisation(Base):
    """The one restaurant business of this installation (RULES A1)."""

    __tablename__ = "organisation"
    __table_args__ = (sa.CheckConstraint("id = 1", name="organisation_is_one"),)

    id: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.Text)
    countries: Mapped[list[str]] = mapped_column(ARRAY(sa.Text))
    currency: Mapped[str] = mapped_column(sa.Text)
    postal_address: Mapped[str | None] = mapped_column(sa.Text)
    default_zone: Mapped[str] = mapped_column(sa.Text)
    business_day_starts_at: Mapped[str] = mapped_column(sa.Text)
    spend_includes_tax: Mapped[bool] = mapped_column(sa.Boolean)
    version: Mapped[int] = mapped_column(sa.Integer)


class Location(Base):
    """A place where guests are served; exactly one is the default."""

    __tablename__ = "location"
    __table_args__ = (sa.Index("location_default", "is_default", unique=True, postgresql_where=sa.text("is_default")),)

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    zone: Mapped[str] = mapped_column(sa.Text)
    is_default: Mapped[bool] = mapped_column(sa.Boolean)
    opening_hours: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(sa.Integer)
    changed_at: Mapped[datetime] = mapped_column(Instant)


class Guest(Base):
    """A guest; ``profile`` is one encrypted JSON document, ``search`` its keyed trigrams."""

    __tablename__ = "guest"
    __table_args__ = (
        sa.Index("guest_search", "search", postgresql_using="gin"),
        sa.Index("guest_merged", "merged_into", postgresql_where=sa.text("merged_into IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    profile: Mapped[bytes | None] = mapped_column(BYTEA)
    dietary: Mapped[bytes | None] = mapped_column(BYTEA)
    search: Mapped[list[int]] = mapped_column(ARRAY(sa.Integer))
    acquisition_source: Mapped[str | None] = mapped_column(sa.Text)
    merged_into: Mapped[UUID | None] = mapped_column(sa.Uuid)
    registered_at: Mapped[datetime] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer)


class GuestContact(Base):
    """A blind token of an e-mail address or phone number; households share them, so it is not unique."""

    __tablename__ = "guest_contact"
    __table_args__ = (sa.Index("guest_contact_token", "token"),)

    guest_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    token: Mapped[bytes] = mapped_column(BYTEA, primary_key=True)


class ExternalId(Base):
    """What another system calls a guest; unique."""

    __tablename__ = "external_id"
    __table_args__ = (sa.Index("external_id_guest", "guest_id"),)

    source: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    external_id: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    guest_id: Mapped[UUID] = mapped_column(sa.Uuid)


class Tag(Base):
    """A word of the managed vocabulary of tags."""

    __tablename__ = "tag"
    __table_args__ = (sa.UniqueConstraint("name", name="tag_name"),)

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)


class GuestTag(Base):
    """A guest has a tag."""

    __tablename__ = "guest_tag"
    __table_args__ = (sa.Index("guest_tag_tag", "tag_id"),)

    guest_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    tag_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)


class Item(Base):
    """A word of the managed vocabulary of what is sold."""

    __tablename__ = "item"
    __table_args__ = (sa.UniqueConstraint("name", "category", name="item_name"),)

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    category: Mapped[str] = mapped_column(sa.Text)


class Order(Base):
    """An order as its newest version has it; ``revision`` counts all changes, refunds too.

    ``content`` is the keyed fingerprint of the version taken in. ``lines`` holds [item id, quantity,
    unit price, discount, sku] each. ``is_recorded``: ``order_recorded`` was announced for ``customer_id``.
    """

    __tablename__ = "orders"
    __table_args__ = (
        sa.UniqueConstraint("source", "external_id", name="orders_identity"),
        sa.CheckConstraint("status IN ('open', 'paid', 'void')", name="orders_status"),
        sa.CheckConstraint(
            "least(total_minor, tip_minor, tax_minor, refunded_minor, spend_minor) >= 0", name="orders_not_negative"
        ),
        sa.Index("orders_of_customer", "customer_id", "placed_at", "id"),
        sa.Index("orders_ambiguous", "id", postgresql_where=sa.text("attribution = 'ambiguous'")),
        sa.Index(
            "orders_by_day",
            "business_day",
            "location_id",
            "customer_id",
            "attribution",
            postgresql_where=sa.text("status = 'paid'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    source: Mapped[str] = mapped_column(sa.Text)
    external_id: Mapped[str] = mapped_column(sa.Text)
    version: Mapped[int] = mapped_column(sa.BigInteger)
    revision: Mapped[int] = mapped_column(sa.Integer)
    content: Mapped[bytes] = mapped_column(BYTEA)
    status: Mapped[str] = mapped_column(sa.Text)
    location_id: Mapped[UUID] = mapped_column(sa.Uuid)
    placed_at: Mapped[datetime] = mapped_column(Instant)
    business_day: Mapped[date] = mapped_column(sa.Date)
    channel: Mapped[str] = mapped_column(sa.Text)
    currency: Mapped[str] = mapped_column(sa.Text)
    total_minor: Mapped[int] = mapped_column(sa.BigInteger)
    tip_minor: Mapped[int] = mapped_column(sa.BigInteger)
    tax_minor: Mapped[int] = mapped_column(sa.BigInteger)
    refunded_minor: Mapped[int] = mapped_column(sa.BigInteger)
    spend_minor: Mapped[int] = mapped_column(sa.BigInteger)
    customer_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    attribution: Mapped[str] = mapped_column(sa.Text)
    is_placed: Mapped[bool] = mapped_column(sa.Boolean)
    is_recorded: Mapped[bool] = mapped_column(sa.Boolean)
    lines: Mapped[list[Any]] = mapped_column(JSONB)
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Reservation(Base):
    """A reservation as its newest version has it; the columns it shares with orders mean the same.

    ``texts``: requests and occasion, sealed for ``customer_id``. ``is_announced``: that guest was told of.
    """

    __tablename__ = "reservation"
    __table_args__ = (
        sa.UniqueConstraint("source", "external_id", name="reservation_identity"),
        sa.CheckConstraint(
            "status IN ('booked', 'seated', 'completed', 'cancelled', 'no_show')", name="reservation_status"
        ),
        sa.CheckConstraint("party_size > 0", name="reservation_party"),
        sa.Index("reservation_of_customer", "customer_id", "starts_at", "id"),
        sa.Index("reservation_ambiguous", "id", postgresql_where=sa.text("attribution = 'ambiguous'")),
        sa.Index("reservation_by_day", "business_day", "location_id"),
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    source: Mapped[str] = mapped_column(sa.Text)
    external_id: Mapped[str] = mapped_column(sa.Text)
    version: Mapped[int] = mapped_column(sa.BigInteger)
    revision: Mapped[int] = mapped_column(sa.Integer)
    content: Mapped[bytes] = mapped_column(BYTEA)
    status: Mapped[str] = mapped_column(sa.Text)
    location_id: Mapped[UUID] = mapped_column(sa.Uuid)
    starts_at: Mapped[datetime] = mapped_column(Instant)
    business_day: Mapped[date] = mapped_column(sa.Date)
    party_size: Mapped[int] = mapped_column(sa.Integer)
    area: Mapped[str | None] = mapped_column(sa.Text)
    texts: Mapped[bytes | None] = mapped_column(BYTEA)
    customer_id: Mapped[UUID | None] = mapped_column(sa.Uuid)
    attribution: Mapped[str] = mapped_column(sa.Text)
    is_announced: Mapped[bool] = mapped_column(sa.Boolean)
    recorded_at: Mapped[datetime] = mapped_column(Instant)


class Refund(Base):
    """Money of an order that went back."""

    __tablename__ = "refund"
    __table_args__ = (
        sa.UniqueConstraint("order_id", "external_id", name="refund_identity"),
        sa.CheckConstraint("amount_minor > 0", name="refund_positive"),
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    order_id: Mapped[UUID] = mapped_column(sa.Uuid)
    external_id: Mapped[str] = mapped_column(sa.Text)
    amount_minor: Mapped[int] = mapped_column(sa.BigInteger)
    refunded_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(sa.Text)


class IdentityClaim(Base):
    """Held within one transaction by the till that makes the guest of an unknown identity; unlogged, always empty."""

    __tablename__ = "identity_claim"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    token: Mapped[bytes] = mapped_column(BYTEA, primary_key=True)


class Merge(Base):
    """Staff found two records to be one person."""

    __tablename__ = "merge"
    __table_args__ = (
        sa.Index("merge_standing", "merged_id", unique=True, postgresql_where=sa.text("unmerged_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    survivor_id: Mapped[UUID] = mapped_column(sa.Uuid)
    merged_id: Mapped[UUID] = mapped_column(sa.Uuid)
    merged_at: Mapped[datetime] = mapped_column(Instant)
    unmerged_at: Mapped[datetime | None] = mapped_column(Instant)


class PrivacyRequest(Base):
    """A guest's request, and how far it is answered."""

    __tablename__ = "privacy_request"
    __table_args__ = (sa.Index("privacy_request_customer", "customer_id"),)

    id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(sa.Uuid)
    kind: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.Text)
    requested_at: Mapped[datetime] = mapped_column(Instant)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)


class PrivacyAnswer(Base):
    """What a service still owes (``answered_at`` empty) or has answered to a request, for each id of the person."""

    __tablename__ = "privacy_answer"
    __table_args__ = (sa.Index("privacy_answer_customer", "customer_id", "service"),)

    request_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(sa.Uuid, primary_key=True)
    service: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)


class Tombstone(Base):
    """A keyed hash of an erased person's contact or external id; older facts about it make no new guest (RULES E3)."""

    __tablename__ = "tombstone"

    token: Mapped[bytes] = mapped_column(BYTEA, primary_key=True)
    erased_at: Mapped[datetime] = mapped_column(Instant)
