"""The process that serves an API in production: forked workers, our logs, no request lost at its end."""

import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import orjson
import pytest
import requests
from sqlalchemy import create_engine, text

from crm_chassis.testing import wait_until


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def is_up(url: str) -> bool:
    """Whether the service says it is ready."""
    try:
        return requests.get(f"{url}/health/ready", timeout=1).ok
    except requests.ConnectionError:
        return False


@pytest.fixture
def environment(things_settings, tmp_path):
    """The process's environment, with a directory for metrics of several workers."""
    (tmp_path / "metrics").mkdir()
    return {
        "PATH": os.environ["PATH"],
        "CRM_DATABASE_URL": things_settings.database_url.reveal(),
        "CRM_KEYS_DATABASE_URL": things_settings.keys_database_url.reveal(),
        "CRM_BROKER_URL": things_settings.broker_url.reveal(),
        "CRM_MASTER_KEYS": things_settings.master_keys.reveal(),
        "CRM_SIGNING_KEY": things_settings.signing_key.reveal(),
        "CRM_TRUSTED_KEYS": things_settings.trusted_keys,
        "CRM_PORT": str(free_port()),
        "CRM_API_WORKERS": "2",
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
    }


@pytest.fixture
def served(environment, tmp_path):
    """A running gunicorn of the little API with two workers: its URL, its process and the file of its log."""
    command = [sys.executable, "-m", "gunicorn", "-c", "python:crm_chassis.gunicorn_conf", "things:create_app()"]
    url, log = f"http://127.0.0.1:{environment['CRM_PORT']}", tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=Path(__file__).parent, env=environment, stdout=file, stderr=file)
    try:
        wait_until(lambda: is_up(url) or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield url, process, log
    finally:
        process.kill() if process.poll() is None else None
        process.wait()


def test_it_serves_logs_counts_and_ends_without_losing_a_request(served, things_settings, internal_headers):
    url, process, log = served
    headers = internal_headers(things_settings, "manager")
    for number in range(20):
        assert requests.get(f"{url}/v1/things/named/{number}", timeout=5).status_code == 200
    chunked = requests.post(
        f"{url}/v1/things",
        data=(b" " * 100_000 for _ in range(30)),
        headers=headers | {"Content-Type": "application/json"},
        timeout=5,
    )
    assert chunked.status_code == 413
    counted = 'http_request_seconds_count{method="GET",route="/v1/things/named/<name>",status="200"} 20.0'
    assert counted in requests.get(f"{url}/metrics", timeout=5).text

    engine = create_engine(things_settings.database_url.reveal())
    with engine.connect() as blocker, ThreadPoolExecutor(1) as pool:
        blocker.execute(text("LOCK TABLE thing IN EXCLUSIVE MODE"))
        waiting = pool.submit(requests.post, f"{url}/v1/things", json={"name": "last"}, headers=headers, timeout=20)
        with engine.connect() as watcher:
            autocommit = watcher.execution_options(isolation_level="AUTOCOMMIT")
            wait_until(lambda: autocommit.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")))
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: "Handling signal: term" in log.read_text())
        blocker.rollback()
        assert waiting.result().status_code == 201
    engine.dispose()
    assert process.wait(20) == 0

    lines = [orjson.loads(line) for line in log.read_text().splitlines()]
    assert {line["service"] for line in lines} == {"things"}
    assert {line["process"] for line in lines} == {"api"}
    assert sum(line["event"] == "request" for line in lines) == 22
    assert not [line for line in lines if line["level"] == "error"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"secret \x16\x03\x01\r\n\r\n", 400),
        (b"GET /v1/things?q=secret\xff HTTP/1.1\r\nHost: x\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: secret\r\n\r\n", 501),
        (b"GET /?secret=" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX-Secret: " + b"a" * 20_000 + b"\r\n\r\n", 431),
    ],
)
def test_what_no_app_gets_to_see_is_refused_with_a_problem_that_repeats_nothing(served, sent, status):
    url, _, _ = served
    with socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2])), timeout=5) as connection:
        connection.sendall(sent)
        head, _, body = connection.makefile("rb").read().partition(b"\r\n\r\n")
    problem = orjson.loads(body)
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Content-Type: application/problem+json" in head
    assert problem["status"] == status
    assert problem["instance"].removeprefix("urn:request:").encode() in head
    assert b"secret" not in body.lower()


def test_clients_that_stall_in_a_request_give_their_threads_back(served):
    url, _, _ = served
    address = ("127.0.0.1", int(url.rpartition(":")[2]))
    with ExitStack() as stalled:
        for _ in range(2 * 8 + 4):
            stalled.enter_context(socket.create_connection(address)).sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX-")
        assert requests.get(f"{url}/health/ready", timeout=60).ok


@pytest.mark.parametrize(
    "change", [{"CRM_MASTER_KEYS": ""}, {"CRM_MASTER_KEYS": f"test1:{'A' * 43}"}], ids=["no", "wrong"]
)
def test_no_or_a_wrong_master_key_ends_the_start_with_its_name(environment, change):
    command = [sys.executable, "-m", "gunicorn", "-c", "python:crm_chassis.gunicorn_conf", "things:create_app()"]
    ended = subprocess.run(
        command, cwd=Path(__file__).parent, env=environment | change, capture_output=True, timeout=30, check=False
    )
    assert ended.returncode != 0
    assert b"CRM_MASTER_KEYS" in ended.stdout + ended.stderr
