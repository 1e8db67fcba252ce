"""What was eaten: an order's lines as other services hear of them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

MOST_TOLD = 50


def event_lines(lines: Iterable[Sequence[Any]]) -> list[tuple[UUID, int, int]]:
    """Sum lines (item, quantity, unit price, discount, ...) into (item, quantity, amount), the 50 dearest."""
    sums: dict[str, tuple[int, int]] = {}
    for item, quantity, price, discount, *_ in lines:
        known_quantity, known_amount = sums.get(item, (0, 0))
        sums[item] = known_quantity + quantity, known_amount + quantity * price - discount
    told = [(UUID(item), quantity, amount) for item, (quantity, amount) in sums.items()]
    return told if len(told) <= MOST_TOLD else sorted(told, key=lambda line: -line[2])[:MOST_TOLD]
