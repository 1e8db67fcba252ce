"""The command line behind the Makefile: `python -m tools.maitre run|up|down|...`."""

import argparse
import os
import sys

# Imported before anything else of ours may be missing, so that a half-made .venv gets one clear sentence
from tools.maitre.common import Trouble, run_directory, warn


def parser() -> argparse.ArgumentParser:
    """Describe the commands; the Makefile says what each is for."""
    result = argparse.ArgumentParser(prog="python -m tools.maitre")
    commands = result.add_subparsers(dest="command", required=True)
    for name in ("run", "up", "down", "status", "clean", "migrate", "isolation"):
        commands.add_parser(name)
    commands.add_parser("logs").add_argument("name", nargs="?")
    commands.add_parser("check").add_argument("only", nargs="*", help="names of steps")
    commands.add_parser("demo").add_argument("arguments", nargs=argparse.REMAINDER)
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
    """Run one command; return its exit status. Each command imports what it needs and no more."""
    command = arguments.command
    if command in ("backup", "restore"):
        from tools.maitre import backup, restore

        if command == "backup":
            return backup.back_up(with_secrets=arguments.with_secrets)
        return restore.restore(restore.Choice.of(arguments))
    if command in ("check", "isolation"):
        from tools.maitre import check, isolation

        return check.check(arguments.only) if command == "check" else isolation.check_all()
    if command == "with-servers":
        from tools.maitre import with_servers

        return with_servers.run([word for word in arguments.argv if word != "--"][0:] or ["true"])
    from tools.maitre import up

    if command == "demo":
        problem = up.load_demo(run_directory(), *arguments.arguments, again=True)
        if problem:
            raise Trouble(problem)
        return 0
    if command == "logs":
        return up.logs(arguments.name)
    return int(getattr(up, command)())


def main() -> int:
    """Run one command; trouble that a person can mend is shown without a traceback, with exit status 1."""
    try:
        return execute(parser().parse_args())
    except Trouble as trouble:
        warn(f"\n{trouble}")
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    os.umask(0o022)
    sys.exit(main())
