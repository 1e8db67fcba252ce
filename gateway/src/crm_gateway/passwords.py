"""Passwords: hashed with argon2id, compared in the same time whether or not the account exists."""

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# OWASP's profile for argon2id: 19 MiB, two passes, one lane; eight threads must not take a gigabyte.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_SLOTS = threading.BoundedSemaphore(2)
# Same parameters, of a random secret nobody kept: what an unknown e-mail address is compared with.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))

SHORTEST, LONGEST = 12, 1024
"""Lengths of a password in characters (NIST SP 800-63B asks for no more rules than this)."""


def hash_password(password: str) -> str:
    """Give the argon2id hash to store."""
    with _SLOTS:
        return _HASHER.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Tell whether the password fits the stored hash; an absent hash costs the same and never fits."""
    with _SLOTS:
        try:
            return _HASHER.verify(stored or _NOBODY, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(stored: str) -> bool:
    """Tell whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)
