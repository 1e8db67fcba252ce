"""How the restaurant's success is measured: windows of days, and how sure a figure is."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt

WINDOW = 90
"""Days in the window that is looked at, and in the one before it."""

MONTH = 30
YEAR = timedelta(days=364)
"""A year in whole weeks: as many Fridays and Saturdays on both sides."""

SURE = 1.959963984540054
"""Standard deviations of a 95 % interval."""

YEAR_EARLIER, FIRST_WINDOW = "year_earlier", "first_full_window"


@dataclass(frozen=True)
class Window:
    """Days from and to, both counted."""

    from_on: date
    to_on: date


@dataclass(frozen=True)
class Interval:
    """Between what the true figure lies with 95 % confidence, and how that was found."""

    low: float
    high: float
    method: str


def windows(until: date) -> tuple[Window, Window]:
    """Return the window that ends on a day, and the one just before it, of 90 days each."""
    begins = until - timedelta(days=WINDOW - 1)
    return Window(begins, until), Window(begins - timedelta(days=WINDOW), begins - timedelta(days=1))


def baseline(today: date, first_visit_on: date | None) -> tuple[date, str] | None:
    """Return the day on which the window to compare with ends, and which it is; None while the history is too short.

    That of 364 days earlier if the history covers both its windows, else the first that it covers, once that one is
    over before the present window begins.
    """
    if first_visit_on is None:
        return None
    first_full = first_visit_on + timedelta(days=2 * WINDOW - 1)
    if first_full <= today - YEAR:
        return today - YEAR, YEAR_EARLIER
    return (first_full, FIRST_WINDOW) if first_full < windows(today)[0].from_on else None


def wilson(hits: int, of: int) -> Interval | None:
    """Return Wilson's score interval of a share (E. B. Wilson, JASA 22, 1927), None of nothing."""
    if of == 0:
        return None
    share, z2 = hits / of, SURE**2
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    reach = SURE * sqrt(share * (1 - share) / of + z2 / (4 * of**2)) / (1 + z2 / of)
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach), "wilson")


def mean_interval(total: int, squares: int, of: int, scale: float = 1.0) -> Interval | None:
    """Return the normal interval of a mean, from the values' sum and sum of squares, times *scale*; None below two."""
    if of < 2:  # noqa: PLR2004  one value says nothing of how they vary
        return None
    mean = total / of
    variance = max(0.0, (squares - total * mean) / (of - 1))
    reach = SURE * sqrt(variance / of)
    return Interval(max(0.0, mean - reach) * scale, (mean + reach) * scale, "normal")
