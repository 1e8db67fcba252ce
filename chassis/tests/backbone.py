"""A broker's part for one test: queues of a service of its own, gone at the end."""

import secrets
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

from coins import CoinDroppedV1, topology_of

from crm_chassis import broker, relay, topology
from crm_chassis.events import parse
from crm_chassis.outbox import emit

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Backbone:
    """Topology of one owner, ``till``, and one listener of a random name; ``channel`` is open to the broker."""

    def __init__(self, settings, channel):
        self.settings = settings
        self.channel = channel
        self.listener = f"coins_{secrets.token_hex(4)}"
        self.topology = topology_of(self.listener)
        self.inbox, self.parked = topology.inbox_name(self.listener), topology.parked_name(self.listener)

    def depth(self, queue=None):
        """Count the ready messages."""
        return self.channel.queue_declare(queue or self.inbox, passive=True).message_count

    def take_all(self, queue=None):
        """Take what is in the queue for good."""
        taken = []
        while (message := self.channel.basic_get(queue or self.inbox, no_ack=True)) is not None:
            taken.append(message)
        return taken

    def events(self):
        """Take what is in the inbox and read it."""
        return [parse(bytes(message.body)).received(CoinDroppedV1) for message in self.take_all()]

    @contextmanager
    def relay(self):
        """Run a relay beside the test."""
        stop = threading.Event()
        thread = threading.Thread(target=relay.relay, args=(self.settings, self.topology, stop))
        thread.start()
        try:
            yield stop
        finally:
            stop.set()
            thread.join(20)
            assert not thread.is_alive()


@contextmanager
def backbone(settings):
    """Declare a test's part of the backbone and delete it at the end."""
    with broker.channel(settings.broker_url) as channel:
        made = Backbone(settings, channel)
        topology.declare(channel, made.topology)
        channel.queue_purge(topology.UNROUTED)
        yield made
    with broker.channel(settings.broker_url) as channel:
        for queue in topology.service_queues(made.listener):
            channel.queue_delete(queue.name)


def coin(purse=None, cents=1):
    return CoinDroppedV1(purse_id=purse or uuid4(), cents=cents, occurred_at=NOW)


def announce(database, *events):
    with database.transaction() as session:
        for event in events:
            emit(session, event)
