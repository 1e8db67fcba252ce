"""Joins the parts of a whole, and says of each part that is missing whose it is and why."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from crm_chassis.auth import Principal
from crm_chassis.clients import UpstreamProblem
from crm_gateway.composition.caller import BROKEN, NOT_OFFERED, NOT_PERMITTED, Caller, Outcome
from crm_gateway.composition.parts import ANCHOR, EXPECTED, Ask, Part, asks
from crm_gateway.routing.operations import OWN

Local = Callable[[Principal, Mapping[str, str]], Any]
"""A part of the gateway's own: given who asks and the query, returns what a service's part would answer."""


@dataclass
class Composed:
    """The parts that came, by name, whose they are, and those that did not: ``{part, service, reason}`` each."""

    parts: dict[str, Any] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    unavailable: list[dict[str, str]] = field(default_factory=list)

    def miss(self, part: str, service: str, reason: str) -> None:
        """Name a part that is missing."""
        self.unavailable.append({"part": part, "service": service, "reason": reason})


class Composer:
    """Knows the parts that services offer and asks for them; the gateway's own parts are functions added to it."""

    def __init__(self, parts: Collection[Part], caller: Caller) -> None:
        self._parts, self._caller = parts, caller
        self._own: dict[str, dict[str, Local]] = {}

    def add(self, whole: str, name: str, part: Local) -> None:
        """Add a part of the gateway's own; what it may show to whom is its own business."""
        self._own.setdefault(whole, {})[name] = part

    def compose(
        self,
        whole: str,
        asker: Principal,
        *,
        within_s: float,
        subject: str | None = None,
        query: Mapping[str, str] | None = None,
        only: Collection[str] | None = None,
    ) -> Composed:
        """Gather the parts of a whole (*only* these, if given) within the deadline.

        A part that a service says does not exist is None. What the owner of guests says of the *subject* itself,
        404 or 410, is the answer of the whole: raises UpstreamProblem.
        """
        query = query or {}
        composed = Composed()
        wanted = self._wanted(whole, asker, only, composed)
        targets = [(ask.service, ask.target(subject, query)) for ask in wanted]
        for ask, outcome in zip(wanted, self._caller.gather(targets, asker, within_s=within_s), strict=True):
            if outcome.is_absent and ask.service == ANCHOR and subject is not None:
                raise UpstreamProblem(outcome.status, outcome.body if isinstance(outcome.body, dict) else {})
            _add(composed, ask, outcome)
        for name, own in self._own.get(whole, {}).items():
            if only is None or name in only:
                composed.parts[name] = own(asker, query)
                composed.services[name] = OWN
        self._name_what_nobody_offers(whole, only, composed)
        composed.unavailable.sort(key=lambda each: (each["part"], each["service"]))
        return composed

    def _wanted(self, whole: str, asker: Principal, only: Collection[str] | None, composed: Composed) -> list[Ask]:
        """Give the requests to make; parts that are not for the asker's role are named and not asked for."""
        permitted = []
        for part in self._parts:
            if part.of != whole or (only is not None and part.name not in only):
                continue
            if asker.role in part.roles:
                permitted.append(part)
            else:
                composed.miss(part.name, part.service, NOT_PERMITTED)
        return asks(permitted)

    def _name_what_nobody_offers(self, whole: str, only: Collection[str] | None, composed: Composed) -> None:
        known = {part.name for part in self._parts if part.of == whole} | self._own.get(whole, {}).keys()
        expected = EXPECTED.get(whole, {})
        for name in expected if only is None else only:
            if name not in known:
                composed.miss(name, expected.get(name, OWN), NOT_OFFERED)


def _add(composed: Composed, ask: Ask, outcome: Outcome) -> None:
    """Add what a request brought: its parts, or each of them with the reason why it is missing."""
    reason = outcome.reason
    found: dict[str, Any] = {}
    if outcome.is_absent:
        found = dict.fromkeys(ask.names)
    elif outcome.status == HTTPStatus.OK and reason is None:
        try:
            found = ask.parts_in(outcome.body)
        except TypeError:
            reason = BROKEN
    composed.parts |= found
    composed.services |= dict.fromkeys(found, ask.service)
    for name in ask.names:
        if name not in found:
            composed.miss(name, ask.service, reason or NOT_PERMITTED)
