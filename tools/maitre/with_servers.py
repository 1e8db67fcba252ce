"""Runs a command, pytest above all, with a PostgreSQL and a RabbitMQ of its own; leaves nothing behind.

What CRM_TEST_POSTGRES_URL or CRM_TEST_BROKER_URL names is used as given. Where a Docker engine is the way, the tests'
fixtures start their own containers (testcontainers).
"""

import os
import random
import secrets
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tools.maitre import docker, postgres, rabbitmq, servers
from tools.maitre.accounts import remove_tree
from tools.maitre.common import ROOT, run_directory, say
from tools.maitre.leftovers import end_leftovers, is_alive
from tools.maitre.programs import ends_with_parent
from tools.maitre.up import Interrupted, stopping_on_signals

FIRST_PORTS = (20_000, 30_000)
"""Below what the kernel gives to outgoing connections, so that a free port stays free until it is used."""

GRACE_SECONDS = 60
TEST_MARK = "MAITRE_TEST"


@contextmanager
def test_directory() -> Iterator[Path]:
    """Make a directory that is gone afterwards; those of killed runs go now, with what still runs in them."""
    parent = run_directory()
    parent.mkdir(parents=True, exist_ok=True)
    for old in parent.glob("test-*"):
        sweep(old)
    directory = parent / f"test-{secrets.token_hex(3)}"
    directory.mkdir()
    (directory / "owner").write_text(str(os.getpid()))
    try:
        yield directory
    finally:
        remove_tree(directory)
        with suppress(OSError):
            parent.rmdir()  # only if it is empty: nothing but tests ever ran here


def sweep(directory: Path) -> None:
    """Remove the directory of a test run whose owner is dead, and end what that run left running."""
    try:
        owner = int((directory / "owner").read_text())
    except (OSError, ValueError):
        is_fresh = time.time() - directory.stat().st_mtime < GRACE_SECONDS
        owner = os.getpid() if is_fresh else 0
    if owner and is_alive(owner):
        return
    end_leftovers(TEST_MARK, str(directory))
    remove_tree(directory)


def is_left_to_testcontainers() -> bool:
    """Say whether a Docker engine is how this machine gets its servers."""
    ways = servers.ways()
    has_own = "machine" in ways and postgres.machine_binaries() and rabbitmq.machine_script()
    return not has_own and "docker" in ways and docker.has_engine()


@contextmanager
def test_servers(directory: Path) -> Iterator[dict[str, str]]:
    """Start what is not configured; give the variables that tell the tests where everything is."""
    given = {name: os.environ.get(name) for name in ("CRM_TEST_POSTGRES_URL", "CRM_TEST_BROKER_URL")}
    if all(given.values()) or is_left_to_testcontainers():
        yield {}
        return
    start = random.randrange(0, 80) * 100  # several runs at once try different ports first
    running = servers.start(
        directory / "servers",
        postgres_url=given["CRM_TEST_POSTGRES_URL"],
        broker_url=given["CRM_TEST_BROKER_URL"],
        first_ports=(FIRST_PORTS[0] + start, FIRST_PORTS[0] + start + 50),
    )
    try:
        yield {"CRM_TEST_POSTGRES_URL": running.postgres_url, "CRM_TEST_BROKER_URL": running.broker_url}
    finally:
        running.stop()


def run(argv: list[str]) -> int:
    """Run the command with its servers; return its exit status, 130 when it was interrupted."""
    try:
        with stopping_on_signals(), test_directory() as directory, test_servers(directory) as variables:
            environment = os.environ | variables | {TEST_MARK: str(directory), "PYTEST_DEBUG_TEMPROOT": str(directory)}
            child = subprocess.Popen(
                argv,
                cwd=ROOT,
                env=environment,
                preexec_fn=lambda: ends_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )
            try:
                return child.wait()
            except Interrupted as interrupted:
                end(child, is_told=interrupted.args == (signal.SIGINT,) and is_in_foreground())
                raise
            finally:
                end_leftovers(TEST_MARK, str(directory))
    except Interrupted:
        say("\nInterrupted; nothing is left behind.")
        return 130


def is_in_foreground() -> bool:
    """Say whether we are what the terminal's Ctrl-C reaches; our child is then, too."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def end(child: subprocess.Popen[bytes], *, is_told: bool) -> None:
    """End the command: give it time to clean up, then insist. A second SIGINT would cut its cleaning up short."""
    if not is_told:
        child.send_signal(signal.SIGINT)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
