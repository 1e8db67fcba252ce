"""One program that must run, and the two ways to run it: as a child of this process, or under supervisord."""

import ctypes
import os
import pwd
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tools.maitre.common import Trouble, wait_until

PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """What to run, as whom and how it is told to stop."""

    name: str
    argv: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    directory: Path | None = None
    user: str | None = None
    stop_signal: str = "TERM"
    stop_seconds: int = 15


class Runner(Protocol):
    """Runs programs by name; what it starts ends with it."""

    def start(self, program: Program) -> None:
        """Start the program, which must not be running."""

    def stop(self, name: str) -> None:
        """Ask the program to end, and wait until it has; insist after its stop_seconds."""

    def resume(self, name: str) -> None:
        """Start a program again that was started once and has ended."""

    def pid(self, name: str) -> int | None:
        """Return the process id of the program, None while it does not run."""

    def revive(self, name: str) -> None:
        """Start the program again if it died and nobody else does."""


def environment_for(program: Program) -> dict[str, str]:
    """Return the whole environment of a program: little of ours, and its own."""
    kept = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
    base = {name: os.environ[name] for name in kept if name in os.environ}
    base["HOME"] = pwd.getpwnam(program.user).pw_dir if program.user else os.environ.get("HOME", "/")
    return base | program.environment


class Children:
    """Runs programs as children of this process, which they do not outlive; their output goes to log files."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._programs: dict[str, Program] = {}
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, program: Program) -> None:
        """Start the program in a session of its own, so that a Ctrl-C meant for us does not reach it."""
        self._programs[program.name] = program
        self._logs.mkdir(parents=True, exist_ok=True)
        stop_signal = signal.Signals[f"SIG{program.stop_signal}"]
        with (self._logs / f"{program.name}.log").open("ab") as log:
            self._processes[program.name] = subprocess.Popen(
                program.argv,
                env=environment_for(program),
                cwd=program.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=lambda: ends_with_parent(stop_signal),  # noqa: PLW1509 - one system call, no locks
                **identity(program.user),
            )

    def stop(self, name: str) -> None:
        """Ask the program to end and wait; kill it after its stop_seconds."""
        process = self._processes.get(name)
        if process is None:
            return
        program = self._programs[name]
        if process.poll() is None:
            process.send_signal(signal.Signals[f"SIG{program.stop_signal}"])
        try:
            process.wait(program.stop_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def resume(self, name: str) -> None:
        """Start the program again as it was started first."""
        self.start(self._programs[name])

    def pid(self, name: str) -> int | None:
        """Return the id of the running child, None when it has ended."""
        process = self._processes.get(name)
        return process.pid if process is not None and process.poll() is None else None

    def revive(self, name: str) -> None:
        """Start the program again if it has ended: nobody else does."""
        if self.pid(name) is None:
            self.resume(name)

    def stop_all(self) -> None:
        """Stop what was started, the last first."""
        for name in reversed(self._processes):
            self.stop(name)


def kill_and_revive(runner: Runner, name: str) -> None:
    """Kill a program (SIGKILL) and see that it runs again under a new process id."""
    killed = runner.pid(name)
    if killed is None:
        raise Trouble(f"{name} does not run")
    os.kill(killed, signal.SIGKILL)

    def has_new_process() -> bool:
        runner.revive(name)
        return runner.pid(name) not in (killed, None)

    wait_until(f"{name} to run again", has_new_process)


def ends_with_parent(stop_signal: signal.Signals) -> None:
    """Have the kernel send this process the signal when the thread that started it ends (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if hasattr(libc, "prctl"):
        libc.prctl(PR_SET_PDEATHSIG, int(stop_signal))


def identity(user: str | None) -> dict[str, Any]:
    """Return what Popen needs to run as that user; nothing for ourselves."""
    if user is None:
        return {}
    account = pwd.getpwnam(user)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def call(argv: list[str], user: str | None = None, **options: Any) -> str:
    """Run a command to its end as the user; return its output, Trouble with what it said when it fails."""
    environment = environment_for(Program("", (), user=user))
    done = subprocess.run(
        argv, check=False, text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        **{"env": environment, "cwd": "/", **identity(user), **options},
    )  # fmt: skip
    if done.returncode:
        raise Trouble(f"{' '.join(argv[:3])} … failed ({done.returncode}):\n{done.stdout.strip()[-2000:]}")
    return str(done.stdout)
