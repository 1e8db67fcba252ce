"""Browser sessions, second factors, and the links to an identity provider."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_gateway.models.base import Base


def _staff_id() -> Mapped[UUID]:
    return mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))


class StaffSession(Base):
    """A signed-in browser: the cookie's hash, whose it is, and in which epoch of theirs it began."""

    __tablename__ = "staff_sessions"
    __table_args__ = (
        Index("staff_sessions_token_hash_key", "token_hash", unique=True),
        Index("staff_sessions_staff_id", "staff_id"),
        Index("staff_sessions_expires_at", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = _staff_id()
    token_hash: Mapped[bytes]
    epoch: Mapped[int]
    proof: Mapped[str]
    user_agent: Mapped[str]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SecondFactor(Base):
    """The secret that a person's codes come from, sealed; ``last_step`` is the step of the last code taken."""

    __tablename__ = "second_factors"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes]
    last_step: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that stands in once for the second factor; kept as a hash."""

    __tablename__ = "recovery_codes"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class ProviderLink(Base):
    """Who somebody is at an identity provider: issuer and subject, never an e-mail address (RULES G4)."""

    __tablename__ = "provider_links"
    __table_args__ = (Index("provider_links_staff_id", "staff_id"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[UUID] = _staff_id()
    linked_at: Mapped[datetime]


class ProviderVisit(Base):
    """A browser that was sent to the identity provider and is expected back, once."""

    __tablename__ = "provider_visits"
    __table_args__ = (Index("provider_visits_expires_at", "expires_at"),)

    state_hash: Mapped[bytes] = mapped_column(primary_key=True)
    browser_hash: Mapped[bytes]
    secrets: Mapped[bytes]
    expires_at: Mapped[datetime]
