"""`make check`: everything that needs no server, each step with its time; all are run, so that all is seen at once."""

import subprocess
import time

from tools.maitre.common import PYTHON, ROOT, Trouble, say
from tools.maitre.processes import SERVICES

BIN = ROOT / ".venv" / "bin"
SOURCES = ("chassis/src", "contracts/src", "gateway/src", *(f"services/{name}/src" for name in SERVICES), "tools")

STEPS: dict[str, tuple[str, ...]] = {
    "format": (str(BIN / "ruff"), "format", "--check", "--quiet", "."),
    "lint": (str(BIN / "ruff"), "check", "--quiet", "."),
    "imports": (str(BIN / "lint-imports"),),
    "types": (str(BIN / "mypy"), *SOURCES, "bench"),
    "isolation": (str(PYTHON), "-m", "tools.maitre", "isolation"),
    "contracts": (str(PYTHON), "tools/export_contracts.py", "--check"),
    "openapi": (str(PYTHON), "-m", "tools.export_openapi", "--check"),
    "console": (str(PYTHON), "-m", "tools.maitre", "console", "check"),
    "architecture": (str(PYTHON), "-m", "pytest", "-q", "tests/architecture", "tests/deploy"),
}


def check(only: list[str]) -> int:
    """Run the steps, or those named; return 1 if any failed."""
    unknown = set(only) - STEPS.keys()
    if unknown:
        raise Trouble(f"there is no step {', '.join(sorted(unknown))}; there are {', '.join(STEPS)}")
    failed = []
    for name in only or STEPS:
        began = time.monotonic()
        done = subprocess.run(
            STEPS[name], check=False, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        verdict = "ok" if done.returncode == 0 else "FAILED"
        say(f"{name:<14} {verdict:<7} {time.monotonic() - began:5.1f} s")
        if done.returncode:
            failed.append(name)
            say(done.stdout.rstrip() + "\n")
    say(f"\n{len(failed)} of {len(only or STEPS)} steps failed: {', '.join(failed)}" if failed else "All is well.")
    return 1 if failed else 0
