"""By which texts a guest is found; the chassis' blind index folds case and accents on both sides."""

import unicodedata
from collections.abc import Mapping
from typing import Any

_IDEOGRAPHS = 0x2E80  # from here on a character is a word's worth: Han, kana, hangul
_EMOJI = 0x1F000
DIALED = 6
"""From so many digits on a leading zero is the one dialed before numbers of the same country."""


def spaced(text: str) -> str:
    """Return the text with each Han, kana and hangul character a word of its own: one is enough to search."""
    if text.isascii():
        return text
    composed = unicodedata.normalize("NFC", text)
    return "".join(f" {c} " if ord(c) >= _IDEOGRAPHS and not _EMOJI <= ord(c) < 2 * _EMOJI else c for c in composed)


def digits(text: str) -> str:
    """Return the digits of what looks like part of a phone number, else nothing."""
    if all(character.isdecimal() or character in "+-/(). " for character in text):
        return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())
    return ""


def haystacks(profile: Mapping[str, Any], *, with_contacts: bool = True) -> list[str]:
    """Return the texts by any part of which a guest can be found: name, and addresses, digits of numbers."""
    name = spaced(profile.get("name") or "")
    if not with_contacts:
        return [name]
    return [
        name,
        *(email["address"] for email in profile.get("emails", ())),
        *(digits(phone["number"]) for phone in profile.get("phones", ())),
    ]


def needles(query: str) -> list[str]:
    """Return the readings of what somebody typed: as text, and as part of a number where it looks like one."""
    number = digits(query)
    if number.startswith("0") and len(number) >= DIALED:
        number = number.lstrip("0")  # dialed at home: E.164 has no trunk zero
    text = spaced(query).strip()
    return [text, number] if number and number != text else [text]
