"""PyPI's supervisor: it runs every process and server of an instance and starts again what dies."""

import contextlib
import http.client
import os
import shlex
import signal
import subprocess
import tempfile
import xmlrpc.client
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import Faults, SupervisorTransport

from tools.maitre.accounts import outside
from tools.maitre.common import PYTHON, ROOT, Trouble, wait_until, write_private
from tools.maitre.leftovers import end_leftovers, is_alive
from tools.maitre.programs import Program, ends_with_parent, environment_for

LONGEST_SOCKET = 100
"""Bytes: the kernel takes 108 for the path of a UNIX socket, and supervisor adds its process id while it makes it."""

MARK = "MAITRE_INSTANCE"
SERVERS_FIRST, SUITE = 100, 900
RUNNING_STATES = (10, 20)  # STARTING, RUNNING
FATAL = 200

MAIN = """\
[unix_http_server]
file={socket}
chmod=0700

[supervisord]
nodaemon=true
silent=true
directory={root}
logfile={home}/supervisord.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile={home}/supervisord.pid
childlogdir={logs}
{user}

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[rpcinterface:maitre]
supervisor.rpcinterface_factory = tools.maitre.instance_plugin:make_rpcinterface
instance = {instance}

[include]
files = {home}/programs/*.conf
"""

PROGRAM = """\
[program:{name}]
command={command}
directory={directory}
environment={environment}
{user}
autostart=true
autorestart=true
startsecs=1
startretries=1000
stopsignal={stop_signal}
stopwaitsecs={stop_seconds}
killasgroup=true
redirect_stderr=true
stdout_logfile={logs}/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=2
priority={priority}
"""


def socket_path(wanted: Path) -> Path:
    """Return the path for a UNIX socket: the wanted one, or one among the temporary files where it is too long."""
    if len(os.fsencode(wanted)) <= LONGEST_SOCKET:
        return wanted
    return Path(tempfile.gettempdir()) / f"{outside(wanted).name}.socket"


class Supervisor:
    """One supervisord with everything of it under a directory; also the Runner of servers."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.absolute()
        self._home = self._directory / "supervisor"
        self.logs = self._directory / "logs"
        self._socket = socket_path(self._home / "socket")
        self._full_names: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None

    def _call(self, method: str, *arguments: Any) -> Any:
        """Call a method of supervisord's over its socket."""
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        proxy = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
        with contextlib.closing(transport):
            return getattr(proxy.supervisor, method)(*arguments)

    def is_running(self) -> bool:
        """Say whether this instance's supervisord answers."""
        try:
            return bool(self._call("getState")["statecode"] == 1)
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False

    def begin(self, *, ends_with_us: bool) -> None:
        """Start supervisord with nothing to run yet; what an earlier, killed one left behind is ended first.

        With `ends_with_us` it stops everything when this process dies, however it dies.
        """
        end_leftovers(MARK, str(self._directory))
        programs = self._home / "programs"
        programs.mkdir(mode=0o700, parents=True, exist_ok=True)
        for old in programs.glob("*.conf"):
            old.unlink()
        self._socket.unlink(missing_ok=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        configuration = MAIN.format(
            socket=escape(self._socket),
            root=escape(ROOT),
            home=escape(self._home),
            logs=escape(self.logs),
            instance=escape(self._directory / "instance.json"),
            user="user=root" if os.geteuid() == 0 else "",
        )
        write_private(self._home / "supervisord.conf", configuration)
        program = Program("", (), environment={MARK: str(self._directory), "PYTHONPATH": str(ROOT)})
        with (self._home / "output.log").open("wb") as output:
            self._process = process = subprocess.Popen(
                [PYTHON, "-m", "supervisor.supervisord", "-c", self._home / "supervisord.conf"],
                cwd=ROOT,
                env=environment_for(program),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=(lambda: ends_with_parent(signal.SIGTERM)) if ends_with_us else None,  # noqa: PLW1509
            )
        try:
            wait_until("supervisord to answer", lambda: self.is_running() or process.poll() is not None, 20)
        except Trouble:
            process.kill()
            raise
        if process.poll() is not None:
            raise Trouble(f"supervisord did not start:\n{(self._home / 'output.log').read_text()[-2000:]}")

    def start(self, program: Program) -> None:
        """Add a server and start it; it stops after all others that were added later."""
        priority = SERVERS_FIRST + len(self._full_names)
        self._add(program.name, [program], priority)
        self._full_names[program.name] = program.name

    def start_suite(self, programs: Sequence[Program]) -> None:
        """Add the suite's processes as one group, which is stopped at once and before the servers."""
        self._add("suite", programs, SUITE)

    def _add(self, group: str, programs: Sequence[Program], priority: int) -> None:
        """Write the group's configuration and have supervisord start it."""
        sections = [self._section(program, priority) for program in programs]
        if group == "suite":
            names = ",".join(program.name for program in programs)
            sections.append(f"[group:suite]\nprograms={names}\npriority={priority}\n")
        write_private(self._home / "programs" / f"{group}.conf", "\n".join(sections))
        self._call("reloadConfig")
        self._call("addProcessGroup", group)

    def _section(self, program: Program, priority: int) -> str:
        """Describe a program in supervisor's words."""
        environment = environment_for(program) | {MARK: str(self._directory), "PYTHONUNBUFFERED": "1"}
        return PROGRAM.format(
            name=program.name,
            command=escape(shlex.join(program.argv)),
            directory=escape(program.directory or ROOT),
            environment=",".join(f"{name}={quoted(value)}" for name, value in environment.items()),
            user=f"user={program.user}" if program.user else "",
            stop_signal=program.stop_signal,
            stop_seconds=program.stop_seconds,
            logs=escape(self.logs),
            priority=priority,
        )

    def _full_name(self, name: str) -> str:
        """Return the name under which supervisord knows the program."""
        return self._full_names.get(name) or f"suite:{name}"

    def states(self) -> dict[str, dict[str, Any]]:
        """Return what supervisord knows of each program: statename, pid, spawnerr, ..."""
        return {info["name"]: info for info in self._call("getAllProcessInfo")}

    def pids(self) -> dict[str, int]:
        """Return the process id of each program that runs."""
        return {name: info["pid"] for name, info in self.states().items() if info["state"] in RUNNING_STATES}

    def pid(self, name: str) -> int | None:
        """Return the process id of one program, None while it does not run."""
        return self.pids().get(name) or None

    def stop(self, name: str) -> None:
        """Stop one program and wait; it stays stopped."""
        try:
            self._call("stopProcess", self._full_name(name))
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != Faults.NOT_RUNNING:
                raise

    def resume(self, name: str) -> None:
        """Start a stopped program again."""
        self._call("startProcess", self._full_name(name))

    def revive(self, name: str) -> None:
        """Nothing to do: supervisord starts what dies."""

    def tail(self, name: str, lines: int = 15) -> str:
        """Return the last lines of a program's log."""
        path = self.logs / f"{name}.log"
        text = path.read_text(errors="replace") if path.exists() else ""
        return "\n".join(text.splitlines()[-lines:])

    def end(self) -> None:
        """Stop the suite, then the servers, then supervisord; returns when all are gone."""
        pid = self.own_pid()
        if pid is not None:
            os.kill(pid, signal.SIGTERM)
            wait_until("supervisord to stop everything", lambda: not is_alive(pid), seconds=180)
        end_leftovers(MARK, str(self._directory))
        if self._process is not None:
            self._process.wait()

    def own_pid(self) -> int | None:
        """Return supervisord's process id while it answers."""
        try:
            return int(self._call("getPID"))
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return None


def escape(value: object) -> str:
    """Return the value safe from supervisor's %(…)s expansion."""
    return str(value).replace("%", "%%")


def quoted(value: str) -> str:
    """Return an environment value quoted as supervisor reads it."""
    mark = "'" if '"' in value else '"'
    if mark in value or "\n" in value:
        raise Trouble("an environment value holds both kinds of quotes, or a line end: supervisor cannot pass it on")
    return f"{mark}{escape(value)}{mark}"
