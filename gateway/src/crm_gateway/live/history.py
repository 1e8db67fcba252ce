"""What was told lately, so that a client whose connection broke is told what it missed (Last-Event-ID)."""

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from crm_gateway.live.messages import Message

MOST_KEPT = 2_000
KEPT_S = 300.0


@dataclass(frozen=True)
class Told:
    """A message with its place in this replica's history; written once for all who see the same."""

    number: int
    id: str
    message: Message
    told_at: float
    _written: dict[frozenset[str], bytes] = field(default_factory=dict)

    def written(self, sees: frozenset[str]) -> bytes:
        """Write it as Server-Sent Events have it, for those who see these classes of data."""
        if sees not in self._written:
            head = f"event: {self.message.topic.name}\nid: {self.id}\ndata: ".encode()
            self._written[sees] = head + self.message.data(sees) + b"\n\n"
        return self._written[sees]


class History:
    """The last messages of one replica, bounded in number and age; ids are good for this replica alone."""

    def __init__(self, now: Callable[[], float], *, most: int = MOST_KEPT, seconds: float = KEPT_S) -> None:
        self._now, self._most, self._seconds = now, most, seconds
        self._replica = secrets.token_hex(4)
        self._told: deque[Told] = deque()
        self._number = self._forgotten = 0

    @property
    def id(self) -> str:
        """The id of the last thing that happened."""
        return self._id(self._number)

    def add(self, message: Message) -> Told:
        """Number a message and keep it for a while."""
        self._number += 1
        told = Told(self._number, self.id, message, self._now())
        self._told.append(told)
        while len(self._told) > self._most or self._told[0].told_at < told.told_at - self._seconds:
            self._forgotten = self._told.popleft().number
        return told

    def break_off(self) -> None:
        """Note that messages were missed here: nobody can be told what happened before and after without a gap."""
        self._number += 1
        self._told.clear()
        self._forgotten = self._number

    def since(self, last_id: str) -> list[Told] | None:
        """Give what was told after this id; None where that is not known (any more), or by another replica."""
        replica, _, number = last_id.partition("-")
        if replica != self._replica or not (number.isascii() and number.isdigit() and len(number) < 20):  # noqa: PLR2004
            return None
        last = int(number)
        if not self._forgotten <= last <= self._number:
            return None
        return [told for told in self._told if told.number > last]

    def _id(self, number: int) -> str:
        return f"{self._replica}-{number}"
