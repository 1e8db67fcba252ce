"""The C yardstick: compiled when it is wanted, its library installed where that may be done."""

import shutil
import subprocess
import sys

from tools.maitre import packages

from bench.harness import ROOT

SOURCE = ROOT / "bench/kernels/publish.c"
BINARY = ROOT / "bench/out/publish"
NEEDED = ("gcc", "libc6-dev", "librabbitmq-dev")


def compile_it() -> str:
    """Compile the yardstick; give what hinders it, nothing where it is made."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return "there is no C compiler"
    BINARY.parent.mkdir(exist_ok=True)
    built = subprocess.run(
        [compiler, "-O2", "-o", BINARY, SOURCE, "-lrabbitmq"], capture_output=True, text=True, check=False
    )
    return built.stderr.strip() if built.returncode else ""


def make() -> None:
    """Compile the yardstick, with Debian's packages where they are missing and we may install; else end with a hint."""
    trouble = compile_it()
    if trouble and packages.can_install():
        for package in NEEDED:
            packages.install(package)
        trouble = compile_it()
    if trouble:
        sys.exit(
            f"bench: row 8's yardstick is written in C and cannot be compiled: {trouble}\n"
            f'Install it (apt-get install {" ".join(NEEDED)}), or leave row 8 out (ARGS="--rows 7").'
        )
