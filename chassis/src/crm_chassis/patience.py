"""Sockets with bounded patience: a client that trickles bytes in or out holds a thread for seconds, not for ever.

Each connection has so many seconds of waiting to spend, which bytes that move at PACE or faster earn back. Waiting for
the next request costs nothing: gunicorn does that without a thread.
"""

import errno
import socket
import time
from typing import Any

PACE = 16 * 1024
"""Bytes per second that nobody is hurried at."""


class ClientTooSlow(ConnectionResetError):
    """The client used up its patience; for gunicorn the connection is lost, which it takes calmly."""


class PatientSocket(socket.socket):
    """A client's connection."""

    most_s = left_s = 20.0

    def recv(self, *arguments: Any) -> bytes:
        """Receive, waiting no longer than patience lasts; raises ClientTooSlow."""
        return bytes(self._within(super().recv, *arguments))

    def sendall(self, data: Any, *flags: Any) -> None:
        """Send all, waiting no longer than patience and PACE allow; raises ClientTooSlow."""
        self._within(super().sendall, data, *flags, extra_s=len(data) / PACE)

    def _within(self, move: Any, *arguments: Any, extra_s: float = 0.0) -> Any:
        asked, limit, began = self.gettimeout(), max(0.001, self.left_s + extra_s), time.monotonic()
        if asked == 0:
            return move(*arguments)
        self.settimeout(limit if asked is None else min(asked, limit))
        try:
            moved = move(*arguments)
        except TimeoutError:
            if asked is not None and asked <= limit:
                raise
            raise ClientTooSlow(errno.ECONNRESET, "the client is too slow") from None
        finally:
            self.settimeout(asked)
        earned = extra_s or len(moved) / PACE
        self.left_s = min(self.most_s, self.left_s + earned - (time.monotonic() - began))
        return moved


class PatientListener(socket.socket):
    """A listening socket whose connections are patient, and no longer."""

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept a connection."""
        plain, address = super().accept()
        return PatientSocket(plain.family, plain.type, plain.proto, fileno=plain.detach()), address


def watch(listener: socket.socket, most_s: float) -> PatientListener:
    """Give the same listening socket as one whose connections are patient for *most_s* seconds."""
    PatientSocket.most_s = PatientSocket.left_s = most_s
    timeout = listener.gettimeout()
    watched = PatientListener(listener.family, listener.type, listener.proto, fileno=listener.detach())
    watched.settimeout(timeout)
    return watched
