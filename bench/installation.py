"""A whole suite for measuring: started by the code of `make run`, on servers and in a directory of its own."""

import os
import random
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.maitre.accounts import remove_tree
from tools.maitre.processes import GATEWAY, PROCESSES, SERVICES
from tools.maitre.suite import Plan, Suite, bring_up
from tools.maitre.with_servers import TEST_MARK

from bench.harness import TICKS


@contextmanager
def installation(services: Collection[str] = (GATEWAY, *SERVICES)) -> Iterator[Suite]:
    """Bring these services up without the demo; they are stopped and their directory gone when the block ends."""
    directory = Path(tempfile.mkdtemp(prefix="bench-", dir=os.environ.get(TEST_MARK) or tempfile.gettempdir()))
    directory.chmod(0o755)  # PostgreSQL's account walks through it
    first = random.randrange(8_100, 14_000, 200)
    ports = (first + 10_000, first + 12_000)
    processes = tuple(process for process in PROCESSES if process.service in services)
    plan = Plan(directory=directory, processes=processes, first_port=first, first_ports=ports)
    try:
        with bring_up(plan) as suite:
            yield suite
    finally:
        remove_tree(directory)


def cpu_by_process(suite: Suite) -> dict[str, float]:
    """CPU seconds used so far by each process and server, gunicorn's workers and PostgreSQL's backends included."""
    stats = dict(_stats())
    used = {pid: sum(map(int, fields[11:15])) / TICKS for pid, fields in stats.items()}  # waited-for children too
    families = _families({pid: int(fields[1]) for pid, fields in stats.items()})
    return {name: sum(used.get(pid, 0) for pid in families(root)) for name, root in _roots(suite).items()}


def idle_memory(suite: Suite, settle_s: float) -> dict[str, float]:
    """PSS in MB of the suite's Python processes by kind, and their sum (GOALS row 13)."""
    time.sleep(settle_s)
    kinds = {process.name: "gateway" if process.service == "gateway" else process.kind for process in suite.processes}
    families = _families({pid: int(fields[1]) for pid, fields in _stats()})
    found = {"supervisor": _pss_mb(suite.supervisor.own_pid())}
    for name, root in _roots(suite).items():
        if name in kinds:
            found[kinds[name]] = found.get(kinds[name], 0) + sum(map(_pss_mb, families(root)))
    return {kind: round(mb, 1) for kind, mb in sorted(found.items())} | {"total": round(sum(found.values()), 1)}


def _roots(suite: Suite) -> dict[str, int]:
    """Give the process ids of the suite's processes, and of its servers where they are processes of ours."""
    return {name: pid for name, pid in suite.instance()["processes"].items() if pid} | suite.servers.pids()


def _stats() -> Iterator[tuple[int, list[str]]]:
    """Every process of this machine with its state and what follows in /proc/PID/stat."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            yield int(entry.name), fields


def _families(parents: Mapping[int, int]) -> Callable[[int], Iterator[int]]:
    """Make what gives a process and all its descendants."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents.items():
        children.setdefault(parent, []).append(pid)

    def family(pid: int) -> Iterator[int]:
        yield pid
        for child in children.get(pid, ()):
            yield from family(child)

    return family


def _pss_mb(pid: int | None) -> float:
    """Proportional set size of a process in MB, 0 for one that is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0)
