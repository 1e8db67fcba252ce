"""Names and arguments of every exchange and queue (RULES D3).

Plain data first, so that pika, py-amqp and deployment tests read the same table; names carry a version because a
queue's arguments can never change. Beside each service's inbox stand one retry queue per delay, whose messages expire
back into the inbox, and the parked messages (dead letters).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from amqp.exceptions import NotFound, PreconditionFailed

UNROUTED = "unrouted"
"""Takes what no binding took: a type that the contracts do not know. Anything in it is an alarm."""
UNHEARD = "unheard.v1"
"""Takes, and forgets at once, the known types that no service listens to yet, so that they raise no alarm."""
RETRY_DELAYS_S = (1, 10, 60)
DELIVERY_LIMIT = 20
"""How often the broker itself hands out one message before it parks it: the net below the worker's own counting."""
NO_DELIVERY_LIMIT = 1_000_000_000
"""For queues that people look through: looking returns the messages, and RabbitMQ 4 would drop them the 20th time."""

ATTEMPTS_HEADER = "x-attempts"
REASON_HEADER = "x-parked-reason"


class TopologyMismatch(Exception):
    """The broker has an exchange or queue of ours with other arguments; only a person can decide what to do."""

    is_safe_to_log = True


class NotDeclaredYet(Exception):
    """The broker does not know a queue or an exchange of ours; it will once a worker or relay has started."""

    is_safe_to_log = True


class Topology(Protocol):
    """Who owns an exchange, and which event types each service listens to."""

    @property
    def owners(self) -> Sequence[str]:
        """Services that announce events."""

    @property
    def listeners(self) -> Mapping[str, Sequence[str]]:
        """Event types by the service that listens to them."""

    @property
    def announced(self) -> Sequence[str]:
        """All event types that owners announce, heard or not."""


@dataclass(frozen=True)
class Exchange:
    """A durable exchange."""

    name: str
    type: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Queue:
    """A durable quorum queue."""

    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class Binding:
    """What an exchange copies into a queue."""

    queue: str
    exchange: str
    routing_key: str


def exchange_name(owner: str) -> str:
    """Name the exchange that ``owner`` announces through."""
    return f"{owner}.events"


def route(event_type: str) -> tuple[str, str]:
    """Give exchange and routing key of an event type."""
    owner, _, fact = event_type.partition(".")
    return exchange_name(owner), fact


def inbox_name(service: str) -> str:
    """Name the queue from which ``service`` consumes."""
    return f"{service}.inbox.v1"


def retry_name(service: str, delay_s: int) -> str:
    """Name the queue in which a message waits ``delay_s`` seconds before it is delivered again."""
    return f"{inbox_name(service)}.retry.{delay_s}s"


def parked_name(service: str) -> str:
    """Name the queue of messages that ``service`` gave up."""
    return f"{inbox_name(service)}.parked"


def exchanges(topology: Topology) -> list[Exchange]:
    """List all exchanges; what no queue is bound to goes to ``unrouted``."""
    owned = [Exchange(exchange_name(owner), "topic", {"alternate-exchange": UNROUTED}) for owner in topology.owners]
    return [Exchange(UNROUTED, "fanout"), *owned]


def queues(topology: Topology) -> list[Queue]:
    """List all queues, those of services not deployed yet too."""
    unheard = Queue(UNHEARD, {"x-queue-type": "quorum", "x-message-ttl": 0})
    inboxes = (queue for service in topology.listeners for queue in service_queues(service))
    return [Queue(UNROUTED, _kept()), unheard, *inboxes]


def service_queues(service: str) -> list[Queue]:
    """List a service's queues: inbox, one retry per delay, parked."""
    inbox = Queue(inbox_name(service), {**_dead_letters_to(parked_name(service)), "x-delivery-limit": DELIVERY_LIMIT})
    retries = [
        Queue(retry_name(service, delay), {**_dead_letters_to(inbox.name), "x-message-ttl": delay * 1000})
        for delay in RETRY_DELAYS_S
    ]
    return [inbox, *retries, Queue(parked_name(service), _kept())]


def bindings(topology: Topology) -> list[Binding]:
    """List all bindings."""
    wanted = [(service, *route(type_)) for service, types in topology.listeners.items() for type_ in types]
    heard = {type_ for types in topology.listeners.values() for type_ in types}
    unheard = [Binding(UNHEARD, *route(type_)) for type_ in topology.announced if type_ not in heard]
    inboxes = [Binding(inbox_name(service), *where) for service, *where in wanted]
    return [Binding(UNROUTED, UNROUTED, ""), *unheard, *inboxes]


def declare(channel: Any, topology: Topology) -> None:
    """Make all that is missing through a py-amqp (or kombu) channel; raises TopologyMismatch on other arguments."""
    try:
        for exchange in exchanges(topology):
            channel.exchange_declare(
                exchange.name, exchange.type, durable=True, auto_delete=False, arguments=exchange.arguments
            )
        for queue in queues(topology):
            channel.queue_declare(queue.name, durable=True, auto_delete=False, arguments=queue.arguments)
    except PreconditionFailed as error:
        raise TopologyMismatch(
            f"The broker refuses our topology: {error.reply_text}. What stands there has other arguments and cannot be"
            " changed: drain and delete it, or give ours a new version in crm_chassis.topology."
        ) from error
    for binding in bindings(topology):
        channel.queue_bind(binding.queue, binding.exchange, binding.routing_key)


def rebind(channel: Any, service: str, wanted: Collection[str], among: Collection[str]) -> None:
    """Have a service's inbox take, of the event types ``among``, those ``wanted`` and no others from now on.

    Raises NotDeclaredYet before anybody declared the queue and the exchanges.
    """
    try:
        for type_ in sorted(among):
            change = channel.queue_bind if type_ in wanted else channel.queue_unbind
            change(inbox_name(service), *route(type_))
    except NotFound as error:
        raise NotDeclaredYet(error.reply_text) from error


def _kept() -> dict[str, Any]:
    """Give the arguments of a queue whose messages wait for a person."""
    return {"x-queue-type": "quorum", "x-delivery-limit": NO_DELIVERY_LIMIT}


def _dead_letters_to(queue: str) -> dict[str, Any]:
    """Hand expired and given-up messages to ``queue`` and forget them only when it has them (at least once)."""
    return {
        "x-queue-type": "quorum",
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": queue,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }
