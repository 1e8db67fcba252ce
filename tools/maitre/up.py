"""`make run`, `make up`, `make down`, `make status`, `make logs`, `make clean`."""

import fcntl
import importlib.util
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from tools.maitre import docker
from tools.maitre.accounts import remove_tree
from tools.maitre.common import PYTHON, ROOT, Trouble, read_json, run_directory, say, warn
from tools.maitre.console import build as build_console
from tools.maitre.leftovers import end_leftovers
from tools.maitre.suite import Plan, Suite, running_instance
from tools.maitre.supervise import MARK, Supervisor

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Somebody asked us to stop; the signal's number is its only argument."""


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Turn Ctrl-C, SIGTERM and a closed terminal into Interrupted, once; further ones change nothing."""

    def interrupt(caught: int, _frame: Any) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        raise Interrupted(caught)

    before = {number: signal.signal(number, interrupt) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Let nobody else start or stop the instance of this directory meanwhile."""
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Trouble(f"the suite in {directory} is being started, run or stopped by another command") from None
        yield


def plan_of_environment(*, ends_with_us: bool) -> Plan:
    """Return the plan that the environment describes: CRM_POSTGRES_URL, CRM_RABBITMQ_URL, CRM_DATABASE_PREFIX."""
    return Plan(
        directory=run_directory(),
        postgres_url=os.environ.get("CRM_POSTGRES_URL") or None,
        broker_url=os.environ.get("CRM_RABBITMQ_URL") or None,
        database_prefix=os.environ.get("CRM_DATABASE_PREFIX", ""),
        ends_with_us=ends_with_us,
    )


def run() -> int:
    """Bring the suite up and keep it up until Ctrl-C, SIGTERM or a closed terminal; then stop all of it."""
    if tell_if_running():
        return 1
    began = time.monotonic()
    suite = Suite(plan_of_environment(ends_with_us=True))
    with alone(suite.directory):
        try:
            with stopping_on_signals():
                begin(suite, began)
                say("Ctrl-C stops it.")
                while suite.supervisor.is_running():
                    time.sleep(1)
            raise Trouble("supervisord is gone, and the suite with it")
        except Interrupted:
            say("\nStopping")
            return 0
        finally:
            stop_undisturbed(suite)
            say("Stopped.")


def up() -> int:
    """Bring the suite up in the background; returns when all is ready."""
    if tell_if_running():
        return 0
    began = time.monotonic()
    suite = Suite(plan_of_environment(ends_with_us=False))
    with alone(suite.directory):
        try:
            with stopping_on_signals():
                begin(suite, began)
        except BaseException:
            stop_undisturbed(suite)
            raise
    say("`make down` stops it.")
    return 0


def begin(suite: Suite, began: float) -> None:
    """Build the console, start the suite, load the demo and say where it is."""
    build_console()
    suite.start()
    problem = load_demo(suite.directory) if os.environ.get("CRM_DEMO", "1") != "0" else ""
    say(f"\nMaître is up after {time.monotonic() - began:.0f} s.")
    show(suite.instance(), suite.directory)
    if problem:
        warn(problem)


def show(instance: dict[str, Any], directory: Path) -> None:
    """Print address and log-ins."""
    say(f"  {instance['gateway']}/admin/customers")
    for role, log_in in instance["log_ins"].items():
        say(f"  {role:<18} {log_in['email']:<30} {log_in['password']}")
    say(f"  {'till (API key)':<18} {instance['till_api_key']}")
    say(f"  logs: {directory / 'logs'}; everything else about it: {directory / 'instance.json'}")


def load_demo(directory: Path, *arguments: str, again: bool = False) -> str:
    """Load the demo restaurant through the public API unless it is there; return what went wrong, if anything."""
    mark = directory / "demo-loaded"
    if mark.exists() and not again:
        return ""
    if importlib.util.find_spec("tools.demo") is None:
        return "There is no demo restaurant in this checkout (tools/demo): the suite is empty."
    say("Loading the demo restaurant (once)")
    loader = subprocess.Popen(
        [PYTHON, "-m", "tools.demo", "--instance", directory / "instance.json", *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
    )
    try:
        status = loader.wait()
    except BaseException:
        loader.terminate()
        with suppress(Interrupted):
            loader.wait()
        raise
    if status:
        return f"The demo restaurant could not be loaded (status {status}); `make demo` tries again."
    mark.touch()
    return ""


def demo(arguments: list[str]) -> int:
    """Load the demo restaurant into the running suite, again if need be."""
    directory = run_directory()
    if running_instance(directory) is None:
        raise Trouble("the suite does not run: `make up` first (it loads the demo by itself)")
    problem = load_demo(directory, *arguments, again=True)
    if problem:
        raise Trouble(problem)
    return 0


def migrate() -> int:
    """Bring the databases of the running suite to the newest schema."""
    directory = run_directory()
    instance = running_instance(directory)
    if not instance:
        raise Trouble("the suite does not run; `make up` migrates by itself")
    suite = Suite(replace(plan_of_environment(ends_with_us=False), postgres_url=instance["postgres"]))
    suite.attach(instance)
    suite.migrate()
    return 0


def stop_undisturbed(suite: Suite) -> None:
    """Stop the suite to the end, whatever signals come meanwhile."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in SIGNALS}
    try:
        suite.stop()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tell_if_running() -> bool:
    """Say where this checkout's suite runs, if it does."""
    instance = running_instance(run_directory())
    if instance is None:
        return False
    if not instance.get("gateway"):
        raise Trouble("the suite of this checkout is being started; `make down` stops it")
    say("The suite of this checkout is running already (`make down` stops it):")
    show(instance, run_directory())
    return True


def down() -> int:
    """Stop the suite of this checkout, however it was started."""
    directory = run_directory()
    instance = read_json(directory / "instance.json") or {}
    supervisor = Supervisor(directory)
    was_running = supervisor.is_running()
    supervisor.end()
    end_leftovers(MARK, str(directory))
    for container in instance.get("containers", ()):
        docker.stop_container(container)
    (directory / "instance.json").unlink(missing_ok=True)
    say("Stopped." if was_running else "Nothing of this checkout was running.")
    return 0


def status() -> int:
    """Print each process of the running suite; ends with 3 where none runs."""
    directory = run_directory()
    if running_instance(directory) is None:
        say("Not running.")
        return 3
    for name, info in sorted(Supervisor(directory).states().items()):
        say(f"{name:<24} {info['statename']:<9} {info['description']}")
    return 0


def logs(name: str | None) -> int:
    """Follow the logs until Ctrl-C."""
    directory = run_directory() / "logs"
    files = sorted(directory.glob(f"{name or '*'}.log"))
    if not files:
        raise Trouble(f"there is no log of {name or 'anything'} in {directory}")
    with suppress(KeyboardInterrupt):
        subprocess.run(["tail", "-n", "20", "-F", *files], check=False)
    return 0


def clean() -> int:
    """Stop the suite and remove its directory with all data, keys included."""
    down()
    directory = run_directory()
    for name in docker.IMAGES:
        if docker.has_engine():
            docker.remove_volume(directory, name)
    remove_tree(directory)
    say(f"{directory} is removed.")
    return 0
