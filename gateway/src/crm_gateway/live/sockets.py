"""Connections that another process accepted, handed over with their sockets (SCM_RIGHTS), and what is asked of them.

A handover is one connection to our UNIX socket: the head of the request and with it the client's socket, answered by
one byte once it is ours. Whoever sends it keeps the client until then.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import structlog

from crm_chassis.logs import describe

logger = structlog.get_logger()

END_OF_HEAD = b"\r\n\r\n"
LARGEST_HEAD = 32 * 1024
TAKEN = b"\x01"
PATIENCE_S = 2.0
_BACKLOG = 512
_SEND_BUFFER = 64 * 1024
_UNACKNOWLEDGED_MS = 30_000
Adopt = Callable[[socket.socket, bytes], Awaitable[None]]


def patient(transport: asyncio.Transport) -> None:
    """Prepare a connection for a long life: bounded memory in the kernel, and an end where the client is gone."""
    sock = transport.get_extra_info("socket")
    if sock is None or sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)


def listen(path: Path) -> socket.socket:
    """Open the UNIX socket at ``path`` for processes of our own account; one left there by a dead process goes."""
    listener = socket.socket(socket.AF_UNIX)
    listener.setblocking(False)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        listener.bind(str(new))
    finally:
        os.umask(before)
    listener.listen(_BACKLOG)
    new.replace(path)
    return listener


async def take_over(listener: socket.socket, adopt: Adopt) -> None:
    """Adopt every connection that is handed over; until cancelled."""
    loop = asyncio.get_running_loop()
    under_way: set[asyncio.Task[None]] = set()
    while True:
        giver, _ = await loop.sock_accept(listener)
        task = loop.create_task(_take(giver, adopt))
        under_way.add(task)
        task.add_done_callback(under_way.discard)


async def _take(giver: socket.socket, adopt: Adopt) -> None:
    """Take one connection; it is ours when our byte has gone out, and the giver's if anything fails before."""
    with giver:
        client: socket.socket | None = None
        try:
            async with asyncio.timeout(PATIENCE_S):
                head, client = await _receive(giver)
            giver.send(TAKEN)
        except (OSError, TimeoutError, ValueError) as error:
            logger.warning("handover_failed", error=describe(error))
            if client is not None:
                client.close()
            return
    with suppress(OSError):
        await adopt(client, head)


async def _receive(giver: socket.socket) -> tuple[bytes, socket.socket]:
    """Read a head and the socket that comes with it; raises ValueError where it is no handover."""
    giver.setblocking(False)
    head, fds = b"", []
    while not head.endswith(END_OF_HEAD):
        await _readable(giver)
        data, got, _, _ = socket.recv_fds(giver, LARGEST_HEAD, 1)
        fds += got
        head += data
        if not data or len(head) > LARGEST_HEAD:
            break
    client = socket.socket(fileno=fds[0]) if fds else None
    if client is None or not head.endswith(END_OF_HEAD):
        if client is not None:
            client.close()
        raise ValueError("no whole request head with a socket")
    client.setblocking(False)
    return head, client


async def _readable(sock: socket.socket) -> None:
    """Wait until there is something to read."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(sock, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(sock)
