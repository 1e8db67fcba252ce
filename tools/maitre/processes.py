"""THE table of every process of the suite: what it is called, whose it is, how it is started and where it answers."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from tools.maitre.common import HOST, PYTHON

SERVICES = ("customer", "segmentation", "campaign", "loyalty", "feedback")
GATEWAY = "gateway"
FIRST_PORT = 8000


@dataclass(frozen=True)
class Process:
    """One process: `port` is where it listens by default; /health/ready answers there."""

    name: str
    service: str
    kind: str
    arguments: tuple[str, ...]
    port: int
    needs: tuple[str, ...] = ("postgres",)

    @property
    def port_variable(self) -> str:
        """Return the environment variable that gives this process another port."""
        return f"CRM_{self.name.upper().replace('-', '_')}_PORT"

    @property
    def argv(self) -> tuple[str, ...]:
        """Return the command."""
        return (str(PYTHON), *self.arguments)


def api(service: str, port: int, name: str) -> Process:
    """Describe an API under gunicorn."""
    arguments = ("-m", "gunicorn", "-c", "python:crm_chassis.gunicorn_conf", f"crm_{service}.app:create_app()")
    return Process(name, service, "api", arguments, port)


def plain(service: str, kind: str, port: int) -> Process:
    """Describe a process that is a module of its service: it talks to the broker."""
    module = ("-m", f"crm_{service}.{kind}")
    return Process(f"{service}-{kind}", service, kind, module, port, ("postgres", "rabbitmq"))


PROCESSES: tuple[Process, ...] = (
    api(GATEWAY, FIRST_PORT, GATEWAY),
    *(api(service, FIRST_PORT + 1 + i, f"{service}-api") for i, service in enumerate(SERVICES)),
    *(plain(service, "worker", FIRST_PORT + 11 + i) for i, service in enumerate((*SERVICES, GATEWAY))),
    *(plain(service, "relay", FIRST_PORT + 21 + i) for i, service in enumerate(SERVICES)),
    plain(GATEWAY, "live", FIRST_PORT + 31),
)

MIGRATIONS: dict[str, tuple[str, ...]] = {
    service: (str(PYTHON), "-m", f"crm_{service}.migrate") for service in (*SERVICES, GATEWAY)
}

NOT_FOR_PROCESSES = ("CRM_POSTGRES_URL", "CRM_RABBITMQ_URL", "CRM_SERVERS_FROM", "CRM_RUN_DIR", "CRM_DEMO")


def with_replicas(processes: tuple[Process, ...], replicas: dict[str, int]) -> tuple[Process, ...]:
    """Return the table with further replicas of the named processes: `loyalty-worker`, `loyalty-worker-2`, ..."""
    unknown = replicas.keys() - {process.name for process in processes}
    if unknown:
        raise ValueError(f"no such process: {', '.join(sorted(unknown))}")
    more = [
        replace(process, name=f"{process.name}-{number}", port=process.port + 100 * (number - 1))
        for process in processes
        for number in range(2, replicas.get(process.name, 1) + 1)
    ]
    return (*processes, *more)


def inherited() -> dict[str, str]:
    """Return the settings of the caller's environment that processes take over: CRM_LOG_LEVEL, OTEL_..."""
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("CRM_", "OTEL_"))
        and not name.startswith("CRM_TEST_")
        and not name.endswith("_PORT")
        and name not in NOT_FOR_PROCESSES
    }


def listening(process: Process, port: int, directory: Path) -> dict[str, str]:
    """Return the variables that tell a process where to listen."""
    if process.kind != "api":
        return {"CRM_HEALTH_PORT": str(port)}
    several = int(os.environ.get("CRM_API_WORKERS", "1")) > 1
    metrics = {"PROMETHEUS_MULTIPROC_DIR": str(directory / "metrics" / process.name)} if several else {}
    threads = {"CRM_API_THREADS": os.environ.get("CRM_API_THREADS", "16")} if process.name == GATEWAY else {}
    return {"CRM_PORT": str(port), "CRM_BIND_HOST": HOST} | metrics | threads
