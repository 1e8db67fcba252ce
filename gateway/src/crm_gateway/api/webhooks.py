"""Providers' webhooks: proved genuine on the raw body, kept, and only then acknowledged (RULES G5)."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime

from flask import Blueprint as PlainBlueprint
from flask import Response, request

from crm_chassis.auth import ANYONE, allow
from crm_chassis.errors import DomainError, Kind
from crm_chassis.http import Blueprint, body_limit, crm, read_body
from crm_gateway.config import BASE
from crm_gateway.edge.desk import desk
from crm_gateway.edge.registry import WEBHOOKS, Provider, Verify
from crm_gateway.edge.signatures import Received, SignatureRefused
from crm_gateway.limits import WEBHOOK, limited
from crm_gateway.operations import providers
from crm_gateway.operations.edge_messages import Told

MOST_BODY = 2 * 1024 * 1024
LONGEST_CHALLENGE = 200
QUERY = [
    {"name": name, "in": "query", "required": False, "schema": {"type": "string"}, "description": described}
    for name, described in (
        ("bodySHA256", "Twilio's hash of a JSON body"),
        ("hub.mode", "Meta's check of the URL: subscribe"),
        ("hub.verify_token", "Meta's check of the URL: the token that was entered there"),
        ("hub.challenge", "Meta's check of the URL: to be repeated"),
    )
]


class ProviderNotSetUp(DomainError):
    """This provider is not set up here: enable it in the console's provider settings first."""

    kind = Kind.NOT_FOUND


documented = Blueprint("webhooks", __name__, url_prefix=f"{BASE}/webhooks", description="Webhooks from providers")
"""The same routes under the API's own base, so that they stand in its document."""
public = PlainBlueprint("public-webhooks", __name__, url_prefix="/webhooks")


@public.post("/<name>")
@public.post("/<name>/<secret>")
@documented.post("/<name>", defaults={"secret": ""})
@documented.doc(
    parameters=QUERY,
    requestBody={"required": True, "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}},
)
@documented.response(204)
@documented.alt_response(403, "FORBIDDEN")
@documented.alt_response(429, "TOO_MANY_REQUESTS")
@documented.alt_response(503, "SERVICE_UNAVAILABLE")
@limited(WEBHOOK)
@body_limit(MOST_BODY)
@allow(ANYONE)
def receive_webhook(name: str, secret: str = "") -> Response:
    """Take a provider's webhook: 2xx once its signature fitted and it is kept, whatever service is down."""
    del secret  # a part of the URL, and so of what is verified
    provider = providers.known(name)
    verify, secrets = _verification(provider)
    received, now = _received(), datetime.now(UTC)
    try:
        verify(received, secrets, now)
    except SignatureRefused:
        desk().count(name, providers.REFUSED, now)
        raise
    content = {
        "content_type": received.headers.get("content-type", ""),
        "query": request.query_string.decode("latin-1"),
        "body": b64encode(received.body).decode(),
    }
    is_new = desk().take_in(Told("webhook", name, content, dedupe=provider.identify(received)))
    desk().count(name, providers.ACCEPTED if is_new else providers.REPEATED, now)
    return Response(status=204)


@public.get("/<name>")
@public.get("/<name>/<secret>")
@documented.get("/<name>", defaults={"secret": ""})
@documented.doc(parameters=QUERY)
@documented.response(200, {"type": "string"}, content_type="text/plain")
@documented.alt_response(403, "FORBIDDEN")
@limited(WEBHOOK)
@allow(ANYONE)
def check_webhook_url(name: str, secret: str = "") -> Response:
    """Let a provider see that the URL is there; Meta is answered its challenge where it knows the verify token."""
    del secret
    provider = providers.known(name)
    if provider.verify is None:
        raise ProviderNotSetUp
    if provider.challenge is None or "hub.mode" not in request.args:
        return Response("", content_type="text/plain; charset=utf-8")
    wanted, given = _verification(provider)[1][provider.challenge], request.args.get("hub.verify_token", "")
    challenge = request.args.get("hub.challenge", "")
    is_right = hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogateescape"))
    if not is_right or request.args["hub.mode"] != "subscribe" or len(challenge) > LONGEST_CHALLENGE:
        raise SignatureRefused("The verify token is not the one that is set up here.")
    return Response(challenge, content_type="text/plain; charset=utf-8")


def _received() -> Received:
    """Give the request as the provider signed it."""
    query = request.query_string.decode("latin-1")
    url = desk().public_url() + request.path + (f"?{query}" if query else "")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Received(request.method, url, headers, read_body())


def _verification(provider: Provider) -> tuple[Verify, Mapping[str, str]]:
    """Give how a provider's signature is checked, and with which secrets; raises ProviderNotSetUp."""
    with crm().database.reading() as connection:
        kept = providers.kept(connection, name=provider.name, sealer=desk().provider_sealer)
    if provider.verify is None or not kept.is_enabled or provider.missing(WEBHOOKS, kept.values):
        raise ProviderNotSetUp
    return provider.verify, kept.values
