"""How a figure is taken: ours and the reference in turns, at least three pairs, the median of the pairs' ratios."""

import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "bench/results.json"
TICKS = os.sysconf("SC_CLK_TCK")
T = TypeVar("T")


@dataclass
class Row:
    """One line of the table: what was measured beside what."""

    name: str
    unit: str
    target: float | None
    ours: list[float] = field(default_factory=list)
    reference: list[float] = field(default_factory=list)
    notes: dict[str, float | str] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Median of the pairs' ratios, ours over the reference."""
        return statistics.median(a / b for a, b in zip(self.ours, self.reference, strict=True))

    def as_json(self) -> dict[str, object]:
        """The row as DESIGN §5 fixes it."""
        return {
            "name": self.name,
            "ratio": round(self.ratio, 3),
            "target": self.target,
            "pairs": len(self.ours),
            "ours": round(statistics.median(self.ours), 1),
            "reference": round(statistics.median(self.reference), 1),
            "unit": self.unit,
            **({"notes": self.notes} if self.notes else {}),
        }


def alternate(row: Row, ours: Callable[[], float], reference: Callable[[], float], pairs: int) -> Row:
    """Run both in turns and keep every figure."""
    for number in range(1, pairs + 1):
        row.ours.append(ours())
        row.reference.append(reference())
        print(
            f"  {row.name}, pair {number}: {row.ours[-1]:,.0f} beside {row.reference[-1]:,.0f} {row.unit}", flush=True
        )
    return row


def write(rows: dict[str, Row], figures: dict[str, Any]) -> None:
    """Write bench/results.json; rows not run this time stay as they were."""
    document = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"rows": {}, "figures": {}}
    document["rows"] |= {key: row.as_json() for key, row in rows.items()}
    document.setdefault("figures", {}).update(figures)
    document["machine"] = machine()
    RESULTS.write_text(json.dumps(document, indent=2) + "\n")


def machine() -> dict[str, object]:
    """What the figures were taken on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": os.cpu_count(),
        "memory_gib": round(memory / 2**30),
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 2),
        "taken_on": time.strftime("%Y-%m-%d", time.gmtime()),
    }


def table(rows: dict[str, Row]) -> str:
    """Rows as a person reads them."""
    lines = [f"{'row':>4}  {'what':42} {'ours':>12} {'reference':>12} {'ratio':>7} {'target':>7}"]
    for key, row in rows.items():
        target = "" if row.target is None else f"{row.target:g}"
        ours, reference = statistics.median(row.ours), statistics.median(row.reference)
        lines.append(
            f"{key:>4}  {row.name:42} {ours:12,.0f} {reference:12,.0f} {row.ratio:7.2f} {target:>7}  {row.unit}"
        )
    return "\n".join(lines)


@contextmanager
def process(*arguments: str, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """A process of ours that ends with the block; its output goes to bench/out."""
    log = ROOT / "bench/out" / f"{arguments[0].replace('.', '-')}.log"
    log.parent.mkdir(exist_ok=True)
    with log.open("a") as output:
        running = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            env=os.environ | environ,
            stdout=output,
            stderr=output,
            text=True,
            cwd=ROOT,
        )
        try:
            yield running
        finally:
            running.send_signal(signal.SIGTERM)
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Items in lists of *size*, the last one shorter (itertools.batched comes with Python 3.12)."""
    rest = iter(items)
    while part := list(islice(rest, size)):
        yield part


def cpu_seconds(pid: int) -> float:
    """CPU seconds a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def drain_rate(count: Callable[[], int], total: int, pid: int, patience: float = 300) -> tuple[float, float]:
    """Events per second from the first event seen done to the last, and CPU µs per event of process *pid* meanwhile."""
    deadline = time.monotonic() + patience
    while (first := count()) == 0:
        _expect_before(deadline, "nothing happened")
        time.sleep(0.002)
    started, used = time.monotonic(), cpu_seconds(pid)
    while (done := count()) < total:
        _expect_before(deadline, f"{done} of {total} done")
        time.sleep(0.01)
    events = max(total - first, 1)
    return events / (time.monotonic() - started), (cpu_seconds(pid) - used) / events * 1e6


def _expect_before(deadline: float, state: str) -> None:
    """Give up with what was seen when patience is over."""
    if time.monotonic() > deadline:
        sys.exit(f"bench: gave up waiting: {state}")
