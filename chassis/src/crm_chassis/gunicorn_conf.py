"""gunicorn's configuration for every API: `gunicorn -c python:crm_chassis.gunicorn_conf 'crm_x.app:create_app()'`.

The app is loaded once and forked; engines start afresh in each child by themselves (crm_chassis.database).
"""

import logging
import os
import re
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger as GunicornLogger  # type: ignore[import-untyped]
from prometheus_client import multiprocess

from crm_chassis import patience, startup, tracing, unreadable
from crm_chassis.logs import configure_logging

_SHM = Path("/dev/shm")  # noqa: S108  heartbeats in memory: a busy disk must not look like a hung worker


class Logger(GunicornLogger):  # type: ignore[misc]
    """Sends gunicorn's own messages through our log; requests are logged by crm_chassis.http."""

    def setup(self, cfg: Any) -> None:
        """Configure the process's log before the app is loaded; the service's name is that of its package."""
        service = re.split("[.:]", str(cfg.default_proc_name))[0].removeprefix("crm_")
        configure_logging(service, "api", os.environ.get("CRM_LOG_LEVEL", "INFO"))
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)


bind = f"{os.environ.get('CRM_BIND_HOST', '127.0.0.1')}:{os.environ.get('CRM_PORT', '8000')}"
workers = int(os.environ.get("CRM_API_WORKERS", "1"))
threads = int(os.environ.get("CRM_API_THREADS", "8"))
worker_class = "gthread"
preload_app = True
control_socket_disable = True
logger_class = Logger
accesslog = None
worker_tmp_dir = str(_SHM) if os.access(_SHM, os.W_OK) else None
sendfile = False  # the kernel would wait for a slow client as long as it takes
timeout = 60
graceful_timeout = 30
keepalive = 75
unreadable.install()


def on_starting(server: Any) -> None:
    """Refuse master keys that do not fit; begin without the metrics of dead processes, which would count for ever."""
    server.app.wsgi().extensions["crm"].verify_keys()
    if directory := os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        for left in Path(directory).glob("*.db"):
            left.unlink(missing_ok=True)


def when_ready(_server: Any) -> None:
    """Settle before the workers are forked: what is frozen here is not touched, and so not copied, by them."""
    startup.settle()


def post_worker_init(worker: Any) -> None:
    """Start exporting traces, whose thread would not survive the fork, and let no slow client hold a thread."""
    tracing.configure(worker.wsgi.name)
    for listener in worker.sockets:
        listener.sock = patience.watch(listener.sock, float(os.environ.get("CRM_CLIENT_PATIENCE", "20")))


def child_exit(_server: Any, worker: Any) -> None:
    """Take an ended worker's gauges out of the metrics."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
