"""Whether a webhook is really the provider's: each one's own signature, checked on the raw body in constant time.

Algorithms as the providers' SDKs have them (versions: gateway/tests/edge/data/signatures.json) or, for Mandrill,
Klaviyo and Meta, as their documentation does. A body that a signature does not cover is refused.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit, urlunsplit

import standardwebhooks
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from crm_chassis.errors import DomainError, Kind

FORM = "application/x-www-form-urlencoded"
RETRIED = timedelta(hours=25)
"""SendGrid repeats for 24 hours; what comes twice in that time is known by its events' ids."""
SKEW = timedelta(minutes=5)
_LONGEST_STAMP = 12
_TWILIO_SETTINGS = "x-twilio-webhooks-signature-settings"
_DEFAULT_PORTS = {"https": 443, "http": 80}
_TWILIO_HASHES = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}


class SignatureRefused(DomainError):
    """The webhook's signature does not fit: check the signing secret and the webhook's URL at the provider."""

    kind = Kind.FORBIDDEN


@dataclass(frozen=True)
class Received:
    """A webhook as it came: *url* is the public one that the provider calls, headers' names are lower case."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def content_type(self) -> str:
        """The media type alone."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def header(self, name: str) -> str:
        """Give a header that must be there."""
        value = self.headers.get(name.lower(), "")
        if not value:
            raise SignatureRefused(f"The header {name} is missing.")
        return value

    def form(self) -> list[tuple[str, str]]:
        """Give a form's fields; an empty body has none, any other body is refused: the signature would not cover it."""
        if self.body and self.content_type != FORM:
            raise SignatureRefused("The signature does not cover a body of this type.")
        try:
            return parse_qsl(self.body.decode("ascii"), keep_blank_values=True, max_num_fields=1000)
        except ValueError as error:
            raise SignatureRefused("The form cannot be read.") from error


Secrets = Mapping[str, str]


def sendgrid(received: Received, secrets: Secrets, now: datetime) -> None:
    """Check SendGrid's signed event webhook: ECDSA on P-256 over timestamp and body."""
    stamp = received.header("X-Twilio-Email-Event-Webhook-Timestamp")
    signature = _unbase64(received.header("X-Twilio-Email-Event-Webhook-Signature"))
    key = p256_key(secrets["webhook_public_key"])
    try:
        key.verify(signature, stamp.encode() + received.body, ECDSA(SHA256()))
    except InvalidSignature as error:
        raise SignatureRefused from error
    _check_age(stamp, now, RETRIED)


def p256_key(text: str) -> EllipticCurvePublicKey:
    """Read a public key of P-256 as SendGrid shows it (base64 of DER); ValueError for anything else."""
    try:
        key = load_der_public_key(base64.b64decode(text, validate=True))
    except UnsupportedAlgorithm as error:
        raise ValueError("not a public key") from error
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError("not a key of P-256")  # noqa: TRY004  the text is wrong, not our types
    return key


def twilio(received: Received, secrets: Secrets, now: datetime) -> None:
    """Check Twilio's signature: HMAC over URL and sorted fields, or URL alone where it holds the body's hash.

    Twilio signs with the auth token and SHA-1, or with a shared key and what the settings header says. Its URL has the
    port sometimes and sometimes not.
    """
    del now
    given = received.header("X-Twilio-Signature")
    settings = dict(part.strip().partition("=")[::2] for part in received.headers.get(_TWILIO_SETTINGS, "").split(","))
    secret = secrets.get("webhook_shared_key" if "key" in settings else "auth_token")
    algorithm = _TWILIO_HASHES.get(settings.get("algorithm", "HMAC_SHA1").strip().upper())
    if not secret or algorithm is None:
        raise SignatureRefused("It is signed with a key that is not set up here.")
    query = parse_qs(urlsplit(received.url).query)
    if "bodySHA256" in query and received.content_type != FORM:
        if not _equal(hashlib.sha256(received.body).hexdigest(), query["bodySHA256"][0].lower()):
            raise SignatureRefused("The body is not the one that was signed.")
        fields = ""
    else:
        fields = "".join(name + value for name, value in sorted(set(received.form())))
    wanted = [_hmac64(secret, (url + fields).encode(), algorithm) for url in _with_and_without_port(received.url)]
    if not any([_equal(each, given) for each in wanted]):  # noqa: C419  all of them, whichever fits
        raise SignatureRefused


def plivo(received: Received, secrets: Secrets, now: datetime) -> None:
    """Check Plivo's V3 signature: HMAC-SHA-256 over URL, sorted query and fields, and a nonce; one of several fits."""
    del now
    given, nonce = received.header("X-Plivo-Signature-V3"), received.header("X-Plivo-Signature-V3-Nonce")
    parts = urlsplit(received.url)
    query = "&".join(f"{name}={value}" for name, value in sorted(parse_qsl(parts.query, keep_blank_values=True)))
    fields = "".join(name + value for name, value in sorted(received.form()))
    text = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    text += ("?" + query if query or fields else "") + ("." if query and fields else "") + fields
    wanted = _hmac64(secrets["auth_token"], f"{text}.{nonce}".encode(), "sha256")
    if not any([_equal(wanted, each.strip()) for each in given.split(",")]):  # noqa: C419
        raise SignatureRefused


def mandrill(received: Received, secrets: Secrets, now: datetime) -> None:
    """Check Mailchimp Transactional's signature: HMAC-SHA-1 over URL and sorted fields."""
    del now
    fields = "".join(name + value for name, value in sorted(received.form()))
    wanted = _hmac64(secrets["webhook_key"], (received.url + fields).encode(), "sha1")
    _check_equal(wanted, received.header("X-Mandrill-Signature"))


def klaviyo(received: Received, secrets: Secrets, now: datetime) -> None:
    """Check Klaviyo's signature: hexadecimal HMAC-SHA-256 over body and timestamp."""
    del now
    signed = received.body + received.header("Klaviyo-Timestamp").encode()
    _check_equal(_hex(secrets["webhook_secret"], signed), received.header("Klaviyo-Signature"))


def meta(received: Received, secrets: Secrets, now: datetime) -> None:
    """Check Meta's signature: hexadecimal HMAC-SHA-256 of the body under the app's secret."""
    del now
    _check_equal("sha256=" + _hex(secrets["app_secret"], received.body), received.header("X-Hub-Signature-256"))


def hubspot(received: Received, secrets: Secrets, now: datetime) -> None:
    """Check HubSpot's v3 signature: HMAC-SHA-256 over method, URL, body and a timestamp of at most five minutes ago."""
    stamp = received.header("X-HubSpot-Request-Timestamp")
    signed = (received.method + received.url).encode() + received.body + stamp.encode()
    _check_equal(_hmac64(secrets["client_secret"], signed, "sha256"), received.header("X-HubSpot-Signature-v3"))
    _check_age(stamp[:-3], now, SKEW)  # it is in milliseconds


def square(received: Received, secrets: Secrets, now: datetime) -> None:
    """Check Square's signature: HMAC-SHA-256 over URL and body."""
    del now
    wanted = _hmac64(secrets["webhook_signature_key"], received.url.encode() + received.body, "sha256")
    _check_equal(wanted, received.header("x-square-hmacsha256-signature"))


def standard(received: Received, secrets: Secrets, now: datetime) -> None:
    """Check a signature by the Standard Webhooks specification, for programs of the restaurant's own."""
    del now  # the library's own clock: five minutes either way
    try:
        standardwebhooks.Webhook(secrets["webhook_secret"]).verify(
            received.body, dict(received.headers), json_parse=False
        )
    except (standardwebhooks.WebhookVerificationError, ValueError) as error:
        raise SignatureRefused from error


def secret_path(received: Received, secrets: Secrets, now: datetime) -> None:
    """Check the last piece of the URL, for a provider that signs nothing (Mailchimp Marketing)."""
    del now
    _check_equal(secrets["webhook_path"], urlsplit(received.url).path.rpartition("/")[2])


def _with_and_without_port(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host, _, port = parts.netloc.partition(":")
    port = port or str(_DEFAULT_PORTS.get(parts.scheme, ""))
    return urlunsplit(parts._replace(netloc=host)), urlunsplit(parts._replace(netloc=f"{host}:{port}"))


def _hmac64(secret: str, signed: bytes, algorithm: str) -> str:
    return base64.b64encode(hmac.digest(secret.encode(), signed, algorithm)).decode()


def _hex(secret: str, signed: bytes) -> str:
    return hmac.digest(secret.encode(), signed, "sha256").hex()


def _equal(wanted: str, given: str) -> bool:
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogateescape"))


def _check_equal(wanted: str, given: str) -> None:
    if not _equal(wanted, given):
        raise SignatureRefused


def _check_age(stamp: str, now: datetime, most: timedelta) -> None:
    """Refuse a signature made too long ago, or in the future."""
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > _LONGEST_STAMP:
        raise SignatureRefused("The signature's timestamp cannot be read.")
    age = now.timestamp() - int(stamp)
    if age > most.total_seconds() or age < -SKEW.total_seconds():
        raise SignatureRefused("The signature is too old, or this machine's clock is wrong.")


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise SignatureRefused("The signature cannot be read.") from error
