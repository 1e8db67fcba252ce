"""When guests come and what they spend: visits from MBG/NBD, spend from gamma-gamma, so that the truth is known.

Parameters are those the CLV evaluation uses (MBG/NBD r 1.257, alpha 6.04 weeks, a .368, b .716): Batislam, Denizel and
Filiztekin 2007; Fader, Hardie and Lee 2005 for gamma-gamma. Seasons and weekdays thin the visits afterwards.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from tools.demo.menu import MENU, Item

R, ALPHA_DAYS, A, B = 1.257, 6.04 * 7, 0.368, 0.716
SPEND_P, SPEND_Q, SPEND_GAMMA = 6.25, 3.74, 1300.0
HOURS = np.arange(11, 23)
HOUR_SHARE = np.array([0.05, 0.12, 0.11, 0.08, 0.07, 0.09, 0.12, 0.11, 0.09, 0.08, 0.05, 0.03])
MONTH_LIFT = np.array([0.82, 0.9, 0.97, 1.0, 1.05, 1.04, 0.95, 0.9, 1.02, 1.03, 1.06, 1.26]) / 1.26
WEEKDAY_LIFT = np.array([0.6, 0.65, 0.75, 0.85, 1.0, 1.0, 0.8])
CHANNELS, CHANNEL_SHARE = ["dine_in", "takeaway", "delivery"], [0.78, 0.14, 0.08]
TAX_RATE = 0.08


@dataclass(frozen=True)
class Visit:
    """One order of one guest (None: nobody said who), as the till will report it."""

    guest: int | None
    placed_at: datetime
    channel: str
    lines: tuple[tuple[Item, int], ...]
    discount_minor: int
    tip_minor: int


def visits(guests: int, start: date, end: date, rng: np.random.Generator) -> list[Visit]:
    """Every order between *start* and *end*, in the order of time; one in eight is anonymous."""
    found = []
    for guest in range(guests):
        for moment, target in _history(start, end, rng):
            found.append(_visit(guest if rng.random() > 0.01 else None, moment, target, rng))
    for _ in range(len(found) // 8):
        moment = _moment(start + timedelta(days=int(rng.integers(0, (end - start).days))), rng)
        found.append(_visit(None, moment, float(rng.gamma(4, 700)), rng))
    return sorted(found, key=lambda visit: visit.placed_at)


def _history(start: date, end: date, rng: np.random.Generator) -> list[tuple[datetime, float]]:
    """Moments and money of one guest: exponential gaps at an own rate, a coin of leaving after each visit."""
    rate = rng.gamma(R, 1 / ALPHA_DAYS)
    leaving = rng.beta(A, B)
    scale = rng.gamma(SPEND_Q, 1 / SPEND_GAMMA)
    day = start + timedelta(days=int(rng.integers(0, (end - start).days)))
    found = []
    while day < end:
        found.append((_moment(day, rng), float(rng.gamma(SPEND_P, 1 / scale))))
        if rng.random() < leaving:
            break
        day = _next_day(day, rate, end, rng)
    return found


def _next_day(day: date, rate: float, end: date, rng: np.random.Generator) -> date:
    """The next visit's day; a day out of season or early in the week is often put off to a later one."""
    day += timedelta(days=1 + int(min(rng.exponential(1 / max(rate, 1e-6)), 3000)))
    while day < end and rng.random() > MONTH_LIFT[day.month - 1] * WEEKDAY_LIFT[day.weekday()]:
        day += timedelta(days=1 + int(rng.integers(0, 4)))
    return day


def _moment(day: date, rng: np.random.Generator) -> datetime:
    """A moment within opening hours of *day*."""
    hour = int(rng.choice(HOURS, p=HOUR_SHARE))
    return datetime(day.year, day.month, day.day, hour, int(rng.integers(0, 60)), tzinfo=UTC)


def _visit(guest: int | None, moment: datetime, target: float, rng: np.random.Generator) -> Visit:
    """Choose items until the money of this visit is about spent."""
    weights = np.array([item.weight for item in MENU])
    chosen: dict[Item, int] = {}
    total = 0
    while total < target * 0.8 and len(chosen) < 12:
        item = MENU[int(rng.choice(len(MENU), p=weights / weights.sum()))]
        chosen[item] = chosen.get(item, 0) + 1
        total += item.price_minor
    discount = int(total * 0.1) if rng.random() < 0.05 else 0
    return Visit(
        guest=guest,
        placed_at=moment,
        channel=str(rng.choice(CHANNELS, p=CHANNEL_SHARE)),
        lines=tuple(chosen.items()),
        discount_minor=min(discount, next(iter(chosen)).price_minor),
        tip_minor=int(total * rng.choice([0, 0.1, 0.15, 0.18, 0.2])),
    )
