"""A broker that hangs is a broker that is away."""

import subprocess
import sys
from pathlib import Path

import pytest
from cables import Cable

from crm_chassis import broker
from crm_chassis.config import Secret

CONSUMER = """
import sys, warnings
warnings.simplefilter("ignore")
sys.path.insert(0, sys.argv[1])
from cables import Cable
from coins import topology_of
from crm_chassis import entrypoint, topology
entrypoint.ANSWER_TIMEOUT_S = 0.5
cable = Cable(sys.argv[2])
consumer = entrypoint.InboxConsumer("coins", cable.url, topology_of("coins"))
try:
    with consumer._connection(60) as connection:
        channel = connection.channel()
        cable.freeze()
        topology.declare(channel, consumer.declared)
except TimeoutError:
    print("gave up")
"""


def test_a_plain_channel_gives_up_on_a_broker_that_hangs(broker_url, monkeypatch):
    monkeypatch.setattr(broker, "ANSWER_TIMEOUT_S", 0.5)
    cable = Cable(broker_url)
    with broker.channel(Secret(cable.url)) as channel:
        cable.freeze()
        with pytest.raises(TimeoutError):
            channel.queue_declare("hangs", passive=True)
    cable.pull()


def test_a_consumer_gives_up_on_a_broker_that_hangs_while_it_declares(broker_url):
    """In a process of its own: only workers import eventlet."""
    command = [sys.executable, "-c", CONSUMER, str(Path(__file__).parent), broker_url]
    assert subprocess.check_output(command, text=True, timeout=20).strip() == "gave up"
