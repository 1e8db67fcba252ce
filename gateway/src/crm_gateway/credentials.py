"""Random credentials: how an API key looks, and the hashes that are kept of them."""

import hashlib
import hmac

MARK = "mk"
_LONGEST = 128


def digest(secret: str) -> bytes:
    """Hash a credential of 256 random bits, for which a fast hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


def fits(secret: str, stored: bytes) -> bool:
    """Compare a secret with the stored hash in constant time."""
    return hmac.compare_digest(digest(secret), stored)


def is_key(text: str) -> bool:
    """Tell whether a bearer credential has the shape of an API key."""
    return text.startswith(f"{MARK}_")


def split_key(text: str) -> tuple[str, str] | None:
    """Give the prefix and the secret of a key, or None where it has not the shape of one."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != MARK or not prefix or not secret or len(text) > _LONGEST or not prefix.isalnum():
        return None
    return prefix, secret
