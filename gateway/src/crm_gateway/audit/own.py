"""The log of the gateway's own resources: one hook before and one after every handler, and what handlers may add."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, cast
from uuid import UUID

from flask import Flask, Response, current_app, g, request

from crm_chassis.auth import Principal
from crm_gateway.audit.entries import SIGN_IN, Entry
from crm_gateway.audit.recorder import Recorder
from crm_gateway.audit.trails import Asked, Trails
from crm_gateway.audit.watching import Hasher, own_actions
from crm_gateway.config import BASE, Settings

_CONVERTER = re.compile(r"<(?:[^:>]+:)?([^>]+)>")
JUDGED = (200, 201, 401, 403, 429)
"""Answers to a sign-in that had an e-mail address and a password; anything else was none."""
_NOTES = "audit_notes"


def saw(customer_ids: Iterable[UUID]) -> None:
    """Say that this answer shows these guests; those named in the path or found in a JSON answer need no word."""
    _notes()["customer_ids"].update(customer_ids)


def note(
    *, actor: Principal | None = None, searched: Mapping[str, str] | None = None, is_followed: bool = False
) -> None:
    """Say who it was where that shows only while the request is handled (a sign-in), or what was looked for.

    ``is_followed``: this is to be recorded, although no guest shows in it.
    """
    notes = _notes()
    notes["is_followed"] |= is_followed
    notes["actor"] = actor or notes["actor"]
    notes["searched"].update(searched or {})


def _notes() -> dict[str, Any]:
    if _NOTES not in g:
        setattr(g, _NOTES, {"customer_ids": set(), "searched": {}, "actor": None, "is_followed": False})
    return cast("dict[str, Any]", getattr(g, _NOTES))


def install(app: Flask, settings: Settings, document: Mapping[str, Any]) -> Trails:
    """Put the hooks around the handlers of an application, and give what begins trails for the proxy."""
    trails = Trails(Recorder(app.extensions["crm"].database), Hasher(settings.master_keys), document)
    app.extensions["audit"] = trails
    actions = own_actions(document)
    app.before_request(lambda: _before(trails, _action(actions)))
    app.after_request(lambda response: _after(trails, _action(actions), response))
    return trails


def trails_here() -> Trails:
    """Give what begins trails in this process."""
    return cast("Trails", current_app.extensions["audit"])


def _action(actions: Mapping[tuple[str, str], str]) -> str | None:
    """Give the id of the operation that the request is for, None where it is none of the API's."""
    if request.url_rule is None or request.routing_exception is not None:
        return None
    path = _CONVERTER.sub(r"{\1}", request.url_rule.rule)
    return actions.get(("GET" if request.method == "HEAD" else request.method, path))


def _before(trails: Trails, action: str | None) -> None:
    who: Principal | None = g.get("principal")
    if action is not None and who is not None:
        trails.recorder.check_room()
        g.audit_trail = trails.begin(action, who, _asked())


def _asked() -> Asked:
    body = b""
    if request.method not in {"GET", "HEAD"} and request.mimetype == "application/json":
        body = request.get_data(cache=True) if (request.content_length or 0) <= (256 << 10) else b""
    return Asked(
        path=request.path.removeprefix(BASE),
        query=request.query_string.decode("latin-1"),
        body=body,
        request_id=g.get("request_id"),
        address=request.remote_addr or "",
    )


def _after(trails: Trails, action: str | None, response: Response) -> Response:
    if action is None:
        return response
    notes, who = _notes(), cast("Principal | None", g.get("principal"))
    trail = g.get("audit_trail")
    if trail is None and who is not None and (notes["customer_ids"] or notes["is_followed"]):
        trail = trails.begin(action, who, _asked(), is_followed=True)
    if trail is not None:
        content = b"" if response.is_streamed or not response.is_json else response.get_data()
        trail.ended(response.status_code, content, notes["customer_ids"])
    elif who is None and "/auth/" in request.path and request.method == "POST":
        _sign_in(trails, action, response.status_code, notes)
    elif who is not None and response.status_code == HTTPStatus.FORBIDDEN:
        trails.refused(action, who, _asked())
    return response


def _sign_in(trails: Trails, action: str, status: int, notes: Mapping[str, Any]) -> None:
    """Record that somebody signed in or failed to; the e-mail address they gave is kept as its hash."""
    if status not in JUDGED:
        return
    body = request.get_json(silent=True) if request.is_json else None
    email = body.get("email") if isinstance(body, dict) else None
    searched = dict(notes["searched"]) | ({"email": email} if isinstance(email, str) else {})
    actor: Principal | None = notes["actor"]
    entry = Entry(
        at=datetime.now(UTC),
        kind=SIGN_IN,
        actor_kind=actor.kind if actor else "unknown",
        actor_id=actor.id if actor else "",
        actor_role=actor.role if actor else "",
        action=action,
        method=request.method,
        status=status,
        searched=tuple(sorted(f"{name}:{trails.hasher.of(value)}" for name, value in searched.items())),
        request_id=g.get("request_id"),
        address=trails.hasher.of(request.remote_addr) if request.remote_addr else None,
    )
    trails.recorder.later(lambda: entry)
