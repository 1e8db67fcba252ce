"""``crm-events``: look at and mend the event backbone. The broker comes from CRM_BROKER_URL."""

import importlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Annotated, Any, NoReturn

import click
import orjson
import psycopg
import structlog
from amqp.exceptions import AMQPError, NotFound
from sqlalchemy import NullPool, create_engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from tabulate import tabulate

from crm_chassis import backfill, broker, database, dead_letters, publishing, relay
from crm_chassis import topology as topologies
from crm_chassis.config import MissingSetting, Secret, Variable, read_settings
from crm_chassis.topology import Topology

ANTICIPATED = (broker.BrokerAway, MissingSetting, topologies.TopologyMismatch, publishing.PublishFailed, AMQPError)
SHOWN = 100

logger = structlog.get_logger()

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
limited = click.option("--limit", default=SHOWN, show_default=True, help="Most messages to look at, oldest first.")


@dataclass(frozen=True, kw_only=True)
class BrokerSettings:
    """What most commands need."""

    broker_url: Annotated[Secret, Variable("CRM_BROKER_URL", "AMQP URL of the RabbitMQ virtual host")]


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """What ``lag`` needs."""

    database_url: Annotated[
        Secret, Variable("CRM_DATABASE_URL", "URL of the PostgreSQL database of the service that announces")
    ]


@dataclass(frozen=True, kw_only=True)
class BackfillSettings(BrokerSettings, DatabaseSettings):
    """What ``backfill`` needs."""


def find_topology() -> Topology:
    """Load the topology that an installed package offers under the entry point group ``crm.topology``."""
    for found in entry_points(group="crm.topology"):
        known: Topology = found.load()
        return known
    raise click.ClickException("No topology is installed: install the package of contracts (crm-contracts).")


def _service(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    """Accept the name of a service that listens to something."""
    names = list(find_topology().listeners)
    if value is not None and value not in names:
        raise click.BadParameter(f"{value} is none of {', '.join(names)}.")
    return value


service_argument = click.argument("service", callback=_service)


class Commands(click.Group):
    """Commands whose anticipated failures are one clear line and exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ANTICIPATED as error:
            raise click.ClickException(str(error)) from error
        except (psycopg.OperationalError, OperationalError) as error:
            raise click.ClickException(
                f"The database cannot be used: {getattr(error, 'orig', None) or error}"
            ) from error


@click.group(cls=Commands)
def main() -> None:
    """Look at and mend the event backbone; the broker is the one of CRM_BROKER_URL."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))


@main.group()
def topology() -> None:
    """Exchanges, queues and bindings as the contracts have them."""


@topology.command("show")
@as_json
def show_topology(*, as_json: bool) -> None:
    """Print exchanges, queues and bindings."""
    known = find_topology()
    rows = [{"kind": "exchange", "name": e.name, "detail": e.arguments or e.type} for e in topologies.exchanges(known)]
    rows += [{"kind": "queue", "name": q.name, "detail": q.arguments} for q in topologies.queues(known)]
    rows += [
        {"kind": "binding", "name": b.queue, "detail": f"{b.exchange} {b.routing_key}".strip()}
        for b in topologies.bindings(known)
    ]
    _print(rows, as_json=as_json)


@topology.command("declare")
def declare_topology() -> None:
    """Make what is missing; harmless when nothing is."""
    known = find_topology()
    with _channel() as channel:
        topologies.declare(channel, known)
    click.echo(f"{len(topologies.queues(known))} queues stand.")


@main.command()
@as_json
def depths(*, as_json: bool) -> None:
    """Print each queue's messages (ready ones) and consumers."""
    rows = []
    with _channel() as channel:
        for queue in topologies.queues(find_topology()):
            try:
                _, messages, consumers = channel.queue_declare(queue.name, passive=True)
                rows.append({"queue": queue.name, "messages": messages, "consumers": consumers})
            except NotFound:
                channel = channel.connection.channel()  # noqa: PLW2901 -- the broker closed the other one
                rows.append({"queue": queue.name, "messages": None, "consumers": None})
    _print(rows, as_json=as_json)


@main.command()
@limited
@as_json
def unrouted(*, limit: int, as_json: bool) -> None:
    """List events that no queue was bound for; there should be none."""
    with _channel() as channel:
        letters = dead_letters.look(channel, topologies.UNROUTED, limit)
    _print([_summary(letter) for letter in letters], as_json=as_json)
    for event_type, count in Counter(letter.type for letter in letters).most_common() if not as_json else ():
        click.echo(f"{count} × {event_type}")


@main.command()
@as_json
def lag(*, as_json: bool) -> None:
    """Print how many events wait in the outbox of CRM_DATABASE_URL, and the oldest one's age in seconds."""
    url = make_url(read_settings(DatabaseSettings).database_url.reveal())
    with psycopg.connect(database.driver_url(url), **database.KEEPALIVES) as connection:
        depth, age = relay.backlog(connection)
    _print([{"waiting": depth, "oldest_age_s": round(age, 3)}], as_json=as_json)


@main.group()
def dead() -> None:
    """Messages that a service gave up and parked."""


@dead.command("list")
@click.argument("service", required=False, callback=_service)
@limited
@as_json
def list_dead(*, service: str | None, limit: int, as_json: bool) -> None:
    """List the parked messages of SERVICE, or of all services."""
    rows = []
    with _channel() as channel:
        for each in [service] if service else find_topology().listeners:
            letters = dead_letters.look(channel, topologies.parked_name(each), limit)
            rows += [{"service": each, **_summary(letter)} for letter in letters]
    _print(rows, as_json=as_json)


@dead.command("show")
@service_argument
@click.argument("id")
def show_dead(*, service: str, id: str) -> None:  # noqa: A002 -- click names it
    """Print one parked message of SERVICE whole, headers included."""
    with _channel() as channel:
        letter = dead_letters.find(channel, service, id) or _fail_for(service, id)
    try:
        body = orjson.loads(letter.body)
    except orjson.JSONDecodeError:
        body = letter.body.decode(errors="backslashreplace")
    _print([{**_summary(letter), "headers": letter.headers, "body": body}], as_json=True)


@dead.command("replay")
@service_argument
@click.argument("id", required=False)
@click.option("--all", "is_all", is_flag=True, help="Replay all there are.")
def replay_dead(*, service: str, id: str | None, is_all: bool) -> None:  # noqa: A002
    """Return one parked message of SERVICE to its inbox, or all, as if it had never been tried."""
    if (id is None) != is_all:
        raise click.UsageError("Give the id of one message, or --all.")
    with _channel() as channel:
        count = dead_letters.replay(channel, service, id)
    if id is not None and not count:
        _fail_for(service, id)
    click.echo(f"{count} returned to {topologies.inbox_name(service)}.")


@dead.command("discard")
@service_argument
@click.argument("id")
@click.option("--reason", required=True, help="Why it may be lost; it is logged.")
def discard_dead(*, service: str, id: str, reason: str) -> None:  # noqa: A002
    """Remove one parked message of SERVICE for good."""
    with _channel() as channel:
        letter = dead_letters.discard(channel, service, id) or _fail_for(service, id)
    logger.warning("dead_letter_discarded", service=service, id=letter.id, type=letter.type, reason=reason)
    click.echo(f"{letter.id} is discarded.")


@main.command("backfill")
@click.argument("owner")
@click.option("--to", required=True, callback=_service, help="The service that listens.")
def run_backfill(*, owner: str, to: str) -> None:
    """Tell TO again all facts of OWNER that it listens to; CRM_DATABASE_URL is OWNER's database."""
    settings = read_settings(BackfillSettings)
    known = find_topology()
    facts = find_facts(owner)
    url = settings.database_url.reveal()
    engine = create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ", hide_parameters=True)
    with Session(engine) as session:
        stream = backfill.of_the_living(session, facts(session, known.listeners[to]))
        count = backfill.restate(settings, known, to, stream)
    click.echo(f"{count} facts of {owner} told to {to}.")


def find_facts(owner: str) -> Callable[[Session, Sequence[str]], Iterable[backfill.Restated]]:
    """Load ``facts`` of the package that is installed as ``owner`` under the entry point group ``crm.services``."""
    packages = {found.name: found.value for found in entry_points(group="crm.services")}
    if owner not in packages:
        raise click.ClickException(f"{owner} is not installed here; {', '.join(sorted(packages)) or 'nothing'} is.")
    try:
        module = importlib.import_module(f"{packages[owner]}.backfill")
    except ModuleNotFoundError as error:
        raise click.ClickException(f"{owner} has nothing to tell again: {error}") from error
    facts: Callable[[Session, Sequence[str]], Iterable[backfill.Restated]] = module.facts
    return facts


def _channel() -> AbstractContextManager[Any]:
    """Open a channel to the broker of CRM_BROKER_URL."""
    return broker.channel(read_settings(BrokerSettings).broker_url)


def _summary(letter: dead_letters.DeadLetter) -> dict[str, Any]:
    """Give what a list shows of a message."""
    return {name: getattr(letter, name) for name in ("id", "type", "subject", "attempts", "reason")}


def _fail_for(service: str, id_: str) -> NoReturn:
    """Say that there is no such message."""
    raise click.ClickException(f"{topologies.parked_name(service)} has no message {id_}.")


def _print(rows: Sequence[dict[str, Any]], *, as_json: bool) -> None:
    """Print rows for a program, or as a table for a person."""
    if as_json:
        click.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2, default=str))
    else:
        click.echo(tabulate(rows, headers="keys", missingval="-", maxcolwidths=60) if rows else "none")
