"""What stands at the broker follows from the table of owners and listeners, and does what its names say."""

from datetime import UTC, datetime
from uuid import uuid4

import amqp
import pytest
from backbone import backbone
from coins import Settings, topology_of

from crm_chassis import broker, topology
from crm_chassis.config import Secret
from crm_chassis.testing import wait_until

TILL = topology_of("coins")


@pytest.fixture
def bones(service_settings):
    with backbone(service_settings(Settings, "json")) as made:
        yield made


def test_names_follow_the_scheme():
    assert [exchange.name for exchange in topology.exchanges(TILL)] == ["unrouted", "till.events"]
    assert [queue.name for queue in topology.queues(TILL)] == [
        "unrouted",
        "unheard.v1",
        "coins.inbox.v1",
        "coins.inbox.v1.retry.1s",
        "coins.inbox.v1.retry.10s",
        "coins.inbox.v1.retry.60s",
        "coins.inbox.v1.parked",
    ]
    assert topology.Binding("coins.inbox.v1", "till.events", "coin_dropped.v1") in topology.bindings(TILL)
    assert topology.route("till.coin_dropped.v1") == ("till.events", "coin_dropped.v1")


def test_declaring_twice_changes_nothing(bones):
    topology.declare(bones.channel, bones.topology)


def test_other_arguments_are_a_clear_error(bones, service_settings):
    settings = service_settings(Settings, "json")
    with broker.channel(settings.broker_url) as channel:
        channel.queue_delete(bones.parked)
        channel.queue_declare(bones.parked, durable=True, auto_delete=False, arguments={"x-queue-type": "classic"})
        with pytest.raises(topology.TopologyMismatch, match=bones.parked):
            topology.declare(channel, bones.topology)


def test_an_event_for_nobody_is_unrouted(bones):
    """RULES D3."""
    bones.channel.basic_publish_confirm(amqp.Message(b"x"), "till.events", "nobody_listens.v1")
    wait_until(lambda: bones.depth(topology.UNROUTED) == 1)
    bones.channel.queue_purge(topology.UNROUTED)


def test_a_known_event_that_nobody_listens_to_yet_raises_no_alarm(bones):
    """Announced, heard by no service: taken by ``unheard`` and forgotten."""
    bones.channel.basic_publish_confirm(amqp.Message(b"x"), "till.events", "till_opened.v1")
    bones.channel.basic_publish_confirm(amqp.Message(b"y"), "till.events", "nobody_knows.v1")
    wait_until(lambda: bones.depth(topology.UNROUTED) == 1)
    assert [bytes(message.body) for message in bones.take_all(topology.UNROUTED)] == [b"y"]
    wait_until(lambda: bones.depth(topology.UNHEARD) == 0)


def test_a_message_to_be_retried_returns_to_the_inbox_after_the_delay(bones):
    began = datetime.now(UTC)
    bones.channel.basic_publish_confirm(amqp.Message(b"x"), "", topology.retry_name(bones.listener, 1))
    wait_until(lambda: bones.depth() == 1)
    assert (datetime.now(UTC) - began).total_seconds() >= 0.9


def test_a_message_the_inbox_rejects_is_parked(bones):
    body = str(uuid4()).encode()
    bones.channel.basic_publish_confirm(amqp.Message(body), "", bones.inbox)
    message = wait_until(lambda: bones.channel.basic_get(bones.inbox))
    bones.channel.basic_reject(message.delivery_tag, requeue=False)
    wait_until(lambda: bones.depth(bones.parked) == 1)
    assert bytes(bones.take_all(bones.parked)[0].body) == body


def test_a_message_that_kills_its_consumers_is_parked_by_the_broker(bones):
    bones.channel.basic_publish_confirm(amqp.Message(b"x"), "", bones.inbox)
    for _ in range(topology.DELIVERY_LIMIT + 1):
        message = wait_until(lambda: bones.channel.basic_get(bones.inbox))
        bones.channel.basic_reject(message.delivery_tag, requeue=True)
    wait_until(lambda: bones.depth(bones.parked) == 1)


def test_a_broker_that_is_away_is_named_without_its_password():
    url = Secret("amqp://guest:hush@127.0.0.1:1/x")
    with pytest.raises(broker.BrokerAway, match=r"127\.0\.0\.1:1") as refused, broker.channel(url):
        pass
    assert "hush" not in str(refused.value)
