"""What a repeated order means (RULES C1): the same again, a newer version, an older one, or a contradiction."""

from enum import StrEnum


class Outcome(StrEnum):
    """What became of one order of a batch."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    CORRECTED = "corrected"
    IGNORED = "ignored"
    REJECTED = "rejected"


def outcome(*, known: int, known_content: bytes, version: int, content: bytes) -> Outcome:
    """Judge a version of an order that is known already; the same version with other content is rejected.

    No known content: it was forgotten with its guest, and any repetition counts as the same.
    """
    if version > known:
        return Outcome.CORRECTED
    if version < known:
        return Outcome.IGNORED
    return Outcome.UNCHANGED if known_content in (b"", content) else Outcome.REJECTED
