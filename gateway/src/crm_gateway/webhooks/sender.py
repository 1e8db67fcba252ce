"""Sends what is due: leased in the database, sent outside of any transaction, noted after the answer.

A process killed between sending and noting leaves a lease that runs out; the delivery is then sent again under the
same id, which is what receivers tell doubles by.
"""

import random
import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from time import perf_counter
from typing import Any
from uuid import UUID

import requests
import structlog
from prometheus_client import Counter as Metric
from sqlalchemy import text
from sqlalchemy.orm import Session
from standardwebhooks import Webhook

from crm_chassis.crypto import CiphertextRefused
from crm_chassis.database import Database
from crm_gateway import egress
from crm_gateway.operations.webhooks import Outcome, forget_old, note, signing_secrets
from crm_gateway.sealing import Sealer
from crm_gateway.webhooks.schedule import TRIPPED_AT

AT_ONCE = 32
AT_ONCE_EACH = 4
"""Deliveries on the way to one endpoint from one process: a slow receiver delays nobody else."""
LEASE = timedelta(seconds=60)
TIMEOUT_S = (5.0, 10.0)
AGENT = "Maitre-Webhooks/1"
SENT = Metric("crm_webhooks_sent_total", "Webhook deliveries tried", ["outcome"])
logger = structlog.get_logger()

# The tries begin in the order of the events; FOR UPDATE SKIP LOCKED keeps replicas off each other's rows.
_CLAIM = text("""
WITH due AS (
    SELECT picked.id FROM webhook_endpoints endpoint
    CROSS JOIN LATERAL (
        SELECT delivery.id FROM webhook_deliveries delivery
        WHERE delivery.endpoint_id = endpoint.id AND delivery.state = 'pending' AND delivery.next_try_at <= :now
        ORDER BY delivery.id
        LIMIT CASE WHEN endpoint.failures >= :tripped THEN 1 ELSE :each END
        FOR UPDATE OF delivery SKIP LOCKED
    ) picked
    WHERE endpoint.is_active AND (endpoint.paused_until IS NULL OR endpoint.paused_until <= :now)
        AND endpoint.id <> ALL(CAST(:busy AS uuid[]))
    LIMIT :most
)
UPDATE webhook_deliveries SET next_try_at = :leased_until, attempts = delivery.attempts + 1, last_tried_at = :now
FROM due JOIN webhook_deliveries delivery ON delivery.id = due.id
JOIN webhook_endpoints endpoint ON endpoint.id = delivery.endpoint_id
WHERE webhook_deliveries.id = due.id
RETURNING delivery.id, delivery.endpoint_id, delivery.event_id, delivery.body, delivery.attempts + 1 AS attempts,
    endpoint.url, endpoint.secret, endpoint.previous_secret, endpoint.previous_until
""")


@dataclass(frozen=True)
class Answer:
    """What came of one try: a status, or the kind of error; never a word of the answer itself."""

    status: int | None
    error: str | None
    ms: int


class Sender:
    """Keeps up to 32 deliveries on their way, each in a thread (a greenlet in the worker) of its own."""

    def __init__(self, database: Database, sealer: Sealer, policy: egress.Policy, *, lease: timedelta = LEASE) -> None:
        self._database, self._sealer, self._lease = database, sealer, lease
        self._policy = policy
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook")
        self._on_the_way: Counter[UUID] = Counter()
        self._lock = threading.Lock()

    def send_due(self, _session: Session | None = None) -> int:
        """Lease what is due and begin to send it; gives how many."""
        now = datetime.now(UTC)
        with self._lock:
            free = AT_ONCE - self._on_the_way.total()
            busy = [endpoint for endpoint, count in self._on_the_way.items() if count >= AT_ONCE_EACH]
        if free <= 0:
            return 0
        values = {"now": now, "leased_until": now + self._lease, "busy": busy, "most": free, "each": AT_ONCE_EACH}
        with self._database.transaction() as leasing:  # committed before anything is sent
            claimed = leasing.execute(_CLAIM, values | {"tripped": TRIPPED_AT}).all()
        for row in sorted(claimed, key=lambda row: row.id):
            with self._lock:
                self._on_the_way[row.endpoint_id] += 1
            self._pool.submit(self._send, row)
        return len(claimed)

    def is_idle(self) -> bool:
        """Tell whether nothing is on its way."""
        with self._lock:
            return self._on_the_way.total() == 0

    def close(self) -> None:
        """Wait for what is on its way."""
        self._pool.shutdown()

    def _send(self, row: Any) -> None:
        try:
            answer = self._post(row)
            SENT.labels("delivered" if answer.error is None else answer.error).inc()
            outcome = Outcome(
                delivery_id=row.id, endpoint_id=row.endpoint_id, attempts=row.attempts, status=answer.status,
                error=answer.error, ms=answer.ms,
            )  # fmt: skip
            with self._database.transaction() as session:
                note(session, outcome, now=datetime.now(UTC), jitter=random.random())  # noqa: S311  no secret
        except Exception as error:
            logger.error("webhook_not_noted", delivery=str(row.id), exc_info=error)  # noqa: TRY400  as everywhere
        finally:
            with self._lock:
                self._on_the_way[row.endpoint_id] -= 1
                if not self._on_the_way[row.endpoint_id]:
                    del self._on_the_way[row.endpoint_id]

    def _post(self, row: Any) -> Answer:
        """Send one delivery; the answer's body is not even read."""
        began, now = perf_counter(), datetime.now(UTC)
        try:
            headers = signed(signing_secrets(row, self._sealer, now=now), row.event_id, bytes(row.body), now)
        except CiphertextRefused:
            return Answer(None, "secret_unreadable", 0)
        status, error = None, None
        try:
            with (
                egress.session(self._policy) as session,
                session.post(
                    row.url,
                    data=bytes(row.body),
                    headers=headers,
                    timeout=TIMEOUT_S,
                    allow_redirects=False,
                    stream=True,
                ) as answer,
            ):
                status = answer.status_code
                error = None if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES else "refused"
        except requests.Timeout:
            error = "timeout"
        except requests.exceptions.SSLError:
            error = "certificate"
        except requests.RequestException as failure:
            error = "address_refused" if egress.was_refused(failure) else "unreachable"
        return Answer(status, error, round((perf_counter() - began) * 1000))


def signed(secrets: Sequence[str], event_id: UUID, body: bytes, now: datetime) -> dict[str, str]:
    """Give the headers of one try: a signature under every secret in force, the current one first."""
    message = str(event_id)
    signatures = [Webhook(secret).sign(message, now, body.decode()) for secret in secrets]
    return {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "Webhook-Id": message,
        "Webhook-Timestamp": str(int(now.timestamp())),
        "Webhook-Signature": " ".join(signatures),
    }


def purge(session: Session) -> None:
    """Forget deliveries that are older than 30 days."""
    forget_old(session, now=datetime.now(UTC))
