"""Publishing with the broker's confirms, many messages at a time, over pika's SelectConnection.

A Publisher is one connection in a thread of its own. It never reconnects: after any failure it stays failed, and
whoever uses it makes a new one and publishes again what was not confirmed (at least once; inboxes do the rest).
"""

import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import pika
from pika.channel import Channel
from pika.spec import Basic

from crm_chassis.config import Secret

CONNECT_TIMEOUT_S = 10
HEARTBEAT_S = 60
BLOCKED_TIMEOUT_S = 60
"""How long the broker may hold us back (memory or disk alarm) before we treat it as lost."""


class PublishFailed(Exception):
    """The broker did not confirm: connection lost, message refused, or no queue to take it."""

    is_safe_to_log = True


class Message(NamedTuple):
    """One message and where it goes."""

    exchange: str
    routing_key: str
    body: bytes
    properties: pika.BasicProperties


def persistent(message_id: str, message_type: str, headers: dict[str, Any] | None = None) -> pika.BasicProperties:
    """Make the properties every event travels with."""
    return pika.BasicProperties(
        content_type="application/cloudevents+json",
        delivery_mode=2,
        message_id=message_id,
        type=message_type,
        headers=headers,
    )


@dataclass
class _Batch:
    """Messages published together: delivery tags from ``first`` to ``last``, and those not confirmed yet."""

    first: int
    last: int
    done: Future[None]
    unconfirmed: set[int]


class _Connection(pika.SelectConnection):  # type: ignore[misc]  # pika is untyped
    """Sends what is written within ``together`` at once: pika makes three system calls and packets of each message."""

    _held: list[bytes] | None = None

    def _adapter_emit_data(self, data: bytes) -> None:
        """Pass frames on to the socket's buffer, or hold them back."""
        if self._held is None:
            super()._adapter_emit_data(data)
        else:
            self._held.append(data)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Hold frames back until the block ends; only for the connection's own thread."""
        held: list[bytes] = []
        self._held = held
        try:
            yield
        finally:
            self._held = None
        if held:
            self._adapter_emit_data(b"".join(held))


class Publisher:
    """One connection that publishes batches in the order given; use as a context manager."""

    def __init__(self, url: Secret) -> None:
        parameters = pika.URLParameters(url.reveal())
        parameters.heartbeat = HEARTBEAT_S
        parameters.blocked_connection_timeout = BLOCKED_TIMEOUT_S
        self._opened: Future[None] = Future()
        self._lock = threading.RLock()
        self._failure: PublishFailed | None = None
        self._batches: deque[_Batch] = deque()
        self._last_tag = 0
        self._channel: Channel | None = None
        self._connection = _Connection(
            parameters,
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._on_channel),
            on_open_error_callback=self._on_lost,
            on_close_callback=self._on_lost,
        )
        self._thread = threading.Thread(target=self._run, name="publisher", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self._opened.result(CONNECT_TIMEOUT_S)
        except (TimeoutError, PublishFailed):
            self._fail("no answer")
            self.__exit__()
        self.check()
        return self

    def __exit__(self, *_error: object) -> None:
        self._connection.ioloop.add_callback_threadsafe(self._close)
        self._thread.join(CONNECT_TIMEOUT_S)

    def publish(self, messages: Sequence[Message]) -> Future[None]:
        """Send the messages; the future is done once the broker has all of them, or raises PublishFailed."""
        done: Future[None] = Future()
        with self._lock:
            if self._failure is not None:
                done.set_exception(self._failure)
                return done
            if not messages:
                done.set_result(None)
                return done
            first, self._last_tag = self._last_tag + 1, self._last_tag + len(messages)
            self._batches.append(_Batch(first, self._last_tag, done, set(range(first, self._last_tag + 1))))
        self._connection.ioloop.add_callback_threadsafe(lambda: self._send(messages))
        return done

    def check(self) -> None:
        """Raise PublishFailed if the connection is lost."""
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        """Be the connection's thread."""
        try:
            self._connection.ioloop.start()
        except Exception as error:  # noqa: BLE001 -- whatever ends this thread must reach those who wait
            self._fail(error)
        self._fail("closed")
        self._connection.ioloop.close()

    def _on_channel(self, channel: Channel) -> None:
        """Ask for confirms on the new channel."""
        self._channel = channel
        channel.add_on_close_callback(self._on_channel_lost)
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_confirm, callback=lambda _frame: self._opened.set_result(None))

    def _send(self, messages: Sequence[Message]) -> None:
        """Publish a batch; its delivery tags are known already."""
        if self._failure is None and self._channel is not None:
            publish = self._channel.basic_publish
            with self._connection.together():
                for exchange, routing_key, body, properties in messages:
                    publish(exchange, routing_key, body, properties, mandatory=True)

    def _on_confirm(self, frame: Any) -> None:
        """Take confirmed tags off their batches, and tell whose batch is complete; a refused message fails all."""
        if isinstance(frame.method, Basic.Nack):
            self._fail("the broker refused a message")
            return
        tag = frame.method.delivery_tag
        with self._lock:
            for batch in self._batches:
                if batch.first > tag:
                    break
                if not frame.method.multiple:
                    batch.unconfirmed.discard(tag)
                else:
                    batch.unconfirmed.difference_update(range(batch.first, min(batch.last, tag) + 1))
            while self._batches and not self._batches[0].unconfirmed:
                self._batches.popleft().done.set_result(None)

    def _on_return(self, _channel: Channel, method: Basic.Return, _properties: Any, _body: bytes) -> None:
        """Treat a message that no queue took as a failure: its confirm, which follows, would lose it."""
        self._fail(f"no queue takes messages for {method.exchange or 'queue'} {method.routing_key}")

    def _on_channel_lost(self, _channel: Channel, error: BaseException) -> None:
        """Give up the connection with its channel."""
        self._fail(error)
        if self._connection.is_open:
            self._connection.close()

    def _on_lost(self, _connection: Any, error: BaseException | str) -> None:
        """End the thread with its connection."""
        self._fail(error)
        self._connection.ioloop.stop()

    def _fail(self, error: BaseException | str) -> None:
        """Fail everything under way and to come, with the first error there was."""
        with self._lock:
            if self._failure is None:
                reason = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
                self._failure = PublishFailed(f"The broker did not take events: {reason}")
            if not self._opened.done():
                self._opened.set_exception(self._failure)
            while self._batches:
                self._batches.popleft().done.set_exception(self._failure)

    def _close(self) -> None:
        """Close an open connection; its close callback ends the thread."""
        if self._connection.is_open:
            self._connection.close()
        elif not self._connection.is_closing:
            self._connection.ioloop.stop()
