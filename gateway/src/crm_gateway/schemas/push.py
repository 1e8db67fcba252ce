"""What a browser's PushSubscription is as JSON (W3C Push API), and nothing that could lead us elsewhere."""

import base64
import binascii
from urllib.parse import urlsplit

import marshmallow as ma
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

from crm_chassis.fields import Body, Text

PUSH_HOSTS = ("fcm.googleapis.com", "push.services.mozilla.com", "notify.windows.com", "push.apple.com")
"""Push services of the browsers there are: a message is posted to no other host, whatever a browser claims (SSRF)."""
AUTH_BYTES = 16


def is_push_service(endpoint: str) -> bool:
    """Tell whether an endpoint is an https URL at a known push service, without user, port or fragment."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    is_plain = parts.scheme == "https" and parts.netloc == host and port is None and not parts.fragment
    return is_plain and endpoint.isascii() and any(host == each or host.endswith(f".{each}") for each in PUSH_HOSTS)


def _endpoint(value: str) -> None:
    if not is_push_service(value):
        raise ma.ValidationError("Not the address of a browser's push service.")


def _p256(value: str) -> None:
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _unbase64(value))
    except ValueError as error:
        raise ma.ValidationError("Not a public key of P-256.") from error


def _auth(value: str) -> None:
    try:
        secret = _unbase64(value)
    except ValueError:
        secret = b""
    if len(secret) != AUTH_BYTES:
        raise ma.ValidationError(f"Not {AUTH_BYTES} bytes of base64url.")


def _unbase64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


class PushKeys(Body):
    """With what a message to this browser is encrypted (RFC 8291)."""

    p256dh = Text(
        100, required=True, validate=_p256,
        metadata={"example": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"},
    )  # fmt: skip
    auth = Text(30, required=True, validate=_auth, metadata={"example": "BTBZMqHH6r4Tts7J_aSIgg"})


class PushSubscription(Body):
    """A browser's push subscription, as its toJSON() gives it."""

    endpoint = Text(
        2000, required=True, validate=_endpoint,
        metadata={"example": "https://updates.push.services.mozilla.com/wpush/v2/gAAAAABk"},
    )  # fmt: skip
    expirationTime = ma.fields.Float(  # noqa: N815  the browsers' own name
        load_default=None,
        allow_none=True,
        metadata={"example": None, "description": "Milliseconds since 1970, or null"},
    )
    keys = ma.fields.Nested(PushKeys, required=True)
