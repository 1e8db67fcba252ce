"""Health checks and metrics: the answers, and a tiny HTTP server for processes that have no other."""

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import orjson
from sqlalchemy import text

from crm_chassis import metrics
from crm_chassis.database import Database
from crm_chassis.logs import describe, logger

if TYPE_CHECKING:
    from flask import Flask

Answer = tuple[HTTPStatus, dict[str, str]]


def live(name: str) -> Answer:
    """Answer that this process turns its loop."""
    return HTTPStatus.OK, {"status": "live", "service": name}


def ready(name: str, database: Database | None) -> Answer:
    """Answer whether the process can work: its own database alone is asked, never the broker (RULES G7)."""
    try:
        if database is not None:
            with database.reading() as connection:
                connection.execute(text("SELECT 1"))
    except Exception as error:  # noqa: BLE001  whatever it is, the database does not answer
        logger.warning("not_ready", error=describe(error))
        return HTTPStatus.SERVICE_UNAVAILABLE, {"status": "unavailable", "service": name, "missing": "database"}
    return HTTPStatus.OK, {"status": "ready", "service": name}


def add_routes(app: "Flask", database: Database | None) -> None:
    """Give a Flask app the same three paths, open to anyone who reaches it."""
    from flask import Response  # noqa: PLC0415  a worker serves health without Flask

    from crm_chassis.auth import ANYONE, allow  # noqa: PLC0415

    def answered(answer: Answer) -> Response:
        return Response(orjson.dumps(answer[1]), answer[0], content_type="application/json")

    def exposed() -> Response:
        body, content_type = metrics.exposition()
        return Response(body, content_type=content_type)

    name = app.name
    app.add_url_rule("/health/live", "health_live", allow(ANYONE)(lambda: answered(live(name))))
    app.add_url_rule("/health/ready", "health_ready", allow(ANYONE)(lambda: answered(ready(name, database))))
    app.add_url_rule("/metrics", "metrics", allow(ANYONE)(exposed))


def serve(port: int, *, database: Database | None, name: str, host: str = "0.0.0.0") -> int:  # noqa: S104  for probes
    """Serve /health/live, /health/ready and /metrics from a daemon thread; gives the port (the one taken, for 0)."""

    class Handler(BaseHTTPRequestHandler):
        """Answers GET for the three paths."""

        def do_GET(self) -> None:
            """Answer one probe."""
            if self.path == "/metrics":
                body, content_type = metrics.exposition()
                self._answer(HTTPStatus.OK, body, content_type)
                return
            if self.path == "/health/live":
                status, content = live(name)
            elif self.path == "/health/ready":
                status, content = ready(name, database)
            else:
                status, content = HTTPStatus.NOT_FOUND, {"status": "unknown path"}
            self._answer(status, orjson.dumps(content), "application/json")

        def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the base class's name
            """Keep probes out of the log."""

    server = ThreadingHTTPServer((host, port), Handler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return int(server.server_address[1])
