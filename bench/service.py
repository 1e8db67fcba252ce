"""The little service that is measured: it emits paid orders and keeps orders and spend per guest of what it hears."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.config import ServiceSettings, read_settings
from crm_chassis.consuming import Subscriptions
from crm_chassis.events import Received
from crm_contracts.customer import OrderLine, OrderRecordedV1
from crm_contracts.topology import Topology

GUESTS = 20_000
POISON = -1
"""The spend of an order that the handler refuses, always."""

TOPOLOGY = Topology(
    owners=("customer",), listeners={"bench": (OrderRecordedV1.type,)}, announced=(OrderRecordedV1.type,)
)
TABLE = """
CREATE TABLE IF NOT EXISTS stats (customer_id uuid PRIMARY KEY, orders bigint NOT NULL, spend_minor bigint NOT NULL)
"""
PROJECT = text("""
INSERT INTO stats AS known (customer_id, orders, spend_minor)
SELECT * FROM unnest(CAST(:guests AS uuid[]), CAST(:orders AS bigint[]), CAST(:spend AS bigint[]))
ON CONFLICT (customer_id) DO UPDATE
SET orders = known.orders + excluded.orders, spend_minor = known.spend_minor + excluded.spend_minor
""")

subscriptions = Subscriptions("bench")


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """A service like any other."""

    service: str = "bench"


def settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings of the bench's process, from its environment unless another is given."""
    return read_settings(Settings, os.environ if environ is None else environ)


@subscriptions.on(OrderRecordedV1)
def add_up(session: Session, events: Sequence[Received[OrderRecordedV1]]) -> None:
    """Keep orders and spend per guest: one upsert for the micro-batch, in sorted order."""
    sums: dict[UUID, tuple[int, int]] = {}
    for event in events:
        if event.data.spend_minor == POISON:
            raise ValueError("poison")
        orders, spend = sums.get(event.data.customer_id, (0, 0))
        sums[event.data.customer_id] = (orders + 1, spend + event.data.spend_minor)
    guests = sorted(sums)
    session.execute(
        PROJECT, {"guests": guests, "orders": [sums[g][0] for g in guests], "spend": [sums[g][1] for g in guests]}
    )


def paid_orders(count: int, seed: int = 1) -> Iterable[OrderRecordedV1]:
    """*count* paid orders of ordinary size (three lines) of 20,000 guests."""
    random = Random(seed)
    guests = [UUID(int=random.getrandbits(128), version=4) for _ in range(GUESTS)]
    place, item = uuid7(), uuid7()
    now = datetime.now(UTC)
    for _ in range(count):
        spend = random.randrange(500, 20_000)
        yield OrderRecordedV1(
            order_id=uuid7(),
            customer_id=random.choice(guests),
            location_id=place,
            revision=1,
            channel="dine_in",
            currency="USD",
            total_minor=spend,
            spend_minor=spend,
            refunded_minor=0,
            occurred_at=now,
            lines=(OrderLine(item_id=item, quantity=1, amount_minor=spend // 3),) * 3,
        )
