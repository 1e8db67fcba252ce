"""Events become deliveries, one for each endpoint that wants them, in the transaction that puts them into the inbox."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.events import Received, envelope
from crm_gateway.models.webhooks import WebhookDelivery, WebhookEndpoint
from crm_gateway.webhooks.types import matches


def take(session: Session, events: Sequence[Received[Any]]) -> None:
    """Add a delivery per event and endpoint; an event told a second time adds none."""
    query = select(WebhookEndpoint.id, WebhookEndpoint.event_types).where(WebhookEndpoint.is_active)
    endpoints = session.execute(query).all()
    rows = [
        {
            "id": uuid7(),
            "endpoint_id": endpoint.id,
            "event_id": event.id,
            "event_type": event.type,
            "body": body_of(event),
        }
        for event in events
        for endpoint in endpoints
        if matches(endpoint.event_types, event.type)
    ]
    if rows:
        session.execute(insert(WebhookDelivery).values(rows).on_conflict_do_nothing())


def body_of(event: Received[Any]) -> bytes:
    """Write an event as its owner did."""
    return envelope(
        event.data,
        id=event.id,
        sequence=event.sequence,
        time=event.time,
        traceparent=event.traceparent,
        causation_id=event.causation_id,
        is_restated=event.is_restated,
    )
