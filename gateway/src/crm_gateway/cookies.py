"""The browser's side of a session: the cookie, and the proof that a request was made by our own pages."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from werkzeug.http import dump_cookie

from crm_chassis.errors import DomainError, Kind

SESSION = "__Host-maitre"
"""The prefix makes browsers refuse it unless Secure, for this host alone and for all its paths (RFC 6265bis, 4.1.3)."""

VISIT = "__Host-maitre-visit"
"""Ties a visit to the identity provider to the browser that began it."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_LONGEST = 200


class CsrfTokenMissing(DomainError):
    """What changes something needs the session's csrf_token in the header X-CSRF-Token; GET /auth/session gives it."""

    kind = Kind.FORBIDDEN


class CrossSiteRequest(DomainError):
    """The request was made by a page of another site."""

    kind = Kind.FORBIDDEN


def read(environ: Mapping[str, Any], name: str = SESSION) -> str | None:
    """Give a cookie of ours, None where it is absent or too long to be one."""
    for pair in environ.get("HTTP_COOKIE", "").split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value if 0 < len(value) <= _LONGEST else None
    return None


def write(value: str, *, seconds: int, name: str = SESSION, same_site: str = "Strict") -> str:
    """Give the Set-Cookie header; strict unless told: our pages are static, so arriving from elsewhere needs none."""
    return dump_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite=same_site)


def clear(name: str = SESSION) -> str:
    """Give the Set-Cookie header that takes the cookie back."""
    return write("", seconds=0, name=name)


def csrf_token(session_token: str) -> str:
    """Give the token that changes made with this session must carry; only who has the cookie can compute it."""
    mac = hmac.digest(session_token.encode(), b"maitre/csrf/v1", hashlib.sha256)
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def check_csrf(environ: Mapping[str, Any], session_token: str) -> None:
    """Refuse what our own pages did not send: CsrfTokenMissing, or CrossSiteRequest where the browser says so."""
    check_origin(environ)
    given = environ.get("HTTP_X_CSRF_TOKEN", "").encode("latin-1", "replace")
    if not hmac.compare_digest(given, csrf_token(session_token).encode()):
        raise CsrfTokenMissing


def check_origin(environ: Mapping[str, Any]) -> None:
    """Refuse what a browser sends for another site's page; programs send neither header.

    Sec-Fetch-Site is the browser's own judgement and survives proxies that rewrite Host; Origin stands in where a
    browser does not send it.
    """
    site = environ.get("HTTP_SEC_FETCH_SITE")
    if site is not None:
        is_ours = site == "same-origin"
    else:
        origin = environ.get("HTTP_ORIGIN")
        is_ours = origin is None or urlsplit(origin).netloc.lower() == environ.get("HTTP_HOST", "").lower() != ""
    if not is_ours:
        raise CrossSiteRequest
