"""Whose order it is (RULES C3): customer id, external id, e-mail, phone, each only where exactly one guest fits."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Attribution(StrEnum):
    """How an order stands to guests."""

    GUEST = "guest"
    ANONYMOUS = "anonymous"
    AMBIGUOUS = "ambiguous"
    ERASED = "erased"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Verdict:
    """What the identities of an order say; ``customer_id`` is set for GUEST alone."""

    attribution: Attribution
    customer_id: UUID | None = None


def verdict(fits: Iterable[frozenset[UUID] | set[UUID]]) -> Verdict:
    """Judge the sets of guests that fit each identity given, most telling identity first.

    UNKNOWN: identities were given and no guest fits any; the caller makes the one guest they stand for.
    """
    sets = list(fits)
    for fitting in sets:
        if len(fitting) == 1:
            return Verdict(Attribution.GUEST, next(iter(fitting)))
    if any(sets):
        return Verdict(Attribution.AMBIGUOUS)
    return Verdict(Attribution.UNKNOWN if sets else Attribution.ANONYMOUS)
