"""The log itself: appending to the chain, walking it, signing how far it came, letting the oldest go."""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from crm_chassis.config import Secret
from crm_gateway.audit.entries import GENESIS, Entry, hash_of
from crm_gateway.models.audit import AuditCheckpoint, AuditEntry, AuditHead

PAGE = 1_000
RETIRED_AT_ONCE = 10_000

# A process that was stopped between lock and commit must not keep all others from recording what they do.
_BE_BRIEF = text("SET LOCAL lock_timeout = '4s'; SET LOCAL idle_in_transaction_session_timeout = '5s'")
_LOCK_HEAD = text("SELECT sequence, hash FROM audit_head FOR UPDATE")
_APPEND = text("""
WITH added AS (
    INSERT INTO audit_entries SELECT * FROM jsonb_populate_recordset(NULL::audit_entries, CAST(:rows AS jsonb))
)
UPDATE audit_head SET sequence = :sequence, hash = :hash
""")
_READ = text("""
SELECT sequence, at, kind, actor_kind, actor_id, actor_role, action, method, status, customer_ids, customers, times,
    searched, changed, request_id, address, attempt, hash
FROM audit_entries WHERE sequence > :after ORDER BY sequence LIMIT :limit
""")
_CHECKPOINTS = text("SELECT sequence, hash, at, key_id, signature FROM audit_checkpoints WHERE sequence >= :first")
_BEYOND = text("""
SELECT (SELECT min(sequence) FROM audit_entries WHERE sequence > head.sequence),
    (SELECT min(sequence) FROM audit_checkpoints WHERE sequence > head.sequence)
FROM audit_head head
""")
_FIRST = text("SELECT min(sequence) FROM audit_entries")


@dataclass(frozen=True)
class Found:
    """How a walk along the chain went: ``broken`` is the first sequence that does not fit, and ``why`` says how."""

    checked: int
    first: int | None
    last: int
    is_complete: bool
    broken: int | None = None
    why: str | None = None


def append(session: Session, entries: Sequence[Entry]) -> list[int]:
    """Append entries in this order and give their sequences; waits for whoever else is appending."""
    session.execute(_BE_BRIEF)
    head = session.execute(_LOCK_HEAD).one()
    sequence, previous = head.sequence, bytes(head.hash)
    rows = []
    for entry in entries:
        sequence += 1
        previous = hash_of(previous, sequence, entry)
        columns = {name: getattr(entry, name) for name in Entry.__slots__}
        rows.append(columns | {"sequence": sequence, "hash": f"\\x{previous.hex()}"})
    written = orjson.dumps(rows, option=orjson.OPT_NAIVE_UTC).decode()
    session.execute(_APPEND, {"rows": written, "sequence": sequence, "hash": previous})
    return list(range(head.sequence + 1, sequence + 1))


def walk(session: Session, *, trusted: str, after: int | None = None, most: int | None = None) -> Found:
    """Check up to ``most`` entries, the whole chain by default, from the beginning or from ``after`` a sequence.

    ``after`` is a sequence that an earlier walk reached. Memory is bounded by a page of entries.
    """
    first = session.scalar(_FIRST)
    head = session.execute(select(AuditHead.sequence, AuditHead.hash)).one()
    walker = _Walker(session, trusted, after, first)
    if walker.why is None:
        walker.go(head.sequence if most is None else min(head.sequence, walker.at + most))
    if walker.why is None and walker.at == head.sequence and walker.hash != bytes(head.hash):
        walker.fail(walker.at, "the head says otherwise: entries at the end are missing or were replaced")
    ended = walker.why is not None or walker.at >= head.sequence
    if ended and walker.why is None:
        walker.beyond()
    return Found(walker.checked, first, walker.at, ended, walker.broken, walker.why)


class _Walker:
    """Walks from a known hash, one page at a time."""

    def __init__(self, session: Session, trusted: str, after: int | None, first: int | None) -> None:
        self._session, self._keys = session, public_keys(trusted)
        self.at = 0 if after is None else after
        self.hash, self.checked = GENESIS, 0
        self.broken: int | None = None
        self.why: str | None = None
        if after is None and first is not None and first > 1:
            self.at = first - 1
            self._start_at_checkpoint()
        elif self.at:
            self._start_at_entry()

    def fail(self, sequence: int, why: str) -> None:
        """Note the first thing that does not fit."""
        self.broken, self.why = sequence, why

    def _start_at_checkpoint(self) -> None:
        """Begin where older entries were let go: a signed checkpoint vouches for what was before."""
        point = self._session.get(AuditCheckpoint, self.at)
        if point is None or not is_genuine(point, self._keys):
            self.fail(self.at + 1, "the entries before are missing, and no signed checkpoint says that they may be")
        else:
            self.hash = bytes(point.hash)

    def _start_at_entry(self) -> None:
        known = self._session.scalar(select(AuditEntry.hash).where(AuditEntry.sequence == self.at))
        if known is None:
            self.fail(self.at, "there is no such entry")
        else:
            self.hash = bytes(known)

    def go(self, last: int) -> None:
        """Check the entries up to ``last``."""
        while self.why is None and self.at < last:
            limit = min(PAGE, last - self.at)
            rows = self._session.execute(_READ, {"after": self.at, "limit": limit}).all()
            points = {
                row.sequence: row
                for row in self._session.execute(_CHECKPOINTS, {"first": self.at + 1})
                if row.sequence <= self.at + limit
            }
            if not rows:
                self.fail(self.at + 1, "the entry is missing")
            for row in rows:
                if not self._fits(row, points.get(row.sequence)):
                    return

    def _fits(self, row: Any, point: Any) -> bool:
        if row.sequence != self.at + 1:
            self.fail(self.at + 1, "the entry is missing")
            return False
        expected = hash_of(self.hash, row.sequence, entry_of(row))
        if expected != bytes(row.hash):
            self.fail(row.sequence, "the entry is not what was written, or not in its place")
            return False
        if point is not None and (bytes(point.hash) != expected or not is_genuine(point, self._keys)):
            self.fail(row.sequence, "the entry is not what the signed checkpoint saw")
            return False
        self.at, self.hash, self.checked = row.sequence, expected, self.checked + 1
        return True

    def beyond(self) -> None:
        """Look for what lies beyond the head: nothing may, whoever appends meanwhile moves the head along."""
        entry, point = self._session.execute(_BEYOND).one()
        if point is not None:
            self.fail(self.at + 1, "a signed checkpoint saw later entries: the end of the chain was cut off")
        elif entry is not None:
            self.fail(entry, "the entry was added behind the head's back")


def entry_of(row: Any) -> Entry:
    """Make the entry that a row holds."""
    values = {name: getattr(row, name) for name in Entry.__slots__}
    lists = {name: tuple(values[name]) for name in ("customer_ids", "searched", "changed")}
    return Entry(**(values | lists))


def pages(session: Session, *, after: int, limit: int = PAGE) -> Iterator[Sequence[Any]]:
    """Give all entries after a sequence, page by page, oldest first."""
    while rows := session.execute(_READ, {"after": after, "limit": limit}).all():
        yield rows
        after = rows[-1].sequence


def checkpoint(session: Session, *, signing_key: Secret, now: datetime) -> AuditCheckpoint | None:
    """Sign how far the chain has come; None where it has not moved since the last time."""
    head = session.execute(select(AuditHead.sequence, AuditHead.hash)).one()
    if not head.sequence or session.get(AuditCheckpoint, head.sequence) is not None:
        return None
    key_id, _, seed = signing_key.reveal().strip().partition(":")
    key = Ed25519PrivateKey.from_private_bytes(_unbase64(seed))
    now = now.replace(microsecond=0)
    point = AuditCheckpoint(sequence=head.sequence, hash=bytes(head.hash), at=now, key_id=key_id)
    point.signature = key.sign(_signed(point))
    session.add(point)
    return point


def is_genuine(point: Any, keys: dict[str, Ed25519PublicKey]) -> bool:
    """Tell whether a checkpoint bears the signature of a trusted key."""
    key = keys.get(point.key_id)
    if key is None:
        return False
    try:
        key.verify(bytes(point.signature), _signed(point))
    except InvalidSignature:
        return False
    return True


def public_keys(trusted: str) -> dict[str, Ed25519PublicKey]:
    """Read CRM_TRUSTED_KEYS; only the gateway's own keys sign the log."""
    pairs = (item.strip().partition(":") for item in trusted.split(",") if item.strip().startswith("gateway/"))
    return {key_id: Ed25519PublicKey.from_public_bytes(_unbase64(raw)) for key_id, _, raw in pairs}


def retain(session: Session, *, days: int, now: datetime) -> int:
    """Let go of up to 10,000 entries that a checkpoint older than so many days covers; gives how many."""
    points, first = select(func.max(AuditCheckpoint.sequence)), session.scalar(_FIRST)
    covered = session.scalar(points.where(AuditCheckpoint.at < now - timedelta(days=days)))
    if covered is None or first is None or covered < first:
        return 0
    # Only ever up to a checkpoint: it vouches from then on for what was before.
    last = session.scalar(points.where(AuditCheckpoint.sequence < min(first + RETIRED_AT_ONCE, covered + 1)))
    if last is None or last < first:
        last = session.scalar(select(func.min(AuditCheckpoint.sequence)).where(AuditCheckpoint.sequence >= first))
    session.execute(text("SET LOCAL maitre.audit_retention = 'on'"))
    gone = session.execute(delete(AuditEntry).where(AuditEntry.sequence <= last))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _signed(point: Any) -> bytes:
    """Write what a checkpoint's signature is of."""
    return b"maitre/audit-checkpoint/v1" + orjson.dumps(
        [point.sequence, bytes(point.hash).hex(), int(point.at.timestamp())]
    )


def _unbase64(text_: str) -> bytes:
    return base64.urlsafe_b64decode(text_ + "=" * (-len(text_) % 4))
