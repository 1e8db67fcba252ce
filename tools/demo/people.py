"""Who comes to the demo restaurant: names, contacts, birthdays, and households that share an address or a phone."""

from dataclasses import dataclass

import numpy as np
from faker import Faker

LOCALES = ["en_US", "es_MX", "it_IT", "fr_FR", "de_DE", "zh_CN", "vi_VN", "pl_PL"]
LOCALE_WEIGHTS = [0.68, 0.1, 0.05, 0.04, 0.04, 0.04, 0.03, 0.02]
TAGS = [
    "regular's table",
    "wine club",
    "press",
    "neighbour",
    "quiet table",
    "off-duty chef",
    "theater crowd",
    "stroller",
]
SOURCES = ["walk_in", "website", "referral", "event", "social"]
HOUSEHOLD_SHARE = 0.15


@dataclass(frozen=True)
class Guest:
    """A person as the till and the host know them; ``registered`` guests left their details themselves."""

    external_id: str
    name: str
    email: str | None
    phone: str | None
    birthday: dict[str, int] | None
    tags: tuple[str, ...]
    source: str
    registered: bool


def guests(count: int, rng: np.random.Generator, seed: int) -> list[Guest]:
    """Invent *count* guests; about one in seven shares the phone of somebody before them."""
    fake = Faker(LOCALES)
    fake.seed_instance(seed)
    found: list[Guest] = []
    for number in range(1, count + 1):
        locale = str(rng.choice(LOCALES, p=LOCALE_WEIGHTS))
        found.append(_guest(number, fake[locale], rng, found))
    return found


def _guest(number: int, fake: Faker, rng: np.random.Generator, before: list[Guest]) -> Guest:
    """One guest, perhaps of a household that came before."""
    registered = bool(rng.random() < 0.45)
    has_email = registered or rng.random() < 0.4
    name = fake.name()
    phone = f"+1415555{number % 10000:04d}" if rng.random() < 0.7 else None
    if before and rng.random() < HOUSEHOLD_SHARE:
        relative = before[int(rng.integers(max(0, len(before) - 50), len(before)))]
        phone = relative.phone
    return Guest(
        external_id=f"G{number:05d}",
        name=name,
        email=f"guest{number}@example.com" if has_email else None,
        phone=phone,
        birthday=_birthday(rng) if registered and rng.random() < 0.7 else None,
        tags=tuple(sorted({str(tag) for tag in rng.choice(TAGS, size=int(rng.integers(0, 3)))})) if registered else (),
        source=str(rng.choice(SOURCES)),
        registered=registered,
    )


def _birthday(rng: np.random.Generator) -> dict[str, int]:
    """A birthday, half of the time without its year."""
    day = {"month": int(rng.integers(1, 13)), "day": int(rng.integers(1, 29))}
    return day | {"year": int(rng.integers(1940, 2006))} if rng.random() < 0.5 else day
