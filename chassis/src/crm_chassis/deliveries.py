"""Messages as the inbox delivers them, and where those go that could not be applied."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import psycopg
import sqlalchemy.exc

from crm_chassis import metrics, topology
from crm_chassis.errors import Kind
from crm_chassis.logs import describe, logger

SUSPICIOUS_DELIVERIES = 3
ROUTING_KEY_HEADER = "x-original-routing-key"
ERROR_HEADER = "x-last-error"
PARKED_AT_HEADER = "x-parked-at"
AWAY_STATES = ("08", "53", "57", "58", "40", "55P03", "25006")
"""SQLSTATE classes and codes that are the server's trouble, not the statement's: away, full, deadlocked, read-only."""
STATEMENT_TIMEOUT = "57014"
AWAY_ERRORS = (
    sqlalchemy.exc.OperationalError,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Message:
    """A delivery of the inbox queue; ``generation`` is that of its connection."""

    body: bytes
    tag: int
    generation: int
    properties: Mapping[str, Any]
    routing_key: str

    @property
    def headers(self) -> Mapping[str, Any]:
        """The message's headers."""
        return self.properties.get("application_headers") or {}

    @property
    def attempts(self) -> int:
        """How often its handler has raised."""
        return int(self.headers.get(topology.ATTEMPTS_HEADER, 0))

    @property
    def deliveries(self) -> int:
        """How often it came back unacked before; from RabbitMQ 4.3 on lost connections count as acquired only."""
        return max(int(self.headers.get(name, 0)) for name in ("x-delivery-count", "x-acquired-count"))

    @property
    def came_back_too_often(self) -> bool:
        """Whether it is parked untried: just before the broker would do so, giving no reason."""
        return self.deliveries >= topology.DELIVERY_LIMIT

    @property
    def is_suspect(self) -> bool:
        """Whether it has to be handled alone: its handler raised, or it was in hand when processes died."""
        return self.attempts > 0 or self.deliveries >= SUSPICIOUS_DELIVERIES


@dataclasses.dataclass(frozen=True)
class Failure:
    """A message that could not be applied and why; ``is_hopeless`` if another try cannot help."""

    message: Message
    error: Exception
    is_hopeless: bool = False


class DeliveredTooOften(Exception):
    """The message came back as often as we allow; most likely it is what killed its workers."""

    is_safe_to_log = True


class TryLater(Exception):
    """The batch could not be applied for no fault of its own (the database is away): keep it and try again."""

    is_safe_to_log = True


def is_transient(error: BaseException) -> bool:
    """Say whether trying the same again later can help: the database or a needed service is away."""
    sqlstate = getattr(getattr(error, "orig", None) or error, "sqlstate", None)
    if sqlstate is not None:
        return sqlstate != STATEMENT_TIMEOUT and str(sqlstate).startswith(AWAY_STATES)
    return isinstance(error, AWAY_ERRORS) or getattr(error, "kind", None) is Kind.UNAVAILABLE


def next_stop(service: str, failure: Failure) -> tuple[str, dict[str, Any]]:
    """Choose the queue a failed message goes to, and the headers that say why; counts and logs it."""
    message, attempts, reason = failure.message, failure.message.attempts + 1, describe(failure.error)
    headers = {
        topology.ATTEMPTS_HEADER: attempts,
        ERROR_HEADER: reason,
        ROUTING_KEY_HEADER: message.headers.get(ROUTING_KEY_HEADER, message.routing_key),
    }
    delays = topology.RETRY_DELAYS_S
    if attempts <= len(delays) and not failure.is_hopeless:
        metrics.EVENTS_RETRIED.inc()
        logger.warning("event_retried", attempts=attempts, exc_info=failure.error)
        return topology.retry_name(service, delays[attempts - 1]), headers
    metrics.EVENTS_PARKED.labels("invalid" if failure.is_hopeless else "attempts").inc()
    logger.error("event_parked", attempts=attempts, exc_info=failure.error)
    headers |= {topology.REASON_HEADER: reason, PARKED_AT_HEADER: datetime.now(UTC).isoformat()}
    return topology.parked_name(service), headers
