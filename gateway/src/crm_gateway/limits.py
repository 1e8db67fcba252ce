"""How often one caller may ask: one storage and one strategy for our own routes (Flask-Limiter) and the proxied ones.

A bound for runaway clients and strangers, not a quota: the defaults lie far above what a till, a console or an import
needs. The throttle of sign-ins is another thing; it counts failures, in the database (`operations.signing_in`).
"""

import math
import time
from collections.abc import Callable
from functools import lru_cache, partial
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, TypeVar, cast

import limits
import structlog
from flask import Flask, Response, current_app, g, request
from flask_limiter import Limit, Limiter, RateLimitExceeded
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import RateLimiter

from crm_chassis import problems
from crm_chassis.auth import ANYONE, Principal
from crm_chassis.config import MissingSetting
from crm_chassis.errors import DomainError, Kind
from crm_chassis.logs import describe
from crm_gateway.config import Settings

logger = structlog.get_logger()
View = TypeVar("View", bound=Callable[..., Any])

READ, WRITE, SEARCH, SIGN_IN, EDGE, WEBHOOK, STRANGER = KINDS = (
    "read",  # by member of staff or key
    "write",  # by member of staff or key; an array of 1,000 orders is one
    "search",  # a list narrowed by ?q=
    "sign_in",  # by address
    "edge",  # pages for guests, by address
    "webhook",  # providers' calls, by address: few addresses, many calls
    "stranger",  # refused for want of a valid credential, by address
)
DEFAULTS = {
    READ: "30000/minute",
    WRITE: "12000/minute",
    SEARCH: "3000/minute",
    SIGN_IN: "120/minute",
    EDGE: "600/minute",
    WEBHOOK: "12000/minute",
    STRANGER: "300/minute",
}
UNLIMITED = "none"
MEMORY = "memory://"
STRATEGY = "sliding-window-counter"
SWEEP_S = 60.0
PAUSE_S = 5.0
"""A storage that failed is left alone for so long, and nobody is refused meanwhile."""

_REDIS_OPTIONS: dict[str, str | int] = {"socket_connect_timeout": 1, "socket_timeout": 1}
_FREE = ("/health", "/metrics")


class TooManyRequests(DomainError):
    """Too many requests; ``extra['retry_after']`` says for how many seconds to wait."""

    kind = Kind.RATE_LIMITED

    def __init__(self, kind: str, item: RateLimitItem, wait_s: int) -> None:
        detail = f"More than {item.amount} {kind.replace('_', '-')} requests in {item.get_expiry()} s; wait {wait_s} s."
        super().__init__(detail, extra={"retry_after": wait_s})


def parse(text: str, *, share: int = 1) -> dict[str, RateLimitItem]:
    """Read ``read=30000/minute,search=none``; kinds not named keep their default, each divided by *share*.

    Raises MissingSetting for an unknown kind or an unreadable amount.
    """
    wanted = dict(DEFAULTS)
    for part in filter(None, (each.strip() for each in text.split(","))):
        kind, _, amount = (each.strip() for each in part.partition("="))
        if kind not in DEFAULTS or not amount:
            raise MissingSetting(f"CRM_RATE_LIMITS: {part!r} is not KIND=AMOUNT/UNIT, KIND one of {', '.join(KINDS)}.")
        wanted[kind] = amount
    items = {}
    for kind, amount in wanted.items():
        if amount == UNLIMITED:
            continue
        try:
            item = limits.parse(amount)
        except ValueError as error:
            raise MissingSetting(f"CRM_RATE_LIMITS: {amount!r} is no amount, as 600/minute is.") from error
        items[kind] = type(item)(max(1, math.ceil(item.amount / share)), item.multiples, namespace=item.namespace)
    return items


@lru_cache(maxsize=4096)
def address_key(address: str) -> str:
    """Name whom an address stands for: itself, or the /64 that one customer of an IPv6 provider has at least."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address or "unknown"
    return str(ip_network((parsed, 64), strict=False)) if isinstance(parsed, IPv6Address) else address


def caller_key(principal: Principal, address: str) -> str:
    """Name who asks: a key, a member of staff (in all sessions together), or an address."""
    return address_key(address) if principal.role == ANYONE else f"{principal.kind}:{principal.id}"


class Limits:
    """What one process counts with; ``check`` is for what does not pass through Flask."""

    def __init__(self, settings: Settings, strategy: RateLimiter) -> None:
        # In memory each worker counts for itself, so each grants its share of the whole.
        share = settings.workers if settings.rate_limit_storage == MEMORY else 1
        self.items = parse(settings.rate_limits, share=share)
        self._policies = {kind: f'"{kind}";q={i.amount};w={i.get_expiry()}' for kind, i in self.items.items()}
        self._strategy = strategy
        self._paused_until = 0.0

    @property
    def is_paused(self) -> bool:
        """Tell whether the storage failed a moment ago."""
        return time.monotonic() < self._paused_until

    def check(self, kind: str, who: str) -> list[tuple[str, str]]:
        """Count one request and give the headers that tell how many are left; raises TooManyRequests."""
        item = self.items.get(kind)
        if item is None or self.is_paused:
            return []
        try:
            is_free = self._strategy.hit(item, who, kind)
            reset, left = self._strategy.get_window_stats(item, who, kind)
        except Exception as error:  # noqa: BLE001  whatever the storage's library raises
            self.pause(error)
            return []
        wait_s = _seconds_to(reset)
        if not is_free:
            raise TooManyRequests(kind, item, wait_s)
        return self.headers(kind, left, wait_s)

    def headers(self, kind: str, left: int, wait_s: int) -> list[tuple[str, str]]:
        """Write what is left as draft-ietf-httpapi-ratelimit-headers-10 has it."""
        return [("RateLimit-Policy", self._policies[kind]), ("RateLimit", f'"{kind}";r={left};t={wait_s}')]

    def pause(self, error: Exception) -> None:
        """Leave the storage alone for a moment: counting is worth no outage."""
        self._paused_until = time.monotonic() + PAUSE_S
        logger.warning("rate limits are not counted", error=describe(error))


class _Sweeper:
    """Stands in for the thread that limits' memory storage starts every 10 ms: sweeps in a caller's, once a minute."""

    def __init__(self, storage: MemoryStorage) -> None:
        self._storage = storage
        self._next = 0.0

    def is_alive(self) -> bool:
        """Say that no thread need be started."""
        now = time.time()
        if now >= self._next:
            self._next = now + SWEEP_S
            for key in [key for key, ends in list(self._storage.expirations.items()) if ends <= now]:
                self._storage.clear(key)
        return True


def limited(kind: str) -> Callable[[View], View]:
    """Count a route's requests per client address as *kind*, instead of per caller: for routes open to anyone."""
    shared = limiter.shared_limit(partial(_amount, kind), scope=kind, key_func=_address)
    return cast("Callable[[View], View]", shared)


def install(app: Flask, settings: Settings) -> Limits:
    """Let Flask-Limiter count the requests of our own routes, and give what the proxy counts with."""
    app.config["RATELIMIT_STORAGE_URI"] = settings.rate_limit_storage
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {} if settings.rate_limit_storage == MEMORY else _REDIS_OPTIONS
    limiter.init_app(app)
    if isinstance(limiter.storage, MemoryStorage):
        limiter.storage.timer = cast("Any", _Sweeper(limiter.storage))
    counted = app.extensions["limits"] = Limits(settings, limiter.limiter)
    app.register_error_handler(RateLimitExceeded, _render)
    app.after_request(_after)
    return counted


def _seconds_to(instant: float) -> int:
    return max(1, math.ceil(instant - time.time()))


def _limits() -> Limits:
    return cast("Limits", current_app.extensions["limits"])


def _amount(kind: str) -> str:
    """Write a kind's limit as Flask-Limiter wants it; empty: no limit."""
    item = _limits().items.get(kind)
    return f"{item.amount}/{item.multiples} {item.GRANULARITY.name}" if item else ""


def _kind(_endpoint: str = "") -> str:
    if request.method not in {"GET", "HEAD"}:
        return WRITE
    return SEARCH if request.args.get("q") else READ


def _address() -> str:
    return address_key(request.remote_addr or "")


def _who() -> str:
    principal = g.get("principal")
    return _address() if principal is None else caller_key(principal, request.remote_addr or "")


def _render(error: RateLimitExceeded) -> Response:
    """Answer 429 as everything else that is refused is answered."""
    found = limiter.current_limit
    item = error.limit.limit
    wait_s = _seconds_to(found.window.reset_time) if found else item.get_expiry()
    scope = error.limit.scope
    return problems.render_refusal(TooManyRequests(scope("") if callable(scope) else scope or READ, item, wait_s))


def _after(response: Response) -> Response:
    """Tell how many requests are left; a stranger who asks too often is told that and not why he is one."""
    counted = _limits()
    if response.status_code == problems.STATUS[Kind.UNAUTHENTICATED]:
        try:
            counted.check(STRANGER, _address())
        except TooManyRequests as error:
            return problems.render_refusal(error)
    found = limiter.current_limit
    if found is not None and not counted.is_paused:
        try:
            reset, left = found.window
        except Exception as error:  # noqa: BLE001
            counted.pause(error)
        else:
            kind = found.request_args[-1]
            response.headers.extend(counted.headers(kind, left, _seconds_to(reset)))
    return response


limiter = Limiter(
    _who,
    default_limits=[Limit(lambda: _amount(_kind()), scope=_kind, shared=True)],
    strategy=STRATEGY,
    swallow_errors=True,
)


@limiter.request_filter
def _is_free() -> bool:
    """Health and metrics are not counted, and nothing while the storage is away."""
    return request.path.startswith(_FREE) or _limits().is_paused
