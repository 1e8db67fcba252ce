"""gunicorn's configuration for every API: `gunicorn -c python:crm_chassis.gunicorn_conf 'crm_x.app:create_app()'`.

The app is loaded once and forked (engines start afresh in each child by themselves); logs go through ours.
"""

import os
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

_SHM = Path("/dev/shm")  # noqa: S108  memory for heartbeats: a busy disk must not look like a hung worker

bind = f"{os.environ.get('CRM_BIND_HOST', '127.0.0.1')}:{os.environ.get('CRM_PORT', '8000')}"
workers = int(os.environ.get("CRM_API_WORKERS", "1"))
threads = int(os.environ.get("CRM_API_THREADS", "8"))
worker_class = "gthread"
preload_app = True
control_socket_disable = True
worker_tmp_dir = str(_SHM) if os.access(_SHM, os.W_OK) else None
timeout = 60
graceful_timeout = 30
keepalive = 75
max_requests = 0
accesslog = None
forwarded_allow_ips = ""
proc_name = "api"
limit_request_line = 8190
limit_request_fields = 60


def on_starting(_server: Any) -> None:
    """Begin with no other run's metrics: files of dead processes would count for ever."""
    directory = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if directory:
        Path(directory).mkdir(parents=True, exist_ok=True)
        for left in Path(directory).glob("*.db"):
            left.unlink(missing_ok=True)


def child_exit(_server: Any, worker: Any) -> None:
    """Take an ended worker's gauges out of the metrics."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
