"""Has the broker put into our inbox what active endpoints want, and nothing else."""

from datetime import UTC, datetime
from time import monotonic

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm_chassis import broker, topology
from crm_contracts.topology import TOPOLOGY
from crm_gateway.config import Settings
from crm_gateway.models.webhooks import WebhookEndpoint
from crm_gateway.webhooks.types import wanted

REPEATED_S = 60.0
"""The bindings are made again from time to time: a broker that lost its data knows none."""
logger = structlog.get_logger()


class Binding:
    """Follows what the endpoints of the installation want; one in each worker process, never two at the same time."""

    def __init__(self, settings: Settings) -> None:
        self._broker_url = settings.broker_url
        self._bound: frozenset[str] | None = None
        self._bound_at = 0.0

    def follow(self, session: Session) -> None:
        """Bind and unbind where the endpoints changed, and note since when each is listened for."""
        active = select(WebhookEndpoint.event_types).where(WebhookEndpoint.is_active)
        types = wanted(session.scalars(active))
        if types != self._bound or monotonic() - self._bound_at > REPEATED_S:
            try:
                self._bind(types)
            except (broker.BrokerAway, topology.NotDeclaredYet) as error:
                logger.warning("webhooks_not_bound", error=type(error).__name__)
                return
        unheard = update(WebhookEndpoint).where(WebhookEndpoint.is_active, WebhookEndpoint.listening_at.is_(None))
        session.execute(unheard.values(listening_at=datetime.now(UTC)))

    def _bind(self, types: frozenset[str]) -> None:
        with broker.channel(self._broker_url) as channel:
            topology.rebind(channel, "gateway", types, TOPOLOGY.announced)
        if types != self._bound:
            logger.info("webhooks_bound", types=len(types))
        self._bound, self._bound_at = types, monotonic()
