"""The one family of refusals that operations raise and entrypoints render; it knows nothing of HTTP."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What sort of refusal it is; each entrypoint has its own table from kind to its own codes."""

    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    INVALID = "invalid"
    FORBIDDEN = "forbidden"
    UNAUTHENTICATED = "unauthenticated"
    PRECONDITION_FAILED = "precondition_failed"
    TOO_LARGE = "too_large"
    UNAVAILABLE = "unavailable"
    GONE = "gone"
    RATE_LIMITED = "rate_limited"


class DomainError(Exception):
    """An anticipated refusal; its text is shown to the caller, so it names no person and no secret."""

    kind: Kind = Kind.INVALID

    def __init__(
        self,
        detail: str = "",
        *,
        errors: Mapping[str, Sequence[str]] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(detail or (type(self).__doc__ or "").strip().partition("\n")[0])
        self.errors = {field: list(messages) for field, messages in (errors or {}).items()}
        self.extra = dict(extra or {})

    @property
    def type(self) -> str:
        """The stable URN of this sort of problem (RFC 9457 `type`)."""
        return problem_type(type(self).__name__)


def problem_type(name: str) -> str:
    """Return the URN of a problem's CamelCase name: NotEnoughPoints -> urn:maitre:problem:not-enough-points."""
    return "urn:maitre:problem:" + re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()
