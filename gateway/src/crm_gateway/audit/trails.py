"""One request's way through the log: what is recorded before it does anything, and after its answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

from crm_chassis.auth import ANYONE, Principal
from crm_gateway.audit.entries import ATTEMPT, CHANGE, OUTCOME, REFUSED, VIEW, Entry
from crm_gateway.audit.recorder import Recorder
from crm_gateway.audit.watching import LARGEST_PARSED, Hasher, Watch, fields_in, guests_in, parsed, watches

MOST_IDS_OF_KEYS = 100
"""A till's array is an entry with the count of its guests: the orders themselves say who they were."""
PARSED_AT_ONCE = 64 * 1024
STAFF = "staff"


@dataclass(frozen=True)
class Asked:
    """What the log keeps of a request: its path below the base, its query, and where it came from."""

    path: str
    query: str = ""
    body: bytes = b""
    request_id: str | None = None
    address: str = ""


class Trail:
    """What is known of one request; ``ended`` or ``answered`` must follow."""

    def __init__(self, recorder: Recorder, watch: Watch, entry: Entry, body: bytes) -> None:
        self._recorder, self._watch, self._entry, self._body = recorder, watch, entry, body

    def ended(self, status: int, content: bytes = b"", customer_ids: set[UUID] | None = None) -> None:
        """Record what became of the request; the answer's content is looked through behind everybody's back."""
        is_refused = status == HTTPStatus.FORBIDDEN
        if status >= HTTPStatus.BAD_REQUEST:
            if self._entry.kind == VIEW and not is_refused:
                return
            content = b""
        entry = replace(self._entry, status=status)
        if is_refused and self._entry.kind in {VIEW, CHANGE}:
            entry = replace(entry, kind=REFUSED)
        made = partial(_complete, self._watch, entry, self._body, content, customer_ids or set())
        self._recorder.later(made, len(content) + len(self._body))

    def streamed(self, status: int, content: Any) -> Any:
        """Give a long answer on, and record it once it has gone through."""
        return _Tee(self, status, content)


class Trails:
    """Begins trails; knows the operations of the merged document."""

    def __init__(self, recorder: Recorder, hasher: Hasher, document: Mapping[str, Any]) -> None:
        self.recorder, self.hasher = recorder, hasher
        self._watches = watches(document)

    def begin(self, action: str, principal: Principal, asked: Asked, *, is_followed: bool = False) -> Trail | None:
        """Begin a trail, None for what is not followed; a change by a person is committed here as attempted.

        Raises AuditUnavailable where what is about to happen could not be recorded.
        """
        watch = self._watches.get(action)
        if watch is None or principal.role == ANYONE or not (is_followed or watch.is_followed):
            return None
        entry = self._entry(watch, principal, asked)
        if entry.kind != CHANGE or principal.kind != STAFF:
            self.recorder.check_room()
            return Trail(self.recorder, watch, entry, asked.body if watch.is_change else b"")
        body = parsed(asked.body) if len(asked.body) <= PARSED_AT_ONCE else None
        if body is not None:
            entry = replace(entry.about(guests_in(body)), changed=fields_in(body, watch))
        sequence = self.recorder.attempt(replace(entry, kind=ATTEMPT))
        outcome = replace(entry, kind=OUTCOME, attempt=sequence)
        return Trail(self.recorder, watch, outcome, b"" if body is not None else asked.body)

    def kept_forms(self, value: str) -> tuple[str, ...]:
        """Give every form in which entries may hold that this value was looked for."""
        names = {"email"}.union(*(each.searches for each in self._watches.values()))
        names |= {name for each in self._watches.values() if not each.is_change for name in each.fields}
        return tuple(f"{name}:{hashed}" for hashed in self.hasher.all_of(value) for name in sorted(names))

    def refused(self, action: str, principal: Principal, asked: Asked) -> None:
        """Record that somebody asked for what their role may not do."""
        watch = self._watches.get(action)
        if watch is not None:
            entry = replace(self._entry(watch, principal, asked), kind=REFUSED, status=int(HTTPStatus.FORBIDDEN))
            self.recorder.later(lambda: entry)

    def _entry(self, watch: Watch, principal: Principal, asked: Asked) -> Entry:
        entry = Entry(
            at=datetime.now(UTC),
            kind=CHANGE if watch.is_change else VIEW,
            actor_kind=principal.kind,
            actor_id=principal.id,
            actor_role=principal.role,
            action=watch.action,
            method=watch.method,
            searched=self._searched(watch, asked),
            request_id=asked.request_id,
            address=self.hasher.of(asked.address) if asked.address else None,
        )
        named = watch.named_in(asked.path)
        return entry.about(named) if named else entry

    def _searched(self, watch: Watch, asked: Asked) -> tuple[str, ...]:
        if watch.is_change or watch.method == "GET":
            return self.hasher.searched(watch, asked.query)
        return self.hasher.searched_in(watch, parsed(asked.body))


def _complete(watch: Watch, entry: Entry, body: bytes, content: bytes, known: set[UUID]) -> Entry:
    """Add to an entry whom its bodies are about; runs in the writer's thread."""
    if body:
        sent = parsed(body)
        known = known | guests_in(sent)
        entry = replace(entry, changed=fields_in(sent, watch))
    if content and (watch.has_guests or watch.is_change):
        known = known | guests_in(parsed(content), are_guests=watch.answers_guests)
    if not known:
        return entry
    return entry.about(known) if entry.actor_kind == STAFF else entry.about(known, MOST_IDS_OF_KEYS)


class _Tee:
    """An answer on its way through, copied for the log as far as that is any use."""

    def __init__(self, trail: Trail, status: int, content: Any) -> None:
        self._trail, self._status, self._content = trail, status, content
        self._copy = bytearray()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._content:
            if len(self._copy) <= LARGEST_PARSED:
                self._copy += chunk
            yield chunk

    def close(self) -> None:
        """Close the answer and record it, whoever broke it off."""
        try:
            self._content.close()
        finally:
            self._trail.ended(self._status, bytes(self._copy))
