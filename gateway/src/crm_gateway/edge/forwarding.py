"""Hands what came in at the edge over to the service that owns it: at least once, known there by the message's id."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from requests import Response
from sqlalchemy.orm import Session

from crm_chassis.clients import ServiceClient, UpstreamUnavailable
from crm_chassis.crypto import CiphertextRefused
from crm_chassis.errors import problem_type
from crm_gateway.config import SERVICES, Settings
from crm_gateway.edge.parts import parts_of
from crm_gateway.models.edge import EdgeMessage
from crm_gateway.operations import edge_messages, providers
from crm_gateway.sealing import Sealer

logger = structlog.get_logger()

AT_ONCE, BATCH = 8, 200
ANSWER_S = 5.0
AWAY = "away"
_WILL_PASS = frozenset({401, 403, 408, 425, 429})
_STILL_RUNNING = problem_type("StillRunning")
"""Refusals that are about now or about our own token, not about the message: the first attempt may still be running."""

Outcome = tuple[int | None, str]
"""What a service answered: status (None: nothing) and the problem's type."""


class Forwarder:
    """One pass takes what is due and sends it; what one pass could not send is the next one's."""

    def __init__(self, settings: Settings, document: Mapping[str, Any]) -> None:
        self._parts = parts_of(document, "edge")
        self._sealer = Sealer(settings.master_keys, edge_messages.PURPOSE)
        self._clients = {
            service: ServiceClient(settings, service, settings.upstream(service), answer_s=ANSWER_S)
            for service in SERVICES
        }
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="edge")

    def forward(self, session: Session) -> int:
        """Send one batch and note what became of each; gives how many were delivered.

        Killed on the way, the notes are rolled back and the batch is sent again: the services know it by its ids.
        """
        now = datetime.now(UTC)
        batch = edge_messages.claim(session, offered=self._parts, now=now, limit=BATCH)
        away: set[str] = set()
        outcomes = list(self._pool.map(lambda message: self._send(message, away), batch))
        noted = [_note(message, outcome) for message, outcome in zip(batch, outcomes, strict=True)]
        return sum(noted)

    def _send(self, message: EdgeMessage, away: set[str]) -> Outcome | None:
        """Send one message; None where its service just did not answer another one, and it was not tried."""
        part = self._parts[message.part]
        if part.service in away:
            return None
        try:
            body = orjson.dumps(_body(message, self._sealer))
        except CiphertextRefused:
            return HTTPStatus.UNPROCESSABLE_ENTITY, "unreadable here"
        headers = {"Idempotency-Key": str(message.id), "Content-Type": "application/json"}
        try:
            answer = self._clients[part.service].send(part.method, part.path, data=body, headers=headers)
        except UpstreamUnavailable:
            away.add(part.service)
            return None, AWAY
        return answer.status_code, _problem_type(answer)


def _body(message: EdgeMessage, sealer: Sealer) -> dict[str, Any]:
    """Say it to the service, in the same words at each attempt: its Idempotency-Key stands for the very bytes."""
    received_at = message.received_at.astimezone(UTC)
    said = {"id": message.id, "kind": message.kind, "source": message.source, "received_at": received_at}
    return said | edge_messages.opened(message, sealer)


def _problem_type(answer: Response) -> str:
    """Give a refusal's type, which never quotes what was sent."""
    try:
        said = orjson.loads(answer.content)
    except orjson.JSONDecodeError:
        return ""
    return str(said.get("type", ""))[:100] if isinstance(said, dict) else ""


def _note(message: EdgeMessage, outcome: Outcome | None) -> bool:
    """Note what the service made of it; True where it has it now."""
    if outcome is None:
        return False
    status, problem = outcome
    now, answer = datetime.now(UTC), f"{status} {problem}".strip() if status else problem
    if status is not None and status < HTTPStatus.MULTIPLE_CHOICES:
        edge_messages.was_delivered(message, now=now)
        return True
    will_pass = status is None or status in _WILL_PASS or problem == _STILL_RUNNING
    if status is None or will_pass or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        edge_messages.was_put_off(message, answer=answer, now=now)
        return False
    logger.warning("edge_message_refused", kind=message.kind, part=message.part, status=status, type=problem)
    edge_messages.was_refused(message, answer=answer, now=now)
    return False


def seal_anew(settings: Settings, session: Session) -> None:
    """After a master key was replaced: seal under the new one what stays for long, so that the old one may go."""
    count = providers.seal_anew(session, sealer=Sealer(settings.master_keys, providers.PURPOSE))
    count += edge_messages.seal_anew(session, sealer=Sealer(settings.master_keys, edge_messages.PURPOSE))
    if count:
        logger.info("edge_sealed_anew", count=count)


def expire(session: Session) -> None:
    """Delete what is too old, and say how much of it nobody took."""
    lost = edge_messages.expire(session, now=datetime.now(UTC))
    if lost:
        logger.error("edge_messages_expired", count=lost)
