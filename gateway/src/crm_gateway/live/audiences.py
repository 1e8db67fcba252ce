"""Who is listening: clients, and the audiences of those who may see and want the same (each message written once)."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from crm_chassis.auth import Principal
from crm_gateway.live.history import Told
from crm_gateway.live.messages import Message
from crm_gateway.live.topics import TOPICS

MOST_BUFFERED = 64 * 1024
"""Bytes that wait for a slow client; of what comes on top it is told to reload."""
RELOAD_EVERY_S = 2.0
MESSAGES_PER_S, BURST = 100, 400
"""What one audience is told message by message; beyond it (an import runs) it is told to reload now and then."""


class Reason(StrEnum):
    """Why a client must fetch anew what it shows."""

    GAP = "gap"  # messages may be missing: the broker was away, or this replica was not there
    FLOOD = "flood"  # more changed than is told one by one
    BEHIND = "behind"  # this client took what it was sent too slowly
    CHANGED = "changed"  # it may see other things from now on


@dataclass(frozen=True)
class View:
    """What a client may see, and of it wants: ``locations`` and ``customer_id`` None mean all."""

    sees: frozenset[str]
    topics: frozenset[str]
    locations: frozenset[UUID] | None = None
    customer_id: str | None = None

    @classmethod
    def of(cls, principal: Principal, topics: Iterable[str] | None, customer_id: str | None) -> "View":
        """Give a principal's view, narrowed to these topics and this guest."""
        allowed = frozenset(topic.name for topic in TOPICS if topic.may_follow(principal))
        return cls(
            sees=frozenset(principal.sees),
            topics=allowed if topics is None else allowed & frozenset(topics),
            locations=None if principal.locations is None else frozenset(principal.locations),
            customer_id=customer_id,
        )

    def takes(self, message: Message) -> bool:
        """Tell whether this message is for those with this view."""
        if message.topic.name not in self.topics:
            return False
        if self.customer_id is not None and not message.is_about(self.customer_id):
            return False
        location = message.fields.get("location_id")
        return self.locations is None or location is None or UUID(str(location)) in self.locations


class Client:
    """One open stream; ``done`` ends it."""

    def __init__(self, transport: asyncio.Transport, view: View, now: float) -> None:
        self.transport, self.view = transport, view
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.must_reload: Reason | None = None
        self.reloaded_at = now - RELOAD_EVERY_S
        self.written_at = now
        self.stuck_since: float | None = None

    def write(self, data: bytes, now: float) -> None:
        """Send, or note that it must reload where too much waits for it already; never waits.

        Until it is told to, it is told nothing: an id would let it come back as if it had missed nothing.
        """
        if self.must_reload or self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size() + len(data) > MOST_BUFFERED:
            self.must_reload = Reason.BEHIND
            return
        self.transport.write(data)
        self.written_at = now

    def end(self) -> None:
        """End the stream; what is written already still goes out."""
        if not self.done.done():
            self.done.set_result(None)

    def stuck_for(self, now: float) -> float:
        """Seconds for which bytes have been waiting without a break; look at it regularly."""
        if self.transport.get_write_buffer_size() == 0:
            self.stuck_since = None
            return 0
        self.stuck_since = now if self.stuck_since is None else self.stuck_since
        return now - self.stuck_since


class Audience:
    """The clients of one view."""

    def __init__(self, view: View, now: float) -> None:
        self.view = view
        self.clients: set[Client] = set()
        self._allowance, self._counted_at = float(BURST), now

    def tell(self, news: Iterable[Told], now: float) -> None:
        """Send what is for this view in one go; where it is too much, have all of them reload instead."""
        wanted = [told for told in news if self.view.takes(told.message)]
        if not wanted:
            return
        self._allowance = min(BURST, self._allowance + (now - self._counted_at) * MESSAGES_PER_S)
        self._counted_at = now
        if len(wanted) > self._allowance:
            self.have_reload(Reason.FLOOD)
            return
        self._allowance -= len(wanted)
        data = b"".join(told.written(self.view.sees) for told in wanted)
        for client in self.clients:
            client.write(data, now)

    def have_reload(self, reason: Reason) -> None:
        """Note that all of them must reload."""
        for client in self.clients:
            client.must_reload = client.must_reload or reason
