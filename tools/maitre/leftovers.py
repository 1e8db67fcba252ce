"""Ends processes that an earlier run left behind because it was killed: found by a mark in their environment."""

import os
import signal
from pathlib import Path

from tools.maitre.common import Trouble, wait_until


def marked(name: str, value: str) -> list[int]:
    """Return the processes, other than this one, that were started with this very variable (Linux; elsewhere none)."""
    wanted = f"{name}={value}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            is_ours = wanted in path.read_bytes().split(b"\0")
        except OSError:
            continue
        if is_ours and int(path.parent.name) != os.getpid():
            found.append(int(path.parent.name))
    return found


def end_leftovers(name: str, value: str, seconds: float = 20) -> int:
    """End them, gracefully first; return how many there were."""
    found = marked(name, value)
    signal_all(found, signal.SIGTERM)
    try:
        wait_until("processes of an earlier run to end", lambda: not alive(found), seconds)
    except Trouble:
        signal_all(alive(found), signal.SIGKILL)
    return len(found)


def signal_all(processes: list[int], number: signal.Signals) -> None:
    """Send the signal to those that still run."""
    for pid in processes:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def alive(processes: list[int]) -> list[int]:
    """Return those that still run; a zombie does not."""
    return [pid for pid in processes if is_alive(pid)]


def is_alive(pid: int) -> bool:
    """Say whether the process runs; a zombie, whose parent has not looked yet, does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state not in ("Z", "X")
