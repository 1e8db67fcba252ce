"""Real processes, killed on the way: nothing that was acknowledged is lost, and nothing is done twice."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from crm_chassis.testing import wait_until

HERE = Path(__file__).parent


@pytest.fixture
def start_worker(environment, tmp_path):
    """``start_worker()``: the gateway's worker, with this folder's document."""
    processes = []

    def start():
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, str(HERE / "serve_worker.py")], env=os.environ | environment, stdout=log, stderr=log
            )
        processes.append(process)
        return process

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_a_worker_killed_in_the_middle_hands_everything_over_once_in_effect(edge, services, start_worker):
    """The service applies a message and dies to us before it answers; the worker is killed; another one goes on."""
    effects, lock, killed = {}, threading.Lock(), threading.Event()

    def apply_once(handler, asked):
        with lock:
            effects.setdefault(asked.headers["Idempotency-Key"], []).append(json.loads(asked.body)["subject"])
        if len(effects) > 10 and not killed.is_set():
            killed.wait(20)  # the answer never comes: whoever asked is killed
        handler.say(asked, 204, b"", Content_Type=None)

    services["feedback"].answer = apply_once
    for number in range(30):
        path = f"/p/u/{edge.link('unsubscribe', f'guest-{number}')}"
        assert edge.client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    first = start_worker()
    wait_until(lambda: len(effects) > 10, timeout=60)
    first.send_signal(signal.SIGKILL)
    first.wait()
    killed.set()
    start_worker()
    wait_until(lambda: all(row.state == "delivered" for row in edge.rows()), timeout=60)
    assert len(effects) == 30  # one idempotency key each: a service that honours it did each once
    assert all(len(set(subjects)) == 1 for subjects in effects.values())
    assert max(map(len, effects.values())) > 1  # the kill really came between the effect and the note of it


def test_services_that_come_back_get_what_waited(edge, services, start_worker):
    """All services are away while guests unsubscribe; the worker runs all the time."""
    start_worker()
    for one in services.values():
        one.answer = lambda handler, asked: setattr(handler, "close_connection", True)
    for number in range(5):
        path = f"/p/u/{edge.link('unsubscribe', f'guest-{number}')}"
        assert edge.client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    wait_until(lambda: any(row.last_answer == "away" for row in edge.rows()), timeout=60)
    for one in services.values():
        one.reset()
    wait_until(lambda: all(row.state == "delivered" for row in edge.rows()), timeout=60)
    assert {asked.headers["Idempotency-Key"] for asked in services["feedback"].asked} == {
        str(row.id) for row in edge.rows()
    }
