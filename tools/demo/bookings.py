"""Who had a table booked: about every third dine-in visit of a known guest, besides no-shows, cancellations, plans."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from tools.demo.api import SOURCE
from tools.demo.people import Guest
from tools.demo.visits import HOUR_SHARE, HOURS, Visit

BOOKED_SHARE = 0.35
NO_SHOW_SHARE, CANCELLED_SHARE, PLANNED_SHARE = 0.06, 0.08, 0.01
PLANNED_DAYS = 21
PARTY, PARTY_SHARE = [1, 2, 3, 4, 5, 6, 8, 12], [0.05, 0.46, 0.13, 0.2, 0.06, 0.06, 0.03, 0.01]
AREAS = ["terrace", "window", "bar", "dining room", "private room"]
REQUESTS = [
    "A quiet table, please.",
    "We bring a stroller.",
    "High chair for a two-year-old.",
    "By the window, if it can be had.",
    "Wheelchair: no steps, please.",
    "Sparkling wine on the table when we arrive.",
]
OCCASIONS = ["birthday", "anniversary", "business dinner", "graduation", "date night"]


def reservations(
    history: Sequence[Visit], people: Sequence[Guest], until: date, rng: np.random.Generator
) -> list[dict[str, Any]]:
    """Every reservation as the booking system reports it, in the order of time."""
    dined = [(v.placed_at, v.guest) for v in history if v.guest is not None and v.channel == "dine_in"]
    kept = [(_quarter(at), guest, "completed") for at, guest in dined if rng.random() < BOOKED_SHARE]
    past = len(kept) / (1 - NO_SHOW_SHARE - CANCELLED_SHARE)
    missed = ["no_show"] * int(past * NO_SHOW_SHARE) + ["cancelled"] * int(past * CANCELLED_SHARE)
    like = [dined[at] for at in rng.choice(len(dined), size=len(missed))] if dined else []
    others = [(_another_day(at, until, rng), guest, status) for (at, guest), status in zip(like, missed, strict=True)]
    planned = list(_planned(dined, int(past * PLANNED_SHARE), until, rng))
    found = sorted(kept + others + planned)
    return [_body(n, at, people[guest], status, rng) for n, (at, guest, status) in enumerate(found, 1)]


def _planned(
    dined: Sequence[tuple[datetime, int]], count: int, until: date, rng: np.random.Generator
) -> Iterator[tuple[datetime, int, str]]:
    """Tables booked for the next weeks, mostly by those who came lately."""
    recent = dined[-max(200, count) :]
    for _ in range(count if recent else 0):
        day = until + timedelta(days=1 + int(rng.integers(0, PLANNED_DAYS)))
        hour = int(rng.choice(HOURS, p=HOUR_SHARE))
        moment = datetime(day.year, day.month, day.day, hour, 15 * int(rng.integers(0, 4)), tzinfo=UTC)
        yield moment, recent[int(rng.integers(0, len(recent)))][1], "booked"


def _quarter(moment: datetime) -> datetime:
    """The quarter of an hour before *moment*: of the same business day in every zone."""
    return moment.replace(minute=moment.minute // 15 * 15)


def _another_day(moment: datetime, until: date, rng: np.random.Generator) -> datetime:
    """A time some weeks later, or earlier where that would be in the future."""
    days = timedelta(days=int(rng.integers(7, 60)))
    later = _quarter(moment) + days
    return later if later.date() < until else later - 2 * days


def _body(number: int, starts_at: datetime, guest: Guest, status: str, rng: np.random.Generator) -> dict[str, Any]:
    """One reservation; some guests say where they want to sit, what they need, what they celebrate."""
    body: dict[str, Any] = {
        "source": SOURCE,
        "external_id": f"B{number:06d}",
        "starts_at": starts_at.isoformat(),
        "party_size": int(rng.choice(PARTY, p=PARTY_SHARE)),
        "status": status,
        "guest": {"external_id": guest.external_id, "name": guest.name},
    }
    for field, texts, share in (("area", AREAS, 0.3), ("requests", REQUESTS, 0.15), ("occasion", OCCASIONS, 0.12)):
        if rng.random() < share:
            body[field] = str(rng.choice(texts))
    return body
