"""One line of the audit log, its canonical bytes and its hash."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

VIEW, ATTEMPT, OUTCOME, CHANGE, REFUSED, SIGN_IN = KINDS = (
    "view",  # guests' data was shown
    "attempt",  # a change is about to be tried: committed before anybody tries it
    "outcome",  # what became of an attempt
    "change",  # a till's change, written with its outcome in one
    "refused",  # somebody asked for what their role may not do
    "sign_in",  # somebody proved, or failed to prove, who they are
)
GENESIS = bytes(32)
"""What stands in place of the hash before the first entry."""
MOST_IDS = 1_000
"""Guests named in one entry; ``customers`` counts those beyond too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """What happened; no value of a guest's is in it, only ids, field names and keyed hashes."""

    at: datetime
    kind: str
    actor_kind: str
    actor_id: str
    actor_role: str
    action: str
    method: str
    status: int | None = None
    customer_ids: tuple[UUID, ...] = ()
    customers: int = 0
    times: int = 1
    searched: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    request_id: str | None = None
    address: str | None = None
    attempt: int | None = None

    def about(self, customer_ids: set[UUID], most: int = MOST_IDS) -> "Entry":
        """Give the entry with these guests added, sorted; beyond ``most`` they are only counted."""
        known = customer_ids.union(self.customer_ids)
        return replace(self, customer_ids=tuple(sorted(known)[:most]), customers=len(known))


def canonical(sequence: int, entry: Entry) -> bytes:
    """Write an entry the one way that its hash is made of; the first item is the form's version."""
    return orjson.dumps(
        [
            1,
            sequence,
            entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
            entry.kind,
            entry.actor_kind,
            entry.actor_id,
            entry.actor_role,
            entry.action,
            entry.method,
            entry.status,
            [str(each) for each in entry.customer_ids],
            entry.customers,
            entry.times,
            list(entry.searched),
            list(entry.changed),
            entry.request_id,
            entry.address,
            entry.attempt,
        ]
    )


def hash_of(previous: bytes, sequence: int, entry: Entry) -> bytes:
    """Give SHA-256 over the hash before and the entry's canonical bytes."""
    return hashlib.sha256(previous + canonical(sequence, entry)).digest()


def coalesce(entries: list[Entry]) -> list[Entry]:
    """Join views, refusals, tills' changes and failed sign-ins that differ in whom they are about and when alone."""
    joined: dict[Any, Entry] = {}
    for number, entry in enumerate(entries):
        key: Any = (entry.kind, entry.actor_id, entry.action, entry.status, entry.searched, entry.address)
        if entry.kind in {ATTEMPT, OUTCOME}:
            key = number
        known = joined.get(key)
        if known is None:
            joined[key] = entry
        elif known.customers + entry.customers > MOST_IDS:
            joined[number] = known
            joined[key] = entry
        else:
            both = replace(known, times=known.times + entry.times, changed=_union(known.changed, entry.changed))
            joined[key] = _about_both(both, entry)
    return list(joined.values())


def _about_both(entry: Entry, other: Entry) -> Entry:
    """Add the other's guests; where ids were left out the counts are added, for nobody knows who is in both."""
    unnamed = entry.customers - len(entry.customer_ids) + other.customers - len(other.customer_ids)
    named = entry.about(set(other.customer_ids))
    return replace(named, customers=named.customers + unnamed)


def _union(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return one if one == other else tuple(sorted({*one, *other}))
