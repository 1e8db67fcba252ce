"""Bringing a suite up: what is started, restarted, kept apart and stopped."""

import json
import os
import signal
import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from tools.maitre import databases
from tools.maitre.common import Trouble, is_free, wait_until
from tools.maitre.leftovers import is_alive, marked
from tools.maitre.suite import Suite, bring_up, listens
from tools.maitre.supervise import MARK


def test_instance_json_tells_programs_where_everything_is_and_is_ours_alone(suite):
    described = json.loads(suite.instance_file.read_text())

    assert suite.instance_file.stat().st_mode & 0o777 == 0o600
    assert described["gateway"] == f"http://127.0.0.1:{described['ports']['gateway']}"
    assert all(is_alive(pid) for pid in described["processes"].values())
    assert set(described["processes"]) == {
        "gateway", "customer-api", "customer-worker", "customer-relay", "customer-relay-2",
    }  # fmt: skip
    assert {"customer", "customer_keys", "loyalty", "gateway"} <= set(described["databases"])
    assert described["broker"].startswith("amqp://")


def test_secrets_are_ours_alone(suite):
    files = [path for path in (suite.directory / "secrets").iterdir() if path.is_file()]

    assert files
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files)
    assert (suite.directory / "supervisor/programs/suite.conf").stat().st_mode & 0o777 == 0o600


def test_a_killed_process_is_started_again_and_instance_json_follows(suite):
    killed = suite.pid("customer-worker")

    suite.kill("customer-worker")

    suite.wait_ready()
    wait_until(
        "instance.json to name the new process",
        lambda: (
            json.loads(suite.instance_file.read_text())["processes"]["customer-worker"]
            == suite.pid("customer-worker")
            != killed
        ),
        seconds=20,
    )


def test_killed_servers_are_started_again_with_what_was_committed(suite):
    with psycopg.connect(suite.databases.urls["loyalty"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")

    suite.servers.kill_postgres()
    suite.servers.kill_rabbitmq()

    with psycopg.connect(suite.databases.urls["loyalty"]) as connection:
        assert connection.execute("SELECT one FROM kept").fetchall() == [(1,)]
        connection.execute("DROP TABLE kept")


def test_servers_listen_on_this_machine_alone(suite):
    ports = [urlsplit(url).port for url in (suite.servers.postgres_url, suite.servers.broker_url)]

    listening = [
        line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"
    ]

    for port in ports:
        assert [address for address in listening if address.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


@pytest.mark.parametrize("role", ["loyalty", "gateway"])
def test_no_role_can_enter_anothers_database(suite, role):
    own = suite.databases.urls[role]

    for name in suite.databases.urls:
        if name in databases.OWNED[role]:
            continue
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(urlsplit(own)._replace(path=f"/{name}").geturl())


def test_databases_that_are_not_ours_are_refused(suite):
    with psycopg.connect(suite.servers.postgres_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE x_customer LOGIN")

    with pytest.raises(Trouble, match="CRM_DATABASE_PREFIX"):
        databases.prepare(suite.servers.postgres_url, suite.secrets, prefix="x_")


def test_a_taken_port_becomes_the_next_free_one_and_is_said(make_plan, capsys):
    with closing(socket.socket()) as taken:
        plan = make_plan(migrations={})
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", plan.first_port))
        taken.listen()
        suite = Suite(plan)
        suite.choose_ports()

    assert suite.ports["gateway"] > plan.first_port
    assert f"gateway: port {plan.first_port} is taken" in capsys.readouterr().out


def test_a_strangers_answer_on_the_port_does_not_count_as_ours():
    with closing(socket.socket()) as mine:
        mine.bind(("127.0.0.1", 0))
        mine.listen()
        port = mine.getsockname()[1]
        assert listens(os.getpid(), port)
        assert not listens(os.getppid(), port)


def test_a_second_start_finds_all_in_place_even_after_everything_was_killed(make_plan):
    plan = make_plan(migrations={})
    first = Suite(plan)
    try:
        first.start()
        before = first.instance()
        os.kill(before["supervisor"], signal.SIGKILL)
        wait_until("supervisord to be gone", lambda: not is_alive(before["supervisor"]))
        first_pids = before["processes"].values()
        assert all(is_alive(pid) for pid in first_pids), (
            "the processes outlive a killed supervisor: that is the case tested"
        )

        with bring_up(plan) as second:
            after = second.instance()
            assert after["databases"] == before["databases"]
            assert after["ports"] == before["ports"]
            assert not any(is_alive(pid) for pid in first_pids)
    finally:
        first.stop()

    assert not any(is_alive(pid) for pid in (*after["processes"].values(), *after["servers"].values()))
    assert not marked(MARK, str(plan.directory))
    ports = [*after["ports"].values(), urlsplit(after["broker"]).port, urlsplit(after["postgres"]).port]
    assert all(is_free(port) for port in ports)
    assert not first.instance_file.exists()


def test_a_process_that_does_not_come_up_is_named_with_its_log(make_plan, stand_ins, suite):
    broken = replace(stand_ins[1], arguments=("-c", "raise SystemExit('no such setting')"))
    plan = make_plan(
        migrations={},
        processes=(broken,),
        postgres_url=suite.servers.postgres_url,
        broker_url=suite.servers.broker_url,
        database_prefix="broken_",
    )
    attempt = Suite(plan)
    attempt.ready_seconds = 3
    try:
        with pytest.raises(Trouble, match=r"customer-api(.|\n)*no such setting"):
            attempt.start()
    finally:
        attempt.stop()
