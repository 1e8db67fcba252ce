"""The instant after which nobody waits for this piece of work any more; it travels with the request."""

import time
from contextvars import ContextVar

HEADER = "X-Deadline"
_DEADLINE: ContextVar[float | None] = ContextVar("deadline", default=None)


def begin(header: str | None, *, default_s: float) -> None:
    """Take over the caller's deadline (unix milliseconds), or set one *default_s* seconds from now."""
    latest = time.time() + default_s
    given = int(header) / 1000 if header and header.isascii() and header.isdigit() and len(header) <= 15 else latest  # noqa: PLR2004
    _DEADLINE.set(min(given, latest))


def end() -> None:
    """Forget the deadline: the work is over."""
    _DEADLINE.set(None)


def remaining(most_s: float) -> float:
    """Return the seconds left, never more than *most_s* and never less than 0."""
    deadline = _DEADLINE.get()
    return most_s if deadline is None else max(0.0, min(most_s, deadline - time.time()))


def as_header(most_s: float) -> str:
    """Return the instant, in unix milliseconds, by which a callee must have answered."""
    return str(int((time.time() + remaining(most_s)) * 1000))
