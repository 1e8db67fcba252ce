"""Opens and clicks: a picture and a redirect that work whatever is down, noted within a second and off the way."""

from base64 import b64decode
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Response, request

from crm_chassis.auth import ANYONE, allow
from crm_chassis.links import Link
from crm_gateway.api.public import pages
from crm_gateway.edge.desk import NotOurLink, Seen, desk
from crm_gateway.limits import WEBHOOK, limited

OPEN, CLICK = "open", "click"
TARGET = "target"
LONGEST_AGENT = 300
_PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_UNSEEN = {
    "Cache-Control": "no-store, max-age=0",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}

blueprint = pages("public-tracking")


@blueprint.get("/o/<token>.gif")
@limited(WEBHOOK)  # mail providers fetch the pictures of all their users from a few addresses
@allow(ANYONE)
def pixel(token: str) -> Response:
    """Give a transparent picture, the same for every token; a genuine one counts as an opening."""
    with suppress(NotOurLink):
        _note(OPEN, desk().link(OPEN, token))
    return Response(_PIXEL, headers=_UNSEEN, content_type="image/gif")


@blueprint.get("/c/<token>")
@limited(WEBHOOK)
@allow(ANYONE)
def follow(token: str) -> Response:
    """Lead to the address that the link's maker signed, and nowhere else."""
    link = desk().link(CLICK, token)
    target = link.values.get(TARGET, "")
    if not is_web_address(target):
        raise NotOurLink
    _note(CLICK, link)
    return Response(status=HTTPStatus.FOUND, headers=_UNSEEN | {"Location": target})


def is_web_address(target: str) -> bool:
    """Tell whether it is an absolute http or https URL that no browser reads otherwise."""
    try:
        parts = urlsplit(target)
        named = bool(parts.hostname) and parts.username is None
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"} and named and target.isascii() and target.isprintable() and "\\" not in target
    )


def _note(kind: str, link: Link) -> None:
    """Note what was opened or clicked; looking by HEAD is no opening, and a prefetch says that it is one."""
    if request.method != "GET":
        return
    purpose = request.headers.get("Sec-Purpose", request.headers.get("Purpose", request.headers.get("X-Moz", "")))
    values = {name: value for name, value in link.values.items() if name != TARGET}
    desk().note(
        Seen(
            kind=kind,
            source=link.issuer,
            subject=link.subject,
            values=values,
            at=datetime.now(UTC),
            agent=request.user_agent.string[:LONGEST_AGENT],
            is_prefetch="prefetch" in purpose.lower() or "preview" in purpose.lower(),
        )
    )
