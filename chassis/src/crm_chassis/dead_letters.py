"""Messages that wait for a person: parked by a service that gave them up, or unrouted.

Looking takes messages without acknowledging them; they return to their places when the channel closes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import amqp

from crm_chassis.events import NotAnEvent, parse
from crm_chassis.topology import ATTEMPTS_HEADER, REASON_HEADER, inbox_name, parked_name

OF_THE_PAST = "x-"
"""How the headers begin that tell of earlier attempts, ours and the broker's; a replayed message has none."""


@dataclass(frozen=True)
class DeadLetter:
    """A message as it lies in its queue; ``id`` is the event's, or made from the body where it has none."""

    id: str
    type: str
    subject: str
    attempts: int
    reason: str
    headers: dict[str, Any]
    body: bytes


def look(channel: Any, queue: str, limit: int | None = None) -> list[DeadLetter]:
    """List the oldest messages of a queue, up to ``limit``."""
    return [_dead_letter(message) for message in _messages(channel, queue, limit)]


def find(channel: Any, service: str, id_: str) -> DeadLetter | None:
    """Give the parked message of that id, None where there is none."""
    return next((letter for letter in look(channel, parked_name(service)) if letter.id == id_), None)


def replay(channel: Any, service: str, id_: str | None = None) -> int:
    """Return one parked message, or all there are by now, to the service's inbox; gives how many were returned.

    Each leaves the parked queue only after the broker has confirmed its return.
    """
    replayed = 0
    for message in _messages(channel, parked_name(service)):
        if id_ is not None and _dead_letter(message).id != id_:
            continue
        properties = dict(message.properties)
        headers = properties.pop("application_headers", {})
        properties["application_headers"] = {k: v for k, v in headers.items() if not k.startswith(OF_THE_PAST)}
        properties["delivery_mode"] = 2
        again = amqp.Message(message.body, channel=None, **properties)
        channel.basic_publish_confirm(again, "", inbox_name(service), mandatory=True)
        channel.basic_ack(message.delivery_tag)
        replayed += 1
        if id_ is not None:
            break
    return replayed


def discard(channel: Any, service: str, id_: str) -> DeadLetter | None:
    """Remove one parked message for good and give it, None where there is none of that id."""
    for message in _messages(channel, parked_name(service)):
        letter = _dead_letter(message)
        if letter.id == id_:
            channel.basic_ack(message.delivery_tag)
            return letter
    return None


def _messages(channel: Any, queue: str, limit: int | None = None) -> Iterator[Any]:
    """Take each message that is in the queue now, once, unacknowledged."""
    _, count, _ = channel.queue_declare(queue, passive=True)
    for _ in range(count if limit is None else min(count, limit)):
        message = channel.basic_get(queue)
        if message is None:
            return
        yield message


def _dead_letter(message: Any) -> DeadLetter:
    """Read a message's headers and, as far as it is one, its envelope."""
    body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
    headers = dict(message.properties.get("application_headers") or {})
    try:
        subject = str(parse(body).subject)
    except NotAnEvent:
        subject = ""
    return DeadLetter(
        id=message.properties.get("message_id") or f"body-{sha256(body).hexdigest()[:12]}",
        type=message.properties.get("type") or "",
        subject=subject,
        attempts=int(headers.get(ATTEMPTS_HEADER, 0)),
        reason=str(headers.get(REASON_HEADER) or headers.get("x-first-death-reason") or ""),
        headers=headers,
        body=body,
    )
