"""What the gateway does about the services' facts: webhook endpoints get those they asked for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from crm_chassis.consuming import Subscriptions
from crm_chassis.events import Received
from crm_gateway.webhooks import intake
from crm_gateway.webhooks.types import EVENTS

subscriptions = Subscriptions("gateway")


def queue_for_webhooks(session: Session, events: Sequence[Received[Any]]) -> None:
    """Queue each event for the endpoints that want it."""
    intake.take(session, events)


subscriptions.on(*EVENTS.values())(queue_for_webhooks)
