"""A copy of chosen events for one process while it lives, from a queue of its own (py-amqp, in a thread).

For what is shown and forgotten, never for what is kept: nothing is delivered again. The queue is bounded and goes with
the connection. Where messages may have been missed - the connection was lost, or the broker
dropped the oldest of a full queue - the process is told so, in the order of its messages.
"""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import structlog
from amqp.exceptions import AMQPError

from crm_chassis import broker, topology
from crm_chassis.broker import BrokerAway
from crm_chassis.config import Secret
from crm_chassis.logs import describe

logger = structlog.get_logger()

MOST_WAITING = 10_000
"""Messages that wait at the broker for a process that is busy; of more the oldest are dropped."""
PREFETCH, ACKED_TOGETHER = 1_000, 200
HEARTBEAT_S = 20
TICK_S = 1.0
BACK_OFF_S = (0.2, 5.0)


def receive(
    url: Secret,
    declared: topology.Topology,
    event_types: Iterable[str],
    stop: threading.Event,
    *,
    on_message: Callable[[bytes], None],
    on_gap: Callable[[], None],
    most_waiting: int = MOST_WAITING,
) -> None:
    """Hand on the body of every message of these types until ``stop`` is set; the broker may be away at any time."""
    routes = [topology.route(type_) for type_ in event_types]
    (shortest, longest), had_any = BACK_OFF_S, False
    delay = shortest
    while not stop.is_set():
        began = time.monotonic()
        try:
            with broker.channel(url, heartbeat=HEARTBEAT_S) as channel:
                topology.declare(channel, declared)
                _consume(channel, routes, most_waiting, on_message, on_gap)
                logger.info("fanout_receiving", event_types=len(routes))
                if had_any:
                    on_gap()
                had_any = True
                _drain(channel.connection, stop)
        except (BrokerAway, AMQPError, OSError) as error:
            delay = shortest if time.monotonic() - began > longest else min(delay * 2, longest)
            logger.warning("fanout_lost", error=describe(error), retry_in_s=delay)
            stop.wait(delay)


def _consume(
    channel: Any,
    routes: list[tuple[str, str]],
    most_waiting: int,
    on_message: Callable[[bytes], None],
    on_gap: Callable[[], None],
) -> None:
    """Make the process's queue, and one beside it to which the broker puts what it drops from the first."""
    dropped = channel.queue_declare(exclusive=True, auto_delete=True, arguments={"x-max-length": 1}).queue
    bounded = {
        "x-max-length": most_waiting,
        "x-overflow": "drop-head",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dropped,
    }
    queue = channel.queue_declare(exclusive=True, auto_delete=True, arguments=bounded).queue
    for exchange, key in routes:
        channel.queue_bind(queue, exchange, key)

    def take(message: Any) -> None:
        on_message(bytes(message.body))
        if message.delivery_tag % ACKED_TOGETHER == 0:
            channel.basic_ack(message.delivery_tag, multiple=True)

    channel.basic_consume(dropped, no_ack=True, callback=lambda _message: on_gap())
    channel.basic_qos(0, PREFETCH, False)
    channel.basic_consume(queue, callback=take)


def _drain(connection: Any, stop: threading.Event) -> None:
    """Receive until told to stop; raises what ends the connection."""
    beat = time.monotonic()
    while not stop.is_set():
        with suppress(TimeoutError):
            connection.drain_events(timeout=TICK_S)
        if time.monotonic() - beat >= TICK_S:
            connection.heartbeat_tick()
            beat = time.monotonic()
