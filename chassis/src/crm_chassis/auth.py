"""Who is asking: short-lived signed tokens between processes (RULES G1), and the roles that each route allows."""

import base64
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast
from uuid import UUID

import jwt
import uuid_utils.compat as uuid_utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import Flask, g, has_request_context, request

from crm_chassis.config import ProcessSettings, ServiceSettings
from crm_chassis.errors import DomainError, Kind

ALGORITHM = "EdDSA"
ANYONE = "anyone"
EDGE = "gateway"  # the one issuer that may vouch for people and tills; services speak for themselves alone
LONGEST_S = 60
CLOCK_SKEW_S = 5
KINDS = ("staff", "till", "program", "service")
REUSED_S = 20
MOST_KEPT = 1_000
CLAIMS = ("iss", "aud", "sub", "kind", "role", "iat", "exp", "jti")
View = TypeVar("View", bound=Callable[..., Any])


class Unauthenticated(DomainError):
    """A valid token is needed."""

    kind = Kind.UNAUTHENTICATED


class Forbidden(DomainError):
    """This role may not do that."""

    kind = Kind.FORBIDDEN


@dataclass(frozen=True)
class Principal:
    """Who asks, as the token says it; *locations* None means all of them."""

    kind: str
    id: str
    role: str
    locations: tuple[UUID, ...] | None = None
    scopes: tuple[str, ...] = ()
    sees: tuple[str, ...] = ()
    """Classes of data that may be shown to them; fields of any other class are neither shown nor taken (RULES G2)."""

    def may_see(self, data_class: str) -> bool:
        """Tell whether fields of this class may be shown; a service acts for itself and sees all."""
        return self.kind == "service" or data_class in self.sees


def allow(*roles: str) -> Callable[[View], View]:
    """Open a route to these roles; "anyone" needs no token. Every route under /v1 must say whom it allows."""
    if not roles:
        raise TypeError("allow() needs at least one role")

    def mark(view: View) -> View:
        cast("Any", view).__roles__ = roles
        describe(view, roles=list(roles))
        return view

    return mark


def part_of(whole: str, name: str, *, inside: bool = False) -> Callable[[View], View]:
    """Say that a route's answer is a part of something the gateway composes: ``part_of("timeline", "orders")``.

    The gateway finds it in the merged document (``x-parts``), so that a new part joins by this mark alone. *inside*
    keeps the route itself out of the public document. A route marked several times takes ``parts`` and answers each
    by its name.
    """

    def mark(view: View) -> View:
        known = cast("Any", view).__dict__.get("_apidoc", {}).get("parts", [])
        describe(view, parts=[*known, {"of": whole, "name": name, "inside": inside}])
        return view

    return mark


def describe(view: Any, **marks: Any) -> None:
    """Note for the OpenAPI document what a route does; the notes survive further decorators."""
    view._apidoc = {**getattr(view, "_apidoc", {}), **marks}  # noqa: SLF001  flask-smorest's own slot


def handler_of(view: Any, method: str) -> Any:
    """Return the function that answers *method*: the view itself, or its method of that name."""
    return getattr(getattr(view, "view_class", None), "get" if method == "HEAD" else method.lower(), view)


def roles_of(view: Any, method: str) -> tuple[str, ...]:
    """Return the roles that *view* allows for *method*, () if it says nothing."""
    return tuple(getattr(handler_of(view, method), "__roles__", ()))


def unguarded_routes(app: Flask) -> list[str]:
    """Name the routes that do not say whom they allow, for the architecture test: it must be [] (they answer 403)."""
    return [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods or ())
        if method not in {"HEAD", "OPTIONS"} and not roles_of(app.view_functions[rule.endpoint], method)
    ]


def principal() -> Principal:
    """Return who asks in the present request; Unauthenticated where nobody proved who they are."""
    found = current_principal()
    if found is None:
        raise Unauthenticated
    return found


def current_principal() -> Principal | None:
    """Return who asks in the present request, None outside of one or for an anonymous one."""
    return g.get("principal") if has_request_context() else None


def bearer_token() -> str:
    """Return the request's bearer token; Unauthenticated without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated
    return token.strip()


def check_role(asking: Principal, roles: tuple[str, ...]) -> None:
    """Refuse a principal whose role is not among *roles*."""
    if asking.role not in roles:
        raise Forbidden


def verify(settings: ServiceSettings, token: str) -> Principal:
    """Return whom the token names; Unauthenticated if its key, algorithm, audience, age or issuer is not right."""
    try:
        asking, expires = _verified(settings.service, settings.trusted_keys, token)
        if time.time() >= expires:
            raise ValueError("expired")  # noqa: TRY301  one way to refuse
    except (jwt.InvalidTokenError, KeyError, TypeError, ValueError) as error:
        raise Unauthenticated("The token is not valid here.") from error
    return asking


@lru_cache(maxsize=MOST_KEPT)
def _verified(service: str, trusted_keys: str, token: str) -> tuple[Principal, float]:
    """Check signature and claims, once for a token's many uses; return whom it names and until when."""
    key_id = str(jwt.get_unverified_header(token).get("kid"))
    key = public_keys(trusted_keys)[key_id]
    options: Any = {"require": list(CLAIMS), "strict_aud": True}
    claims = jwt.decode(token, key, [ALGORITHM], audience=service, leeway=CLOCK_SKEW_S, options=options)
    return _principal_from(claims, issuer=key_id.partition("/")[0]), float(claims["exp"])


def _principal_from(claims: dict[str, Any], issuer: str) -> Principal:
    lives_briefly = claims["exp"] <= claims["iat"] + LONGEST_S
    if claims["iss"] != issuer or not lives_briefly or claims["kind"] not in KINDS:
        raise ValueError("claims do not fit the key or the rules")
    if issuer != EDGE and (claims["kind"], claims["role"], claims["sub"]) != ("service", "service", issuer):
        raise ValueError("a service speaks for itself alone")
    locations = claims.get("locations")
    return Principal(
        kind=claims["kind"],
        id=str(claims["sub"]),
        role=str(claims["role"]),
        locations=None if locations is None else tuple(map(UUID, locations)),
        scopes=tuple(map(str, claims.get("scopes") or ())),
        sees=tuple(map(str, claims.get("sees") or ())),
    )


def mint(settings: ProcessSettings, audience: str, principal: Principal, ttl: int = LONGEST_S) -> str:
    """Sign a token for *audience* that lives *ttl* <= 60 seconds; the same one is used again for up to 20 s."""
    if not 0 < ttl <= LONGEST_S:
        raise ValueError(f"an internal token lives at most {LONGEST_S} s")
    now, key = time.time(), settings.signing_key.reveal()
    slot = (key, settings.service, audience, principal, ttl)
    with _minted_lock:
        token, made_at, reusable_until = _minted.get(slot, ("", 0.0, 0.0))
        if made_at <= now < reusable_until:  # not where the clock was set back: nobody takes a token of the future
            return token
        if len(_minted) >= MOST_KEPT:
            _minted.clear()
        token = _sign(key, _claims(settings.service, audience, principal, int(now), ttl))
        _minted[slot] = (token, now, now + min(REUSED_S, ttl / 3))
    return token


_minted: dict[tuple[str, str, str, Principal, int], tuple[str, float, float]] = {}
_minted_lock = threading.Lock()


def _claims(issuer: str, audience: str, principal: Principal, now: int, ttl: int) -> dict[str, Any]:
    return {
        "iss": issuer,
        "aud": audience,
        "sub": str(principal.id),
        "kind": principal.kind,
        "role": principal.role,
        "locations": None if principal.locations is None else list(map(str, principal.locations)),
        "scopes": list(principal.scopes),
        "sees": list(principal.sees),
        "iat": now,
        "exp": now + ttl,
        "jti": str(uuid_utils.uuid7()),
    }


def _sign(signing_key: str, claims: dict[str, Any]) -> str:
    key_id, key = private_key(signing_key)
    return jwt.encode(claims, key, ALGORITHM, headers={"kid": key_id})


@lru_cache(maxsize=16)
def private_key(text: str) -> tuple[str, Ed25519PrivateKey]:
    """Read a signing key: its id and the key itself."""
    key_id, _, seed = text.strip().partition(":")
    return key_id, Ed25519PrivateKey.from_private_bytes(_unbase64(seed))


@lru_cache(maxsize=16)
def public_keys(text: str) -> dict[str, Ed25519PublicKey]:
    """Read trusted keys by their ids."""
    pairs = (item.strip().partition(":") for item in text.split(",") if item.strip())
    return {key_id: Ed25519PublicKey.from_public_bytes(_unbase64(raw)) for key_id, _, raw in pairs}


def _unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
