"""What an order's money means (RULES B1); every amount is in integer minor units of the one currency."""

from collections.abc import Iterable, Mapping
from typing import Any

PAID, OPEN, VOID = "paid", "open", "void"


def spend(
    *, status: str, total_minor: int, tip_minor: int, tax_minor: int, refunded_minor: int, includes_tax: bool
) -> int:
    """Return what counts as spend: a paid total less tip, less refunds, less tax unless it counts; never below zero."""
    if status != PAID:
        return 0
    return max(0, total_minor - tip_minor - (0 if includes_tax else tax_minor) - refunded_minor)


def line_amount(line: Mapping[str, Any]) -> int:
    """Return what a line costs after its discount."""
    return int(line["quantity"] * line["unit_price_minor"] - line.get("discount_minor", 0))


def disagreements(
    *, total_minor: int, tip_minor: int, tax_minor: int, lines: Iterable[Mapping[str, Any]] | None
) -> dict[str, list[str]]:
    """Name the fields whose amounts contradict each other; an empty answer means that they agree."""
    errors: dict[str, list[str]] = {}
    if tip_minor + tax_minor > total_minor:
        errors["total_minor"] = ["Is less than tax and tip together."]
    if lines is None:
        return errors
    amounts = [line_amount(line) for line in lines]
    for position, amount in enumerate(amounts):
        if amount < 0:
            errors[f"lines.{position}.discount_minor"] = ["Is more than the line costs."]
    expected = sum(amounts) + tip_minor + tax_minor
    if not errors and amounts and expected != total_minor:
        errors["total_minor"] = [f"Lines less discounts plus tax and tip make {expected}."]
    return errors


def average(amount_minor: int, count: int) -> int | None:
    """Return the mean rounded half up, or None of nothing."""
    return (2 * amount_minor + count) // (2 * count) if count else None
