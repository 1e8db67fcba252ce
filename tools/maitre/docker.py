"""PostgreSQL and RabbitMQ as containers of a Docker engine, where the machine has no servers of its own to start."""

import hashlib
import json
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tools.maitre.common import HOST, Ports, Trouble, read_json, say, wait_until, write_private
from tools.maitre.rabbitmq import HELLO, VHOST, answers

READY_SECONDS = 120


@dataclass(frozen=True)
class Image:
    """What one kind of container needs."""

    reference: str
    port: int
    volume: str
    variables: tuple[str, ...]
    password_variable: str
    url: str


IMAGES = {
    "postgres": Image(
        "postgres:17-trixie",
        5432,
        "/var/lib/postgresql",
        ("PGDATA=/var/lib/postgresql/maitre",),  # not where the image declares a volume of its own
        "POSTGRES_PASSWORD",
        "postgresql://postgres:{password}@{host}:{port}/postgres",
    ),
    "rabbitmq": Image(
        "rabbitmq:4.0-management",
        5672,
        "/var/lib/rabbitmq",
        ("RABBITMQ_DEFAULT_USER=maitre", f"RABBITMQ_DEFAULT_VHOST={VHOST}"),
        "RABBITMQ_DEFAULT_PASS",
        "amqp://maitre:{password}@{host}:{port}/" + VHOST,
    ),
}


def has_engine() -> bool:
    """Say whether a Docker engine answers."""
    if shutil.which("docker") is None:
        return False
    try:
        done = subprocess.run(["docker", "version"], check=False, capture_output=True, timeout=10)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def docker(*arguments: str) -> str:
    """Run the docker command; return its output, Trouble with its complaint when it fails."""
    done = subprocess.run(["docker", *arguments], check=False, capture_output=True, text=True)
    if done.returncode:
        raise Trouble(f"docker {arguments[0]} failed: {done.stderr.strip()[-800:]}")
    return done.stdout.strip()


def container_name(directory: Path, name: str) -> str:
    """Return what the container and the volume of a directory's server are called."""
    mark = hashlib.sha256(str(directory.resolve()).encode()).hexdigest()[:10]
    return f"maitre-{mark}-{name}"


def stop_container(container: str) -> None:
    """Stop the server gracefully and remove its container; its volume stays."""
    docker("stop", "--time", "60", container)
    docker("rm", "--force", "--volumes", container)  # the anonymous ones; ours has a name and stays


def remove_volume(directory: Path, name: str) -> None:
    """Remove the data of a directory's server."""
    docker("volume", "rm", "--force", container_name(directory, name))


class Container:
    """One server in a container, its data in a volume; both are named after the directory they belong to."""

    def __init__(self, name: str, directory: Path, ports: Ports, first_port: int) -> None:
        self.name, self._image = name, IMAGES[name]
        self.container = container_name(directory, name)
        self._settings = directory / f"{name}.json"
        self._ports, self._first_port = ports, first_port
        self.url = ""
        self._port = 0

    def start(self) -> None:
        """Start the container, made anew on the volume with the data; `wait` sees it serve."""
        settings = read_json(self._settings) or {"password": secrets.token_urlsafe(24)}
        docker("rm", "--force", "--volumes", self.container)  # a run that was killed left it; the data is in the volume
        self._port = settings["port"] = self._ports.take(settings.get("port", self._first_port))
        write_private(self._settings, json.dumps(settings))
        secret_file = self._settings.with_suffix(".env")
        write_private(secret_file, f"{self._image.password_variable}={settings['password']}\n")
        self.url = self._image.url.format(password=settings["password"], host=HOST, port=self._port)
        say(f"Docker: {self._image.reference} as {self.container}")
        options = ["--detach", "--name", self.container, "--hostname", self.name, "--env-file", str(secret_file)]
        for variable in self._image.variables:
            options += ["--env", variable]
        options += ["--publish", f"{HOST}:{self._port}:{self._image.port}"]
        options += ["--volume", f"{self.container}:{self._image.volume}", self._image.reference]
        docker("run", *options, *(("postgres", "-c", "max_connections=300") if self.name == "postgres" else ()))

    def wait(self) -> None:
        """Wait until the server answers from inside the container as it does for users."""
        wait_until(f"{self.container} (see docker logs)", self._serves_or_fails, READY_SECONDS, pause=0.3)

    def _serves_or_fails(self) -> bool:
        """Say whether the server takes connections; Trouble with its last words when it has ended."""
        if self.is_ready():
            return True
        if docker("inspect", "--format", "{{.State.Running}}", self.container) != "true":
            done = subprocess.run(["docker", "logs", "--tail", "10", self.container], check=False, capture_output=True)
            raise Trouble(f"{self.container} has ended:\n{(done.stdout + done.stderr).decode(errors='replace')}")
        return False

    def is_ready(self) -> bool:
        """Say whether the server takes connections now."""
        if self.name == "rabbitmq":
            return answers(self._port, HELLO, b"\x01")
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def pid(self) -> int | None:
        """Return the process id on this machine's engine."""
        return int(docker("inspect", "--format", "{{.State.Pid}}", self.container)) or None

    def stop(self) -> None:
        """Stop and remove the container; the volume with the data stays."""
        stop_container(self.container)

    def restart(self) -> None:
        """Restart the server in its container."""
        docker("restart", "--time", "60", self.container)
        self.wait()

    def kill(self) -> None:
        """Kill the server (SIGKILL) and start it again."""
        docker("kill", self.container)
        docker("start", self.container)
        self.wait()
