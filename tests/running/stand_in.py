"""A process that only says that it is ready: stands in for the suite's own where these are not the matter."""

import os
from http.server import BaseHTTPRequestHandler, HTTPServer


class Ready(BaseHTTPRequestHandler):
    """Answers every question with 200."""

    def do_GET(self):
        """Be ready."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, *arguments):
        """Say nothing."""


HTTPServer(("127.0.0.1", int(os.environ.get("CRM_PORT") or os.environ["CRM_HEALTH_PORT"])), Ready).serve_forever()
