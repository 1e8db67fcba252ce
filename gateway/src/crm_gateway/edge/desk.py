"""The edge at work: reads links, takes in what came with them, and asks services what a page should show."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, request

from crm_chassis import links
from crm_chassis.clients import ServiceClient, UpstreamUnavailable
from crm_chassis.database import Database
from crm_chassis.errors import DomainError, Kind
from crm_chassis.links import Link
from crm_chassis.logs import describe, logger
from crm_gateway.config import SERVICES, Settings
from crm_gateway.edge.grouped import Grouped
from crm_gateway.edge.parts import parts_of
from crm_gateway.operations import edge_messages, providers
from crm_gateway.operations.edge_messages import Told
from crm_gateway.operations.providers import Count
from crm_gateway.sealing import Sealer

if TYPE_CHECKING:
    from crm_gateway.edge.parts import Part

ASKED_S = 2.0
"""How long a guest waits for a service that a page would like to ask."""
NAMED_S, NAME_AGAIN_S = 0.5, 60.0
"""How long a page waits for the restaurant's name, and after how long it is asked for again."""


class NotOurLink(DomainError):
    """This link is not one of ours, or not complete."""

    kind = Kind.NOT_FOUND


class NoAnswer(Exception):
    """No service offers to answer, or the one that does is away."""


@dataclass(frozen=True)
class Seen:
    """An opening or a click, as our own link tells it: no address, and no more of the guest than the link's ids."""

    kind: str
    source: str
    subject: str
    values: Mapping[str, str]
    at: datetime
    agent: str
    is_prefetch: bool


class Desk:
    """What all public routes share."""

    def __init__(self, settings: Settings, document: Mapping[str, Any], database: Database) -> None:
        self.settings = settings
        self._database = database
        self._sealer = Sealer(settings.master_keys, edge_messages.PURPOSE)
        self.provider_sealer = Sealer(settings.master_keys, providers.PURPOSE)
        self._counts: Grouped[Count] = Grouped("webhooks", self._write_counts)
        self._seen: Grouped[Seen] = Grouped("tracking", self._write_seen)
        self._owner = ServiceClient(settings, "customer", settings.upstream("customer"), answer_s=NAMED_S)
        self._name, self._ask_name_at = "", 0.0
        self._offers = {whole: parts_of(document, whole) for whole in ("edge-preferences", "edge-survey")}
        self._clients = {
            service: ServiceClient(settings, service, settings.upstream(service), answer_s=ASKED_S)
            for service in SERVICES
        }

    def link(self, purpose: str, token: str) -> Link:
        """Read a link's token; raises NotOurLink, and says no more than that."""
        link = links.read(self.settings.trusted_keys, purpose, token)
        if link is None:
            raise NotOurLink
        return link

    def take_in(self, told: Told) -> bool:
        """Keep what somebody told us, committed when this returns; False where it was known already."""
        with self._database.transaction() as session:
            return edge_messages.take_in(session, told, sealer=self._sealer, now=datetime.now(UTC))

    def public_url(self) -> str:
        """Give the address that guests and providers know us by, without a slash at its end."""
        return (self.settings.public_url or request.host_url).rstrip("/")

    def count(self, provider: str, outcome: str, at: datetime) -> None:
        """Count a webhook within a second; a count is worth no wait."""
        self._counts.add(Count(provider, outcome, at))

    def note(self, seen: Seen) -> None:
        """Note an opening or a click within a second; a guest waits for no note."""
        self._seen.add(seen)

    def _write_seen(self, seen: Sequence[Seen]) -> None:
        """Keep one message for all openings and clicks of one sender's links."""
        now = datetime.now(UTC)
        with self._database.transaction() as session:
            for source in sorted({each.source for each in seen}):
                told = Told("tracking", source, {"events": [asdict(each) for each in seen if each.source == source]})
                edge_messages.take_in(session, told, sealer=self._sealer, now=now)

    def _write_counts(self, counts: Sequence[Count]) -> None:
        with self._database.transaction() as session:
            providers.count(session, counts)

    def flush(self) -> None:
        """Write at once what would be written within a second."""
        self._counts.flush()
        self._seen.flush()

    def ask(self, whole: str, link: Link) -> dict[str, Any]:
        """Ask the service that offers *whole* about a link; raises NoAnswer or UpstreamProblem (what it refused)."""
        part: Part | None = next(iter(self._offers[whole].values()), None)
        if part is None:
            raise NoAnswer
        asked = {"source": link.issuer, "subject": link.subject, "values": link.values}
        try:
            answer = self._clients[part.service].call(part.method, part.path, json=asked)
        except UpstreamUnavailable as error:
            raise NoAnswer from error
        if not isinstance(answer, dict):
            raise NoAnswer
        return answer

    def restaurant(self) -> str:
        """Give the restaurant's name, as last heard from its owner; empty until it was heard once."""
        if time.monotonic() >= self._ask_name_at:
            self._ask_name_at = time.monotonic() + NAME_AGAIN_S  # first, so that one guest at most waits for it
            try:
                self._name = str(self._owner.call("GET", "/v1/organisation")["name"])
            except (DomainError, KeyError, TypeError) as error:
                logger.info("restaurant_name_unknown", error=describe(error))
        return self._name


def desk() -> Desk:
    """Give the desk of the process that serves the present request."""
    return cast("Desk", current_app.extensions["edge"])
