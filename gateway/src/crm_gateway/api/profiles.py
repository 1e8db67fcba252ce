"""One guest as a whole: every service's part of them at once."""

import hashlib
from datetime import UTC, datetime
from uuid import UUID

import orjson
from flask import Response, jsonify, request

from crm_chassis.auth import principal
from crm_chassis.http import Blueprint, allow, crm
from crm_gateway.composition import timeline
from crm_gateway.composition.caller import BROKEN
from crm_gateway.composition.composer import Composed, composer
from crm_gateway.config import BASE
from crm_gateway.permissions import STAFF_ROLES
from crm_gateway.schemas.composition import Profile, ProfileQuery, Timeline, TimelineQuery

blueprint = Blueprint("profiles", __name__, url_prefix=f"{BASE}/customers", description="Guests as a whole")


def names(text: str | None) -> list[str] | None:
    """Read names separated by commas; None where none is given."""
    return None if text is None else [name for name in dict.fromkeys(text.replace(" ", "").split(",")) if name]


@blueprint.get("/<uuid:customer_id>/profile")
@allow(*STAFF_ROLES)
@blueprint.arguments(ProfileQuery, location="query", as_kwargs=True)
@blueprint.response(200, Profile)
@blueprint.alt_response(410, "GONE")
def show_profile(customer_id: UUID, parts: str | None) -> Response:
    """Show a guest's 360° view; a part whose service does not answer in time is named, the others are there.

    An unknown guest is a 404, an erased one a 410, as the owner of guests says it. If-None-Match is answered with
    304 while no part has changed.
    """
    composed = composer().compose(
        "profile",
        principal(),
        within_s=crm().settings.profile_deadline_ms / 1000,
        subject=str(customer_id),
        only=names(parts),
    )
    return _answer(customer_id, composed)


@blueprint.get("/<uuid:customer_id>/timeline")
@allow(*STAFF_ROLES)
@blueprint.arguments(TimelineQuery, location="query", as_kwargs=True)
@blueprint.response(200, Timeline)
@blueprint.alt_response(410, "GONE")
def show_timeline(customer_id: UUID, limit: int, cursor: str | None, kinds: str | None) -> Response:
    """Show what happened with a guest, newest first, what is yet to come above it.

    A service that does not answer is named, and its items are missing on this page: ask for the page again.
    """
    before = timeline.decode(cursor) if cursor else None
    query = {"limit": str(limit), "cursor": cursor, "kinds": kinds}
    composed = composer().compose(
        "timeline",
        principal(),
        within_s=crm().settings.profile_deadline_ms / 1000,
        subject=str(customer_id),
        query={name: value for name, value in query.items() if value is not None},
    )
    pages = []
    for name, body in composed.parts.items():
        service = composed.services[name]
        try:
            pages += [] if body is None else [timeline.read(body, service=service, before=before)]
        except ValueError:
            composed.miss(name, service, BROKEN)
    items, last = timeline.merge(pages, limit)
    next_cursor = None if last is None else timeline.encode(last)
    return jsonify({"items": items, "next_cursor": next_cursor, "unavailable": composed.unavailable})


def _answer(customer_id: UUID, composed: Composed) -> Response:
    """Write the answer once, tagged by all of it but its instant."""
    guest = composed.parts.get("guest")
    whole = {
        "customer_id": guest["id"] if isinstance(guest, dict) and "id" in guest else customer_id,
        "parts": composed.parts,
        "unavailable": composed.unavailable,
    }
    tag = hashlib.blake2b(orjson.dumps(whole), digest_size=12).hexdigest()
    answer = jsonify(whole | {"as_of": datetime.now(UTC)})
    answer.set_etag(tag)
    answer.make_conditional(request)
    return answer
