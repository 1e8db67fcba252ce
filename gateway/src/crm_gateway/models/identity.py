"""Who may sign in, which tills may write, who tried too often."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from crm_gateway.models.base import Base, one_of
from crm_gateway.permissions import KEY_ROLES, STAFF_ROLES


class Staff(Base):
    """A person who signs in: with e-mail address and password, or through an identity provider.

    ``epoch`` counts the moments at which all of a person's sessions and access tokens ended; each of them carries the
    epoch it was made in. ``version`` counts the edits, for If-Match.
    """

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint(one_of("role", STAFF_ROLES), name="staff_role_known"),
        Index("staff_email_normalised_key", "email_normalised", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    email_normalised: Mapped[str]
    name: Mapped[str] = mapped_column(server_default=text("''"))
    password: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(server_default=text("false"))
    role: Mapped[str]
    location_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    has_second_factor: Mapped[bool] = mapped_column(server_default=text("false"))
    epoch: Mapped[int] = mapped_column(server_default=text("0"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    last_signed_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    @property
    def has_password(self) -> bool:
        """Tell whether this person can sign in with a password; without one they come through the provider alone."""
        return self.password is not None


class ApiKey(Base):
    """A till's or booking system's key: only its hash is kept; ``location_ids`` null means every location."""

    __tablename__ = "api_keys"
    __table_args__ = (
        CheckConstraint(one_of("role", KEY_ROLES), name="api_keys_role_known"),
        Index("api_keys_prefix_key", "prefix", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    prefix: Mapped[str]
    secret_hash: Mapped[bytes]
    role: Mapped[str]
    scopes: Mapped[list[str]] = mapped_column(ARRAY(String()))
    location_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    replaced_by_id: Mapped[UUID | None]


class SignInAttempts(Base):
    """How often a bucket (hash of what is counted) failed in the running window."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("sign_in_attempts_started_at", "started_at"),)

    bucket: Mapped[bytes] = mapped_column(primary_key=True)
    attempts: Mapped[int]
    started_at: Mapped[datetime]
