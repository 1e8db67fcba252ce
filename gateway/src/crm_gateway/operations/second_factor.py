"""The second factor: codes from a secret shared with an app (TOTP, RFC 6238), and recovery codes; each is good once."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pyotp
import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from crm_chassis.crypto import CiphertextRefused
from crm_chassis.errors import DomainError, Kind
from crm_chassis.logs import describe
from crm_gateway.models.identity import Staff
from crm_gateway.models.sessions import RecoveryCode, SecondFactor
from crm_gateway.sealing import Sealer

logger = structlog.get_logger()

ISSUER = "Maître"
PURPOSE = "second-factor"
"""What the secrets are sealed for."""
STEP_S = 30
DRIFT_STEPS = 1
"""A clock may be off by one step of 30 s, as RFC 6238 (5.2) recommends."""
RECOVERY_CODES = 10
_GROUPS, _GROUP_CHARACTERS = 4, 4
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # no l, o, 0, 1: 32 characters, so 80 bits a code


class WrongCode(DomainError):
    """The code is wrong, too old, or was used before."""

    kind = Kind.UNAUTHENTICATED


class CodeRefused(DomainError):
    """The code is not the one the app shows now."""

    kind = Kind.INVALID


class HasSecondFactor(DomainError):
    """The account has a second factor; remove it before another one is added."""

    kind = Kind.CONFLICT


class NoSecondFactor(DomainError):
    """The account has no second factor, or none that waits to be confirmed."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class NewSecret:
    """What an authenticator app needs: the secret in base32, and the same as an otpauth URI for a QR code."""

    secret: str
    uri: str


def begin(session: Session, *, staff: Staff, sealer: Sealer) -> NewSecret:
    """Make a secret that counts once a code of it was confirmed; raises HasSecondFactor."""
    if staff.has_second_factor:
        raise HasSecondFactor
    secret = pyotp.random_base32()
    sealed = sealer.seal(secret.encode(), staff.id.bytes)
    row = insert(SecondFactor).values(staff_id=staff.id, secret=sealed, last_step=0, confirmed_at=None)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["staff_id"],
            set_={"secret": row.excluded.secret, "last_step": 0, "confirmed_at": None},
        )
    )
    uri = pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=staff.email, issuer_name=ISSUER)
    return NewSecret(secret, uri)


def confirm(session: Session, *, staff: Staff, code: str, sealer: Sealer, now: datetime) -> Sequence[str]:
    """Put the waiting secret in force by a code of it; give the recovery codes, shown this once."""
    row = session.get(SecondFactor, staff.id, with_for_update=True)
    if row is None or row.confirmed_at is not None:
        raise NoSecondFactor
    step = _step_of(row, code, sealer=sealer, now=now)
    if step is None:
        message = "Not the code that the app shows now; check the clock of the phone."
        raise CodeRefused(errors={"code": [message]})
    row.last_step, row.confirmed_at, staff.has_second_factor = step, now, True
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    session.add_all([RecoveryCode(staff_id=staff.id, code_hash=_hash(staff.id, code)) for code in codes])
    session.flush()
    return codes


def check_code(session: Session, *, staff_id: UUID, code: str, sealer: Sealer, now: datetime) -> None:
    """Take a code of the app or a recovery code, once each; raises WrongCode."""
    row = session.get(SecondFactor, staff_id, with_for_update=True)  # the same code twice at once: one waits
    if row is None or row.confirmed_at is None:
        raise WrongCode
    step = _step_of(row, code, sealer=sealer, now=now)
    if step is not None:
        row.last_step = step
        return
    unused = update(RecoveryCode).where(RecoveryCode.staff_id == staff_id, RecoveryCode.used_at.is_(None))
    used = unused.where(RecoveryCode.code_hash == _hash(staff_id, code)).values(used_at=now)
    if session.scalar(used.returning(RecoveryCode.staff_id)) is None:
        raise WrongCode


def remove(session: Session, *, staff: Staff) -> None:
    """Take the second factor and its recovery codes away."""
    session.execute(delete(SecondFactor).where(SecondFactor.staff_id == staff.id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.staff_id == staff.id))
    staff.has_second_factor = False
    session.flush()


def seal_anew(session: Session, *, sealer: Sealer) -> int:
    """Seal under the current master key what is still sealed under an older one; gives how many secrets that were."""
    rows = session.scalars(select(SecondFactor).order_by(SecondFactor.staff_id).with_for_update(skip_locked=True))
    old = [(row, _secret_of(row, sealer)) for row in rows if not sealer.is_current(row.secret)]
    readable = [(row, secret) for row, secret in old if secret is not None]
    for row, secret in readable:
        row.secret = sealer.seal(secret.encode(), row.staff_id.bytes)
    session.flush()
    return len(readable)


def _step_of(row: SecondFactor, code: str, *, sealer: Sealer, now: datetime) -> int | None:
    """Give the step that a code belongs to, if it is later than that of the last code taken (RFC 6238, 5.2)."""
    secret = _secret_of(row, sealer)
    if secret is None:
        return None
    totp = pyotp.TOTP(secret, interval=STEP_S)
    digits = code.replace(" ", "")
    current = totp.timecode(now)
    fitting = [
        step
        for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1)
        if pyotp.utils.strings_equal(digits, totp.generate_otp(step))
    ]
    return next((step for step in fitting if step > row.last_step), None)


def _secret_of(row: SecondFactor, sealer: Sealer) -> str | None:
    """Give the secret; None, logged, where a master key was taken away too early: recovery codes still do."""
    try:
        return sealer.open(row.secret, row.staff_id.bytes).decode()
    except CiphertextRefused as error:
        logger.error("second_factor_unreadable", error=describe(error))  # noqa: TRY400  the trace says no more
        return None


def _recovery_code() -> str:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_CHARACTERS)) for _ in range(_GROUPS))
    return "-".join(groups)


def _hash(staff_id: UUID, code: str) -> bytes:
    """Hash a recovery code as it may be typed; its 80 random bits make a slow hash needless."""
    plain = "".join(character for character in code.lower() if character.isalnum())
    return hashlib.sha256(staff_id.bytes + plain.encode("utf-8", "surrogateescape")).digest()
