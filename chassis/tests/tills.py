"""The test service's surroundings: its queues, its tables and its worker processes."""

import os
import secrets
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import amqp
import coins
import psycopg
from cables import free_port
from kombu.utils.url import parse_url

from crm_chassis import topology
from crm_chassis.events import envelope

SCRIPT = coins.__file__
WHEN = datetime(2026, 3, 1, 12, tzinfo=UTC)


def coin(cents=1, purse=None, event_id=None):
    """One event's body."""
    event = coins.CoinDroppedV1(purse_id=purse or uuid4(), cents=cents, occurred_at=WHEN)
    return envelope(event, id=event_id or uuid4(), sequence=1, time=datetime.now(UTC))


class Till:
    """One test's service: its queues, its database, its worker processes."""

    def __init__(self, settings, log):
        self.log = log
        self.settings = replace(settings, service=f"coins_{secrets.token_hex(4)}")
        self.service = self.settings.service
        self.health_port = free_port()
        self.workers = []
        url = parse_url(settings.broker_url)
        self.connection = amqp.Connection(
            f"{url['hostname']}:{url['port'] or 5672}", url["userid"], url["password"], virtual_host=url["virtual_host"]
        )
        self.connection.connect()
        self.channel = self.connection.channel()
        topology.declare(self.channel, coins.topology_of(self.service))
        self.inbox, self.parked = topology.inbox_name(self.service), topology.parked_name(self.service)
        self.database = psycopg.connect(settings.database_url, autocommit=True)

    def publish(self, *bodies, event_type="till.coin_dropped.v1"):
        """Publish bodies, each confirmed by the broker."""
        exchange, key = topology.route(event_type)
        for body in bodies:
            message = amqp.Message(body, delivery_mode=2, type=event_type)
            self.channel.basic_publish_confirm(message, exchange, key)

    def start(self, **changed):
        """Start a worker; the first one serves health and metrics."""
        settings = replace(self.settings, **changed)
        environ = {
            **os.environ,
            "COINS_SERVICE": self.service,
            "CRM_DATABASE_URL": settings.database_url,
            "CRM_KEYS_DATABASE_URL": settings.keys_database_url,
            "CRM_BROKER_URL": settings.broker_url,
            "CRM_MASTER_KEYS": settings.master_keys,
            "CRM_SIGNING_KEY": settings.signing_key,
            "CRM_TRUSTED_KEYS": settings.trusted_keys,
            "CRM_HEALTH_PORT": str(
                self.health_port if len(self.workers) == 0 or self.workers[-1].poll() is not None else 0
            ),
        }
        with self.log.open("ab") as log:
            worker = subprocess.Popen([sys.executable, SCRIPT], env=environ, stdout=log, stderr=log)
        self.workers.append(worker)
        return worker

    def stop(self, worker):
        """Ask a worker to stop and give its exit code."""
        worker.send_signal(signal.SIGTERM)
        return worker.wait(10)

    def rows(self, statement, *parameters):
        """Query the service's database."""
        return self.database.execute(statement, parameters or None).fetchall()

    def total(self):
        """Count the coins and add them up."""
        return self.rows("SELECT count(*), coalesce(sum(cents), 0) FROM coin")[0]

    def depth(self, queue):
        """Count a queue's ready messages."""
        return self.channel.queue_declare(queue, passive=True).message_count

    def is_consumed(self):
        """Count the inbox's consumers."""
        return self.channel.queue_declare(self.inbox, passive=True).consumer_count

    def metric(self, name):
        """Add up the samples of a metric."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    def probe(self, path):
        """Ask the first worker's health server for a path; 0 if there is no answer."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.health_port}{path}", timeout=1) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def is_asleep(self):
        """Say whether a handler is inside its slow statement."""
        return self.rows(
            "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%' AND state = 'active'"
            " AND datname = current_database()"
        )

    def close(self):
        """End what the test started, delete its queues."""
        for worker in self.workers:
            worker.kill()
            worker.wait()
        for queue in topology.service_queues(self.service):
            self.channel.queue_delete(queue.name)
        self.connection.close()
        self.database.close()
