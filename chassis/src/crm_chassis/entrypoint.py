"""The nameko entrypoint that takes a service's inbox queue in micro-batches and acks only what is committed.

Two greenlets: one talks to the broker (connects, receives, beats), one forms batches and hands each to the service's
method, which returns the messages that failed for good; those go to a retry queue or are parked, then the whole batch
is acked at once. What is not acked when connection or process dies is delivered again, and the inbox drops it.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from time import monotonic
from typing import Any

import amqp
import eventlet
from eventlet.event import Event as Signal
from kombu.utils.url import parse_url
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint

from crm_chassis import metrics, topology
from crm_chassis.broker import ANSWER_TIMEOUT_S
from crm_chassis.deliveries import Failure, Message, TryLater, next_stop
from crm_chassis.logs import describe, logger

BATCH = 200
PREFETCH = 400
LINGER_S = 0.001
HEARTBEAT_S = 60
BEAT_EVERY_S = 2.0
READ_AHEAD = 16 * 1024
CONNECT_TIMEOUT_S = 5
CONFIRM_TIMEOUT_S = 10
FIRST_BACK_OFF_S = 0.2
LONGEST_BACK_OFF_S = 5.0
KEPT_PROPERTIES = ("message_id", "type", "content_type", "content_encoding")
LOST = (OSError, amqp.exceptions.AMQPError, amqp.exceptions.MessageNacked)


class InboxConsumer(Entrypoint):  # type: ignore[misc]  # nameko is untyped
    """Consumes ``service``'s inbox; the decorated method takes a list of Message and returns a list of Failure."""

    def __init__(self, service: str, broker_url: str, declared: topology.Topology, **options: Any) -> None:
        self.service = service
        self.queue = topology.inbox_name(service)
        self.broker_url = broker_url
        self.declared = declared
        self._received: deque[Message] = deque()
        self._channel: Any = None
        self._generation = 0
        self._stopping = Signal()
        self._arrived: Any = None
        self._awaited = 0
        super().__init__(**options)

    # nameko's life cycle

    def start(self) -> None:
        """Begin to consume; does not wait for the broker, which may be away."""
        self._broker = self.container.spawn_managed_thread(self._consume_for_ever, identifier="consume")
        self._batches = self.container.spawn_managed_thread(self._handle_for_ever, identifier="handle")

    def stop(self) -> None:
        """Finish and ack the batch in hand, then leave the broker, which delivers the rest to someone else."""
        if not self._stopping.ready():
            self._stopping.send(None)
        self._wake()
        self._batches.wait()
        self._broker.kill()

    def kill(self) -> None:
        """Leave at once: nameko ends our greenlets after this; ending them here would end the one that asks for it."""

    # the broker's side

    def _consume_for_ever(self) -> None:
        """Consume until stopped, with a new connection after every loss."""
        delay = FIRST_BACK_OFF_S
        while not self._stopping.ready():
            try:
                with self._connection(HEARTBEAT_S) as connection:
                    delay = FIRST_BACK_OFF_S
                    self._consume(connection)
            except LOST as error:
                self._channel = None
                logger.warning("broker_lost", queue=self.queue, error=describe(error), retry_in_s=delay)
                self._pause(delay)
                delay = min(delay * 2, LONGEST_BACK_OFF_S)

    @contextmanager
    def _connection(self, heartbeat: int) -> Iterator[Any]:
        """Yield an open connection and close it afterwards, whatever state it is in."""
        url = parse_url(self.broker_url)
        connection = amqp.Connection(
            host=f"{url['hostname']}:{url['port'] or 5672}",
            userid=url["userid"],
            password=url["password"],
            virtual_host=url["virtual_host"] or "/",
            ssl=url["transport"] == "amqps",
            heartbeat=heartbeat,
            connect_timeout=CONNECT_TIMEOUT_S,
        )
        try:
            connection.connect()
            connection.transport.sock.settimeout(ANSWER_TIMEOUT_S)
            yield connection
        finally:
            with eventlet.Timeout(1, False), suppress(*LOST):
                connection.close()
            connection.collect()

    def _consume(self, connection: Any) -> None:
        """Receive until the connection is lost: first one message at a time, at full width once that is harmless.

        A message that kills the process takes the whole window back to the queue with it, each time nearer to the
        broker's delivery limit. The first message after a start tells: while suspects come, the window is one.
        """
        channel = connection.channel()
        topology.declare(channel, self.declared)
        _read_ahead(connection.transport)
        self._generation += 1
        self._received.clear()
        self._channel = channel
        receive = partial(self._receive, self._generation)
        channel.basic_qos(0, 1, False)
        channel.basic_consume(self.queue, callback=receive)
        logger.info("consuming", queue=self.queue)
        is_wide = False
        beat = monotonic()
        while True:
            with suppress(TimeoutError):
                connection.drain_events(timeout=1)
            if not is_wide and any(not message.is_suspect for message in self._received):
                channel.basic_qos(0, PREFETCH, False)
                channel.basic_consume(self.queue, callback=receive)
                is_wide = True
            if monotonic() - beat >= BEAT_EVERY_S:  # under constant traffic too
                connection.heartbeat_tick()
                beat = monotonic()

    def _receive(self, generation: int, message: Any) -> None:
        info = message.delivery_info
        self._received.append(
            Message(message.body, info["delivery_tag"], generation, message.properties, info["routing_key"])
        )
        if len(self._received) >= self._awaited:
            self._wake()

    # the handler's side

    def _handle_for_ever(self) -> None:
        """Take batch after batch until stopped."""
        while not self._stopping.ready():
            if not self._received:
                self._await(1, 1.0)
                continue
            if len(self._received) < BATCH:
                self._await(BATCH, LINGER_S)
            batch = self._take()
            if batch:
                try:
                    self._handle(batch)
                except ContainerBeingKilled:
                    return

    def _take(self) -> list[Message]:
        """Take the next batch of the present connection's messages; a suspect is a batch of its own."""
        batch: list[Message] = []
        while self._received and len(batch) < BATCH:
            if self._received[0].is_suspect and batch:
                break
            message = self._received.popleft()
            if message.generation == self._generation:
                batch.append(message)
                if message.is_suspect:
                    break
        return batch

    def _handle(self, batch: list[Message]) -> None:
        """Apply a batch, see its failures off, ack; a batch whose connection is gone is left to its redelivery."""
        metrics.BATCH_EVENTS.observe(len(batch))
        if not self._patiently(batch, partial(self._apply, batch)):
            return
        try:
            self._channel.basic_ack(batch[-1].tag, multiple=True)
        except LOST as error:
            logger.warning("ack_lost", queue=self.queue, error=describe(error))

    def _patiently(self, batch: list[Message], step: Callable[[], None]) -> bool:
        """Repeat ``step`` however long database or broker are away; False: the batch goes back to the broker."""
        delay = FIRST_BACK_OFF_S
        while True:
            try:
                step()
            except (TryLater, *LOST) as error:
                waiting = {"messages": len(batch), "retry_in_s": delay}
                logger.warning("batch_kept", queue=self.queue, error=describe(error), **waiting)
                self._pause(delay)
                delay = min(delay * 2, LONGEST_BACK_OFF_S)
                if self._stopping.ready():
                    return False
            else:
                return self._channel is not None and batch[0].generation == self._generation
            if batch[0].generation != self._generation:
                return False

    def _apply(self, batch: list[Message]) -> None:
        """Let the service's method apply the batch, and see off what it reports as failed."""
        done = Signal()
        self.container.spawn_worker(self, (batch,), {}, handle_result=partial(_hand_over, done))
        failures, error = done.wait()
        if error is not None:
            raise error
        if failures:
            self._see_off(failures)

    def _see_off(self, failures: Sequence[Failure]) -> None:
        """Publish the failed messages to their next queue and wait until the broker has them.

        On a connection of their own: waiting for confirms on the consuming one would take its deliveries.
        """
        with self._connection(0) as connection:
            channel = connection.channel()
            for failure in failures:
                queue, headers = next_stop(self.service, failure)
                kept = {k: v for k, v in failure.message.properties.items() if k in KEPT_PROPERTIES}
                message = amqp.Message(failure.message.body, delivery_mode=2, application_headers=headers, **kept)
                channel.basic_publish_confirm(message, "", queue, mandatory=True, confirm_timeout=CONFIRM_TIMEOUT_S)

    # waiting

    def _await(self, messages: int, seconds: float) -> None:
        """Wait until so many messages have arrived, or something else woke us."""
        self._awaited, self._arrived = messages, Signal()
        with eventlet.Timeout(seconds, False):
            self._arrived.wait()
        self._arrived = None

    def _wake(self) -> None:
        arrived, self._arrived = self._arrived, None
        if arrived is not None:
            arrived.send(None)

    def _pause(self, seconds: float) -> None:
        """Wait, but not beyond a stop."""
        with eventlet.Timeout(seconds, False):
            self._stopping.wait()


def _read_ahead(transport: Any) -> None:
    """Let the transport take what has arrived: it asks the kernel for each frame's head, body and end alone."""
    receive = getattr(transport, "_quick_recv", None)
    if receive is not None:
        transport._quick_recv = lambda wanted: receive(max(wanted, READ_AHEAD))  # noqa: SLF001  as its TLS kind does


def _hand_over(done: Any, _context: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
    """Give a worker's result, or the error it raised, to whoever waits for it."""
    done.send((result, exc_info[1] if exc_info else None))
    return result, exc_info


consume_inbox = InboxConsumer.decorator
