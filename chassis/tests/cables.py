"""TCP connections that tests can cut."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit, urlunsplit


class Cable:
    """A TCP connection to a server that can be pulled out and put back in."""

    def __init__(self, url):
        parts = urlsplit(url)
        self.target = (parts.hostname, parts.port)
        self.port = free_port()
        credentials = parts.netloc.rpartition("@")[0]
        self.url = urlunsplit(parts._replace(netloc=f"{credentials}@127.0.0.1:{self.port}"))  # where we listen
        self.sockets = []
        self.flows = threading.Event()
        self.flows.set()
        self.plug_in()

    def plug_in(self):
        """Let connections through."""
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def pull(self):
        """Cut all connections and refuse new ones."""
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._cut()
        self.flows.set()

    def _cut(self):
        while self.sockets:
            sock = self.sockets.pop()
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def freeze(self):
        """Keep connections open and let nothing through, as a machine does that hangs; pulling out ends it."""
        self.flows.clear()

    def _accept(self, listener):
        with suppress(OSError):
            while True:
                inside, _ = listener.accept()
                outside = socket.create_connection(self.target)
                self.sockets += [inside, outside]
                if listener.fileno() < 0:  # pulled out meanwhile
                    self._cut()
                for pair in ((inside, outside), (outside, inside)):
                    threading.Thread(target=self._copy, args=pair, daemon=True).start()

    def _copy(self, source, sink):
        with suppress(OSError):
            while data := source.recv(65536):
                self.flows.wait()
                sink.sendall(data)
            sink.shutdown(socket.SHUT_RDWR)


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
