"""The restaurant's success in figures, each with what it counts, how sure it is, and what it is compared with."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from crm_customer.queries.returning import Returning, first_visit_on, returning
from crm_customer.rules.figures import MONTH, WINDOW, Interval, Window, baseline, mean_interval, wilson, windows

RETENTION = (
    f"guests with a visit in the {WINDOW} days before the window and again in it ÷ guests with a visit in those "
    f"{WINDOW} days; a visit is a guest, location and business day with a paid order or a completed reservation"
)
FREQUENCY = (
    f"visits in the window ÷ guests with at least one of them ÷ {WINDOW // MONTH} (for {MONTH} days); a visit is a "
    "guest, location and business day with a paid order or a completed reservation"
)
PER_MONTH = MONTH / WINDOW


@dataclass(frozen=True)
class Figure:
    """A figure; ``n`` guests are counted, ``baseline`` is the same of the windows to compare with."""

    key: str
    value: float | None
    formula: str
    n: int
    interval: Interval | None
    window: dict[str, date]
    baseline: dict[str, Any] | None


def success_metrics(session: Session, *, today: date, locations: Collection[UUID] | None) -> list[Figure]:
    """Return retention rate and repeat visit frequency as of a day, at these locations (None: all)."""
    present = returning(session, until=today, locations=locations)
    compared = baseline(today, first_visit_on(session, locations=locations))
    past = None if compared is None else returning(session, until=compared[0], locations=locations)

    def figure(
        key: str, formula: str, count: Callable[[Returning], tuple[float | None, int]], sure: Interval | None
    ) -> Figure:
        value, n = count(present)
        known = None
        if compared is not None and past is not None:
            was, of = count(past)
            known = {"value": was, "n": of, "window": _days(windows(compared[0])[0]), "basis": compared[1]}
        return Figure(key, value, formula, n, sure, _days(windows(today)[0]), known)

    frequency = mean_interval(present.visits, present.squares, present.guests, PER_MONTH)
    return [
        figure("retention_rate", RETENTION, _retention, wilson(present.kept, present.before)),
        figure("repeat_visit_frequency", FREQUENCY, _frequency, frequency),
    ]


def _retention(counted: Returning) -> tuple[float | None, int]:
    return (counted.kept / counted.before if counted.before else None), counted.before


def _frequency(counted: Returning) -> tuple[float | None, int]:
    return (counted.visits / counted.guests * PER_MONTH if counted.guests else None), counted.guests


def _days(window: Window) -> dict[str, date]:
    return {"from": window.from_on, "to": window.to_on}
