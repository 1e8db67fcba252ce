"""Calls to addresses that people type in: never to our own network, however the name is spelt or resolves (SSRF).

The name is resolved once, every address it has is judged, and the connection goes to one of those judged: a name that
resolves otherwise a moment later (DNS rebinding) changes nothing. Host header, SNI and certificate stay the name's.
"""

import ipaddress
import os
import re
import socket
import threading
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from crm_chassis.errors import DomainError, Kind

CONNECT_S = 5.0
LONGEST_S = 20.0
"""No connection lives longer, however slowly it is fed."""
WELL_KNOWN_PORTS = (80, 443)
FIRST_FREE_PORT = 1024
LONGEST_URL = 2_000

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], Sequence[str]]

_TRANSLATED = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_INNER_NAMES = re.compile(r"(^|\.)(localhost|localdomain|local|internal|intranet|lan|home|corp)\.?$", re.IGNORECASE)


class AddressRefused(DomainError):
    """This address may not be called from here."""

    kind = Kind.INVALID


class _NotReachable(NewConnectionError):
    """The address a name resolves to may not be called."""


@dataclass(frozen=True)
class Policy:
    """What may be called: any public address over https, and the networks ``allowed`` besides, over http too."""

    allowed: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Policy":
        """Read networks in CIDR notation, separated by commas."""
        return cls(tuple(ipaddress.ip_network(each.strip()) for each in text.split(",") if each.strip()))

    def permits(self, address: str, *, is_secure: bool) -> bool:
        """Tell whether a connection may go to this address."""
        found = ipaddress.ip_address(address.partition("%")[0])
        if any(found.version == network.version and found in network for network in self.allowed):
            return True
        return is_secure and is_public(found)

    def check_url(self, url: str) -> None:
        """Refuse what can never be called; a name is judged again, with its addresses, whenever it is called."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            host, port, parts = "", None, urlsplit("")
        schemes = ("https", "http") if self.allowed else ("https",)
        if parts.scheme not in schemes or not host or len(url) > LONGEST_URL or not url.isascii() or " " in url:
            raise _refused(f"Must be an {' or '.join(schemes)} URL.")
        if parts.username is not None or parts.password is not None or parts.fragment:
            raise _refused("Must hold no user, no password and no fragment.")
        if port is not None and port not in WELL_KNOWN_PORTS and port < FIRST_FREE_PORT:
            raise _refused("The port must be 80, 443, or 1024 and above.")
        self._check_host(host, is_secure=parts.scheme == "https")

    def _check_host(self, host: str, *, is_secure: bool) -> None:
        try:
            is_permitted = self.permits(host, is_secure=is_secure)
        except ValueError:
            is_permitted = bool(self.allowed) or ("." in host and not _INNER_NAMES.search(host))
        if not is_permitted:
            raise _refused("This address is not on the public internet.")


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the public internet, and not a way around to one that is not."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if any(address in network for network in (*_TRANSLATED, _COMPATIBLE)):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
            return address not in _TRANSLATED[1] and address not in _COMPATIBLE and is_public(inner)
        if inner is not None:
            return address not in _SIX_TO_FOUR and is_public(inner)
        if address.is_site_local or address.teredo:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def resolve(host: str, port: int) -> Sequence[str]:
    """Give all addresses of a name."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def session(policy: Policy, resolver: Resolver = resolve) -> requests.Session:
    """Make a session that calls only what the policy permits, through no proxy.

    Pass ``allow_redirects=False``: each hop of a redirect would be judged too, but nobody asked for it.
    """
    made = requests.Session()
    made.trust_env = False
    adapter = _Adapter(policy, resolver)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made


class _Adapter(HTTPAdapter):
    """Makes its connections by itself."""

    def __init__(self, policy: Policy, resolver: Resolver) -> None:
        self._policy, self._resolver = policy, resolver
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Have pools open guarded connections."""
        super().init_poolmanager(*args, **options)
        policy, resolver = self._policy, self._resolver

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _connect(self, policy, resolver, is_secure=False)

            def connect(self) -> None:
                super().connect()
                _reaper.watch(self.sock)

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _connect(self, policy, resolver, is_secure=True)

            def connect(self) -> None:
                super().connect()
                _reaper.watch(self.sock)

        plain = type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": Plain})
        secure = type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": Secure})
        self.poolmanager.pool_classes_by_scheme = {"http": plain, "https": secure}


def _connect(connection: Any, policy: Policy, resolver: Resolver, *, is_secure: bool) -> socket.socket:
    """Connect to one of the addresses of the connection's name, all of which must be permitted."""
    host, port = connection.host.strip("[]"), connection.port
    try:
        addresses = resolver(host, port)
    except (OSError, UnicodeError) as error:
        raise NewConnectionError(connection, "the name does not resolve") from error
    if not addresses or not all(policy.permits(each, is_secure=is_secure) for each in addresses):
        raise _NotReachable(connection, "the name resolves to an address that may not be called")
    for number, address in enumerate(addresses, 1):
        try:
            made = socket.create_connection((address, port), CONNECT_S)
        except OSError as error:
            if number == len(addresses):
                raise NewConnectionError(connection, "nobody answers there") from error
        else:
            return made
    raise AssertionError  # pragma: no cover


class _Reaper:
    """Cuts connections off that have lived too long; all may live equally long, so the oldest is always the first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: deque[tuple[float, weakref.ref[Any]]] = deque()
        self._pid = 0

    def watch(self, made: Any) -> None:
        """Give a connection its time."""
        with self._lock:
            if self._pid != os.getpid():
                self._pid = os.getpid()
                self._open.clear()
                threading.Thread(target=self._run, name="egress", daemon=True).start()
            self._open.append((monotonic() + LONGEST_S, weakref.ref(made)))

    def _run(self) -> None:
        while True:
            sleep(1.0)
            while self._open and self._open[0][0] < monotonic():
                made = self._open.popleft()[1]()
                if made is not None:
                    with suppress(OSError):  # closed by now
                        made.shutdown(socket.SHUT_RDWR)


_reaper = _Reaper()


def was_refused(error: Exception) -> bool:
    """Tell whether a call failed because its address may not be called."""
    reason: Any = error.args[0] if error.args else None
    while reason is not None:
        if isinstance(reason, _NotReachable):
            return True
        reason = getattr(reason, "reason", None)
    return False


def _refused(why: str) -> AddressRefused:
    return AddressRefused("The address cannot be called.", errors={"url": [why]})
