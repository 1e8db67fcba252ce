"""The edge's inbox: taken in, handed over to the owning service, tried again, given up, deleted (RULES G5, E5)."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, exists, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, Kind
from crm_gateway.models.edge import EdgeMessage
from crm_gateway.sealing import Sealer

PURPOSE = "edge/message"
OPT_OUTS = ("unsubscribe", "preferences")
"""Handed over before all else, and never deleted before: they hold opaque ids and a choice, no contact."""
KEPT = timedelta(days=30)
REMEMBERED = KEPT * 2
"""How long the trace of a message that nobody took stays, without what it said."""
MOST_REFUSALS = 5
AFTER_REFUSAL_S = (1, 10, 60, 600)
LONGEST_WAIT_S = 60


class EdgeMessageNotFound(DomainError):
    """There is no such message."""

    kind = Kind.NOT_FOUND


class EdgeMessageGone(DomainError):
    """What the message said was deleted after 30 days; there is nothing left to hand over."""

    kind = Kind.GONE


@dataclass(frozen=True)
class Told:
    """What somebody outside told us: about whom (an opaque id), what our link carried, and what they said."""

    kind: str
    source: str
    content: Mapping[str, Any]
    subject: str | None = None
    values: Mapping[str, str] | None = None
    dedupe: str | None = None
    """What makes it the same message as an earlier one of this source."""

    @property
    def part(self) -> str:
        """What the owning service offers for it: each provider's webhooks are a part of their own."""
        return self.source if self.kind == "webhook" else self.kind


def take_in(session: Session, told: Told, *, sealer: Sealer, now: datetime) -> bool:
    """Keep a message until its service has it; False where it is known already, and nothing is kept twice."""
    id_ = uuid7()
    said = {"subject": told.subject, "values": dict(told.values or {}), "content": told.content}
    plain = orjson.dumps(said)
    row = {
        "id": id_, "kind": told.kind, "source": told.source, "part": told.part,
        "dedupe": None if told.dedupe is None else _digest(told.kind, told.source, told.dedupe),
        "lane": None if told.subject is None else _digest(told.part, told.source, told.subject)[:16],
        "sealed": sealer.seal(plain, id_.bytes), "size": len(plain), "received_at": now, "next_try_at": now,
    }  # fmt: skip
    kept = insert(EdgeMessage).values(row).on_conflict_do_nothing().returning(EdgeMessage.id)
    return session.execute(kept).scalar() is not None


def _digest(*words: str) -> bytes:
    return hashlib.sha256("\0".join(words).encode()).digest()


def opened(message: EdgeMessage, sealer: Sealer) -> dict[str, Any]:
    """Give subject, values and content of a message that still has them; raises CiphertextRefused."""
    said: dict[str, Any] = orjson.loads(sealer.open(message.sealed or b"", message.id.bytes))
    return said


def claim(session: Session, *, offered: Collection[str], now: datetime, limit: int) -> Sequence[EdgeMessage]:
    """Lock messages that are due and whose service is there to take them; no other process gets the same ones.

    Opt-outs come first; of a lane only its oldest, so that what a guest said last is what counts in the end.
    """
    earlier = aliased(EdgeMessage)
    is_behind = exists().where(
        earlier.lane == EdgeMessage.lane, earlier.state == "waiting", earlier.id < EdgeMessage.id
    )
    query = (
        select(EdgeMessage)
        .where(EdgeMessage.state == "waiting", EdgeMessage.next_try_at <= now, EdgeMessage.part.in_(offered))
        .where(~is_behind)
        .order_by(EdgeMessage.kind.in_(OPT_OUTS).desc(), EdgeMessage.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=EdgeMessage)
    )
    return session.scalars(query).all()


def was_delivered(message: EdgeMessage, *, now: datetime) -> None:
    """Note that the service has it."""
    message.state, message.delivered_at, message.last_answer = "delivered", now, None
    message.attempts += 1


def was_put_off(message: EdgeMessage, *, answer: str, now: datetime) -> None:
    """Note that the service was away or failed; it is tried again for as long as the message is kept."""
    message.attempts += 1
    message.last_answer = answer
    message.next_try_at = now + timedelta(seconds=min(LONGEST_WAIT_S, 2 ** min(message.attempts, 6)))


def was_refused(message: EdgeMessage, *, answer: str, now: datetime) -> None:
    """Note that the service will not have it; after five times it waits for the owner instead."""
    message.attempts += 1
    message.last_answer = answer
    if message.attempts >= MOST_REFUSALS:
        message.state = "refused"
    else:
        message.next_try_at = now + timedelta(seconds=AFTER_REFUSAL_S[message.attempts - 1])


def replay(session: Session, *, message_id: UUID, now: datetime) -> EdgeMessage:
    """Hand a message over once more, whatever became of it; the service knows it by its id and does nothing twice."""
    message = session.get(EdgeMessage, message_id, with_for_update=True)
    if message is None:
        raise EdgeMessageNotFound
    if message.sealed is None:
        raise EdgeMessageGone
    message.state, message.attempts, message.next_try_at, message.delivered_at = "waiting", 0, now, None
    return message


def expire(session: Session, *, now: datetime) -> int:
    """Delete what is older than 30 days (RULES E5) and give how many messages nobody took by then.

    Opt-outs that nobody took stay: a choice is not void because a service was away.
    """
    session.execute(
        delete(EdgeMessage).where(
            ((EdgeMessage.state == "delivered") & (EdgeMessage.received_at <= now - KEPT))
            | ((EdgeMessage.state == "expired") & (EdgeMessage.received_at <= now - REMEMBERED))
        )
    )
    late = EdgeMessage.state.in_(("waiting", "refused")) & (EdgeMessage.received_at <= now - KEPT)
    expired = update(EdgeMessage).where(late, EdgeMessage.kind.not_in(OPT_OUTS)).values(state="expired", sealed=None)
    return len(session.execute(expired.returning(EdgeMessage.id)).all())


def seal_anew(session: Session, *, sealer: Sealer) -> int:
    """Seal what outlives a month under the current master key; gives how many messages were under an older one.

    All else is gone 30 days after a key was replaced, and the old key may go then.
    """
    kept = select(EdgeMessage).where(EdgeMessage.kind.in_(OPT_OUTS), EdgeMessage.state.in_(("waiting", "refused")))
    rows = session.scalars(kept.with_for_update(skip_locked=True))
    old = [row for row in rows if row.sealed is not None and not sealer.is_current(row.sealed)]
    for row in old:
        row.sealed = sealer.seal(sealer.open(row.sealed or b"", row.id.bytes), row.id.bytes)
    return len(old)


def list_messages(
    session: Session, *, state: str | None, part: str | None, before: tuple[datetime, UUID] | None, limit: int
) -> Sequence[EdgeMessage]:
    """List messages, newest first, from before the one given."""
    query = select(EdgeMessage).order_by(EdgeMessage.received_at.desc(), EdgeMessage.id.desc()).limit(limit)
    if state is not None:
        query = query.where(EdgeMessage.state == state)
    if part is not None:
        query = query.where(EdgeMessage.part == part)
    if before is not None:
        query = query.where(tuple_(EdgeMessage.received_at, EdgeMessage.id) < before)
    return session.scalars(query).all()
