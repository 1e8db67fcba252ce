"""A plain, synchronous channel to the broker, for what is not traffic: declaring, inspecting, repairing (py-amqp)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from amqp.exceptions import AMQPError
from kombu.connection import Connection

from crm_chassis.config import Secret

CONNECT_TIMEOUT_S = 5
ANSWER_TIMEOUT_S = 30
"""How long any one answer may take: a broker that hangs would otherwise hold us for ever."""


class BrokerAway(Exception):
    """The broker cannot be reached, or does not let us in."""

    is_safe_to_log = True


@contextmanager
def channel(url: Secret, heartbeat: int = 0) -> Iterator[Any]:
    """Yield a py-amqp channel and close its connection after; raises BrokerAway."""
    connection = Connection(  # type: ignore[no-untyped-call]
        url.reveal(), connect_timeout=CONNECT_TIMEOUT_S, heartbeat=heartbeat
    )
    try:
        connected = connection.connect()  # type: ignore[no-untyped-call]
        connected.transport.sock.settimeout(ANSWER_TIMEOUT_S)
        opened = connected.channel()
    except (OSError, AMQPError) as error:
        raise BrokerAway(f"The broker at {connection.as_uri()} cannot be reached: {error}") from error
    with connection:
        yield opened
