"""`make compose-check`: build the images, start docker-compose.yml on a real engine, smoke-test it, take it down.

Needs a Docker engine (DOCKER_HOST, or the local socket). Everything runs in a project of its own with an .env of its
own, on a free port, and is removed with its volumes at the end, also after a failure.
"""

import json
import os
import re
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from tools import compose_env
from tools.maitre.common import ROOT

PATIENCE_S = 120
BASE = "/admin/customers/api/v1"


class Project:
    """One start of docker-compose.yml under a name of its own."""

    def __init__(self, env_file: Path, port: int) -> None:
        self.name = f"maitre-check-{secrets.token_hex(3)}"
        self.command = [str(ROOT / ".venv/bin/docker-compose"), "-p", self.name, "--env-file", str(env_file)]
        self.environ = os.environ | {
            "CRM_GATEWAY_PORT": str(port),
            "DOCKER_BUILDKIT": os.environ.get("DOCKER_BUILDKIT", "0"),
        }
        self.url = f"http://127.0.0.1:{port}"

    def run(self, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
        """Run one compose command in the repository."""
        return subprocess.run([*self.command, *arguments], cwd=ROOT, env=self.environ, text=True, check=True, **more)

    def inside(self, service: str, *arguments: str, stdin: str = "") -> str:
        """Output of a command in a running container."""
        done = self.run("exec", "-T", service, *arguments, input=stdin, capture_output=True)
        return done.stdout


@contextmanager
def started() -> Iterator[Project]:
    """Images built and everything healthy; taken down afterwards."""
    with tempfile.TemporaryDirectory() as directory:
        env_file = Path(directory) / "env"
        compose_env.write(env_file)
        project = Project(env_file, free_port())
        try:
            project.run("build", "--quiet")
            began = time.monotonic()
            project.run("up", "--detach", "--wait", "--wait-timeout", "300")
            print(f"healthy after {time.monotonic() - began:.0f} s: {project.url}", flush=True)
            yield project
        except BaseException:
            subprocess.run([*project.command, "logs", "--tail", "30"], cwd=ROOT, env=project.environ, check=False)
            raise
        finally:
            project.run("down", "--volumes", "--timeout", "20", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def smoke(project: Project) -> None:
    """One order through the gateway becomes points; then no one may see more than they should."""
    password = secrets.token_urlsafe(12)
    add = ("staff", "add", "--email", "owner@example.com", "--role", "owner", "--password-stdin")
    project.inside("gateway", "crm-gateway", *add, stdin=password + "\n")
    printed = project.inside("gateway", "crm-gateway", "api-keys", "add", "--name", "check", "--role", "till")
    found = re.search(r"mk_\S+", printed)
    if found is None:
        sys.exit("crm-gateway printed no key")
    order = {
        "source": "check", "external_id": "1", "placed_at": datetime.now(UTC).isoformat(), "currency": "USD",
        "total_minor": 4250, "guest": {"external_id": "g1", "name": "Ada"},
    }  # fmt: skip
    item = call(project, "POST", "/orders", found[0], order)["items"][0]
    token = call(project, "POST", "/auth/tokens", None, {"email": "owner@example.com", "password": password})
    expect(project, f"/loyalty/members/{item['customer_id']}", token["access_token"], "balance", 42)
    refused = requests.get(
        f"{project.url}{BASE}/customers", headers={"Authorization": f"Bearer {found[0]}"}, timeout=10
    )
    if refused.status_code != requests.codes.forbidden:
        sys.exit(f"a till may read guests: {refused.status_code}")
    print("one order became 42 points; a till may not read guests")


def call(project: Project, method: str, path: str, token: str | None, body: object) -> dict[str, Any]:
    """Answer of one request that must succeed."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.request(method, project.url + BASE + path, json=body, headers=headers, timeout=30)
    if not answer.ok:
        sys.exit(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
    found: dict[str, Any] = answer.json()
    return found


def expect(project: Project, path: str, token: str, field: str, value: object) -> None:
    """Ask until the answer's field is what it must become."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        answer = requests.get(project.url + BASE + path, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        if answer.ok and answer.json()[field] == value:
            return
        if time.monotonic() > deadline:
            sys.exit(f"{path}: {field} never became {json.dumps(value)}: {answer.status_code} {answer.text[:300]}")
        time.sleep(0.5)


def main() -> int:
    """Build, start, check, take down."""
    if subprocess.run(["docker", "version"], capture_output=True, check=False).returncode:
        sys.exit("no Docker engine answers: start one or set DOCKER_HOST")
    with started() as project:
        smoke(project)
    return 0


if __name__ == "__main__":
    sys.exit(main())
