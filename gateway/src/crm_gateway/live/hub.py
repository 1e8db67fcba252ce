"""The hub: from the broker's thread to every client that may know, within one loop and without waiting for anyone."""

import asyncio
import random
import threading
from collections import deque
from datetime import UTC, datetime
from itertools import chain

import orjson
from prometheus_client import Counter, Gauge, Histogram

from crm_gateway.live.audiences import RELOAD_EVERY_S, Audience, Client, Reason, View
from crm_gateway.live.history import History
from crm_gateway.live.messages import read

GATHERED_S = 0.01
"""Messages that come within so many seconds go to a client in one packet."""
MOST_UNREAD = 20_000
BEAT_S = 15.0
STUCK_S = 30.0
SWEEP_S = 0.5
RETRY_MS = 3_000
SPREAD_MS_PER_CLIENT, LONGEST_SPREAD_MS = 5, 10_000

STREAMS = Gauge("crm_live_streams", "Open streams")
MESSAGES = Counter("crm_live_messages", "Changes told to at least one audience, or that nobody listened to", ["topic"])
RELOADS = Counter("crm_live_reloads", "Times that clients were told to reload", ["reason"])
STUCK = Counter("crm_live_stuck", "Streams ended because their client took nothing any more")
DELAY = Histogram(
    "crm_live_delay_seconds", "From the recording of a fact to its sending",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip


class Hub:
    """Tells every client what it may know; all but ``take`` and ``gap`` belong to the loop's thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._unread: deque[bytes] = deque()
        self._lock = threading.Lock()
        self._is_due = self._has_gap = False
        self._audiences: dict[View, Audience] = {}
        self._history = History(loop.time)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    # from the broker's thread

    def take(self, body: bytes) -> None:
        """Take an event; it is told with those that come within the next moment."""
        with self._lock:
            if len(self._unread) >= MOST_UNREAD:
                self._unread.clear()
                self._has_gap = True
            self._unread.append(body)
            self._wake()

    def gap(self) -> None:
        """Note that events may be missing here."""
        with self._lock:
            self._unread.clear()  # whoever reloads has seen what they tell
            self._has_gap = True
            self._wake()

    def _wake(self) -> None:
        if not self._is_due:
            self._is_due = True
            self._loop.call_soon_threadsafe(self._loop.call_later, GATHERED_S, self._tell)

    # in the loop

    def join(self, client: Client, last_id: str | None) -> None:
        """Let a client follow from now on, and tell it what it missed since ``last_id``, or to reload."""
        now = self._loop.time()
        audience = self._audiences.setdefault(client.view, Audience(client.view, now))
        audience.clients.add(client)
        self._count += 1
        STREAMS.set(self._count)
        client.write(f"retry: {RETRY_MS}\n: welcome\nid: {self._history.id}\n\n".encode(), now)
        if not last_id:
            return
        missed = self._history.since(last_id)
        if missed is None:
            client.write(self._reload(Reason.GAP), now)
            return
        data = b"".join(told.written(client.view.sees) for told in missed if client.view.takes(told.message))
        if data:
            client.write(data, now)

    def leave(self, client: Client) -> None:
        """Forget a client."""
        audience = self._audiences[client.view]
        audience.clients.discard(client)
        if not audience.clients:
            del self._audiences[client.view]
        self._count -= 1
        STREAMS.set(self._count)

    def send_away(self, client: Client, *, is_changed: bool) -> None:
        """End a stream whose owner may see other things from now on, or nothing more."""
        if is_changed:
            client.write(self._reload(Reason.CHANGED), self._loop.time())
        client.end()

    def close(self) -> None:
        """Ask every client to come back in a while of its own, and end its stream."""
        spread = self._spread_ms()
        for client in list(self._clients()):
            client.write(b"retry: %d\n\n" % (500 + random.randrange(spread + 1)), self._loop.time())  # noqa: S311  jitter
            client.end()

    async def keep_up(self) -> None:
        """Beat, tell those to reload who must, and end streams that are stuck; until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_S)
            now = self._loop.time()
            for client in list(self._clients()):
                self._look_after(client, now)

    def _tell(self) -> None:
        """Tell what has come since the last time."""
        with self._lock:
            bodies, self._unread = self._unread, deque()
            self._is_due, has_gap, self._has_gap = False, self._has_gap, False
        now = self._loop.time()
        if has_gap:
            self._history.break_off()
            for audience in self._audiences.values():
                audience.have_reload(Reason.GAP)
        news = [self._history.add(message) for message in map(read, bodies) if message is not None]
        if not news:
            return
        for audience in self._audiences.values():
            audience.tell(news, now)
        instant = datetime.now(UTC)
        for told in news:
            MESSAGES.labels(told.message.topic.name).inc()
            DELAY.observe((instant - told.message.at).total_seconds())

    def _look_after(self, client: Client, now: float) -> None:
        """Do for one client what time asks for."""
        if client.stuck_for(now) > STUCK_S:
            STUCK.inc()
            client.transport.abort()
        elif client.must_reload:
            if client.stuck_since is None and now - client.reloaded_at >= RELOAD_EVERY_S:
                reason, client.must_reload, client.reloaded_at = client.must_reload, None, now
                client.write(self._reload(reason), now)
        elif now - client.written_at >= BEAT_S:
            # The id keeps a quiet client's place in the history: it may come back without a reload.
            client.write(f": beat\nid: {self._history.id}\n\n".encode(), now)

    def _reload(self, reason: Reason) -> bytes:
        """Write the event that has a client fetch anew; where all must, each at its moment within ``spread_ms``."""
        RELOADS.labels(reason.value).inc()
        spread_ms = self._spread_ms() if reason in {Reason.GAP, Reason.FLOOD} else 0
        data = orjson.dumps({"reason": reason.value, "spread_ms": spread_ms})
        return b"event: reload\nid: %s\ndata: %s\n\n" % (self._history.id.encode(), data)

    def _spread_ms(self) -> int:
        return min(LONGEST_SPREAD_MS, self._count * SPREAD_MS_PER_CLIENT)

    def _clients(self) -> chain[Client]:
        return chain.from_iterable(audience.clients for audience in self._audiences.values())
