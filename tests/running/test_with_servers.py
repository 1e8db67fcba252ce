"""`make test`'s servers: its own, and nothing is left of them however the run ends."""

import os
import signal
import subprocess
import sys

import pytest
from tools.maitre.common import ROOT, wait_until
from tools.maitre.leftovers import is_alive, marked

COMMAND = [sys.executable, "-m", "tools.maitre", "with-servers", "--"]
WAITS = "import time; print('the command runs', flush=True); time.sleep(600)"


@pytest.fixture
def environment(make_directory):
    """The caller's environment without servers, its runs in a directory of their own."""
    cleaned = {name: value for name, value in os.environ.items() if not name.startswith("CRM_TEST_")}
    return cleaned | {"CRM_RUN_DIR": str(make_directory() / "run")}


def test_an_interrupted_run_and_a_killed_one_leave_nothing_behind(environment, make_directory):
    run = ROOT / environment["CRM_RUN_DIR"]

    interrupted = start(environment)
    interrupted.send_signal(signal.SIGTERM)
    assert interrupted.wait(60) == 130
    assert not run.exists()

    killed = start(environment)
    directory = next(run.glob("test-*"))
    killed.kill()
    killed.wait()
    done = subprocess.run([*COMMAND, "true"], cwd=ROOT, env=environment, check=False, timeout=60)
    assert done.returncode == 0
    assert not run.exists()
    assert not marked("MAITRE_TEST", str(directory))


def test_the_commands_status_is_ours_and_its_processes_end_with_it(environment):
    program = "import subprocess, sys; print(subprocess.Popen(['sleep', '600']).pid, flush=True); sys.exit(7)"
    given = {"CRM_TEST_POSTGRES_URL": "postgresql://given", "CRM_TEST_BROKER_URL": "amqp://given"}

    done = subprocess.run(
        [*COMMAND, sys.executable, "-c", program],
        cwd=ROOT,
        env=environment | given,
        check=False,
        stdout=subprocess.PIPE,
        text=True,
        timeout=60,
    )

    assert done.returncode == 7
    pid = int(done.stdout.split()[-1])
    wait_until("the grandchild to end", lambda: not is_alive(pid))


def start(environment):
    """Start a run whose command waits for ever; return it once its servers are up and the command runs."""
    process = subprocess.Popen(
        [*COMMAND, sys.executable, "-c", WAITS],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    while "the command runs" not in (line := process.stdout.readline()):
        assert line, f"it ended with {process.wait()}"
    process.stdout.close()
    return process
