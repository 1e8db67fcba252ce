"""``crm-events`` on a real broker: every command, its table, its JSON and its refusals."""

import sys
from datetime import UTC, datetime
from types import ModuleType
from uuid import UUID, uuid4

import amqp
import orjson
import pytest
import structlog
from backbone import announce, backbone, coin
from click.testing import CliRunner
from coins import CoinDroppedV1, PurseCountedV1, PurseLostV1, Settings

from crm_chassis import events_cli, subjects, topology
from crm_chassis.backfill import Restated
from crm_chassis.database import connect
from crm_chassis.events import envelope, parse
from crm_chassis.testing import wait_until

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def settings(service_settings, clean):
    made = service_settings(Settings, "json")
    clean(made)
    return made


@pytest.fixture
def bones(settings):
    with backbone(settings) as made:
        yield made


@pytest.fixture
def run(bones, monkeypatch):
    """``run("dead", "list")`` runs the command on the test's part of the backbone."""
    monkeypatch.setattr(events_cli, "find_topology", lambda: bones.topology)
    monkeypatch.setenv("CRM_BROKER_URL", bones.settings.broker_url.reveal())
    monkeypatch.setenv("CRM_DATABASE_URL", bones.settings.database_url.reveal())

    def invoke(*arguments):
        return CliRunner().invoke(events_cli.main, arguments)

    yield invoke
    structlog.reset_defaults()


def park(bones, *, event_id=None, body=None, **headers):
    """Put a message among the parked ones as a worker does; gives its id."""
    event_id = event_id or str(uuid4())
    body = body or envelope(coin(), id=UUID(event_id), sequence=1, time=NOW)
    headers = {"x-attempts": 4, "x-parked-reason": "ValueError", "traceparent": "00-x"} | headers
    message = amqp.Message(
        body, message_id=event_id, type=CoinDroppedV1.type, delivery_mode=2, application_headers=headers
    )
    bones.channel.basic_publish_confirm(message, "", bones.parked)
    return event_id


def parked_ids(run, bones):
    """List the ids of the parked messages, once those that were looked at before are back."""
    return [row["id"] for row in orjson.loads(run("dead", "list", bones.listener, "--json").output)]


def test_topology_shows_and_declares_what_the_contracts_have(run, bones):
    assert bones.inbox in run("topology", "show").output
    rows = orjson.loads(run("topology", "show", "--json").output)
    assert {"kind": "binding", "name": bones.inbox, "detail": "till.events coin_dropped.v1"} in rows
    bones.channel.queue_delete(bones.inbox)
    assert run("topology", "declare").output == f"{len(topology.queues(bones.topology))} queues stand.\n"
    assert bones.depth() == 0


def test_a_topology_that_does_not_fit_is_one_clear_line(run, bones):
    bones.channel.queue_delete(bones.parked)
    bones.channel.queue_declare(bones.parked, durable=True, auto_delete=False, arguments={"x-queue-type": "classic"})
    result = run("topology", "declare")
    assert result.exit_code == 1
    assert bones.parked in result.output
    assert "Traceback" not in result.output


def test_depths_count_messages_and_name_missing_queues(run, bones):
    park(bones)
    bones.channel.queue_delete(topology.retry_name(bones.listener, 10))
    rows = {row["queue"]: row for row in orjson.loads(run("depths", "--json").output)}
    assert rows[bones.parked] == {"queue": bones.parked, "messages": 1, "consumers": 0}
    assert rows[topology.retry_name(bones.listener, 10)]["messages"] is None
    assert rows[bones.inbox]["messages"] == 0
    assert bones.parked in run("depths").output


def test_dead_letters_are_listed_in_order_and_stay(run, bones):
    ids = [park(bones) for _ in range(5)]
    assert parked_ids(run, bones) == ids
    wait_until(lambda: bones.depth(bones.parked) == 5)
    result = run("dead", "list", "--limit", "2", "--json")
    assert [row["id"] for row in orjson.loads(result.output)] == ids[:2]
    wait_until(lambda: bones.depth(bones.parked) == 5)
    first = orjson.loads(run("dead", "list", "--json").output)[0]
    assert (first["service"], first["attempts"], first["reason"]) == (bones.listener, 4, "ValueError")
    wait_until(lambda: bones.depth(bones.parked) == 5)
    assert ids[4] in run("dead", "list").output


def test_dead_letters_survive_being_looked_at_often(run, bones):
    park(bones)
    for _ in range(topology.DELIVERY_LIMIT + 5):
        wait_until(lambda: bones.depth(bones.parked) == 1)
        assert run("dead", "list", bones.listener).exit_code == 0
    wait_until(lambda: bones.depth(bones.parked) == 1)


def test_one_dead_letter_is_shown_whole(run, bones):
    park(bones)
    wanted = park(bones)
    (shown,) = orjson.loads(run("dead", "show", bones.listener, wanted).output)
    assert shown["id"] == wanted
    assert shown["body"]["id"] == wanted
    assert shown["headers"]["x-attempts"] == 4


def test_a_dead_letter_that_is_no_event_is_shown_too(run, bones):
    bones.channel.basic_publish_confirm(amqp.Message(b"\xffnonsense"), "", bones.parked)
    (row,) = orjson.loads(run("dead", "list", "--json").output)
    assert row["id"].startswith("body-")
    wait_until(lambda: bones.depth(bones.parked) == 1)
    (shown,) = orjson.loads(run("dead", "show", bones.listener, row["id"]).output)
    assert shown["body"] == "\\xffnonsense"


def test_replaying_one_returns_it_to_the_inbox_as_new(run, bones):
    before, wanted, after = (park(bones) for _ in range(3))
    assert run("dead", "replay", bones.listener, wanted).exit_code == 0
    (message,) = wait_until(bones.take_all)
    assert message.properties["message_id"] == wanted
    assert message.properties["delivery_mode"] == 2
    headers = message.properties["application_headers"]
    assert headers["traceparent"] == "00-x"
    assert not {"x-attempts", "x-parked-reason", "x-death"} & set(headers)
    assert str(parse(bytes(message.body)).id) == wanted
    wait_until(lambda: bones.depth(bones.parked) == 2)
    assert parked_ids(run, bones) == [before, after]


def test_replaying_all_empties_the_parked_queue_in_order(run, bones):
    ids = [park(bones) for _ in range(5)]
    assert run("dead", "replay", bones.listener, "--all").output == f"5 returned to {bones.inbox}.\n"
    assert [message.properties["message_id"] for message in bones.take_all()] == ids
    assert bones.depth(bones.parked) == 0


def test_a_replay_that_cannot_be_delivered_keeps_the_message_parked(run, bones):
    park(bones)
    bones.channel.queue_delete(bones.inbox)
    assert run("dead", "replay", bones.listener, "--all").exit_code == 1
    wait_until(lambda: bones.depth(bones.parked) == 1)


def test_discarding_needs_a_reason_and_says_it_in_the_log(run, bones, capfd):
    kept, wanted = park(bones), park(bones)
    assert run("dead", "discard", bones.listener, wanted).exit_code == 2
    result = run("dead", "discard", bones.listener, wanted, "--reason", "sent by a broken till")
    assert result.exit_code == 0
    assert "sent by a broken till" in result.stderr
    assert wanted in result.stderr
    wait_until(lambda: bones.depth(bones.parked) == 1)
    assert parked_ids(run, bones) == [kept]


@pytest.mark.parametrize("command", ["show", "replay", "discard"])
def test_an_unknown_id_is_refused(run, bones, command):
    park(bones)
    more = ["--reason", "x"] if command == "discard" else []
    result = run("dead", command, bones.listener, "not-there", *more)
    assert result.exit_code == 1
    assert "has no message not-there" in result.output
    wait_until(lambda: bones.depth(bones.parked) == 1)


def test_unknown_services_and_half_commands_are_refused(run, bones):
    assert "nobody is none of" in run("dead", "list", "nobody").output
    assert "Give the id" in run("dead", "replay", bones.listener).output
    assert "Give the id" in run("dead", "replay", bones.listener, "x", "--all").output


def test_unrouted_events_are_listed_and_counted(run, bones):
    assert run("unrouted").output == "none\n"
    message = amqp.Message(b"x", message_id="lost-one", type="till.nobody_listens.v1")
    bones.channel.basic_publish_confirm(message, "till.events", "nobody_listens.v1")
    wait_until(lambda: bones.depth(topology.UNROUTED) == 1)
    result = run("unrouted")
    assert "lost-one" in result.output
    assert "1 × till.nobody_listens.v1" in result.output
    wait_until(lambda: bones.depth(topology.UNROUTED) == 1)
    assert orjson.loads(run("unrouted", "--json").output)[0]["id"] == "lost-one"
    wait_until(lambda: bones.depth(topology.UNROUTED) == 1)
    bones.channel.queue_purge(topology.UNROUTED)


def test_lag_is_what_waits_in_the_outbox(run, settings):
    database = connect(settings)
    announce(database, coin(), coin())
    (row,) = orjson.loads(run("lag", "--json").output)
    assert row["waiting"] == 2
    assert row["oldest_age_s"] > 0
    assert "waiting" in run("lag").output
    database.engine.dispose()


def test_a_setting_that_is_missing_is_named(run, monkeypatch):
    monkeypatch.delenv("CRM_BROKER_URL")
    result = run("depths")
    assert result.exit_code == 1
    assert "CRM_BROKER_URL" in result.output


@pytest.mark.parametrize(
    ("variable", "url", "command"),
    [
        ("CRM_BROKER_URL", "amqp://guest:hush@127.0.0.1:1/x", "depths"),
        ("CRM_DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/x", "lag"),
    ],
)
def test_a_server_that_is_away_is_one_clear_line_without_its_password(run, monkeypatch, variable, url, command):
    monkeypatch.setenv(variable, url)
    result = run(command)
    assert result.exit_code == 1
    assert result.output.startswith("Error: The ")
    assert "hush" not in result.output


@pytest.fixture
def facts(monkeypatch):
    """A service ``till`` whose backfill tells 1,200 coins, a count, and a purse that was lost and erased."""
    lost = uuid4()

    def told(session, types):
        assert set(types) == {event.type for event in (CoinDroppedV1, PurseCountedV1, PurseLostV1)}
        session.connection()
        for number in range(1200):
            yield Restated(coin(cents=number), number + 1, NOW)
        yield Restated(coin(lost), 7, NOW)
        yield Restated(PurseLostV1(purse_id=lost, occurred_at=NOW), 8, NOW, even_if_erased=True)
        yield Restated(UnheardOf(purse_id=lost, cents=1, occurred_at=NOW), 9, NOW)

    package, module = ModuleType("till"), ModuleType("till.backfill")
    module.facts = told
    monkeypatch.setitem(sys.modules, "till", package)
    monkeypatch.setitem(sys.modules, "till.backfill", module)
    offered = [type("Found", (), {"name": "till", "value": "till"})()]
    monkeypatch.setattr(events_cli, "entry_points", lambda group: offered)
    return lost


class UnheardOf(CoinDroppedV1):
    """An event nobody listens to."""

    type = "till.unheard_of.v1"


def test_backfill_tells_one_listener_all_facts_as_restated(run, bones, settings, facts):
    database = connect(settings)
    with database.transaction() as session:
        subjects.erase(session, facts)
    database.engine.dispose()
    result = run("backfill", "till", "--to", bones.listener)
    assert result.output == f"1201 facts of till told to {bones.listener}.\n"
    bodies = [parse(bytes(message.body)) for message in bones.take_all()]
    coins = [body.received(CoinDroppedV1) for body in bodies if body.type == CoinDroppedV1.type]
    assert [event.data.cents for event in coins] == list(range(1200))
    assert [event.sequence for event in coins] == list(range(1, 1201))
    assert all(event.is_restated and event.time == NOW for event in coins)
    assert [body.type for body in bodies[1200:]] == [PurseLostV1.type]
    assert len({body.id for body in bodies}) == 1201


def test_backfill_of_what_is_not_installed_is_refused(run, bones, facts):
    assert "nobody is not installed here; till is." in run("backfill", "nobody", "--to", bones.listener).output
    assert "none of" in run("backfill", "till", "--to", "nobody").output
