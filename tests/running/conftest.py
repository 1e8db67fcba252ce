"""One stand-in suite on servers of its own, in a directory that is gone afterwards."""

import os
import random
import tempfile
from pathlib import Path

import pytest
from tools.maitre.accounts import remove_tree
from tools.maitre.processes import MIGRATIONS, Process
from tools.maitre.suite import Plan, Suite
from tools.maitre.with_servers import TEST_MARK

STAND_IN = str(Path(__file__).with_name("stand_in.py"))
NAMES = (("gateway", "api"), ("customer-api", "api"), ("customer-worker", "worker"), ("customer-relay", "relay"))


@pytest.fixture(scope="session")
def make_directory():
    """``make_directory()`` makes a directory whose path anybody may walk; all are removed at the end."""
    made = []

    def make():
        parent = os.environ.get(TEST_MARK) or tempfile.gettempdir()
        made.append(Path(tempfile.mkdtemp(prefix="running-", dir=parent)))
        made[-1].chmod(0o755)
        return made[-1]

    yield make
    for directory in made:
        remove_tree(directory)


@pytest.fixture(scope="session")
def stand_ins():
    """Four processes that only say that they are ready."""
    return tuple(
        Process(name, name.partition("-")[0], kind, (STAND_IN,), 8000 + number)
        for number, (name, kind) in enumerate(NAMES)
    )


@pytest.fixture(scope="session")
def make_plan(make_directory, stand_ins):
    """``make_plan(**changes)``: a plan for a stand-in suite on servers of its own, with customer's real databases."""

    def make(**changes):
        start = random.randrange(26_000, 31_000, 100)
        return Plan(
            **{
                "directory": make_directory(),
                "processes": stand_ins,
                "migrations": {"customer": MIGRATIONS["customer"]},
                "first_port": start,
                "first_ports": (start + 30, start + 60),
                "has_log_ins": False,
            }
            | changes
        )

    return make


@pytest.fixture(scope="session")
def suite(make_plan):
    """A running stand-in suite that the tests of this session share; its processes may be killed, not its data."""
    running = Suite(make_plan(replicas={"customer-relay": 2}))
    try:
        running.start()
        yield running
    finally:
        running.stop()
