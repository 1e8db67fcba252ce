"""What other services say, and what loyalty then holds."""

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

import orjson
from sqlalchemy import text
from uuid_utils.compat import uuid7

from crm_chassis.events import envelope
from crm_contracts import customer
from crm_loyalty.consumers import subscriptions

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LOCATION = UUID(int=7)
_sequences = count(1)


def body(event, *, sequence=None, event_id=None, is_restated=False) -> bytes:
    """Put an event into an envelope, as its owner's relay would send it."""
    return envelope(
        event,
        id=event_id or uuid7(),
        sequence=next(_sequences) if sequence is None else sequence,
        time=NOON,
        is_restated=is_restated,
    )


def with_unknown_field(sent: bytes) -> bytes:
    """Add a field that a later release may send, to the envelope and to its data."""
    told = orjson.loads(sent)
    told["data"]["mood"] = told["mood"] = "sunny"
    return orjson.dumps(told)


def registered(guest, at=NOON):
    return customer.RegisteredV1(customer_id=guest, occurred_at=at)


def recorded(order, guest, spend, revision=1, at=NOON):
    return customer.OrderRecordedV1(**_order(order, guest, spend, revision, at), total_minor=spend, channel="dine_in")


def corrected(order, guest, spend, revision, at=NOON):
    return customer.OrderCorrectedV1(
        **_order(order, guest, spend, revision, at), total_minor=spend, channel="dine_in", is_void=spend == 0
    )


def refunded(order, guest, spend, revision, at=None):
    at = at or NOON + timedelta(days=revision)
    return customer.OrderRefundedV1(**_order(order, guest, spend, revision, at), refund_id=uuid7(), refund_minor=1)


def merged(guest, survivor):
    return customer.MergedV1(merge_id=uuid7(), customer_id=guest, survivor_id=survivor, occurred_at=NOON)


def unmerged(guest, survivor):
    return customer.UnmergedV1(merge_id=uuid7(), customer_id=guest, survivor_id=survivor, occurred_at=NOON)


def erased(guest):
    return customer.ErasedV1(customer_id=guest, occurred_at=NOON)


def deliver(database, *bodies):
    """Deliver messages in one batch."""
    with database.transaction() as session:
        return subscriptions.deliver(session, bodies)


def hear(database, *events):
    """Deliver each event in a batch of its own."""
    for event in events:
        deliver(database, body(event))


def query(database, statement, **parameters):
    """Read rows as tuples."""
    with database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(statement), parameters)]


def balances(database) -> dict[UUID, int]:
    """Give every member's balance, having checked that it is the sum of their entries."""
    sums = dict(query(database, "SELECT customer_id, sum(points) FROM entries GROUP BY customer_id"))
    cached = dict(query(database, "SELECT customer_id, balance FROM members"))
    assert {guest: sums.get(guest, 0) for guest in cached} == cached
    assert sums.keys() <= cached.keys()
    return cached


def announced(database, fact=None) -> list[dict]:
    """List what waits in the outbox, oldest first; only ``loyalty.<fact>.v1`` where one is named."""
    rows = query(database, "SELECT body FROM outbox ORDER BY id")
    told = [orjson.loads(bytes(row[0])) for row in rows]
    return [one for one in told if fact is None or one["type"] == f"loyalty.{fact}.v1"]


def _order(order, guest, spend, revision, at):
    return {
        "order_id": order,
        "customer_id": guest,
        "location_id": LOCATION,
        "revision": revision,
        "currency": "USD",
        "spend_minor": spend,
        "refunded_minor": 0,
        "occurred_at": at,
    }
