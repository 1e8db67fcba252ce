"""Unsubscribing, by one click of a mail client (RFC 8058) or on a page, and choosing what one likes to hear."""

import re
from http import HTTPStatus
from typing import Any

from flask import Response

from crm_chassis.auth import ANYONE, allow
from crm_chassis.clients import UpstreamProblem
from crm_chassis.http import body_limit
from crm_chassis.links import Link
from crm_gateway.api.public import MOST_FORM, form, message, page, pages
from crm_gateway.edge import texts
from crm_gateway.edge.desk import NoAnswer, desk
from crm_gateway.limits import EDGE, WEBHOOK, limited
from crm_gateway.operations.edge_messages import Told

UNSUBSCRIBE, PREFERENCES = "unsubscribe", "preferences"
MOST_CHOICES = 60

blueprint = pages("public-choices")
_CHOICE = re.compile(r"([a-z_]{1,30})\.([a-z_]{1,30})", re.ASCII)


@blueprint.get("/u/<token>")
@limited(EDGE)
@allow(ANYONE)
def unsubscribe_page(token: str) -> Response:
    """Show the button that unsubscribes; looking changes nothing, for scanners look at every link."""
    desk().link(UNSUBSCRIBE, token)
    return page("unsubscribe")


@blueprint.post("/u/<token>")
@limited(WEBHOOK)  # mail providers send the clicks of all their users from a few addresses
@body_limit(MOST_FORM)
@allow(ANYONE)
def unsubscribe(token: str) -> Response:
    """Unsubscribe: one-click as RFC 8058 has it (no cookie, no redirect), or by the page's own button."""
    link = desk().link(UNSUBSCRIBE, token)
    sent = form()
    is_one_click = sent.get("List-Unsubscribe") == ["One-Click"]
    if not is_one_click and sent.get("confirm") != ["yes"]:
        return page("unsubscribe", HTTPStatus.BAD_REQUEST)
    content = {"by": "one_click" if is_one_click else "page"}
    desk().take_in(Told(UNSUBSCRIBE, link.issuer, content, subject=link.subject, values=link.values))
    return message("unsubscribed")


@blueprint.get("/m/<token>")
@limited(EDGE)
@allow(ANYONE)
def preferences_page(token: str) -> Response:
    """Show what the guest chose so far, where its service can say, and the button that stops everything."""
    return page("preferences", purposes=_by_purpose(desk().link(PREFERENCES, token)))


@blueprint.post("/m/<token>")
@limited(EDGE)
@body_limit(MOST_FORM)
@allow(ANYONE)
def choose(token: str) -> Response:
    """Save the choices; what was shown and is not ticked is withdrawn, what was not shown stays as it is."""
    link = desk().link(PREFERENCES, token)
    sent = form()
    content: dict[str, Any] = {"everything": "withdrawn", "choices": []}
    if sent.get("stop") != ["everything"]:
        choices = _choices(sent.get("shown", []), set(sent.get("choice", [])))
        if not choices:
            return message("wrong", HTTPStatus.BAD_REQUEST)
        content = {"everything": None, "choices": choices}
    desk().take_in(Told(PREFERENCES, link.issuer, content, subject=link.subject, values=link.values))
    return message("preferences.saved")


def _choices(shown: list[str], ticked: set[str]) -> list[dict[str, str]]:
    """Give the state of each choice that the page showed; none where what was sent is no such page's form."""
    found = [_CHOICE.fullmatch(each) for each in dict.fromkeys(shown)]
    if len(found) > MOST_CHOICES or None in found:
        return []
    return [
        {"channel": each[1], "purpose": each[2], "state": "granted" if each[0] in ticked else "withdrawn"}
        for each in found
        if each is not None
    ]


def _by_purpose(link: Link) -> dict[str, list[dict[str, Any]]]:
    """Give the present choices under their purposes' names; empty where nobody can tell them now."""
    try:
        answer = desk().ask("edge-preferences", link)
    except (NoAnswer, UpstreamProblem):
        return {}
    purposes: dict[str, list[dict[str, Any]]] = {}
    for choice in answer.get("choices", [])[:MOST_CHOICES]:
        name = f"{choice['channel']}.{choice['purpose']}"
        known = texts.knows(f"channel.{choice['channel']}") and texts.knows(f"purpose.{choice['purpose']}")
        if known and _CHOICE.fullmatch(name):
            one = {"name": name, "channel": choice["channel"], "is_granted": choice["state"] == "granted"}
            purposes.setdefault(choice["purpose"], []).append(one)
    return purposes
