"""Encryption of what waits in the gateway's own database, under CRM_MASTER_KEYS: AES-256-GCM, the key's id in front."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crm_chassis.config import Secret
from crm_chassis.crypto import NONCE_BYTES, BadKey, CiphertextRefused, derive, parse_key, seal, unseal

VARIABLE = "CRM_MASTER_KEYS"


class Sealer:
    """Seals and opens values of one purpose; the first key seals, all of them open."""

    def __init__(self, keys: Secret, purpose: str) -> None:
        self._ciphers: dict[str, AESGCM] = {}
        for entry in filter(None, map(str.strip, keys.reveal().split(","))):
            key_id, _, key = entry.partition(":")
            if not key_id or not key_id.isascii():
                raise BadKey(f"{VARIABLE}: every entry is id:key")
            self._ciphers[key_id] = AESGCM(derive(parse_key(key, VARIABLE), f"{purpose}/v1"))
        if not self._ciphers:
            raise BadKey(f"{VARIABLE}: holds no key; make one with crm-keys generate")
        self._current = next(iter(self._ciphers))

    def seal(self, plain: bytes, bound_to: bytes) -> bytes:
        """Encrypt a value for the row it stands in; it opens for no other."""
        sealed = seal(self._ciphers[self._current], os.urandom(NONCE_BYTES), plain, bound_to)
        return self._current.encode() + b":" + sealed

    def open(self, sealed: bytes, bound_to: bytes) -> bytes:
        """Decrypt; raises CiphertextRefused for what was changed, moved, or sealed under a key not given."""
        key_id, _, text = bytes(sealed).partition(b":")
        cipher = self._ciphers.get(key_id.decode("ascii", "replace"))
        plain = None if cipher is None else unseal(cipher, text, bound_to)
        if plain is None:
            raise CiphertextRefused("a sealed value does not open: its master key is not given, or it was changed")
        return plain

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether a value was sealed by the key that seals now."""
        return bytes(sealed).startswith(self._current.encode() + b":")
