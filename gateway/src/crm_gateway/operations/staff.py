"""Who works here: adding, changing and dismissing staff, their passwords, and finding the one who signs in."""

import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, Kind
from crm_gateway.models.identity import Staff
from crm_gateway.operations.sessions import end_all
from crm_gateway.passwords import LONGEST, SHORTEST, hash_password, matches
from crm_gateway.permissions import STAFF_ROLES
from crm_gateway.revocations import announce

OWNER = "owner"


class StaffExists(DomainError):
    """Somebody with this e-mail address is on the staff already."""

    kind = Kind.CONFLICT


class StaffNotFound(DomainError):
    """Nobody on the staff has this id."""

    kind = Kind.NOT_FOUND


class InvalidStaff(DomainError):
    """The password is too short or too long, or the role does not exist."""

    kind = Kind.INVALID


class LastOwner(DomainError):
    """At least one active owner must remain: make somebody else an owner first."""

    kind = Kind.CONFLICT


class OwnAccount(DomainError):
    """This is for other people's accounts; for one's own the present password is asked for, under /auth."""

    kind = Kind.CONFLICT


def normalise_email(email: str) -> str:
    """Give the form e-mail addresses are compared in: NFKC, no surrounding space, lower case."""
    return unicodedata.normalize("NFKC", email).strip().lower()


def add_staff(
    session: Session,
    *,
    email: str,
    role: str,
    password: str | None = None,
    name: str = "",
    location_ids: Sequence[UUID] | None = None,
    must_change_password: bool = False,
) -> Staff:
    """Add a member of staff; raises StaffExists for a known e-mail address.

    Without a password they come in through the identity provider alone, whose first word for this e-mail address links
    the account.
    """
    _check_role(role)
    if password is not None:
        _check_password(password, field="password")
    row = (
        insert(Staff)
        .values(
            id=uuid7(),
            email=email.strip(),
            email_normalised=normalise_email(email),
            name=name,
            password=None if password is None else hash_password(password),
            must_change_password=must_change_password and password is not None,
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


def show_staff(session: Session, *, staff_id: UUID) -> Staff:
    """Give a member of staff; raises StaffNotFound."""
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise StaffNotFound("Nobody on the staff has this id.")
    return staff


def lock_staff(session: Session, *, staff_id: UUID) -> Staff:
    """Give a member of staff to be changed; raises StaffNotFound."""
    staff = session.get(Staff, staff_id, with_for_update=True, populate_existing=True)
    if staff is None:
        raise StaffNotFound("Nobody on the staff has this id.")
    return staff


def change_staff(session: Session, *, staff: Staff, changes: Mapping[str, Any]) -> Staff:
    """Change name, role, locations or whether they work here; raises LastOwner.

    Another role and a dismissal end all their sessions and tokens; other locations hold from their next request on.
    """
    wanted = {field: value for field, value in changes.items() if getattr(staff, field) != value}
    if not wanted:
        return staff
    _check_role(wanted.get("role", staff.role))
    remains_owner = wanted.get("role", staff.role) == OWNER and wanted.get("is_active", staff.is_active)
    if staff.role == OWNER and staff.is_active and not remains_owner:
        _check_another_owner(session, staff)
    for field, value in wanted.items():
        setattr(staff, field, value)
    staff.version = staff.version + 1
    session.flush()
    if wanted.keys() & {"role", "is_active"}:
        end_all(session, staff)
    else:
        announce(session)
    return staff


def lock_owners(session: Session) -> None:
    """Hold all active owners, in one order, so that two of them cannot demote each other at the same moment."""
    query = select(Staff.id).where(Staff.role == OWNER, Staff.is_active).order_by(Staff.id)
    session.execute(query.with_for_update()).all()


def change_password(session: Session, *, staff: Staff, current_password: str, new_password: str) -> None:
    """Give oneself another password, by the present one; ends all sessions and tokens of this person."""
    if not matches(current_password, staff.password):
        raise InvalidStaff("The password is wrong.", errors={"current_password": ["Is wrong."]})
    _check_password(new_password, field="new_password")
    if new_password == current_password:
        raise InvalidStaff("The password does not do.", errors={"new_password": ["Must be another one."]})
    staff.password, staff.must_change_password = hash_password(new_password), False
    end_all(session, staff)


def check_own_password(staff: Staff, password: str) -> None:
    """Make sure that it is the person who asks, not somebody at their open screen; raises InvalidStaff."""
    if not matches(password, staff.password):
        raise InvalidStaff("The password is wrong.", errors={"password": ["Is wrong."]})


def reset_password(session: Session, *, staff: Staff) -> str:
    """Give somebody a temporary password that they must change at once; ends all their sessions and tokens."""
    password = secrets.token_urlsafe(12)
    staff.password, staff.must_change_password = hash_password(password), True
    end_all(session, staff)
    return password


def check_is_another(staff: Staff, *, own_id: UUID) -> None:
    """Refuse to do to oneself what needs no present password; raises OwnAccount."""
    if staff.id == own_id:
        raise OwnAccount


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


def _check_role(role: str) -> None:
    if role not in STAFF_ROLES:
        raise InvalidStaff("No such role.", errors={"role": [f"Must be one of: {', '.join(STAFF_ROLES)}."]})


def _check_password(password: str, *, field: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        message = f"Must have between {SHORTEST} and {LONGEST} characters."
        raise InvalidStaff("The password does not do.", errors={field: [message]})


def _check_another_owner(session: Session, staff: Staff) -> None:
    others = select(func.count()).where(Staff.role == OWNER, Staff.is_active, Staff.id != staff.id)
    if not session.scalar(others):
        raise LastOwner
