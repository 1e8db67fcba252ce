"""A RabbitMQ server of our own from the machine's package: own node, ports, cookie, user and epmd."""

import json
import os
import secrets
import shutil
import socket
from pathlib import Path
from typing import Any

from tools.maitre.common import HOST, Ports, read_json, wait_until, write_private
from tools.maitre.leftovers import end_leftovers
from tools.maitre.programs import Program, Runner, kill_and_revive

FIRST_PORT = 15_672
VHOST = "maitre"
HELLO = b"AMQP\x00\x00\x09\x01"
CONFIGURATION = """\
listeners.tcp.1 = {host}:{port}
default_vhost = {vhost}
default_user = maitre
default_pass = {password}
disk_free_limit.absolute = 50MB
vm_memory_high_watermark.relative = 0.6
log.console = true
log.console.level = info
log.file = false
"""


def machine_script() -> Path | None:
    """Return RabbitMQ's start script itself, past Debian's wrapper that insists on the account `rabbitmq`."""
    if shutil.which("erl") is None:
        return None
    places = [
        Path("/usr/lib/rabbitmq/bin/rabbitmq-server"),
        *Path("/usr/local/opt").glob("rabbitmq/sbin/rabbitmq-server"),
    ]
    found = shutil.which("rabbitmq-server")
    if found and not Path("/usr/lib/rabbitmq").is_dir():
        places.append(Path(found).resolve())
    return next((path for path in places if os.access(path, os.X_OK)), None)


class OwnRabbitMQ:
    """A broker whose data, ports and password live in one directory, listening on 127.0.0.1 only."""

    name = "rabbitmq"

    def __init__(self, directory: Path, script: Path, runner: Runner, ports: Ports, first_port: int) -> None:
        self._script, self._runner, self._ports, self._first_port = script, runner, ports, first_port
        self._home = directory / "rabbitmq"
        self._settings = directory / "rabbitmq.json"
        self.url = ""
        self._port = 0

    def start(self) -> None:
        """Start epmd and the node; `wait` sees it serve."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark = {"MAITRE_SERVER": str(self._home.resolve())}
        end_leftovers("MAITRE_SERVER", mark["MAITRE_SERVER"])
        settings = self._settled()
        self._port = settings["port"]
        self.url = f"amqp://maitre:{settings['password']}@{HOST}:{self._port}/{VHOST}"
        epmd = Program(
            name="epmd",
            argv=(shutil.which("epmd") or "epmd", "-port", str(settings["epmd_port"]), "-address", HOST),
            environment={"HOME": str(self._home)} | mark,
        )
        self._runner.start(epmd)
        wait_until("epmd", lambda: answers(settings["epmd_port"]))
        self._runner.start(self._node(settings, mark))

    def _settled(self) -> dict[str, Any]:
        """Return password, cookie and ports: the last run's where they are free."""
        settings = read_json(self._settings) or {}
        first = self._first_port
        settings |= {
            "password": settings.get("password") or secrets.token_urlsafe(24),
            "cookie": settings.get("cookie") or secrets.token_hex(16),
            "port": self._ports.take(settings.get("port", first)),
            "epmd_port": self._ports.take(settings.get("epmd_port", first + 1000)),
            "node_port": self._ports.take(settings.get("node_port", first + 2000)),
        }
        write_private(self._settings, json.dumps(settings))
        return settings

    def _node(self, settings: dict[str, Any], mark: dict[str, str]) -> Program:
        """Describe the node: everything it reads or writes is in its own directory."""
        home = self._home.resolve()
        text = CONFIGURATION.format(host=HOST, vhost=VHOST, port=settings["port"], password=settings["password"])
        write_private(home / "rabbitmq.conf", text)
        write_private(home / "env.conf", "")
        write_private(home / "plugins", "[].\n")
        cookie = home / ".erlang.cookie"
        if not cookie.exists():
            write_private(cookie, settings["cookie"])
            cookie.chmod(0o400)
        environment = {
            "HOME": str(home),
            "RABBITMQ_NODENAME": "maitre@localhost",
            "RABBITMQ_MNESIA_BASE": str(home / "data"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
            "RABBITMQ_CONF_ENV_FILE": str(home / "env.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
            "RABBITMQ_PID_FILE": str(home / "pid"),
            "RABBITMQ_DIST_PORT": str(settings["node_port"]),
            "RABBITMQ_ALLOW_INPUT": "1",  # the script becomes the node then, which stops gracefully by SIGTERM itself
            "ERL_EPMD_PORT": str(settings["epmd_port"]),
            "ERL_EPMD_ADDRESS": HOST,
            "ERL_FLAGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        }
        return Program(
            name=self.name,
            argv=(str(self._script), "-noinput"),
            environment=environment | mark,
            directory=home,
            stop_seconds=60,
        )

    def wait(self) -> None:
        """Wait until the broker greets."""
        wait_until(f"RabbitMQ at {HOST}:{self._port} (see its log)", self.is_ready, seconds=120, pause=0.2)

    def is_ready(self) -> bool:
        """Say whether the broker greets in AMQP, which it does once it is booted."""
        return answers(self._port, HELLO, b"\x01")

    def pid(self) -> int | None:
        """Return the node's process id."""
        return self._runner.pid(self.name)

    def stop(self) -> None:
        """Stop the node gracefully, then its epmd."""
        self._runner.stop(self.name)
        self._runner.stop("epmd")

    def restart(self) -> None:
        """Stop the node gracefully and start it again; returns when the broker greets."""
        self._runner.stop(self.name)
        self._runner.resume(self.name)
        self.wait()

    def kill(self) -> None:
        """Kill the node (SIGKILL) and see it up again; returns when the broker greets."""
        kill_and_revive(self._runner, self.name)
        self.wait()


def answers(port: int, question: bytes = b"", answer: bytes = b"") -> bool:
    """Say whether something listens on the port and, where asked, begins its reply so."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as connection:
            if not question:
                return True
            connection.sendall(question)
            return connection.recv(len(answer)) == answer
    except OSError:
        return False
