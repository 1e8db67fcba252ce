"""Which headers travel: nothing passes unless it is named here, so no client speaks to a service in our name."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from crm_gateway.config import BASE

TO_SERVICE = (
    ("HTTP_IDEMPOTENCY_KEY", "Idempotency-Key"),
    ("HTTP_IF_MATCH", "If-Match"),
    ("HTTP_IF_NONE_MATCH", "If-None-Match"),
    ("HTTP_IF_MODIFIED_SINCE", "If-Modified-Since"),
    ("HTTP_IF_UNMODIFIED_SINCE", "If-Unmodified-Since"),
    ("HTTP_RANGE", "Range"),
    ("HTTP_IF_RANGE", "If-Range"),
    ("CONTENT_TYPE", "Content-Type"),
    ("HTTP_CONTENT_ENCODING", "Content-Encoding"),
    ("HTTP_ACCEPT", "Accept"),
    ("HTTP_ACCEPT_LANGUAGE", "Accept-Language"),
)
TO_CLIENT = (
    "Accept-Ranges",
    "Allow",
    "Content-Type",
    "Content-Length",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Range",
    "Cache-Control",
    "ETag",
    "Idempotency-Replayed",
    "Last-Modified",
    "Retry-After",
    "Vary",
)
_SHOWN = {name.lower(): name for name in TO_CLIENT}
SERVICE_BASE = "/v1"


def for_service(environ: Mapping[str, Any]) -> dict[str, str]:
    """Pick the client's headers that a service needs."""
    sent = {name: environ[key] for key, name in TO_SERVICE if key in environ}
    if not sent.get("Content-Type"):
        sent.pop("Content-Type", None)  # WSGI has it empty where the client sent none
    return sent


def for_client(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Pick a service's headers that the client needs; Location becomes one of ours."""
    is_chunked = "Transfer-Encoding" in headers
    for name, value in headers.items():
        shown = _SHOWN.get(name.lower())
        if shown is not None and (shown != "Content-Length" or (value.isdigit() and not is_chunked)):
            yield shown, value
    location = headers.get("Location")
    if location is not None:
        yield "Location", public_location(location)


def public_location(location: str) -> str:
    """Turn a service's own address into ours: http://host/v1/orders/7 -> /admin/customers/api/v1/orders/7."""
    parts = urlsplit(location)
    if parts.path != SERVICE_BASE and not parts.path.startswith(SERVICE_BASE + "/"):
        return location
    return BASE + parts.path.removeprefix(SERVICE_BASE) + (f"?{parts.query}" if parts.query else "")
