"""What some guests must not or do not eat."""

from collections.abc import Sequence

import numpy as np

from tools.demo.people import Guest

SHARE = 0.12
NEEDS = [
    ("allergy", "peanuts"),
    ("allergy", "shellfish"),
    ("allergy", "tree nuts"),
    ("allergy", "sesame"),
    ("intolerance", "lactose"),
    ("intolerance", "gluten"),
    ("diet", "vegetarian"),
    ("diet", "vegan"),
    ("diet", "halal"),
    ("diet", "kosher"),
    ("dislike", "cilantro"),
    ("dislike", "olives"),
]
WEIGHTS = np.array([5, 5, 4, 2, 9, 9, 12, 6, 4, 2, 4, 2])


def dietary_needs(people: Sequence[Guest], rng: np.random.Generator) -> dict[str, list[dict[str, str]]]:
    """The needs of about one in eight registered guests, by external id; a third of them have two."""
    found = {}
    for guest in people:
        if guest.registered and rng.random() < SHARE:
            count = 2 if rng.random() < 0.33 else 1
            chosen = rng.choice(len(NEEDS), size=count, replace=False, p=WEIGHTS / WEIGHTS.sum())
            found[guest.external_id] = [{"kind": NEEDS[at][0], "name": NEEDS[at][1]} for at in sorted(chosen)]
    return found
