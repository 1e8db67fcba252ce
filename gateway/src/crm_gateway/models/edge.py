"""What came in at the public edge and waits for its service; providers' settings and how much they send."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from crm_gateway.models.base import Base, one_of

KINDS = ("webhook", "unsubscribe", "preferences", "survey", "tracking", "push")
STATES = ("waiting", "delivered", "refused", "expired")


class EdgeMessage(Base):
    """One thing that was taken in (2xx was answered); what it says is sealed, and gone when it is ``expired``."""

    __tablename__ = "edge_messages"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="edge_messages_kind_known"),
        CheckConstraint(one_of("state", STATES), name="edge_messages_state_known"),
        CheckConstraint("sealed IS NOT NULL OR state = 'expired'", name="edge_messages_keeps_what_waits"),
        Index("edge_messages_dedupe_key", "dedupe", unique=True, postgresql_where=text("dedupe IS NOT NULL")),
        Index("edge_messages_due", "next_try_at", postgresql_where=text("state = 'waiting'")),
        Index("edge_messages_lane", "lane", "id", postgresql_where=text("state = 'waiting' AND lane IS NOT NULL")),
        Index("edge_messages_received", "received_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    source: Mapped[str]
    """The provider of a webhook, else the service that made the link."""
    part: Mapped[str]
    """What the owning service offers to take it: ``part_of("edge", part)``."""
    dedupe: Mapped[bytes | None]
    lane: Mapped[bytes | None]
    """Messages of one lane are handed over in the order they came."""
    sealed: Mapped[bytes | None]
    size: Mapped[int]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_try_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    last_answer: Mapped[str | None]
    """What the service last said: ``away``, or a status and the problem's type; never a value."""


class Provider(Base):
    """How this installation uses a provider: plain settings, and secrets sealed together."""

    __tablename__ = "providers"

    name: Mapped[str] = mapped_column(primary_key=True)
    is_enabled: Mapped[bool]
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    sealed: Mapped[bytes]
    version: Mapped[int]
    updated_at: Mapped[datetime]


class ProviderTraffic(Base):
    """How many webhooks of a provider were taken, known already, or refused on one day (UTC)."""

    __tablename__ = "provider_traffic"

    name: Mapped[str] = mapped_column(primary_key=True)
    on: Mapped[date] = mapped_column("day", primary_key=True)
    accepted: Mapped[int]
    repeated: Mapped[int]
    refused: Mapped[int]
    last_accepted_at: Mapped[datetime | None]
    last_refused_at: Mapped[datetime | None]
