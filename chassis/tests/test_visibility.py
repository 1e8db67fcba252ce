"""Fields of a class that the asker may not see are refused on the way in and left out on the way out."""

import marshmallow as ma
import pytest

from crm_chassis.fields import Body, Text
from crm_chassis.http import Blueprint, allow, create_api
from crm_chassis.pagination import PageArguments, paged
from crm_chassis.visibility import marked

RED, BLUE = {"x-data-class": "red"}, {"x-data-class": "blue"}


class Part(Body):
    """A part."""

    name = Text(20, required=True)
    red = Text(20, metadata=RED)


class Whole(Body):
    """What has parts, and may have a whole within."""

    name = Text(20, required=True)
    red = ma.fields.List(Text(20), metadata=RED)
    blue = Text(20, allow_none=True, metadata=BLUE)
    parts = ma.fields.List(ma.fields.Nested(Part))
    inner = ma.fields.Nested(lambda: Whole(exclude=["inner"]))


class Query(PageArguments):
    """A list by a field that is not for everybody."""

    red = Text(20, load_default=None, metadata=RED)


FULL = {"name": "a", "red": ["r1"], "blue": "b1", "parts": [{"name": "p", "red": "r2"}, {"name": "q", "red": "r3"}]}


@pytest.fixture(scope="module")
def client(things_settings):
    app, api = create_api(things_settings, "Visible")
    wholes = Blueprint("wholes", "wholes", url_prefix="/v1/wholes", description="Wholes")

    @wholes.post("")
    @allow("owner")
    @wholes.arguments(Whole)
    @wholes.response(201, Whole)
    def add(body):
        """Give back what came."""
        return body

    @wholes.get("")
    @allow("owner")
    @wholes.arguments(Query, location="query")
    @wholes.response(200, paged(Whole))
    def show(_arguments):
        """Give two."""
        return {"items": [FULL] * 2, "next_cursor": None}

    @wholes.get("/open")
    @allow("anyone")
    @wholes.response(200, Whole)
    def open_one():
        """Give one to anybody."""
        return FULL

    api.register_blueprint(wholes)
    return app.test_client()


@pytest.fixture
def send(client, things_settings, internal_headers):
    def ask(method, path, json=None, *, sees=(), **more):
        headers = internal_headers(things_settings, "owner", sees=sees)
        return client.open(path, method=method, headers=headers, **({"json": json} if json is not None else {}) | more)

    return ask


def test_what_one_may_not_see_is_left_out_wherever_it_stands(send):
    assert send("GET", "/v1/wholes", sees=("red", "blue")).json["items"] == [FULL] * 2
    no_red = {"name": "a", "blue": "b1", "parts": [{"name": "p"}, {"name": "q"}]}
    assert send("GET", "/v1/wholes", sees=("blue",)).json["items"] == [no_red] * 2
    assert send("GET", "/v1/wholes").json["items"][0].keys() == {"name", "parts"}


def test_who_sees_all_gets_all_after_one_who_does_not(send):
    assert "red" not in send("GET", "/v1/wholes").json["items"][0]
    assert send("GET", "/v1/wholes", sees=("red", "blue")).json["items"][0] == FULL


def test_a_body_may_not_hold_it_and_every_field_is_named(send):
    refused = send("POST", "/v1/wholes", FULL, sees=("blue",))
    assert (refused.status_code, refused.json["type"]) == (403, "urn:maitre:problem:forbidden-fields")
    assert refused.json["errors"].keys() == {"red", "parts.0.red", "parts.1.red"}
    assert send("POST", "/v1/wholes", FULL | {"inner": {"name": "b", "blue": "x"}}).json["errors"].keys() >= {
        "inner.blue"
    }
    assert send("POST", "/v1/wholes", FULL, sees=("red", "blue")).json == FULL


def test_even_nothing_at_all_in_such_a_field_is_refused(send):
    assert send("POST", "/v1/wholes", {"name": "a", "blue": None}, sees=("red",)).status_code == 403
    assert send("POST", "/v1/wholes", {"name": "a"}).status_code == 201


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"[]", 422), (b"7", 422), (b'{"parts": 7, "name": "a"}', 422),
     (b'{"parts": ' + b"[" * 900 + b"]" * 900 + b"}", 422), (b'[{"red": []}]', 403)],
)  # fmt: skip
def test_unreadable_bodies_are_refused_as_ever(send, body, status):
    assert send("POST", "/v1/wholes", data=body, content_type="application/json").status_code == status


def test_nobody_searches_by_it(send):
    assert send("GET", "/v1/wholes?red=r1").status_code == 403
    assert send("GET", "/v1/wholes?red=r1").json["errors"] == {"red": ["Not for your role."]}
    assert send("GET", "/v1/wholes?red=r1", sees=("red",)).status_code == 200


def test_who_is_nobody_sees_none(client):
    assert client.get("/v1/wholes/open").json.keys() == {"name", "parts"}


def test_the_document_carries_the_marks(client):
    schemas = client.get("/openapi.json").json["components"]["schemas"]
    assert schemas["Whole"]["properties"]["red"]["x-data-class"] == "red"
    assert schemas["Part"]["properties"]["red"]["x-data-class"] == "red"


def test_marks_are_found_in_nested_schemas():
    assert {".".join(names) for names, _ in marked(Whole())} == {
        "red", "blue", "parts.red", "inner.red", "inner.blue", "inner.parts.red",
    }  # fmt: skip


def test_an_endless_schema_or_a_renamed_field_cannot_be_marked():
    class Endless(Body):
        name = Text(20)
        more = ma.fields.List(ma.fields.Nested(lambda: Endless(only=None)))

    class Marked(Endless):
        red = Text(20, metadata=RED)
        more = ma.fields.List(ma.fields.Nested(lambda: Marked(only=None)))

    class Renamed(Body):
        red = Text(20, metadata=RED, data_key="rouge")

    assert marked(Endless()) == ()
    for schema in (Marked, Renamed):
        with pytest.raises(TypeError):
            marked(schema())
