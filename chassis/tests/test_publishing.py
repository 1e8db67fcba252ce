"""A confirm means that the broker has the message; anything else is a failure that says so."""

import pytest
from backbone import backbone
from cables import Cable
from coins import Settings

from crm_chassis.config import Secret
from crm_chassis.publishing import Message, Publisher, PublishFailed, persistent
from crm_chassis.testing import wait_until


@pytest.fixture
def bones(service_settings):
    with backbone(service_settings(Settings, "json")) as made:
        yield made


def messages(queue, count=1):
    return [Message("", queue, b"x", persistent(str(number), "x")) for number in range(count)]


def test_batches_are_confirmed_and_in_the_order_given(bones):
    with Publisher(bones.settings.broker_url) as publisher:
        confirmed = [publisher.publish(messages(bones.inbox, 100)) for _ in range(5)]
        for each in confirmed:
            assert each.result(20) is None
    assert [message.properties["message_id"] for message in bones.take_all()] == [str(n) for n in range(100)] * 5


def test_an_empty_batch_waits_for_nothing(bones):
    with Publisher(bones.settings.broker_url) as publisher:
        assert publisher.publish(messages(bones.inbox, 1)).result(20) is None
        assert publisher.publish([]).result(20) is None


def test_a_message_that_no_queue_takes_fails_by_name(bones):
    with Publisher(bones.settings.broker_url) as publisher:
        with pytest.raises(PublishFailed, match="no queue takes messages for queue nowhere"):
            publisher.publish(messages("nowhere")).result(20)
        with pytest.raises(PublishFailed):
            publisher.publish(messages(bones.inbox)).result(20)


def test_an_exchange_that_is_not_there_fails(bones):
    with Publisher(bones.settings.broker_url) as publisher:
        message = messages(bones.inbox)[0]._replace(exchange="not.there")
        with pytest.raises(PublishFailed, match=r"not\.there"):
            publisher.publish([message]).result(20)


def test_a_lost_connection_fails_what_is_under_way_and_what_comes(bones):
    cable = Cable(bones.settings.broker_url.reveal())
    with Publisher(Secret(cable.url)) as publisher:
        publisher.check()
        cable.pull()
        wait_until(lambda: publisher.publish(messages(bones.inbox)).exception(20))
        with pytest.raises(PublishFailed):
            publisher.check()


def test_a_broker_that_is_away_fails_at_once(bones):
    with pytest.raises(PublishFailed), Publisher(Secret("amqp://guest:guest@127.0.0.1:1/x")):
        pass
