"""Who works here: adding staff, and finding the one who signs in."""

import unicodedata
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, Kind
from crm_gateway.models.identity import Staff
from crm_gateway.passwords import LONGEST, SHORTEST, hash_password
from crm_gateway.permissions import STAFF_ROLES


class StaffExists(DomainError):
    """Somebody with this e-mail address is on the staff already."""

    kind = Kind.CONFLICT


class InvalidStaff(DomainError):
    """The password is too short or too long, or the role does not exist."""

    kind = Kind.INVALID


def normalise_email(email: str) -> str:
    """Give the form e-mail addresses are compared in: NFKC, no surrounding space, lower case."""
    return unicodedata.normalize("NFKC", email).strip().lower()


def add_staff(
    session: Session, *, email: str, password: str, role: str, location_ids: Sequence[UUID] | None = None
) -> Staff:
    """Add a member of staff; raises StaffExists for a known e-mail address."""
    if role not in STAFF_ROLES:
        raise InvalidStaff("No such role.", errors={"role": [f"Must be one of: {', '.join(STAFF_ROLES)}."]})
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"Must have between {SHORTEST} and {LONGEST} characters."
        raise InvalidStaff("The password does not do.", errors={"password": [message]})
    row = (
        insert(Staff)
        .values(
            id=uuid7(),
            email=email.strip(),
            email_normalised=normalise_email(email),
            password=hash_password(password),
            role=role,
            location_ids=None if location_ids is None else list(location_ids),
        )
        .on_conflict_do_nothing(index_elements=["email_normalised"])
        .returning(Staff)
    )
    staff = session.scalars(row).one_or_none()
    if staff is None:
        raise StaffExists("A member of staff has this e-mail address already.")
    return staff


def find_by_email(session: Session, email: str) -> Staff | None:
    """Give the member of staff with this e-mail address."""
    return session.scalars(select(Staff).where(Staff.email_normalised == normalise_email(email))).one_or_none()


def list_staff(session: Session, *, after: UUID | None, limit: int) -> Sequence[Staff]:
    """List the staff by id, from after the one given."""
    query = select(Staff).order_by(Staff.id).limit(limit)
    return session.scalars(query if after is None else query.where(Staff.id > after)).all()


def count_staff(session: Session) -> int:
    """Count the staff."""
    return session.scalar(select(func.count()).select_from(Staff)) or 0
