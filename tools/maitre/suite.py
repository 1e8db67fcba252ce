"""One running suite: servers, databases, processes. `bring_up` makes it; `make run`, `make up` and tests use it."""

import contextlib
import json
import os
import signal
import subprocess
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.maitre import databases, servers
from tools.maitre.common import HOST, Ports, Trouble, read_json, say, wait_until, write_private
from tools.maitre.console import DIST
from tools.maitre.keys import Secrets, load_or_make
from tools.maitre.log_ins import make_log_ins
from tools.maitre.processes import (
    GATEWAY,
    MIGRATIONS,
    PROCESSES,
    SERVICES,
    Process,
    inherited,
    listening,
    with_replicas,
)
from tools.maitre.programs import Program, kill_and_revive
from tools.maitre.supervise import FATAL, Supervisor, socket_path

STOP_SECONDS = 40
READY_SECONDS = 180


@dataclass(frozen=True)
class Plan:
    """What to bring up, and where.

    `environment` is given to every process; `replicas` runs some more than once ({"loyalty-relay": 2});
    `first_port` moves all ports of the table, `first_ports` those of the servers.
    """

    directory: Path
    postgres_url: str | None = None
    broker_url: str | None = None
    database_prefix: str = ""
    processes: tuple[Process, ...] = PROCESSES
    migrations: dict[str, tuple[str, ...]] = field(default_factory=lambda: MIGRATIONS)
    replicas: dict[str, int] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    first_port: int = 8000
    first_ports: tuple[int, int] = (15_432, 15_672)
    ends_with_us: bool = True
    has_log_ins: bool = True


class Suite:
    """A suite that runs under one supervisord; everything of it is in the plan's directory."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.directory = plan.directory.absolute()
        self.supervisor = Supervisor(self.directory)
        self.processes = with_replicas(plan.processes, plan.replicas)
        self.secrets: Secrets
        self.servers: servers.Servers
        self.databases: databases.Databases
        self.ports: dict[str, int] = {}
        self.till_api_key = ""
        self.ready_seconds: float = READY_SECONDS

    @property
    def instance_file(self) -> Path:
        """Where the running instance is described (DESIGN §5)."""
        return self.directory / "instance.json"

    @property
    def gateway(self) -> str:
        """Where the gateway answers."""
        return f"http://{HOST}:{self.ports[GATEWAY]}" if GATEWAY in self.ports else ""

    def start(self) -> None:
        """Bring everything up; returns when every process says that it is ready."""
        plan = self.plan
        self.secrets = load_or_make(self.directory)
        self.supervisor.begin(ends_with_us=plan.ends_with_us)
        self.servers = servers.start(
            self.directory,
            runner=self.supervisor,
            postgres_url=plan.postgres_url,
            broker_url=plan.broker_url,
            first_ports=plan.first_ports,
            wait=False,
        )
        self.servers.postgres.wait()
        self.databases = databases.prepare(self.servers.postgres_url, self.secrets, plan.database_prefix)
        self.migrate()
        if plan.has_log_ins:
            self.till_api_key = make_log_ins(self.directory, self.secrets, self.databases.urls[GATEWAY])
        self.servers.rabbitmq.wait()
        self.choose_ports()  # as late as can be, so that nobody takes one in between
        say(f"Starting {len(self.processes)} processes")
        self.supervisor.start_suite([self._program(process) for process in self.processes])
        self.wait_ready()
        self._tell_again()
        self.write_instance()

    def attach(self, instance: dict[str, Any]) -> None:
        """Know a suite that another process started, by its instance.json."""
        self.secrets = load_or_make(self.directory)
        self.servers = servers.Servers(
            servers.Configured("postgres", instance["postgres"]), servers.Configured("rabbitmq", instance["broker"])
        )
        self.databases = databases.Databases(instance["databases"])
        self.ports = instance["ports"]

    def _tell_again(self) -> None:
        """After a restore: have every owner tell its facts again, for what was under way is lost with the broker."""
        mark = self.directory / "restored"
        if not mark.exists():
            return
        from tools.maitre import broker  # noqa: PLC0415 - needs the whole of .venv, and only here

        for owner, listener in broker.announcers():
            say(f"{owner} tells {listener} its facts again")
            broker.tell_again(owner, listener, self.environment(owner))
        mark.unlink()

    def choose_ports(self) -> None:
        """Give each process its port: the configured one, else the table's, else the next free one."""
        ports, moved = Ports(), self.plan.first_port - 8000
        for process in self.processes:
            wanted = int(os.environ.get(process.port_variable) or process.port + moved)
            self.ports[process.name] = ports.take(wanted)
            if self.ports[process.name] != wanted:
                say(f"{process.name}: port {wanted} is taken, {self.ports[process.name]} it is")

    def environment(self, service: str, broker_url: str = "") -> dict[str, str]:
        """Return the settings of a service's processes."""
        secrets, urls = self.secrets, self.databases.urls
        own = {
            "CRM_DATABASE_URL": urls[service],
            "CRM_SIGNING_KEY": f"{service}/1:{secrets.signing_keys[service]}",
        }
        upstreams = {name: self.ports.get(f"{name}-api", 0) for name in SERVICES}
        own |= {f"CRM_UPSTREAM_{name.upper()}_URL": f"http://{HOST}:{port}" for name, port in upstreams.items()}
        own |= {
            "CRM_BROKER_URL": broker_url or self.servers.broker_url,
            "CRM_MASTER_KEYS": secrets.master_keys[service],
            "CRM_TRUSTED_KEYS": secrets.trusted_keys,
        }
        if service == GATEWAY:
            own["CRM_TOKEN_KEY"] = secrets.token_key
            own["CRM_LIVE_SOCKET"] = str(socket_path(self.directory / "live.socket"))
            own["CRM_CONSOLE_DIR"] = str(DIST)
        else:
            own["CRM_KEYS_DATABASE_URL"] = urls[f"{service}_keys"]
        if service == "customer":
            own["CRM_INDEX_KEY"] = secrets.index_key
        return inherited() | own | self.plan.environment

    def _program(self, process: Process) -> Program:
        """Return how a process of the table is run here."""
        environment = self.environment(process.service)
        environment |= listening(process, self.ports[process.name], self.directory)
        return Program(process.name, process.argv, environment, stop_seconds=STOP_SECONDS)

    def migrate(self) -> None:
        """Bring every database to the newest schema."""
        say("Migrating the databases")
        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(self._migrate, service) for service in self.plan.migrations]:
                done.result()

    def _migrate(self, service: str) -> None:
        """Migrate the databases of one service."""
        done = subprocess.run(
            self.plan.migrations[service],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | self.environment(service),
        )
        if done.returncode:
            raise Trouble(f"{service}: migrating failed:\n{done.stdout.strip()[-3000:]}")

    def wait_ready(self) -> None:
        """Return when every process answers /health/ready; Trouble with the log of one that does not come up."""
        waiting = {process.name for process in self.processes}

        def all_ready() -> bool:
            states = self.supervisor.states()
            running = {name: states[name]["pid"] for name in waiting if states.get(name, {}).get("pid")}
            ready = [name for name in running if is_ready(self.ports[name])]
            waiting.difference_update([name for name in ready if listens(running[name], self.ports[name])])
            dead = [name for name in waiting if states.get(name, {}).get("state") == FATAL]
            if dead:
                raise Trouble(f"{dead[0]} does not start:\n{self.supervisor.tail(dead[0])}")
            return not waiting

        try:
            wait_until("all processes to be ready", all_ready, self.ready_seconds, pause=0.2)
        except Trouble as trouble:
            name = min(waiting)
            log = self.supervisor.tail(name)
            raise Trouble(f"{trouble}: {', '.join(sorted(waiting))}. The log of {name}:\n{log}") from None

    def write_instance(self) -> None:
        """Leave instance.json (0600), which tells programs and people where everything is."""
        write_private(self.instance_file, json.dumps(self.instance(), indent=2) + "\n")

    def instance(self) -> dict[str, Any]:
        """Return what instance.json holds (DESIGN §5), process ids as of now."""
        pids = self.supervisor.pids()
        return {
            "gateway": self.gateway,
            "log_ins": self.secrets.log_ins if self.plan.has_log_ins else {},
            "till_api_key": self.till_api_key,
            "processes": {process.name: pids.get(process.name) for process in self.processes},
            "ports": self.ports,
            "databases": self.databases.urls,
            "broker": self.servers.broker_url,
            "servers": self.servers.pids(),
            "containers": self.servers.containers(),
            "postgres": self.servers.postgres_url,
            "supervisor": self.supervisor.own_pid(),
        }

    def pid(self, name: str) -> int | None:
        """Return the process id of one process, None while it does not run."""
        return self.supervisor.pid(name)

    def kill(self, name: str) -> None:
        """Kill one process (SIGKILL); returns when its successor runs, which need not be ready yet."""
        kill_and_revive(self.supervisor, name)

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send one process a signal."""
        pid = self.pid(name)
        if pid is not None:
            os.kill(pid, number)

    def stop(self) -> None:
        """Stop everything that belongs to this suite, and nothing else."""
        self.supervisor.end()
        with contextlib.suppress(AttributeError):  # interrupted before there were any
            self.servers.stop_containers()
        self.instance_file.unlink(missing_ok=True)


def is_ready(port: int) -> bool:
    """Say whether the process at the port says that it is ready."""
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/health/ready", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def listens(pid: int, port: int) -> bool:
    """Say whether it is this process that listens on the port, and not somebody else's (Linux; elsewhere, assumed)."""
    try:
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        held = {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir() if path.is_symlink()}
    except FileNotFoundError:
        return not Path("/proc/net/tcp").exists()
    return any(f"socket:[{line[9]}]" in held for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "0A")


@contextlib.contextmanager
def bring_up(plan: Plan) -> Any:
    """Bring a suite up for as long as the block lasts; it is stopped however the block ends."""
    suite = Suite(plan)
    try:
        suite.start()
        yield suite
    finally:
        suite.stop()


def running_instance(directory: Path) -> dict[str, Any] | None:
    """Return what instance.json says of the instance in the directory, None if none runs."""
    return (read_json(directory / "instance.json") or {}) if Supervisor(directory).is_running() else None
