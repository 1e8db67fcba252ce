"""What the hop through the gateway is measured with: a service that costs next to nothing, plain Flask, nginx."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import requests
from flask import Flask, Response, request

GUEST = (
    b'{"id":"01930a6e-7b1c-7c3e-9d55-3f1f0a2b4c6d","name":"Anna Ruiz","emails":[{"address":"anna.ruiz@example.com"}],'
    b'"phones":[{"number":"+12025550143"}],"tags":["regular","terrace"],"stage":"regular","created_at":'
    b'"2026-02-14T19:30:00Z","version":3}'
)
PASSED = ("Authorization", "Accept", "Content-Type", "If-None-Match", "X-Request-ID")


def service() -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    """Make the service: it answers one guest, whatever it is asked."""

    def answer(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        head = [("Content-Type", "application/json"), ("Content-Length", str(len(GUEST))), ("ETag", '"3"')]
        start("200 OK", head)
        return [GUEST]

    return answer


def plain(target: str, *, is_pooled: bool = False) -> Flask:
    """Make the proxy as it is plainly written, Flask and requests, or with a kept Session in each thread; no checks."""
    app = Flask(__name__)
    mine = threading.local()

    @app.route("/<path:path>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def relay(path: str) -> Response:
        session = mine.__dict__.setdefault("session", requests.Session()) if is_pooled else requests
        headers = {name: request.headers[name] for name in PASSED if name in request.headers}
        answer = session.request(
            request.method,
            f"{target}/{path}",
            params=request.args,
            data=request.get_data(),
            headers=headers,
            timeout=20,
        )
        kept = {name: answer.headers[name] for name in ("Content-Type", "ETag") if name in answer.headers}
        return Response(answer.content, answer.status_code, kept)

    return app


NGINX = """
daemon off; worker_processes 1; pid {directory}/nginx.pid; error_log {directory}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy;
  fastcgi_temp_path {directory}/fastcgi; uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
  keepalive_requests 1000000;
  upstream service {{ server 127.0.0.1:{target}; keepalive 32; keepalive_requests 1000000; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{ proxy_pass http://service; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}
}}
"""
"""The same hop by nginx, connections kept on both sides."""
