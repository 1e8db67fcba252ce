"""Signing in: who it is, and how often they may be wrong - counted in the database, so for all processes together."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError, Kind
from crm_gateway.models.identity import SignInAttempts, Staff
from crm_gateway.operations.staff import normalise_email
from crm_gateway.passwords import hash_password, is_outdated, matches

ADDRESS_FACTOR = 20
"""One address may fail this many times more often than one e-mail address from it: a restaurant shares its address."""


class WrongCredentials(DomainError):
    """E-mail address or password is wrong; which of them is not told."""

    kind = Kind.UNAUTHENTICATED


class TooManySignIns(DomainError):
    """Too many failed sign-ins; ``extra['retry_after']`` says for how many seconds to wait."""

    kind = Kind.RATE_LIMITED


@dataclass(frozen=True)
class Throttle:
    """How many failures a window of so many seconds bears per e-mail address and client address."""

    failures: int
    window: int


def buckets(email: str, address: str) -> tuple[bytes, bytes]:
    """Give the two buckets an attempt counts in: e-mail with address, and address alone; hashed, so nobody is named."""
    pair = hashlib.sha256(f"pair\0{normalise_email(email)}\0{address}".encode()).digest()
    alone = hashlib.sha256(f"address\0{address}".encode()).digest()
    return pair, alone


def count_attempt(session: Session, *, email: str, address: str, throttle: Throttle, now: datetime) -> None:
    """Count an attempt before it is judged, so that many at once cannot slip through; raises TooManySignIns."""
    window = timedelta(seconds=throttle.window)
    session.execute(delete(SignInAttempts).where(SignInAttempts.started_at < now - window * 2))
    pair, alone = buckets(email, address)
    limits = {pair: throttle.failures, alone: throttle.failures * ADDRESS_FACTOR}
    fresh = SignInAttempts.started_at <= now - window
    statement = insert(SignInAttempts).values([{"bucket": b, "attempts": 1, "started_at": now} for b in sorted(limits)])
    rows = session.execute(
        statement.on_conflict_do_update(
            index_elements=["bucket"],
            set_={
                "attempts": case((fresh, 1), else_=SignInAttempts.attempts + 1),
                "started_at": case((fresh, now), else_=SignInAttempts.started_at),
            },
        ).returning(SignInAttempts.bucket, SignInAttempts.attempts, SignInAttempts.started_at)
    )
    waits = [started + window - now for bucket, attempts, started in rows if attempts > limits[bucket]]
    if waits:
        seconds = max(1, int(max(waits).total_seconds()) + 1)
        raise TooManySignIns("Too many failed sign-ins; wait and try again.", extra={"retry_after": seconds})


def forgive(session: Session, *, email: str, address: str) -> None:
    """After a right password: forget the e-mail's failures and take this attempt back from the address's."""
    pair, alone = buckets(email, address)
    session.execute(delete(SignInAttempts).where(SignInAttempts.bucket == pair))
    session.execute(
        update(SignInAttempts)
        .where(SignInAttempts.bucket == alone, SignInAttempts.attempts > 0)
        .values(attempts=SignInAttempts.attempts - 1)
    )


def check_password(session: Session, *, email: str, password: str) -> Staff:
    """Give the member of staff whose e-mail address and password these are; raises WrongCredentials."""
    query = select(Staff).where(Staff.email_normalised == normalise_email(email))
    staff = session.scalars(query).one_or_none()
    is_right = matches(password, staff.password if staff else None)
    if staff is None or not is_right or not staff.is_active:
        raise WrongCredentials("E-mail address or password is wrong.")
    if is_outdated(staff.password):
        staff.password = hash_password(password)
    return staff
