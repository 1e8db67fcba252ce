"""Joins the parts of a whole, and says of each part that is missing whose it is and why."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, cast

from flask import current_app

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


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a whole: of which guest, with which query, and only which parts."""

    query: Mapping[str, str] = field(default_factory=dict)
    subject: str | None = None
    only: Collection[str] | None = None

    def includes(self, name: str) -> bool:
        """Tell whether a part is wanted."""
        return self.only is None or name in self.only


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
        wanted = Wanted(query=query or {}, subject=subject, only=only)
        return self.compose_all({whole: wanted}, asker, within_s=within_s)[whole]

    def compose_all(self, wholes: Mapping[str, Wanted], asker: Principal, *, within_s: float) -> dict[str, Composed]:
        """Gather the parts of several wholes at once, as ``compose`` does of one."""
        found = {whole: Composed() for whole in wholes}
        asked = [(whole, ask) for whole in wholes for ask in self._asks(whole, wholes[whole], asker, found[whole])]
        targets = [(ask.service, ask.target(wholes[whole].subject, wholes[whole].query)) for whole, ask in asked]
        outcomes = self._caller.gather(targets, asker, within_s=within_s)
        for (whole, ask), outcome in zip(asked, outcomes, strict=True):
            if outcome.is_absent and ask.service == ANCHOR and wholes[whole].subject is not None:
                raise UpstreamProblem(outcome.status, outcome.body if isinstance(outcome.body, dict) else {})
            _add(found[whole], ask, outcome)
        for whole, wanted in wholes.items():
            for name, own in self._own.get(whole, {}).items():
                if wanted.includes(name):
                    found[whole].parts[name] = own(asker, wanted.query)
                    found[whole].services[name] = OWN
            self._name_what_nobody_offers(whole, wanted.only, found[whole])
            found[whole].unavailable.sort(key=lambda each: (each["part"], each["service"]))
        return found

    def _asks(self, whole: str, wanted: Wanted, asker: Principal, composed: Composed) -> list[Ask]:
        """Give the requests to make; parts that are not for the asker's role are named and not asked for."""
        permitted = []
        for part in self._parts:
            if part.of != whole or not wanted.includes(part.name):
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


def composer() -> Composer:
    """Give what the process that serves this request composes with."""
    return cast("Composer", current_app.extensions["composer"])


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
