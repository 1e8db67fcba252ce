"""Does to a running suite what fate does, at the moments that hurt most, and proves that it hit them.

All from outside: signals to processes, locks in the database, messages in the broker. ``evidence`` counts what is
proved: events published and not yet marked when their relay died, events committed and not yet acked when their
worker did.
"""

import json
import os
import random
import signal
import uuid
from collections import Counter
from contextlib import closing, contextmanager, suppress

import pika
import psycopg

from .auditor import metrics, wait_for

INBOX = "loyalty.inbox.v1"
SOME = 50


class Saboteur:
    """Kills, stops and confuses one suite that has two relays and two loyalty workers."""

    def __init__(self, suite, auditor, observer, duplicates, pour):
        self._suite, self._auditor, self._observer, self._duplicates = suite, auditor, observer, duplicates
        self._pour = pour
        self._random = random.Random(11)
        self.workers = ("loyalty-worker", "loyalty-worker-2")
        self.killed = Counter()
        self.evidence = Counter()
        self.poison = set()

    # processes

    def kill(self, *names):
        """Kill these processes (SIGKILL), whatever they are at; nobody starts them again but their supervisor."""
        for name in names:
            pid = wait_for(f"{name} to run", lambda name=name: self._suite.pid(name))
            os.kill(pid, signal.SIGKILL)
            self.killed[name] += 1

    @contextmanager
    def _paused(self, *names):
        """Stop processes (SIGSTOP) for as long as the block lasts."""
        for name in names:
            wait_for(f"{name} to be ready", lambda name=name: metrics(self._suite.ports[name]))
        pids = [self._suite.pid(name) for name in names]
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with suppress(ProcessLookupError):  # it may be killed by now
                    os.kill(pid, signal.SIGCONT)

    def _await_traffic(self, what="events to flow", condition=None):
        """Return when the condition holds, or some more events have been published; orders flow in until then."""
        before = len(self._observer.published)

        def holds():
            self._pour()
            return condition() if condition else len(self._observer.published) >= before + 3 * SOME

        wait_for(what, holds)

    @contextmanager
    def _database(self, owner):
        """Open a transaction in a service's database that is rolled back."""
        with closing(psycopg.connect(self._suite.databases.urls[owner])) as connection:
            try:
                yield connection
            finally:
                connection.rollback()

    def _activity(self, owner, condition):
        """List the backends of a service's processes that wait as the condition says: (pid, transaction id)."""
        with closing(psycopg.connect(self._suite.servers.postgres_url, autocommit=True)) as connection:
            statement = f"SELECT pid, backend_xid::text FROM pg_stat_activity WHERE usename = %s AND {condition}"  # noqa: S608
            return connection.execute(statement, [owner]).fetchall()

    def _administer(self, *statements):
        with closing(psycopg.connect(self._suite.servers.postgres_url, autocommit=True)) as connection:
            for statement in statements:
                connection.execute(statement)

    # the three gaps

    def kill_relay_between_publish_and_mark(self, owner):
        """Kill the active relay when the broker has its events and their rows still stand in the outbox.

        Rows we lock can be read and published, not deleted: the relay gets stuck exactly there.
        """
        names = (f"{owner}-relay", f"{owner}-relay-2")
        with self._database(owner) as connection:
            with self._paused(*names):
                self._await_traffic(f"{owner}'s outbox to fill", lambda: self._auditor.outbox(owner) >= SOME)
                statement = "SELECT event_id::text FROM outbox ORDER BY id LIMIT 100 FOR UPDATE"
                locked = {row[0] for row in connection.execute(statement)}
            stuck = "query LIKE 'DELETE FROM outbox%%' AND wait_event_type = 'Lock'"
            backend = wait_for("the relay to mark what it published", lambda: self._activity(owner, stuck))[0][0]
            wait_for("its events to be in the broker", lambda: locked & self._observer.published.keys())
            active = [name for name in names if metrics(self._suite.ports[name]).get("crm_relay_active") == 1]
            assert len(active) == 1, "one relay publishes, the other stands by"
            before = {id_: count for id_ in locked if (count := self._observer.published[id_])}
            self.kill(*active)
            self._administer(f"SELECT pg_terminate_backend({backend})")  # of the dead: it must not mark after all
            standing = {row[0] for row in connection.execute("SELECT event_id::text FROM outbox")}
            assert before.keys() <= standing
            self.evidence["published, not marked"] += len(before)
        twice = wait_for(
            "the events to be published again",
            lambda: [id_ for id_, count in before.items() if self._observer.published[id_] > count],
        )
        self.evidence["published twice"] += len(twice)

    def kill_workers_between_commit_and_ack(self):
        """Kill the loyalty workers when their batches are committed and they don't know it yet.

        A standby that does not exist must confirm each commit: it is durable here, and its client waits on.
        """
        duplicates = self._duplicates.total()
        waiting = "query LIKE 'COMMIT%%' AND wait_event = 'SyncRep' AND backend_xid IS NOT NULL"
        try:
            with self._paused(*self.workers):
                self._await_traffic()
                self._administer("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()")
            transactions = [t for _, t in wait_for("a worker to commit", lambda: self._activity("loyalty", waiting))]
            self.kill(*self.workers)
            redelivered = self._look_at_inbox()
        finally:
            self._administer("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")
        wait_for("the commits to end", lambda: not self._activity("loyalty", waiting))
        statement = "SELECT event_id::text FROM inbox WHERE xmin::text = ANY(%s)"
        committed = {row[0] for row in self._auditor.rows("loyalty", statement, transactions)}
        assert committed, "the transactions in which the workers were killed are committed"
        self.evidence["committed, not acked"] += len(committed)
        self.evidence["redelivered"] += len(redelivered & committed)
        wait_for("the inbox to drop what was applied before", lambda: self._duplicates.total() > duplicates)

    def kill_workers_mid_batch(self):
        """Kill both loyalty workers inside their transactions: what they wrote must be as if it never was."""
        with self._database("loyalty") as connection:
            with self._paused(*self.workers):
                self._await_traffic()
            connection.execute("SET lock_timeout = '30s'")
            connection.execute("LOCK TABLE members IN EXCLUSIVE MODE")  # waits for the batches that are in hand
            wait_for(
                "a worker to get stuck in its next batch", lambda: self._activity("loyalty", "wait_event_type = 'Lock'")
            )
            self.kill(*self.workers)
        self.evidence["mid-batch"] += 1

    def _look_at_inbox(self):
        """Give the ids of messages at the inbox's head that the broker delivers again; they stay there."""
        found = set()
        with self._auditor.channel() as channel:

            def has_looked():
                for _ in range(400):
                    method, _, body = channel.basic_get(INBOX)
                    if method is None:
                        break
                    if method.redelivered:
                        found.add(json.loads(body)["id"])
                return found

            wait_for("the broker to deliver again", has_looked, seconds=10)
        return found

    # servers

    def restart_rabbitmq(self):
        """Stop RabbitMQ as its administrator would, and start it again."""
        self._suite.servers.restart_rabbitmq()

    def kill_rabbitmq(self):
        """Kill RabbitMQ."""
        self._suite.servers.kill_rabbitmq()

    def restart_postgres(self):
        """Stop PostgreSQL as its administrator would, and start it again."""
        self._suite.servers.restart_postgres()

    def kill_postgres(self):
        """Kill PostgreSQL's postmaster."""
        self._suite.servers.kill_postgres()

    def shut_postgres_down_immediately(self):
        """Stop PostgreSQL by "immediate" shutdown, as if the power went; its supervisor starts it again."""
        pid = self._suite.servers.postgres.pid()
        if pid is None:  # in a container
            self.kill_postgres()
            return
        os.kill(pid, signal.SIGQUIT)
        wait_for("PostgreSQL to run again", lambda: self._suite.servers.postgres.pid() not in (None, pid))
        self._suite.servers.postgres.wait()

    # messages

    def deliver_duplicates(self):
        """Put copies of events of a while ago into the inbox, in no order."""
        duplicates = self._duplicates.total()
        copies = list(self._observer.copies)
        copies = self._random.sample(copies, min(300, len(copies)))
        with self._auditor.channel() as channel:
            for properties, body in copies:
                channel.basic_publish("", INBOX, body, properties, mandatory=True)
        wait_for("the inbox to drop duplicates", lambda: self._duplicates.total() > duplicates)

    def deliver_out_of_order(self):
        """Kill the workers and turn round what waits in their inbox: the last comes first."""
        with self._paused(*self.workers):
            self._await_traffic()
            self.kill(*self.workers)
        taken = []
        with self._auditor.channel() as channel:

            def has_enough():
                taken.extend(self._take(channel, 200 - len(taken)))
                return len(taken) >= 2 * SOME

            self._await_traffic("messages to wait", has_enough)
            for _, properties, body in reversed(taken):
                channel.basic_publish("", INBOX, body, properties, mandatory=True)
            for method, _, _ in taken:
                channel.basic_ack(method.delivery_tag)
        highest, inverted = {}, 0
        for _, _, body in reversed(taken):
            event = json.loads(body)
            inverted += event["sequence"] < highest.get(event["subject"], 0)
            highest[event["subject"]] = max(event["sequence"], highest.get(event["subject"], 0))
        self.evidence["out of order"] += inverted

    def _take(self, channel, most):
        """Take ready messages, unacked."""
        taken = []
        while len(taken) < most:
            message = channel.basic_get(INBOX)
            if message[0] is None:
                break
            taken.append(message)
        return taken

    def poison_inbox(self):
        """Put what can never be applied among the others: no event, half an event, one whose handler raises."""
        body = dict(json.loads(next(b for _, b in list(self._observer.copies) if b"order_recorded" in b)))
        stranger = str(uuid.uuid4())
        data = body["data"] | {"order_id": str(uuid.uuid4()), "customer_id": stranger}
        whole = body | {"subject": stranger, "sequence": 1}
        poison = {
            "no-event": b"\x00 this is no event",
            "half-an-event": json.dumps(whole | {"id": str(uuid.uuid4()), "data": {"order_id": 3}}).encode(),
            "raises": json.dumps(whole | {"id": str(uuid.uuid4()), "data": data | {"revision": 2**63}}).encode(),
        }
        with self._auditor.channel() as channel:
            for name, content in poison.items():
                properties = pika.BasicProperties(message_id=name, delivery_mode=2, type=body["type"])
                channel.basic_publish("", INBOX, content, properties, mandatory=True)
                self.poison.add(("loyalty", name))
            properties = pika.BasicProperties(message_id="no-answer", delivery_mode=2)
            channel.basic_publish("", "customer.inbox.v1", b"[]", properties, mandatory=True)
            self.poison.add(("customer", "no-answer"))
