"""Webhook endpoints and their deliveries: made, changed, switched off, noted, replayed."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from crm_chassis.errors import DomainError, Kind
from crm_gateway.egress import Policy
from crm_gateway.models.webhooks import DELIVERED, FAILED, PENDING, WebhookDelivery, WebhookEndpoint
from crm_gateway.sealing import Sealer
from crm_gateway.webhooks.schedule import PATIENCE, breaker_pause, next_pause

PURPOSE = "webhook-secret"
"""What secrets are sealed for."""
SECRET_BYTES = 32
MOST_ENDPOINTS = 50
KEPT = timedelta(days=30)
PURGED_AT_ONCE = 10_000
GONE = "gone"
FAILING = "failing"
TEST_TYPE = "webhook.test"


class WebhookEndpointNotFound(DomainError):
    """There is no such webhook endpoint."""

    kind = Kind.NOT_FOUND


class WebhookDeliveryNotFound(DomainError):
    """This endpoint has no such delivery; deliveries are kept for 30 days."""

    kind = Kind.NOT_FOUND


class TooManyWebhookEndpoints(DomainError):
    """There are 50 webhook endpoints already; delete one first."""

    kind = Kind.CONFLICT


@dataclass(frozen=True)
class Outcome:
    """What came of one try of a delivery; ``error`` None: delivered."""

    delivery_id: UUID
    endpoint_id: UUID
    attempts: int
    status: int | None
    error: str | None
    ms: int


def add_endpoint(
    session: Session, *, url: str, event_types: Sequence[str], description: str, policy: Policy, sealer: Sealer
) -> tuple[WebhookEndpoint, str]:
    """Add an endpoint and give it with its secret, which nobody is ever told again."""
    policy.check_url(url)
    if len(session.scalars(select(WebhookEndpoint.id)).all()) >= MOST_ENDPOINTS:
        raise TooManyWebhookEndpoints
    endpoint_id, secret = uuid7(), new_secret()
    endpoint = WebhookEndpoint(
        id=endpoint_id,
        url=url,
        description=description,
        event_types=sorted(set(event_types)),
        secret=sealer.seal(secret.encode(), endpoint_id.bytes),
    )
    session.add(endpoint)
    session.flush()
    session.refresh(endpoint)
    return endpoint, secret


def find_endpoint(session: Session, endpoint_id: UUID, *, locked: bool = False) -> WebhookEndpoint:
    """Give an endpoint; raises WebhookEndpointNotFound."""
    endpoint = session.get(WebhookEndpoint, endpoint_id, with_for_update=locked)
    if endpoint is None:
        raise WebhookEndpointNotFound
    return endpoint


def list_endpoints(session: Session, *, after: UUID | None, limit: int) -> Sequence[WebhookEndpoint]:
    """List endpoints by id, from after the one given."""
    query = select(WebhookEndpoint).order_by(WebhookEndpoint.id).limit(limit)
    return session.scalars(query if after is None else query.where(WebhookEndpoint.id > after)).all()


def change_endpoint(session: Session, endpoint: WebhookEndpoint, changes: dict[str, Any], *, policy: Policy) -> None:
    """Change an endpoint; one switched on again begins with a clean record, and is listened for anew."""
    if "url" in changes:
        policy.check_url(changes["url"])
    if "event_types" in changes:
        changes = changes | {"event_types": sorted(set(changes["event_types"]))}
    if changes.get("is_active") and not endpoint.is_active:
        endpoint.disabled_reason = endpoint.failing_since = endpoint.paused_until = None
        endpoint.failures = 0
    for name, value in changes.items():
        setattr(endpoint, name, value)
    if {"is_active", "event_types"} & changes.keys():
        endpoint.listening_at = None
    endpoint.version += 1
    session.flush()


def rotate_secret(endpoint: WebhookEndpoint, *, sealer: Sealer, overlap: timedelta, now: datetime) -> str:
    """Give the endpoint a new secret; the one before signs beside it for the time of the overlap."""
    secret = new_secret()
    endpoint.previous_secret, endpoint.previous_until = endpoint.secret, now + overlap
    endpoint.secret = sealer.seal(secret.encode(), endpoint.id.bytes)
    endpoint.version += 1
    return secret


def remove_endpoint(session: Session, endpoint_id: UUID) -> None:
    """Delete an endpoint and its deliveries; raises WebhookEndpointNotFound."""
    session.delete(find_endpoint(session, endpoint_id, locked=True))
    session.flush()


def signing_secrets(row: Any, sealer: Sealer, *, now: datetime) -> list[str]:
    """Give the secrets in force, the current one first; of an endpoint or a row with its columns."""
    bound = getattr(row, "endpoint_id", None) or row.id
    sealed = [row.secret]
    if row.previous_secret is not None and row.previous_until is not None and row.previous_until > now:
        sealed.append(row.previous_secret)
    return [sealer.open(each, bound.bytes).decode() for each in sealed]


def list_deliveries(
    session: Session, endpoint_id: UUID, *, state: str | None, before: UUID | None, limit: int
) -> Sequence[WebhookDelivery]:
    """List an endpoint's deliveries, newest first."""
    query = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id)
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    if before is not None:
        query = query.where(WebhookDelivery.id < before)
    return session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit)).all()


def replay(session: Session, endpoint_id: UUID, delivery_id: UUID, *, now: datetime) -> WebhookDelivery:
    """Send a delivery once more, under the id the receiver knows it by; one that still waits is tried at once."""
    original = session.get(WebhookDelivery, delivery_id, with_for_update=True)
    if original is None or original.endpoint_id != endpoint_id:
        raise WebhookDeliveryNotFound
    if original.state == PENDING:
        original.next_try_at = now
        session.flush()
        return original
    return _add(session, endpoint_id, original.event_id, original.event_type, original.body, is_replay=True)


def add_test(session: Session, endpoint_id: UUID, *, now: datetime) -> WebhookDelivery:
    """Send an event about nobody, so that a receiver can be tried out."""
    event_id = uuid7()
    body = {"specversion": "1.0", "id": event_id, "source": "gateway", "type": TEST_TYPE, "subject": endpoint_id,
            "time": now, "sequence": 1, "data": {}}  # fmt: skip
    return _add(session, endpoint_id, event_id, TEST_TYPE, orjson.dumps(body), is_replay=False)


def _add(
    session: Session, endpoint_id: UUID, event_id: UUID, event_type: str, body: bytes, *, is_replay: bool
) -> WebhookDelivery:
    delivery = WebhookDelivery(
        id=uuid7(), endpoint_id=endpoint_id, event_id=event_id, event_type=event_type, body=body, is_replay=is_replay
    )
    session.add(delivery)
    session.flush()
    session.refresh(delivery)
    return delivery


def note(session: Session, outcome: Outcome, *, now: datetime, jitter: float) -> None:
    """Note a try: delivered, to be tried again, or given up; and what it says about the endpoint."""
    endpoint = session.get(WebhookEndpoint, outcome.endpoint_id, with_for_update=True)
    if endpoint is None:
        return  # deleted meanwhile, and its deliveries with it
    said: dict[str, Any] = {"last_status": outcome.status, "last_error": outcome.error, "last_ms": outcome.ms}
    if outcome.error is None:
        endpoint.failures, endpoint.failing_since, endpoint.paused_until = 0, None, None
        said |= {"state": DELIVERED, "delivered_at": now, "next_try_at": None}
    else:
        pause = None if outcome.status == HTTPStatus.GONE else next_pause(outcome.attempts, jitter)
        said |= {"next_try_at": now + pause} if pause else {"state": FAILED, "next_try_at": None}
        _failed(endpoint, outcome, now)
    session.execute(update(WebhookDelivery).where(WebhookDelivery.id == outcome.delivery_id).values(**said))


def _failed(endpoint: WebhookEndpoint, outcome: Outcome, now: datetime) -> None:
    """Leave an endpoint in peace that fails again and again; switch off one that is gone, or fails for days."""
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or now
    peace = breaker_pause(endpoint.failures)
    endpoint.paused_until = now + peace if peace else None
    is_gone = outcome.status == HTTPStatus.GONE
    if is_gone or now - endpoint.failing_since >= PATIENCE:
        endpoint.is_active, endpoint.listening_at = False, None
        endpoint.disabled_reason = GONE if is_gone else FAILING
        endpoint.version += 1


def forget_old(session: Session, *, now: datetime) -> int:
    """Delete deliveries older than 30 days, 10,000 at once; gives how many."""
    old = select(WebhookDelivery.id).where(WebhookDelivery.created_at < now - KEPT).limit(PURGED_AT_ONCE)
    gone = session.execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(old)))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def new_secret() -> str:
    """Make a secret as Standard Webhooks writes it: whsec_ and base64 of 32 random bytes."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
