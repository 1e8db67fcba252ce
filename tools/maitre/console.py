"""The console's build, checks and tests: npm's work, done only when something it depends on has changed."""

import fcntl
import hashlib
import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.maitre.common import ROOT, Trouble, say
from tools.maitre.node import Node, find_node

FRONTEND = ROOT / "frontend"
DIST = FRONTEND / "dist"
MODULES = FRONTEND / "node_modules"
DOCUMENT = ROOT / "gateway/src/crm_gateway/openapi.json"
MADE = {"node_modules", "dist", "test-results"}
LOCK = ".maitre-lock"

CHECKS = {
    "types from the OpenAPI document": ("build/types.mjs", "--check"),
    "eslint": ("node_modules/eslint/bin/eslint.js", "."),
    "typescript": ("node_modules/typescript/bin/tsc", "--noEmit"),
    "knip": ("node_modules/knip/bin/knip.js",),
    "vitest": ("node_modules/vitest/vitest.mjs", "run"),
}


def console(action: str) -> int:
    """Do one of: build, check, types."""
    actions = {"build": build, "check": check, "types": write_types}
    return actions[action]()


def build() -> int:
    """Build frontend/dist unless it is what the sources make already."""
    with alone() as node:
        sources = digest(files())
        stamp = DIST / ".maitre-stamp"
        if read(stamp) == sources:
            return 0
        install(node)
        say("Building the console")
        done = node.run("node_modules/vite/bin/vite.js", "build", "--logLevel", "warn", directory=FRONTEND)
        if done:
            raise Trouble("The console could not be built; what is wrong stands above.")
        stamp.write_text(sources)
    return 0


def check() -> int:
    """Run the console's checks and unit tests unless these very files have passed them before."""
    with alone() as node:
        sources = digest([*files(), DOCUMENT])
        stamp = MODULES / ".maitre-checked"
        if read(stamp) == sources:
            return 0
        install(node)
        failed = [name for name, arguments in CHECKS.items() if node.run(*arguments, directory=FRONTEND)]
        if failed:
            say(f"The console fails: {', '.join(failed)}")
            return 1
        stamp.write_text(sources)
    return 0


def write_types() -> int:
    """Write what the console knows of the API out of the gateway's document."""
    with alone() as node:
        install(node)
        return node.run("build/types.mjs", directory=FRONTEND)


def install(node: Node) -> None:
    """Install what package-lock.json names, unless it is installed."""
    locked = digest([FRONTEND / "package-lock.json", FRONTEND / "package.json"])
    stamp = MODULES / ".maitre-stamp"
    if read(stamp) == locked:
        return
    say("Installing what frontend/package-lock.json names")
    command = [*node.npm, "ci", "--no-audit", "--no-fund", "--loglevel=error", "--ignore-scripts"]
    if subprocess.run(command, check=False, cwd=FRONTEND, env=node.environment()).returncode:
        raise Trouble("npm could not install the console's packages (see above); it needs a registry it can reach.")
    stamp.write_text(locked)


def files() -> Iterable[Path]:
    """Give every file that the console is made of."""
    for folder, names, found in os.walk(FRONTEND):
        names[:] = sorted(set(names) - MADE)
        yield from (Path(folder) / name for name in sorted(found) if name != LOCK)


def digest(paths: Iterable[Path]) -> str:
    """Give one hash of these files' names and contents."""
    total = hashlib.sha256()
    for path in paths:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def read(path: Path) -> str:
    """Give a stamp's text, nothing where there is none."""
    return path.read_text() if path.exists() else ""


@contextmanager
def alone() -> Iterator[Node]:
    """Find Node.js, and let nobody else install or build here meanwhile."""
    with (FRONTEND / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield find_node()
