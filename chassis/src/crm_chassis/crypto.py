"""Encryption of single fields under a person's data key, and keyed search tokens (ADR 0007)."""

import base64
import binascii
import os
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crm_chassis.config import Secret

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
VERSION = b"\x01"
_HEADER = len(VERSION) + NONCE_BYTES


class BadKey(Exception):
    """A key given to the process cannot be read; the text names the variable and the fault, never the key."""

    is_safe_to_log = True


class CiphertextRefused(Exception):
    """A ciphertext is not what was written for this service, person and field: changed, moved or cut short."""

    is_safe_to_log = True


class KeyDestroyed(Exception):
    """Nothing can be encrypted for a person whose data key was destroyed."""

    is_safe_to_log = True


def seal(key: AESGCM, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Encrypt into version | 96-bit nonce | ciphertext and tag, bound to ``bound_to`` (AES-256-GCM)."""
    return VERSION + nonce + key.encrypt(nonce, plain, bound_to)


def unseal(key: AESGCM, sealed: bytes, bound_to: bytes) -> bytes | None:
    """Decrypt what ``seal`` gave; None when it was made otherwise, under another key or for something else."""
    if len(sealed) < _HEADER + TAG_BYTES or sealed[:1] != VERSION:
        return None
    try:
        return key.decrypt(sealed[1:_HEADER], sealed[_HEADER:], bound_to)
    except InvalidTag:
        return None


def parse_key(text: str, variable: str) -> bytes:
    """Read 32 bytes of base64url; raises BadKey naming ``variable``."""
    try:
        key = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise BadKey(f"{variable}: a key must be {KEY_BYTES} bytes as base64url (43 characters); see crm-keys generate")
    return key


def derive(key: bytes, purpose: str, length: int = KEY_BYTES) -> bytes:
    """Derive an independent key for one purpose (HKDF-SHA256, RFC 5869)."""
    return HKDF(SHA256(), length, salt=None, info=f"maitre/{purpose}".encode()).derive(key)


@dataclass(frozen=True)
class MasterKey:
    """One master key: wraps data keys; its check value tells whether two keys of one id are the same."""

    key_id: str
    check_value: bytes
    _cipher: AESGCM = field(repr=False)

    @classmethod
    def of(cls, key_id: str, key: bytes) -> "MasterKey":
        """Make the wrapping key and the check value from 32 secret bytes, independent of each other."""
        return cls(key_id, derive(key, f"check/v1/{key_id}", 16), AESGCM(derive(key, "wrap/v1")))

    def wrap(self, person: UUID, data_key: bytes) -> bytes:
        """Encrypt a data key, bound to its person and to this key's id."""
        return seal(self._cipher, os.urandom(NONCE_BYTES), data_key, self._bound_to(person))

    def unwrap(self, person: UUID, wrapped: bytes) -> bytes:
        """Decrypt a data key; raises CiphertextRefused when it was not wrapped by this key for this person."""
        data_key = unseal(self._cipher, wrapped, self._bound_to(person))
        if data_key is None:
            raise CiphertextRefused(f"the data key of {person} was not wrapped by master key {self.key_id}")
        return data_key

    def _bound_to(self, person: UUID) -> bytes:
        return person.bytes + self.key_id.encode()


@dataclass(frozen=True)
class MasterKeys:
    """The master keys a process was given, the current one first."""

    current: MasterKey
    by_id: Mapping[str, MasterKey]

    @classmethod
    def parse(cls, secret: Secret | str, variable: str = "CRM_MASTER_KEYS") -> "MasterKeys":
        """Read ``id:base64url,...``, first = current; raises BadKey naming the variable and the entry."""
        text = secret.reveal() if isinstance(secret, Secret) else secret
        keys: dict[str, MasterKey] = {}
        for number, entry in enumerate(filter(None, map(str.strip, text.split(","))), 1):
            key_id, colon, key = entry.partition(":")
            if not (colon and 1 <= len(key_id) <= 40 and key_id.isascii() and key_id.isprintable()):  # noqa: PLR2004
                raise BadKey(f"{variable}: entry {number} is not id:key with an id of 1 to 40 ASCII characters")
            if key_id in keys:
                raise BadKey(f"{variable}: the id {key_id} stands twice")
            keys[key_id] = MasterKey.of(key_id, parse_key(key, f"{variable}, id {key_id}"))
        if not keys:
            raise BadKey(f"{variable}: holds no key; make one with crm-keys generate")
        return cls(next(iter(keys.values())), keys)


class DataKeys(Protocol):
    """Where data keys come from (crm_chassis.keys.KeyStore)."""

    def obtain(self, persons: Collection[UUID]) -> dict[UUID, bytes]:
        """Give each person's data key, made now where there was none; raises KeyDestroyed."""

    def read(self, persons: Collection[UUID]) -> dict[UUID, bytes]:
        """Give the data keys that exist; the destroyed are absent."""


class FieldCipher:
    """Encrypts fields of persons for one service: each ciphertext opens only for its service, person and field."""

    def __init__(self, service: str, keystore: DataKeys) -> None:
        if not service or "|" in service:
            raise ValueError("a service's name is not empty and has no |")
        self._prefix = f"{service}|".encode()
        self._keys = keystore

    def encrypt_many(self, items: Sequence[tuple[UUID, str, bytes]]) -> list[bytes]:
        """Encrypt (person, field, plain text), one key query for all; raises KeyDestroyed for an erased person."""
        keys = self._ciphers(self._keys.obtain({person for person, _, _ in items}))
        nonces = os.urandom(NONCE_BYTES * len(items))
        return [
            seal(keys[person], nonces[at : at + NONCE_BYTES], plain, self._bound_to(person, name))
            for at, (person, name, plain) in zip(range(0, len(nonces), NONCE_BYTES), items, strict=True)
        ]

    def decrypt_many(self, items: Sequence[tuple[UUID, str, bytes]]) -> list[bytes | None]:
        """Decrypt (person, field, ciphertext), one key query for all; None where the key is destroyed.

        Raises CiphertextRefused when any ciphertext was changed, or written for another service, person or field.
        """
        keys = self._ciphers(self._keys.read({person for person, _, _ in items}))
        return [self._open(keys.get(person), person, name, sealed) for person, name, sealed in items]

    def encrypt(self, person: UUID, name: str, plain: bytes) -> bytes:
        """Encrypt one field of one person; raises KeyDestroyed for an erased person."""
        return self.encrypt_many([(person, name, plain)])[0]

    def decrypt(self, person: UUID, name: str, sealed: bytes) -> bytes | None:
        """Decrypt one field of one person; None when the key is destroyed, CiphertextRefused when it does not fit."""
        return self.decrypt_many([(person, name, sealed)])[0]

    def _open(self, key: AESGCM | None, person: UUID, name: str, sealed: bytes) -> bytes | None:
        if key is None:
            return None
        plain = unseal(key, bytes(sealed), self._bound_to(person, name))
        if plain is None:
            raise CiphertextRefused(f"the ciphertext of field {name} of {person} was changed or belongs elsewhere")
        return plain

    def _bound_to(self, person: UUID, name: str) -> bytes:
        return self._prefix + person.bytes + b"|" + name.encode()

    @staticmethod
    def _ciphers(keys: Mapping[UUID, bytes]) -> dict[UUID, AESGCM]:
        return {person: AESGCM(key) for person, key in keys.items()}


def search_form(text: str) -> str:
    """Normalise text for searching: no case, no marks, single spaces (NFKD, casefold)."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        text = "".join(character for character in text if unicodedata.category(character) != "Mn")
    return " ".join(text.casefold().split())


class BlindIndex:
    """Search tokens of values, keyed, so that the database can compare them without reading them."""

    TRIGRAM = 3

    def __init__(self, index_key: Secret | str, variable: str = "CRM_INDEX_KEY") -> None:
        key = parse_key(index_key.reveal() if isinstance(index_key, Secret) else index_key, variable)
        self.key_id = derive(key, "index/id/v1", 4).hex()
        self._token_key = derive(key, "index/token/v1")
        self._trigram_key = derive(key, "index/trigram/v1")

    def token(self, name: str, value: str | bytes) -> bytes:
        """Give 16 bytes that equal values of one field share; the caller normalises the value first."""
        raw = value.encode() if isinstance(value, str) else value
        return blake2b(name.encode() + b"\0" + raw, digest_size=16, key=self._token_key).digest()

    def trigrams(self, name: str, text: str) -> list[int]:
        """Give the sorted tokens (int4) of all three-letter parts of a text and of its words' beginnings."""
        form = search_form(text)
        parts = {f"  {word[0]}" for word in form.split()}
        parts.update(self._parts(f"  {form}" if form else ""))
        return self._tokens(name, parts)

    def query_trigrams(self, name: str, query: str) -> list[int]:
        """Give the tokens a text has if the query is any part of it; one or two letters: if a word starts so.

        Empty for an empty query. Tokens may collide: check what is found with ``contains``.
        """
        form = search_form(query)
        return self._tokens(name, self._parts(form if len(form) >= self.TRIGRAM else f"  {form}"[-3:] if form else ""))

    @classmethod
    def contains(cls, text: str, query: str) -> bool:
        """Tell whether the query is a part of the text, by the same rules as ``query_trigrams``."""
        form, wanted = search_form(text), search_form(query)
        return wanted in form if len(wanted) >= cls.TRIGRAM else f" {wanted}" in f" {form}"

    def _parts(self, padded: str) -> set[str]:
        return {padded[at : at + self.TRIGRAM] for at in range(len(padded) - self.TRIGRAM + 1)}

    def _tokens(self, name: str, parts: Iterable[str]) -> list[int]:
        started = blake2b(name.encode() + b"\0", digest_size=4, key=self._trigram_key)
        tokens = set()
        for part in parts:
            digest = started.copy()  # a third cheaper than to begin anew: a guest has fifty of them
            digest.update(part.encode())
            tokens.add(int.from_bytes(digest.digest(), signed=True))
        return sorted(tokens)
