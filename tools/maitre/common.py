"""What the modules beside this one share: where things are, how trouble is told, how waiting is done."""

import json
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv" / "bin" / "python"
HOST = "127.0.0.1"


class Trouble(Exception):
    """Something a person must know or mend; its text says what to do, and is shown without a traceback."""


def run_directory() -> Path:
    """Where this checkout's running instance keeps everything: CRM_RUN_DIR, or .run/ in the checkout."""
    return Path(os.environ.get("CRM_RUN_DIR") or ROOT / ".run").absolute()


def say(text: str) -> None:
    """Print one line of progress at once; a reader that has gone away is no reason to stop."""
    try:
        print(text, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - the terminal is closed: what follows is not shown


def warn(text: str) -> None:
    """Print one line to standard error."""
    print(text, file=sys.stderr, flush=True)


def wait_until(what: str, condition: Callable[[], Any], seconds: float = 60, pause: float = 0.1) -> Any:
    """Return the condition's first true answer; Trouble naming what was waited for after so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Trouble(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(pause)


def is_free(port: int, host: str = HOST) -> bool:
    """Say whether nothing listens on the port, on this address or on all of them."""
    for address in {host, "0.0.0.0"}:  # noqa: S104 - a bind that is closed at once: it only asks
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError:
                return False
    return True


class Ports:
    """Gives out ports of this machine, each at most once: the wanted one, or the next that is free."""

    def __init__(self) -> None:
        self._given: set[int] = set()

    def take(self, wanted: int) -> int:
        """Return the wanted port if it is free, else the next free one above it."""
        for port in range(wanted, 65_536):
            if port not in self._given and is_free(port):
                self._given.add(port)
                return port
        raise Trouble(f"no free port from {wanted} upwards")


def write_private(path: Path, content: str) -> None:
    """Write a file that only its owner may read (0600), whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
    draft.replace(path)


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the JSON object in the file, or None where it is missing or half-written."""
    try:
        content = json.loads(path.read_text())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
