"""Signed links for people outside: whoever holds one may do the one thing it was made for, and nothing can be altered.

A link's token is ``base64url(JSON [key id, subject, values, expiry]) . base64url(Ed25519 signature)``. The purpose is
signed but not carried: a token for one purpose is worthless for any other. Subject and values are opaque ids, for the
token can be read by anybody who sees it.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import orjson
from cryptography.exceptions import InvalidSignature

from crm_chassis.auth import private_key, public_keys

LONGEST = 4_000
_MARK = b"maitre-link/v1\0"


@dataclass(frozen=True)
class Link:
    """What a genuine token says: which process made it, about whom, and what else that process wants to get back."""

    issuer: str
    subject: str
    values: Mapping[str, str]
    expires_at: int | None = None

    def is_over(self, now: datetime) -> bool:
        """Tell whether it has expired; one without an end never does."""
        return self.expires_at is not None and now.timestamp() >= self.expires_at


def sign(
    signing_key: str,
    purpose: str,
    subject: str,
    values: Mapping[str, str] | None = None,
    *,
    until: datetime | None = None,
) -> str:
    """Make a token with this process's signing key (``name/1:base64url seed``); ValueError where it gets too long."""
    key_id, key = private_key(signing_key)
    ends = None if until is None else int(until.timestamp())
    payload = orjson.dumps([key_id, subject, dict(values or {}), ends])
    token = f"{_encode(payload)}.{_encode(key.sign(_signed(purpose, payload)))}"
    if len(token) > LONGEST:
        raise ValueError(f"a link's token has at most {LONGEST} characters")
    return token


def read(trusted_keys: str, purpose: str, token: str) -> Link | None:
    """Give what a token says, expired or not; None for one that is no token of this purpose by anyone we trust."""
    try:
        encoded, _, signature = token.partition(".")
        payload = _decode(encoded)
        key_id, subject, values, ends = orjson.loads(payload)
        public_keys(trusted_keys)[key_id].verify(_decode(signature), _signed(purpose, payload))
    except (InvalidSignature, KeyError, TypeError, ValueError):
        return None
    return Link(key_id.partition("/")[0], subject, values, ends)


def _signed(purpose: str, payload: bytes) -> bytes:
    return _MARK + purpose.encode() + b"\0" + payload


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _decode(text: str) -> bytes:
    """Read base64url; one form only, so that a token has no second spelling."""
    if len(text) > LONGEST:
        raise ValueError("too long")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if _encode(raw) != text:
        raise ValueError("another spelling")
    return raw
