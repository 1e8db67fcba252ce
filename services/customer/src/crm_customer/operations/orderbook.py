"""Orders as rows: locked, created and rewritten many at a time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_customer.operations import facts
from crm_customer.operations.facts import Key, Record
from crm_customer.providers.vault import Vault

COLUMNS = {
    "id": "uuid",
    "source": "text",
    "external_id": "text",
    "version": "bigint",
    "revision": "integer",
    "content": "bytea",
    "status": "text",
    "location_id": "uuid",
    "placed_at": "timestamptz",
    "business_day": "date",
    "channel": "text",
    "currency": "text",
    "total_minor": "bigint",
    "tip_minor": "bigint",
    "tax_minor": "bigint",
    "refunded_minor": "bigint",
    "spend_minor": "bigint",
    "customer_id": "uuid",
    "attribution": "text",
    "is_placed": "boolean",
    "is_recorded": "boolean",
    "lines": "jsonb",
    "recorded_at": "timestamptz",
}
NAMES = ", ".join(f"orders.{column}" for column in COLUMNS)
LOCK = facts.locking("orders", COLUMNS)
LOCK_ONE = text(f"SELECT {NAMES} FROM orders WHERE id = :id FOR NO KEY UPDATE")  # noqa: S608


@dataclass(slots=True, kw_only=True)
class OrderState(Record):
    """An order as it stands; ``lines`` holds (item id, quantity, unit price, discount, sku) each."""

    status: str
    placed_at: datetime
    channel: str
    currency: str
    total_minor: int
    tip_minor: int
    tax_minor: int
    refunded_minor: int
    spend_minor: int
    is_placed: bool
    is_recorded: bool
    lines: list[Any]


def lock_known(session: Session, vault: Vault, keys: Collection[Key]) -> dict[Key, OrderState]:
    """Lock those of the orders that are known, buried ones too."""
    return facts.lock_known(session, LOCK, keys=keys, buried_id=vault.buried_order_id, state=OrderState)


def lock_one(session: Session, order_id: UUID) -> OrderState | None:
    """Lock an order by its id."""
    row = session.execute(LOCK_ONE, {"id": order_id}).one_or_none()
    return None if row is None else facts.read(row, OrderState)


def create(session: Session, orders: Iterable[OrderState]) -> None:
    """Insert orders; IntegrityError where another till was faster."""
    facts.create(session, "orders", COLUMNS, orders)


def rewrite(session: Session, orders: Iterable[OrderState]) -> None:
    """Update locked orders as they stand now."""
    facts.rewrite(session, "orders", COLUMNS, orders)
