"""Every provider of the product's list: what it is for, what it needs, how its webhooks are proved genuine."""

import hashlib
import secrets
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from crm_gateway.edge import signatures
from crm_gateway.edge.signatures import Received

WEBHOOKS, SENDING, READING = ("webhooks", "sending", "reading")
PATH_SECRET = "webhook_path"  # noqa: S105  a field's name
Verify = Callable[[Received, Mapping[str, str], datetime], None]


@dataclass(frozen=True)
class Field:
    """One setting of a provider; a secret one is shown as its last four characters only."""

    name: str
    title: str
    uses: tuple[str, ...]
    is_secret: bool = True
    is_optional: bool = False
    make: Callable[[], str] | None = None
    """Makes it where the provider is told it by us."""
    check: Callable[[str], Any] | None = None
    """Raises ValueError for a value that cannot be right."""


@dataclass(frozen=True)
class Provider:
    """What Maître knows of a provider before a restaurant sets it up."""

    name: str
    title: str
    purposes: tuple[str, ...]
    fields: tuple[Field, ...]
    verify: Verify | None = None
    event_id: Callable[[Received], str] | None = None
    """What makes a webhook the same as an earlier one; None: its body and query."""
    challenge: str | None = None
    """The field whose value the provider repeats when it checks the URL."""

    def missing(self, use: str, given: Iterable[str]) -> list[str]:
        """Name the fields that a use needs and that are not there yet."""
        has = set(given)
        return [f.name for f in self.fields if use in f.uses and not f.is_optional and f.name not in has]

    def identify(self, received: Received) -> str:
        """Give what is the same whenever the provider repeats this webhook."""
        if self.event_id is not None:
            return self.event_id(received)
        query = received.url.partition("?")[2].encode()
        return hashlib.sha256(received.body + b"\0" + query).hexdigest()


def _events(received: Received, identify: Callable[[dict[str, Any]], object]) -> str:
    """Identify an array of events by its events, in whatever order and company they come again."""
    try:
        events = orjson.loads(received.body)
        ids = sorted(str(identify(event)) for event in events)
    except (ValueError, KeyError, TypeError, AttributeError):
        return hashlib.sha256(received.body).hexdigest()
    return hashlib.sha256(orjson.dumps(ids)).hexdigest()


def _by_sendgrid_id(received: Received) -> str:
    return _events(received, lambda event: event["sg_event_id"])


def _by_hubspot_event(received: Received) -> str:
    """An attempt's number changes when HubSpot repeats an event; the event's id alone need not be unique."""
    return _events(received, lambda event: sorted((k, str(v)) for k, v in event.items() if k != "attemptNumber"))


def _webhook_key(text: str) -> None:
    if not b64decode(text.removeprefix("whsec_") + "==", validate=False):
        raise ValueError("empty")


def _path(text: str) -> None:
    if len(text) < 16 or not text.replace("-", "").replace("_", "").isalnum():  # noqa: PLR2004
        raise ValueError("too short, or not for an URL")


def _make_path() -> str:
    return secrets.token_urlsafe(24)


def _make_key() -> str:
    return "whsec_" + b64encode(secrets.token_bytes(32)).decode()


def _sending(name: str, title: str, **more: Any) -> Field:
    return Field(name, title, (SENDING,), **more)


def _webhook(name: str, title: str, **more: Any) -> Field:
    return Field(name, title, (WEBHOOKS,), **more)


def _reading(name: str, title: str, **more: Any) -> Field:
    return Field(name, title, (READING,), **more)


PLAIN = {"is_secret": False}
OPTIONAL = {"is_optional": True}

_ALL = (
    Provider(
        "sendgrid", "SendGrid", ("email",),
        (_sending("api_key", "API key"),
         _webhook("webhook_public_key", "Verification key of its webhooks", check=signatures.p256_key, **PLAIN)),
        signatures.sendgrid, _by_sendgrid_id,
    ),
    Provider(
        "mailchimp", "Mailchimp Marketing", ("email",),
        (_sending("api_key", "API key"), _sending("audience_id", "Audience", **PLAIN),
         _webhook(PATH_SECRET, "Secret end of the webhook's URL", make=_make_path, check=_path)),
        signatures.secret_path,
    ),
    Provider(
        "mandrill", "Mailchimp Transactional (Mandrill)", ("email",),
        (_sending("api_key", "API key"), _webhook("webhook_key", "Webhook key")),
        signatures.mandrill,
    ),
    Provider(
        "klaviyo", "Klaviyo", ("email", "sms"),
        (_sending("api_key", "Private API key"), _webhook("webhook_secret", "Secret key of the webhook")),
        signatures.klaviyo,
    ),
    Provider(
        "twilio", "Twilio", ("sms",),
        (_sending("account_sid", "Account SID", **PLAIN), Field("auth_token", "Auth token", (WEBHOOKS, SENDING)),
         _sending("messaging_service_sid", "Messaging service SID", **PLAIN, **OPTIONAL),
         _webhook("webhook_shared_key", "Shared key of signed webhooks, if you use one", **OPTIONAL)),
        signatures.twilio,
    ),
    Provider(
        "plivo", "Plivo", ("sms",),
        (_sending("auth_id", "Auth ID", **PLAIN), Field("auth_token", "Auth token", (WEBHOOKS, SENDING)),
         _sending("sender", "Sender number", **PLAIN)),
        signatures.plivo,
    ),
    Provider(
        "firebase", "Firebase Cloud Messaging", ("push",), (_sending("service_account", "Service account (JSON)"),)
    ),
    Provider(
        "webpush", "Web push", ("push",),
        (_sending("vapid_private_key", "VAPID private key"),
         _sending("vapid_subject", "Contact (mailto: or URL)", **PLAIN)),
    ),
    Provider(
        "google_business", "Google Business Profile", ("reviews",),
        (_reading("client_id", "OAuth client id", **PLAIN), _reading("client_secret", "OAuth client secret"),
         _reading("refresh_token", "Refresh token"), _reading("account", "Account and location", **PLAIN)),
    ),
    Provider(
        "yelp", "Yelp", ("reviews",),
        (_reading("api_key", "API key"), _reading("business_id", "Business", **PLAIN)),
    ),
    Provider(
        "facebook", "Facebook and Instagram", ("reviews",),
        (_reading("page_id", "Page", **PLAIN), _reading("page_token", "Page access token"),
         _webhook("app_secret", "App secret"), _webhook("verify_token", "Verify token of the webhook")),
        signatures.meta, challenge="verify_token",
    ),
    Provider("podium", "Podium", ("reviews",), (_reading("api_key", "API key"),)),
    Provider(
        "birdeye", "Birdeye", ("reviews",),
        (_reading("api_key", "API key"), _reading("business_id", "Business", **PLAIN)),
    ),
    Provider(
        "google_analytics", "Google Analytics", ("analytics",),
        (_sending("measurement_id", "Measurement id", **PLAIN), _sending("api_secret", "API secret")),
    ),
    Provider(
        "mixpanel", "Mixpanel", ("analytics",),
        (_sending("project_id", "Project", **PLAIN), _sending("service_account", "Service account"),
         _sending("service_secret", "Service account's secret")),
    ),
    Provider(
        "hubspot", "HubSpot", ("crm",),
        (_sending("access_token", "Private app's access token"), _webhook("client_secret", "App's client secret")),
        signatures.hubspot, _by_hubspot_event,
    ),
    Provider(
        "salesforce", "Salesforce", ("crm",),
        (_sending("instance_url", "Instance URL", **PLAIN), _sending("client_id", "Consumer key", **PLAIN),
         _sending("client_secret", "Consumer secret"), _sending("username", "User", **PLAIN, **OPTIONAL)),
    ),
    Provider(
        "square", "Square", ("orders",),
        (_reading("access_token", "Access token"), _webhook("webhook_signature_key", "Signature key of the webhook")),
        signatures.square,
    ),
    Provider(
        "custom", "A program of your own (Standard Webhooks)", ("orders", "crm"),
        (_webhook("webhook_secret", "Signing secret (whsec_…)", make=_make_key, check=_webhook_key),),
        signatures.standard, lambda received: received.header("webhook-id"),
    ),
)  # fmt: skip

PROVIDERS: Mapping[str, Provider] = {provider.name: provider for provider in _ALL}
