"""A small API to try the HTTP side of the chassis on: things that have a name, lines and a version."""

import threading
from dataclasses import dataclass
from uuid import UUID, uuid4

import marshmallow as ma
import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from crm_chassis import deadlines
from crm_chassis.config import ServiceSettings, read_settings
from crm_chassis.errors import DomainError, Kind
from crm_chassis.fields import Body, Currency, Instant, MinorUnits, Text, Uuid, Whole
from crm_chassis.http import (
    Blueprint,
    InvalidRequest,
    allow,
    body_limit,
    check_if_match,
    conditional,
    create_api,
    crm,
    etag_of,
    read_json,
)
from crm_chassis.idempotency import idempotent
from crm_chassis.pagination import Cursor, PageArguments, page, paged

TABLE = "CREATE TABLE thing (id uuid PRIMARY KEY, name text NOT NULL, version bigint NOT NULL DEFAULT 1)"
MEGABYTE = 1024 * 1024
entered, may_go_on = threading.Event(), threading.Event()


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of the things."""

    service: str = "things"


class NoSuchThing(DomainError):
    """There is no such thing."""

    kind = Kind.NOT_FOUND


class ThingTaken(DomainError):
    """There is a thing of that name."""

    kind = Kind.CONFLICT


class Line(Body):
    """A part of a thing."""

    name = Text(20, required=True)
    quantity = Whole(1, 100, required=True)


class Thing(Body):
    """A thing."""

    id = Uuid(dump_only=True)
    name = Text(40, required=True)
    note = Text(200, multiline=True)
    free = ma.fields.String()
    price_minor = MinorUnits()
    currency = Currency()
    made_at = Instant()
    lines = ma.fields.List(ma.fields.Nested(Line))


class Listing(PageArguments):
    """What a list may be narrowed by."""

    name = Text(40)


things = Blueprint("things", "things", url_prefix="/v1/things", description="Things")


@things.post("")
@allow("manager", "till")
@idempotent
@things.arguments(Thing)
@things.response(201, Thing)
def add_thing(body, session):
    """Add a thing."""
    if session.scalar(text("SELECT count(*) FROM thing WHERE name = :name"), body):
        raise ThingTaken
    identity = uuid4()
    session.execute(text("INSERT INTO thing VALUES (:id, :name)"), {"id": identity, "name": body["name"]})
    if body["name"] == "slow":
        entered.set()
        may_go_on.wait(10)
    return body | {"id": identity}, 201, {"ETag": etag_of(1)}


@things.get("")
@allow("manager", "till", "service")
@things.arguments(Listing, location="query")
@things.response(200, paged(Thing))
def list_things(arguments):
    """List the things by name."""
    after = Cursor.decode(arguments["cursor"], str) if arguments["cursor"] else ("",)
    with crm().database.reading() as connection:
        rows = connection.execute(
            text("SELECT id, name FROM thing WHERE name > :after ORDER BY name LIMIT :most"),
            {"after": after[0], "most": arguments["limit"] + 1},
        ).all()
    return page(rows, arguments["limit"], lambda row: [row.name])


@things.get("/<uuid:thing_id>")
@allow("manager")
@things.response(200, Thing)
def read_thing(thing_id: UUID):
    """Show one thing."""
    raise NoSuchThing(f"There is no thing {thing_id}.")


@things.patch("/<int:version>")
@allow("manager")
@conditional
@things.arguments(Thing(partial=True))
@things.response(200, Thing)
def change_thing(body, version):
    """Change a thing that stands at this version."""
    check_if_match(version)
    return body, 200, {"ETag": etag_of(version + 1)}


@things.post("/batches")
@allow("till")
@body_limit(8 * MEGABYTE)
@things.doc(requestBody={"required": True, "content": {"application/json": {"schema": {"type": "array"}}}})
@things.response(200)
def add_things():
    """Count a batch of things."""
    batch = read_json()
    if not isinstance(batch, list):
        raise InvalidRequest(errors={"body": ["Not an array."]})
    return {"count": len(batch), "seconds_left": deadlines.remaining(60)}


@things.get("/named/<name>")
@allow("anyone")
@things.response(200)
def show_name(name):
    """Repeat a name."""
    return {"name": name}


@things.get("/crash")
@allow("anyone")
@things.response(200)
def crash():
    """Fail with a defect that quotes what must not be seen."""
    raise RuntimeError("secret of ada@example.org")


def make_app(settings: Settings) -> Flask:
    """Return the app."""
    app, api = create_api(settings, "Things")
    api.register_blueprint(things)
    return app


@pytest.fixture(scope="session")
def things_settings(service_settings):
    """Settings of the little API of things.py, its table made."""
    made = service_settings(Settings, "json")
    engine = create_engine(made.database_url.reveal())
    with engine.begin() as connection:
        connection.execute(text(TABLE))
    engine.dispose()
    return made


@pytest.fixture(scope="session")
def things_app(things_settings):
    """The little API itself."""
    made = make_app(things_settings)
    yield made
    made.extensions["crm"].close()


@pytest.fixture
def client(things_app):
    """A client of the little API."""
    return things_app.test_client()


def create_app() -> Flask:
    """Make the app from the environment, as gunicorn does."""
    return make_app(read_settings(Settings))
