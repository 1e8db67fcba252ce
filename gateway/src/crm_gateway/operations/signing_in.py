"""Signing in: who it is, and how often they may be wrong - counted in the database, so for all processes together."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError, Kind
from crm_gateway.models.identity import SignInAttempts, Staff
from crm_gateway.operations.staff import normalise_email
from crm_gateway.passwords import hash_password, is_outdated, matches

ADDRESS_FACTOR = 20
"""One address may fail this many times more often than one e-mail address from it: a restaurant shares its address."""

CODE_FACTOR = 2
"""One account's codes may be wrong this many times more often, from wherever: of a million codes, three are right."""


class WrongCredentials(DomainError):
    """E-mail address or password is wrong; which of them is not told."""

    kind = Kind.UNAUTHENTICATED


class SecondFactorNeeded(DomainError):
    """The password is right; this account needs a code beside it."""

    kind = Kind.UNAUTHENTICATED


class TooManySignIns(DomainError):
    """Too many failed sign-ins; ``extra['retry_after']`` says for how many seconds to wait."""

    kind = Kind.RATE_LIMITED


@dataclass(frozen=True)
class Throttle:
    """How many failures a window of so many seconds bears per e-mail address and client address."""

    failures: int
    window: int


@dataclass(frozen=True, order=True)
class Bucket:
    """What failures are counted in, by a hash so that nobody is named; a shared one outlives a single success."""

    key: bytes
    most: int
    is_shared: bool = False


Buckets = tuple[Bucket, ...]


def sign_in_buckets(email: str, address: str, throttle: Throttle) -> Buckets:
    """Give what a sign-in counts in: e-mail with client address, and the address alone."""
    pair = _bucket(throttle.failures, "pair", normalise_email(email), address)
    return pair, _shared(throttle, "address", address)


def code_buckets(staff_id: UUID, throttle: Throttle) -> Buckets:
    """Give what a code counts in: the account, from whatever address; many addresses guess no faster than one."""
    return (_bucket(throttle.failures * CODE_FACTOR, "code", str(staff_id)),)


def proof_buckets(staff_id: UUID, throttle: Throttle) -> Buckets:
    """Give what a proof asked for once more within a session counts in: the present password, or a first code."""
    return (_bucket(throttle.failures, "proof", str(staff_id)),)


def count_attempt(session: Session, buckets: Buckets, *, throttle: Throttle, now: datetime) -> None:
    """Count an attempt before it is judged, so that many at once cannot slip through; raises TooManySignIns."""
    window = timedelta(seconds=throttle.window)
    session.execute(delete(SignInAttempts).where(SignInAttempts.started_at < now - window * 2))
    fresh = SignInAttempts.started_at <= now - window
    most = {bucket.key: bucket.most for bucket in buckets}
    statement = insert(SignInAttempts).values([{"bucket": k, "attempts": 1, "started_at": now} for k in sorted(most)])
    rows = session.execute(
        statement.on_conflict_do_update(
            index_elements=["bucket"],
            set_={
                "attempts": case((fresh, 1), else_=SignInAttempts.attempts + 1),
                "started_at": case((fresh, now), else_=SignInAttempts.started_at),
            },
        ).returning(SignInAttempts.bucket, SignInAttempts.attempts, SignInAttempts.started_at)
    )
    waits = [started + window - now for key, attempts, started in rows if attempts > most[key]]
    if waits:
        seconds = max(1, int(max(waits).total_seconds()) + 1)
        raise TooManySignIns("Too many failed sign-ins; wait and try again.", extra={"retry_after": seconds})


def take_back(session: Session, buckets: Buckets) -> None:
    """Count an attempt as none: it was no failure, but proved nothing either."""
    for bucket in sorted(buckets):
        _take_back(session, bucket)


def forgive(session: Session, buckets: Buckets) -> None:
    """After success: forget the failures of this account, and take this attempt back from what others share."""
    for bucket in sorted(buckets):  # in the order in which attempts are counted, or two sign-ins could deadlock
        if bucket.is_shared:
            _take_back(session, bucket)
        else:
            session.execute(delete(SignInAttempts).where(SignInAttempts.bucket == bucket.key))


def _take_back(session: Session, bucket: Bucket) -> None:
    counted = update(SignInAttempts).where(SignInAttempts.bucket == bucket.key, SignInAttempts.attempts > 0)
    session.execute(counted.values(attempts=SignInAttempts.attempts - 1))


def check_password(session: Session, *, email: str, password: str) -> Staff:
    """Give the member of staff whose e-mail address and password these are; raises WrongCredentials."""
    query = select(Staff).where(Staff.email_normalised == normalise_email(email))
    staff = session.scalars(query).one_or_none()
    is_right = matches(password, staff.password if staff else None)
    if staff is None or staff.password is None or not is_right or not staff.is_active:
        raise WrongCredentials("E-mail address or password is wrong.")
    if is_outdated(staff.password):
        staff.password = hash_password(password)
    return staff


def _bucket(most: int, *words: str) -> Bucket:
    return Bucket(hashlib.sha256("\0".join(words).encode()).digest(), most)


def _shared(throttle: Throttle, *words: str) -> Bucket:
    return replace(_bucket(throttle.failures * ADDRESS_FACTOR, *words), is_shared=True)
