"""Orders as rows: locked, created and rewritten many at a time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from crm_customer.operations import bulk
from crm_customer.providers.vault import Vault
from crm_customer.rules.matching import Attribution

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
LOCK = text(f"""
SELECT {NAMES} FROM orders
JOIN unnest(CAST(:sources AS text[]), CAST(:external_ids AS text[])) AS wanted (source, external_id)
  ON orders.source = wanted.source AND orders.external_id = wanted.external_id
ORDER BY orders.id FOR NO KEY UPDATE OF orders
""")  # noqa: S608 -- column names of our own
LOCK_ONE = text(f"SELECT {NAMES} FROM orders WHERE id = :id FOR NO KEY UPDATE")  # noqa: S608

Key = tuple[str, str]


@dataclass(slots=True)
class OrderState:
    """An order as it stands; ``lines`` holds (item id, quantity, unit price, discount, sku) each."""

    id: UUID
    source: str
    external_id: str
    version: int
    revision: int
    content: bytes
    status: str
    location_id: UUID
    placed_at: datetime
    business_day: date
    channel: str
    currency: str
    total_minor: int
    tip_minor: int
    tax_minor: int
    refunded_minor: int
    spend_minor: int
    customer_id: UUID | None
    attribution: str
    is_placed: bool
    is_recorded: bool
    lines: list[Any]
    recorded_at: datetime

    @property
    def guest(self) -> UUID | None:
        """The guest it is attributed to; an erased one is nobody."""
        return self.customer_id if self.attribution == Attribution.GUEST else None

    @property
    def is_buried(self) -> bool:
        """Whether its guest was erased: it keeps a random id, and nobody ever gets it again (RULES E3)."""
        return self.attribution == Attribution.ERASED and self.customer_id is not None


def lock_known(session: Session, vault: Vault, keys: Collection[Key]) -> dict[Key, OrderState]:
    """Lock those of the orders that are known, by the names their tills gave them, buried ones too (RULES E3)."""
    if not keys:
        return {}
    buried = {
        (source, vault.buried_order_id(source, external_id)): (source, external_id) for source, external_id in keys
    }
    names = [*keys, *buried]
    values = {"sources": [source for source, _ in names], "external_ids": [external_id for _, external_id in names]}
    states = [_state(row) for row in session.execute(LOCK, values)]
    return {buried.get((state.source, state.external_id), (state.source, state.external_id)): state for state in states}


def lock_one(session: Session, order_id: UUID) -> OrderState | None:
    """Lock an order by its id."""
    row = session.execute(LOCK_ONE, {"id": order_id}).one_or_none()
    return None if row is None else _state(row)


def create(session: Session, orders: Iterable[OrderState]) -> None:
    """Insert orders, in the order of their names; IntegrityError where another till was faster."""
    bulk.insert(
        session, "orders", COLUMNS, sorted(map(_row, orders), key=lambda row: (row["source"], row["external_id"]))
    )


def rewrite(session: Session, orders: Iterable[OrderState]) -> None:
    """Update locked orders as they stand now."""
    bulk.update(session, "orders", COLUMNS, list(map(_row, orders)))


def _state(row: Any) -> OrderState:
    state = OrderState(**row._mapping)  # noqa: SLF001 -- SQLAlchemy's public name for it
    state.content = bytes(state.content)
    return state


def _row(order: OrderState) -> dict[str, Any]:
    return {column: getattr(order, column) for column in COLUMNS}
