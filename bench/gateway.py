"""Row 10 of the goals: what the hop through the gateway adds, beside plain Flask+requests and beside nginx."""

import base64
import http.client
import os
import secrets
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.harness import Row, cpu_seconds, process
from bench.proxies import GUEST, NGINX
from crm_chassis import migrate
from crm_chassis.config import read_settings
from crm_chassis.database import connect
from crm_gateway.config import BASE, SERVICES, Settings
from crm_gateway.operations import staff

TARGET = 0.5
THREADS = "16"
CLIENTS = 4
PATH = "/customers/01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d"
EMAIL, PASSWORD = "owner@example.com", secrets.token_urlsafe(12)
NO_LIMIT = "read=1000000/second"
"""As many as come: each is counted all the same, and that is what costs."""


@dataclass
class Times:
    """Microseconds of many requests, one after the other on one connection."""

    p50: float
    p99: float


class Client:
    """Sends one and the same request on a kept connection; next to no time of its own."""

    def __init__(self, port: int, path: str, token: str) -> None:
        head = (
            f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\nAuthorization: Bearer {token}\r\n\r\n"
        )
        self._request = head.encode()
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        """Send it and read the guest."""
        self._socket.sendall(self._request)
        answer = self._socket.recv(65536)
        while not answer.endswith(GUEST):
            piece = self._socket.recv(65536)
            if not piece or b" 200 " not in answer[:16]:
                raise SystemExit(f"bench: no guest but {answer[:300]!r}")
            answer += piece

    def times(self, count: int) -> Times:
        """Ask *count* times and say how long that took."""
        taken = []
        for _ in range(count):
            began = time.perf_counter()
            self.ask()
            taken.append((time.perf_counter() - began) * 1e6)
        cuts = statistics.quantiles(taken, n=100)
        return Times(cuts[49], cuts[98])

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


@dataclass
class Way:
    """One way to the service: where it listens, under which path, and with which token."""

    port: int
    path: str
    token: str = ""
    pid: int = 0

    def client(self) -> Client:
        """Open a connection."""
        return Client(self.port, self.path, self.token)

    def times(self, count: int) -> Times:
        """Time *count* requests after some to warm up."""
        client = self.client()
        client.times(max(20, count // 10))
        found = client.times(count)
        client.close()
        return found

    def rate(self, seconds: float) -> float:
        """Requests per second that CLIENTS connections get answered."""
        ends = time.monotonic() + seconds
        counts: list[int] = []

        def ask_on() -> None:
            client, count = self.client(), 0
            while time.monotonic() < ends:
                client.ask()
                count += 1
            client.close()
            counts.append(count)

        threads = [threading.Thread(target=ask_on) for _ in range(CLIENTS)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sum(counts) / (time.monotonic() - began)


def measure(postgres_url: str, broker_url: str, *, count: int, pairs: int, seconds: float) -> dict[str, Row]:
    """Row 10: the added median, ours beside plain Flask+requests', in turns; tails, rates and nginx in the notes."""
    row = Row("hop through the gateway, added p50", "µs", TARGET)
    with ways(postgres_url, broker_url) as found:
        added: dict[str, list[Times]] = {name: [] for name in found if name != "direct"}
        for number in range(1, pairs + 1):
            for name, times in added.items():
                direct, through = found["direct"].times(count), found[name].times(count)
                times.append(Times(max(0.1, through.p50 - direct.p50), max(0.1, through.p99 - direct.p99)))
            row.ours.append(added["gateway"][-1].p50)
            row.reference.append(added["plain"][-1].p50)
            print(
                f"  {row.name}, pair {number}: {row.ours[-1]:,.0f} beside {row.reference[-1]:,.0f} {row.unit}",
                flush=True,
            )
        for name, times in added.items():
            row.notes[f"{name}_added_p50_us"] = round(statistics.median(each.p50 for each in times), 1)
            row.notes[f"{name}_added_p99_us"] = round(statistics.median(each.p99 for each in times), 1)
        for name, way in found.items():
            row.notes[f"{name}_requests_per_s"] = round(way.rate(seconds))
        for name in ("gateway", "plain", "pooled"):
            row.notes[f"{name}_cpu_us"] = round(_cpu_us(found[name], count), 1)
        if "nginx" not in found:
            row.notes["nginx"] = "not installed on this machine"
    return {"10": row}


def _cpu_us(way: Way, count: int) -> float:
    """CPU microseconds of a proxy's worker per request."""
    worker = int(subprocess.check_output(["pgrep", "-P", str(way.pid)], text=True).split()[0])
    client = way.client()
    used = cpu_seconds(worker)
    client.times(count)
    client.close()
    return (cpu_seconds(worker) - used) / count * 1e6


@contextmanager
def ways(postgres_url: str, broker_url: str) -> Iterator[dict[str, Way]]:
    """Start the service and every way to it; all is stopped and the database gone when the block ends."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-hop-")))
        service, gateway, plain, pooled, nginx = (_free_port() for _ in range(5))
        environ = stack.enter_context(_environment(postgres_url, broker_url, service))
        conf = ("gunicorn", "-c", "python:crm_chassis.gunicorn_conf")
        bare = (
            "gunicorn",
            "--worker-class",
            "gthread",
            "--threads",
            THREADS,
            "--keep-alive",
            "75",
            "--no-control-socket",
        )
        target = f"http://127.0.0.1:{service}"
        stack.enter_context(process(*bare, "-b", f"127.0.0.1:{service}", "bench.proxies:service()"))
        ours = stack.enter_context(
            process(*conf, "crm_gateway.app:create_app()", CRM_PORT=str(gateway), CRM_API_THREADS=THREADS, **environ)
        )
        app = f"bench.proxies:plain('{target}', is_pooled=True)"
        kept = stack.enter_context(process(*bare, "-b", f"127.0.0.1:{pooled}", app))
        theirs = stack.enter_context(process(*bare, "-b", f"127.0.0.1:{plain}", f"bench.proxies:plain('{target}')"))
        found = {
            "direct": Way(service, f"/v1{PATH}"),
            "gateway": Way(gateway, f"{BASE}{PATH}", pid=ours.pid),
            "plain": Way(plain, f"/v1{PATH}", pid=theirs.pid),
            "pooled": Way(pooled, f"/v1{PATH}", pid=kept.pid),
        }
        if shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"):
            stack.enter_context(_nginx(directory, nginx, service))
            found["nginx"] = Way(nginx, f"/v1{PATH}")
        for way in found.values():
            _await(way.port)
        found["gateway"].token = _token(gateway)
        yield found


@contextmanager
def _environment(postgres_url: str, broker_url: str, service: int) -> Iterator[dict[str, str]]:
    """A gateway's environment with a database of its own and one member of staff in it."""
    name = f"bench_{secrets.token_hex(4)}"
    seed = secrets.token_bytes(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        try:
            environ = {
                "CRM_DATABASE_URL": urlunsplit(urlsplit(postgres_url)._replace(path=f"/{name}")),
                "CRM_BROKER_URL": broker_url,
                "CRM_SIGNING_KEY": f"gateway/1:{_text(seed)}",
                "CRM_TRUSTED_KEYS": f"gateway/1:{_text(public)}",
                "CRM_TOKEN_KEY": f"bench:{_text(secrets.token_bytes(32))}",
                "CRM_MASTER_KEYS": f"bench:{_text(secrets.token_bytes(32))}",
                "CRM_RATE_LIMITS": NO_LIMIT,
                **{f"CRM_UPSTREAM_{each.upper()}_URL": f"http://127.0.0.1:{service}" for each in SERVICES},
            }
            settings = read_settings(Settings, environ)
            migrate.run(settings, "crm_gateway")
            database = connect(settings)
            with database.transaction() as session:
                staff.add_staff(session, role="owner", email=EMAIL, password=PASSWORD)
            database.engine.dispose()
            yield environ
        finally:
            admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _nginx(directory: Path, port: int, target: int) -> Iterator[None]:
    file = directory / "nginx.conf"
    file.write_text(NGINX.format(directory=directory, port=port, target=target))
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    running = subprocess.Popen([str(program), "-c", str(file), "-e", str(directory / "error.log")])
    try:
        yield
    finally:
        running.terminate()
        running.wait(20)


def _token(port: int) -> str:
    """Sign in."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    body = f'{{"email": "{EMAIL}", "password": "{PASSWORD}"}}'
    connection.request("POST", f"{BASE}/auth/tokens", body, {"Content-Type": "application/json"})
    answer = connection.getresponse().read()
    connection.close()
    return answer.decode().partition('"access_token":"')[2].partition('"')[0]


def _await(port: int, patience_s: float = 60) -> None:
    """Wait until somebody listens there."""
    deadline = time.monotonic() + patience_s
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if time.monotonic() > deadline:
            sys.exit(f"bench: nobody listens on port {port}; see bench/out")
        time.sleep(0.05)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
