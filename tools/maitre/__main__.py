"""The command line behind the Makefile: `python -m tools.maitre run|up|down|...`."""

import argparse
import importlib
import os
import sys
from typing import Any

from tools.maitre.common import Trouble, warn


def parser() -> argparse.ArgumentParser:
    """Describe the commands; the Makefile says what each is for."""
    result = argparse.ArgumentParser(prog="python -m tools.maitre")
    commands = result.add_subparsers(dest="command", required=True)
    for name in ("run", "up", "down", "status", "clean", "migrate", "isolation"):
        commands.add_parser(name)
    commands.add_parser("logs").add_argument("name", nargs="?")
    commands.add_parser("check").add_argument("only", nargs="*", help="names of steps")
    commands.add_parser("console").add_argument("action", choices=("build", "check", "types"))
    commands.add_parser("demo")  # what follows is the loader's own
    commands.add_parser("with-servers").add_argument("argv", nargs=argparse.REMAINDER)
    backup = commands.add_parser("backup")
    backup.add_argument("--with-secrets", action="store_true", help="the master keys and passwords too")
    restore = commands.add_parser("restore")
    restore.add_argument("--from", dest="source", help="a directory under backups/; the newest if absent")
    restore.add_argument("--keys", help="a directory under backups-keys/; that of the same moment if absent")
    restore.add_argument("--keep-keys", action="store_true", help="leave the keys databases as they are")
    restore.add_argument("--secrets", help="a secrets.json to take over first (from a backup --with-secrets)")
    return result


def execute(arguments: argparse.Namespace) -> int:
    """Run one command; return its exit status."""
    commands = {
        "backup": lambda: module("backup").back_up(with_secrets=arguments.with_secrets),
        "restore": lambda: module("restore").restore(module("restore").Choice.of(arguments)),
        "check": lambda: module("check").check(arguments.only),
        "console": lambda: module("console").console(arguments.action),
        "isolation": lambda: module("isolation").check_all(),
        "with-servers": lambda: module("with_servers").run(arguments.argv[arguments.argv[:1] == ["--"] :] or ["true"]),
        "demo": lambda: module("up").demo(arguments.rest),
        "logs": lambda: module("up").logs(arguments.name),
    }
    chosen = commands.get(arguments.command) or getattr(module("up"), arguments.command)
    return int(chosen())


def module(name: str) -> Any:
    """Import one of our modules only when its command is given: most need far more than `make down` should."""
    return importlib.import_module(f"tools.maitre.{name}")


def main() -> int:
    """Run one command; trouble that a person can mend is shown without a traceback, with exit status 1."""
    try:
        arguments, rest = parser().parse_known_args()
        if rest and arguments.command != "demo":
            parser().error(f"unknown: {' '.join(rest)}")
        arguments.rest = rest
        return execute(arguments)
    except Trouble as trouble:
        warn(f"\n{trouble}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
