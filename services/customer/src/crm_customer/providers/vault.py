"""What guests told us at rest: encrypted documents, and the keyed tokens that contact details are found by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from crm_chassis.crypto import BlindIndex, FieldCipher
from crm_chassis.keys import KeyStore
from crm_customer.config import Settings
from crm_customer.rules.contacts import normalized_email
from crm_customer.rules.searching import haystacks, needles

FIELD, DIETARY, TEXTS = "profile", "dietary", "reservation"
SEARCH = "guest"


class Vault:
    """Seals and opens documents, makes search tokens, destroys a person's key."""

    def __init__(self, settings: Settings, keystore: KeyStore) -> None:
        self._keystore = keystore
        self._cipher = FieldCipher(settings.service, keystore)
        self._index = BlindIndex(settings.index_key)

    def seal(self, documents: Sequence[tuple[UUID, Any]], field: str = FIELD) -> list[bytes]:
        """Encrypt profiles (or what ``field`` names), each under its guest's key, made now where there was none."""
        return self._cipher.encrypt_many([(guest, field, orjson.dumps(document)) for guest, document in documents])

    def open(self, sealed: Sequence[tuple[UUID, bytes]], field: str = FIELD) -> list[Any]:
        """Decrypt profiles (or what ``field`` names); None where the guest's key is destroyed."""
        plain = self._cipher.decrypt_many([(guest, field, document) for guest, document in sealed])
        return [None if text is None else orjson.loads(text) for text in plain]

    def email_token(self, address: str) -> bytes:
        """Return the token under which an address is compared (16 bytes)."""
        return self._index.token("email", normalized_email(address))

    def phone_token(self, number: str) -> bytes:
        """Return the token under which an E.164 number is compared (16 bytes)."""
        return self._index.token("phone", number)

    def external_token(self, source: str, external_id: str) -> bytes:
        """Return the token under which another system's id of a guest is claimed and entombed (16 bytes)."""
        return self._index.token("external_id", orjson.dumps([source, external_id]))

    def buried_order_id(self, source: str, external_id: str) -> str:
        """Return what stands for an order's external id once its guest is erased (RULES E3)."""
        return "erased:" + self._index.token("order", orjson.dumps([source, external_id])).hex()

    def buried_reservation_id(self, source: str, external_id: str) -> str:
        """Return what stands for a reservation's external id once its guest is erased."""
        return "erased:" + self._index.token("reservation", orjson.dumps([source, external_id])).hex()

    def buried_refund_id(self, order_id: UUID, external_id: str) -> str:
        """Return what stands for a refund's external id once its guest is erased."""
        return "erased:" + self._index.token("refund", order_id.bytes + external_id.encode()).hex()

    def fingerprint(self, content: bytes) -> bytes:
        """Return a keyed hash that tells whether a fact was sent with the same content before (16 bytes)."""
        return self._index.token("content", content)

    def search_tokens(self, profile: Mapping[str, Any]) -> list[int]:
        """Return the tokens of all parts of a guest's name, addresses and numbers."""
        return sorted({token for text in haystacks(profile) for token in self._index.trigrams(SEARCH, text)})

    def query_tokens(self, query: str) -> list[list[int]]:
        """Return, for each reading of a query, the tokens that what it finds must have."""
        return [tokens for needle in needles(query) if (tokens := self._index.query_trigrams(SEARCH, needle))]

    def is_found_by(self, profile: Mapping[str, Any], query: str, *, by_contacts: bool) -> bool:
        """Tell whether a guest is really found by a query; tokens alone may collide, and know no name from address."""
        texts = haystacks(profile, with_contacts=by_contacts)
        return any(self._index.contains(text, needle) for needle in needles(query) for text in texts if needle)

    def destroy(self, persons: Iterable[UUID]) -> None:
        """Destroy the keys of these people for good; what was sealed for them can never be read again."""
        self._keystore.destroy(list(persons))
