"""The gateway under gunicorn, as it is deployed."""

import http.client
import os
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from crm_chassis.testing import wait_until


@pytest.fixture(scope="session")
def served(environment, people, tmp_path_factory):
    """``served(**variables)``: a gateway under gunicorn, at (host, port); its log must hold no trace of a defect."""

    @contextmanager
    def serve(**variables):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        log = tmp_path_factory.mktemp("gateway") / "log"
        gunicorn = Path(sys.executable).with_name("gunicorn")
        environ = {"CRM_PORT": str(port), "PYTHONPATH": str(Path(__file__).parent)} | variables
        with log.open("w") as output:
            process = subprocess.Popen(
                [gunicorn, "-c", "python:crm_chassis.gunicorn_conf", "serve:create_app()"],
                env=os.environ | environment | environ,
                stdout=output,
                stderr=output,
            )
            try:
                wait_until(lambda: process.poll() is not None or _is_ready(port))
                assert process.poll() is None, log.read_text()
                yield "127.0.0.1", port
            finally:
                process.terminate()
                process.wait(30)
        assert "Traceback" not in log.read_text()

    return serve


def _is_ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
