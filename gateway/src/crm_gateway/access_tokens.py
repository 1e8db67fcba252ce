"""Staff access tokens: EdDSA JWTs of the gateway's own, with key ids, so that keys can be rotated."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from uuid_utils.compat import uuid7

from crm_chassis.config import MissingSetting, Secret

ISSUER = "maitre-gateway"
AUDIENCE = "maitre"
_ALGORITHM = "EdDSA"
_CLAIMS = ["iss", "aud", "sub", "role", "epoch", "iat", "exp", "jti"]
_SEED_BYTES = 32


@dataclass(frozen=True)
class AccessToken:
    """A token as the client gets it, and the seconds it is good for."""

    text: str
    expires_in: int


@dataclass(frozen=True)
class TokenClaims:
    """Whom a token names, in which epoch of theirs it was made, and until when it is good."""

    staff_id: UUID
    epoch: int
    expires_at: datetime


class AccessTokens:
    """Issues and reads access tokens; the first key signs, all of them are believed."""

    def __init__(self, keys: Secret, minutes: int) -> None:
        pairs = [_parse(item.strip()) for item in keys.reveal().split(",") if item.strip()]
        if not pairs:
            raise MissingSetting("CRM_TOKEN_KEY holds no key.")
        self._keys = dict(pairs)
        self._current = pairs[0][0]
        self._public = {kid: key.public_key() for kid, key in pairs}
        self._life = timedelta(minutes=minutes)

    def issue(self, *, staff_id: UUID, role: str, epoch: int, now: datetime) -> AccessToken:
        """Sign a token for a member of staff who has just proved who they are."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(staff_id),
            "role": role,
            "epoch": epoch,
            "jti": str(uuid7()),
            "iat": now,
            "exp": now + self._life,
        }
        text = jwt.encode(claims, self._keys[self._current], _ALGORITHM, headers={"kid": self._current})
        return AccessToken(text, int(self._life.total_seconds()))

    def public_keys(self) -> list[dict[str, str]]:
        """Give the public halves of all keys in force as JSON Web Keys (RFC 7517, RFC 8037)."""
        return [
            {"kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "alg": _ALGORITHM, "x": _base64url(key)}
            for kid, key in self._public.items()
        ]

    def read(self, text: str) -> TokenClaims | None:
        """Give what a token says, or None if it is not (or no longer) one of ours."""
        try:
            key = self._public[jwt.get_unverified_header(text)["kid"]]
            options: Any = {"require": _CLAIMS, "strict_aud": True}
            claims = jwt.decode(text, key, [_ALGORITHM], options=options, audience=AUDIENCE, issuer=ISSUER)
            expires_at = datetime.fromtimestamp(claims["exp"], UTC)
            return TokenClaims(UUID(claims["sub"]), int(claims["epoch"]), expires_at)
        except (jwt.InvalidTokenError, KeyError, TypeError, ValueError, OverflowError):
            return None


def _base64url(key: Ed25519PublicKey) -> str:
    return base64.urlsafe_b64encode(key.public_bytes_raw()).decode().rstrip("=")


def _parse(item: str) -> tuple[str, Ed25519PrivateKey]:
    """Read ``id:base64url seed``."""
    kid, _, encoded = item.partition(":")
    try:
        seed = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if not kid or len(seed) != _SEED_BYTES:
        raise MissingSetting("CRM_TOKEN_KEY must be id:base64url of a 32-byte seed, several separated by commas.")
    return kid, Ed25519PrivateKey.from_private_bytes(seed)
