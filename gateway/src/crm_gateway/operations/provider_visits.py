"""Visits to the identity provider: a browser goes there with a state, comes back with it once, and is somebody then."""

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import orjson
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crm_chassis.errors import DomainError, Kind
from crm_gateway.credentials import digest
from crm_gateway.models.identity import Staff
from crm_gateway.models.sessions import ProviderLink, ProviderVisit
from crm_gateway.operations.staff import normalise_email
from crm_gateway.provider import Identity
from crm_gateway.sealing import Sealer

LONGEST_VISIT = timedelta(minutes=10)


class ProviderVisitUnknown(DomainError):
    """This browser was not sent to the identity provider, or came back too late or twice: sign in again."""

    kind = Kind.FORBIDDEN


class ProviderAccountUnknown(DomainError):
    """Nobody on the staff is linked with this account; an owner adds them without a password first."""

    kind = Kind.FORBIDDEN


@dataclass(frozen=True)
class VisitSecrets:
    """What we know of a visit besides its state: how the answer is recognised, and where to go on."""

    nonce: str
    verifier: str
    return_to: str


@dataclass(frozen=True)
class Visit:
    """A visit that begins: *state* travels through the provider, *browser* stays in a cookie."""

    state: str
    browser: str
    secrets: VisitSecrets


def begin_visit(session: Session, *, return_to: str, sealer: Sealer, now: datetime) -> Visit:
    """Expect a browser back from the identity provider within ten minutes."""
    session.execute(delete(ProviderVisit).where(ProviderVisit.expires_at < now))
    state, browser = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    known = VisitSecrets(nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48), return_to=return_to)
    session.add(
        ProviderVisit(
            state_hash=digest(state),
            browser_hash=digest(browser),
            secrets=sealer.seal(orjson.dumps(asdict(known)), digest(state)),
            expires_at=now + LONGEST_VISIT,
        )
    )
    session.flush()
    return Visit(state, browser, known)


def end_visit(session: Session, *, state: str, browser: str, sealer: Sealer, now: datetime) -> VisitSecrets:
    """Take a browser back that began this visit; once. Raises ProviderVisitUnknown."""
    fitting = delete(ProviderVisit).where(
        ProviderVisit.state_hash == digest(state),
        ProviderVisit.browser_hash == digest(browser),
        ProviderVisit.expires_at > now,
    )
    sealed = session.scalar(fitting.returning(ProviderVisit.secrets))
    if sealed is None:
        raise ProviderVisitUnknown
    return VisitSecrets(**orjson.loads(sealer.open(sealed, digest(state))))


def staff_of(session: Session, identity: Identity, *, now: datetime) -> Staff:
    """Give whom an identity belongs to, by issuer and subject (RULES G4); raises ProviderAccountUnknown.

    The first time, a member of staff who was added without a password is linked by the e-mail address, if this
    provider has verified it; afterwards the address means nothing any more.
    """
    linked = select(Staff).join(ProviderLink, ProviderLink.staff_id == Staff.id)
    query = linked.where(ProviderLink.issuer == identity.issuer, ProviderLink.subject == identity.subject)
    staff = session.scalars(query).one_or_none() or _link(session, identity, now=now)
    if staff is None or not staff.is_active:
        raise ProviderAccountUnknown
    return staff


def _link(session: Session, identity: Identity, *, now: datetime) -> Staff | None:
    if identity.email is None or not identity.is_email_verified:
        return None
    waiting = select(Staff).where(
        Staff.email_normalised == normalise_email(identity.email),
        Staff.password.is_(None),
        Staff.is_active,
        ~select(ProviderLink.subject).where(ProviderLink.staff_id == Staff.id).exists(),
    )
    staff = session.scalars(waiting.with_for_update()).one_or_none()
    if staff is not None:
        link = ProviderLink(issuer=identity.issuer, subject=identity.subject, staff_id=staff.id, linked_at=now)
        session.add(link)
        session.flush()
    return staff
