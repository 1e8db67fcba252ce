"""A real live process, a real broker, clients on plain sockets."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import amqp
import pytest

from crm_chassis import broker, topology
from crm_chassis.config import Secret
from crm_chassis.events import envelope
from crm_chassis.testing import wait_until
from crm_contracts import customer, loyalty
from crm_contracts.topology import TOPOLOGY
from crm_gateway.config import BASE

STREAM = f"{BASE}/stream"
NOW = datetime(2026, 3, 1, 19, 30, tzinfo=UTC)


def free_port():
    """A port that is free right now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


class Program:
    """One process of ours on a port; its log is kept and must hold no trace of a failure."""

    def __init__(self, command, environment, log, port):
        self.command, self.environment, self.log, self.port = command, environment, log, port
        self.process = None

    def start(self, *, wait=True):
        """Start it and wait until it is ready."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, env=os.environ | self.environment, stdout=output, stderr=output
            )
        if wait:
            wait_until(lambda: self.process.poll() is not None or self.is_ready(), 60)
            assert self.process.poll() is None, self.log.read_text()

    def is_ready(self):
        """Whether it answers that it is."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def metric(self, name):
        """A figure of /metrics, 0 while it has none."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"{name} ")), 0.0)

    def says(self, text):
        """How often this was logged."""
        return self.log.read_text().count(text)

    def stop(self, number=signal.SIGTERM):
        """End it and give its exit status."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(20)


class Told:
    """What a stream says, one event after the other; fields it lacks are None."""

    def __init__(self, block):
        fields = dict(line.partition(": ")[::2] for line in block.splitlines() if line and not line.startswith(":"))
        self.event, self.id, self.retry = fields.get("event"), fields.get("id"), fields.get("retry")
        self.data = json.loads(fields["data"]) if "data" in fields else None

    def __repr__(self):
        return f"<{self.event} {self.id} {self.data}>"


class Stream:
    """A client of the stream on a socket of its own."""

    def __init__(self, port, headers, query="", *, method="GET", protocol="HTTP/1.1", receive_buffer=None, more=b""):
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(20)
        self.socket.connect(("127.0.0.1", port))
        lines = [f"{method} {STREAM}{query} {protocol}", "Host: here", *(f"{k}: {v}" for k, v in headers.items())]
        self.socket.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + more)
        self.read = b""
        head = self._until(b"\r\n\r\n").decode()
        self.status = int(head.split()[1])
        self.headers = dict(line.lower().split(": ", 1) for line in head.splitlines()[1:] if line)
        self.last_id = None
        if self.status == 200 and method == "GET":
            assert self.headers["content-type"].startswith("text/event-stream")
            self.welcome = self.next_block()

    def _until(self, end):
        while end not in self.read:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError
            self.read += data
        found, _, self.read = self.read.partition(end)
        return found

    def next_block(self):
        """The next block, beats too; raises EOFError where the stream ended."""
        told = Told(self._until(b"\n\n").lstrip(b"\n").decode())
        self.last_id = told.id or self.last_id
        return told

    def next(self):
        """The next event."""
        while (told := self.next_block()).event is None:
            pass
        return told

    def problem(self):
        """The problem document that came instead of a stream."""
        length = int(self.headers["content-length"])
        while len(self.read) < length:
            self.read += self.socket.recv(65536)
        return json.loads(self.read)

    def is_over(self):
        """Whether nothing more comes, whatever came before."""
        try:
            while True:
                self.next_block()
        except EOFError:
            return True

    def close(self):
        """Leave."""
        self.socket.close()


@pytest.fixture(scope="module")
def live_environment(environment):
    """What live process and gateway share."""
    path = Path("/tmp") / f"maitre-{uuid4().hex}.socket"  # noqa: S108  pytest's own paths may be too long for a socket
    yield environment | {"CRM_LIVE_SOCKET": str(path)}
    path.unlink(missing_ok=True)


@contextmanager
def programs(directory):
    """Gives ``start(program)``; all are stopped at the end, and none may have failed."""
    made = []

    def start(make, command, environment, port, **more):
        program = make(command, environment | more, directory / f"{port}.log", port)
        made.append(program)
        program.start()
        return program

    try:
        yield start
    finally:
        for program in made:
            program.stop()
    for program in made:
        assert program.says("Traceback") == program.says('"exception"') == 0, program.log.read_text()


def live_starter(start, environment):
    """Give what starts live processes."""

    def start_live(**more):
        port = free_port()
        command = [sys.executable, "-m", "crm_gateway.live"]
        program = start(Program, command, environment, port, CRM_HEALTH_PORT=str(port), **more)
        wait_until(lambda: program.says("fanout_receiving"))
        return program

    return start_live


@pytest.fixture(scope="module")
def live(live_environment, tmp_path_factory):
    """A live process for the tests of a module; whoever disturbs it takes one of their own."""
    with programs(tmp_path_factory.mktemp("live")) as start:
        yield live_starter(start, live_environment)()


@pytest.fixture
def start_live(live_environment, tmp_path):
    """``start_live(**environ)``: a live process of one's own, without the socket for handing over."""
    with programs(tmp_path) as start:
        yield live_starter(start, live_environment | {"CRM_LIVE_SOCKET": ""})


@pytest.fixture(scope="module")
def gateway(live, live_environment, people, tmp_path_factory):
    """A gateway with few threads under gunicorn, as it is deployed, before the module's live process."""
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("gunicorn")), "-c", "python:crm_chassis.gunicorn_conf", "serve:create_app()",
    ]  # fmt: skip
    where = {"CRM_PORT": str(port), "PYTHONPATH": str(Path(__file__).parents[1]), "CRM_API_THREADS": "2"}
    with programs(tmp_path_factory.mktemp("gateway")) as start:
        yield start(Program, command, live_environment, port, **where)


@pytest.fixture
def open_stream(bearer):
    """``open_stream(program, role, query, ...)``: a client; all leave with the test."""
    made = []

    def open_(program, role="owner", query="", *, last_id=None, headers=None, **options):
        given = dict(bearer(role) if headers is None else headers)
        if last_id is not None:
            given["Last-Event-ID"] = last_id
        made.append(Stream(program.port, given, query, **options))
        return made[-1]

    yield open_
    for stream in made:
        stream.close()


class Teller:
    """Publishes events as the owners' relays do."""

    def __init__(self, channel):
        self.channel = channel
        self.sequence = 0

    def tell(self, *events, is_restated=False):
        """Publish these."""
        for event in events:
            self.sequence += 1
            body = envelope(event, id=uuid4(), sequence=self.sequence, time=datetime.now(UTC), is_restated=is_restated)
            self.send(event.type, body)

    def send(self, event_type, body):
        """Publish a body under a type."""
        exchange, key = topology.route(event_type)
        self.channel.basic_publish(amqp.Message(body), exchange, key)


@pytest.fixture
def teller(broker_url):
    """Publishes: ``teller.tell(event)``."""
    with broker.channel(Secret(broker_url)) as channel:
        topology.declare(channel, TOPOLOGY)
        yield Teller(channel)


def points(customer_id=None, number=84):
    """A guest earned points."""
    return loyalty.PointsEarnedV1(
        entry_id=uuid4(), customer_id=customer_id or uuid4(), order_id=None, points=number, balance=number,
        occurred_at=NOW,
    )  # fmt: skip


def order(customer_id=None, location_id=None):
    """A guest paid."""
    return customer.OrderRecordedV1(
        order_id=uuid4(), customer_id=customer_id or uuid4(), location_id=location_id or uuid4(), revision=1,
        channel="dine_in", currency="USD", total_minor=4200, spend_minor=4000, refunded_minor=0, occurred_at=NOW,
    )  # fmt: skip


@pytest.fixture
def facts():
    """``facts.points()``, ``facts.order()``."""
    return type("Facts", (), {"points": staticmethod(points), "order": staticmethod(order)})
