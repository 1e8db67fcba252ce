"""Whole suites for the tests that cross services: on servers of their own, gone with their directory afterwards."""

import os
import random
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from tools.maitre.accounts import remove_tree
from tools.maitre.suite import Plan, bring_up
from tools.maitre.with_servers import TEST_MARK


@contextmanager
def _suite_of_its_own(**changes):
    parent = os.environ.get(TEST_MARK) or tempfile.gettempdir()
    directory = Path(tempfile.mkdtemp(prefix="suite-", dir=parent))
    directory.chmod(0o755)  # PostgreSQL's account walks through it
    start = random.randrange(8_100, 14_000, 200)
    ports = {"first_port": start, "first_ports": (start + 10_000, start + 12_000)}
    try:
        with bring_up(Plan(**{"directory": directory} | ports | changes)) as suite:
            yield suite
    finally:
        remove_tree(directory)


@pytest.fixture(scope="session")
def suite_of_its_own():
    """Bring a suite up, started by the very code of ``make run``; its arguments change the plan."""
    return _suite_of_its_own
