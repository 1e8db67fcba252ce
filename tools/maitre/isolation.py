"""Each of our packages imports with only what it declares: the shared .venv would hide a forgotten dependency.

A package is imported module by module in a process of its own, in which every distribution is hidden that does not
follow from the package's pyproject.toml. Its lock must hold all of them too.
"""

import importlib
import importlib.abc
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from types import ModuleType
from typing import Any

from packaging.requirements import Requirement

from tools.maitre.common import PYTHON, ROOT, say

PACKAGES = {
    path.parent.name
    if path.parent.name in ("chassis", "contracts", "gateway")
    else f"services/{path.parent.name}": path
    for path in sorted([*ROOT.glob("*/pyproject.toml"), *ROOT.glob("services/*/pyproject.toml")])
}
NOT_IMPORTED = (".migrations", ".key_migrations", ".testing", ".__main__")
"""Alembic's scripts run inside alembic only; the fixtures are for those who have pytest."""


def normalized(name: str) -> str:
    """Return a distribution's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(pyproject: Path) -> list[Requirement]:
    """Return what a package says it needs."""
    return [Requirement(line) for line in tomllib.loads(pyproject.read_text())["project"]["dependencies"]]


def closure(wanted: Iterable[Requirement]) -> set[str]:
    """Return the names of all distributions that come with these requirements."""
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    queue = [(requirement, extra) for requirement in wanted for extra in ("", *requirement.extras)]
    while queue:
        requirement, extra = queue.pop()
        key = (normalized(requirement.name), extra)
        if key in seen:
            continue
        seen.add(key)
        found.add(key[0])
        try:
            lines = requires(requirement.name) or []
        except PackageNotFoundError:
            continue
        for following in map(Requirement, lines):
            if following.marker is None or following.marker.evaluate({"extra": extra}):
                queue += [(following, wanted_extra) for wanted_extra in ("", *following.extras)]
    return found


class Hides(importlib.abc.MetaPathFinder):
    """Stands before all finders: modules of distributions that were not declared look as if they were not installed.

    It finds nothing rather than refuse: libraries ask (`find_spec`) whether an optional neighbour is there.
    """

    def __init__(self, allowed: set[str], finders: Sequence[Any]) -> None:
        self._finders = list(finders)
        self._hidden = {
            module
            for module, distributions in packages_distributions().items()
            if not {normalized(name) for name in distributions} & allowed
        }

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find nothing for a hidden module; ask the usual finders for all others."""
        if fullname.partition(".")[0] in self._hidden:
            return None
        found = (finder.find_spec(fullname, path, target) for finder in self._finders)
        return next((spec for spec in found if spec is not None), None)

    def find_distributions(self, *context: Any) -> Iterator[Distribution]:
        """Give the metadata of what is installed, which libraries ask for their own version."""
        for finder in self._finders:
            yield from getattr(finder, "find_distributions", lambda *_: ())(*context)


def check_one(folder: str, *, patched: bool) -> None:
    """Import a package's modules as if only its declared dependencies were there; raises ImportError.

    With `patched` those that begin by changing the standard library, which nothing may have used before; else the rest.
    """
    pyproject = PACKAGES[folder]
    name = tomllib.loads(pyproject.read_text())["project"]["name"]
    hides = Hides(closure(declared(pyproject)) | {normalized(name)}, sys.meta_path)
    for module in [module for module in sys.modules if module.partition(".")[0] == "packaging"]:
        del sys.modules[module]
    sys.meta_path[:] = [hides]
    package = importlib.import_module(name.replace("-", "_"))
    folders = [Path(path) for path in package.__path__]
    for path in sorted(path for root in folders for path in root.rglob("*.py")):
        module = ".".join([package.__name__, *path.relative_to(folders[0]).with_suffix("").parts])
        if (path.stem == "worker") == patched and not any(part in module for part in NOT_IMPORTED):
            importlib.import_module(module.removesuffix(".__init__"))


def check_lock(folder: str) -> list[str]:
    """Return which distributions a deployable's own lock lacks."""
    lock = ROOT / folder / "requirements.lock"
    if not lock.exists():
        return []
    held = {normalized(line.split("==")[0]) for line in lock.read_text().splitlines() if "==" in line}
    needed = {name for name in closure(declared(PACKAGES[folder])) if not name.startswith("crm-")}
    return sorted(needed - held)


def import_apart(folder: str, *, patched: bool) -> str:
    """Run `check_one` in a process of its own; return the last line of its complaint, if any."""
    program = f"from tools.maitre.isolation import check_one; check_one({folder!r}, patched={patched})"
    done = subprocess.run(
        [PYTHON, "-W", "ignore", "-c", program], check=False, cwd=ROOT, capture_output=True, text=True
    )
    return done.stderr.strip().splitlines()[-1] if done.returncode else ""


def check_all() -> int:
    """Check every package; return 1 if any fails."""
    failed = False
    runs = [(folder, False) for folder in PACKAGES]
    runs += [(folder, True) for folder, path in PACKAGES.items() if any(path.parent.glob("src/*/worker.py"))]
    with ThreadPoolExecutor(2) as pool:
        complaints = pool.map(lambda run: import_apart(run[0], patched=run[1]), runs)
        for (folder, _), complaint in zip(runs, complaints, strict=True):
            if complaint:
                failed = True
                say(f"{folder} does not import with what it declares:\n{complaint}")
    for folder in PACKAGES:
        missing = check_lock(folder)
        if missing:
            failed = True
            say(f"{folder}/requirements.lock lacks {', '.join(missing)}: run `make lock`")
    return 1 if failed else 0
