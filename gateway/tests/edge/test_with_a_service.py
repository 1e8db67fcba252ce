"""The whole way with a real service: its mark is all the gateway needs, and what it does it does once."""

import dataclasses
import threading
from dataclasses import dataclass

import marshmallow as ma
import pytest
from sqlalchemy import text, update
from tools import export_openapi
from werkzeug.serving import make_server

from crm_chassis.config import ServiceSettings
from crm_chassis.fields import Body, Instant, Text, Uuid
from crm_chassis.http import Blueprint, allow, create_api, crm, part_of
from crm_chassis.idempotency import idempotent
from crm_chassis.testing import service_settings  # noqa: F401
from crm_gateway.edge.forwarding import Forwarder
from crm_gateway.models.edge import EdgeMessage

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """Settings of the service that takes what guests say."""

    service: str = "campaign"


class Taken(Body):
    """What the gateway hands over."""

    id = Uuid(required=True)
    kind = Text(20, required=True)
    source = Text(40, required=True)
    received_at = Instant(required=True)
    subject = Text(200, required=True, allow_none=True)
    values = ma.fields.Dict(keys=Text(40), values=Text(2000), required=True)
    content = ma.fields.Dict(required=True)


blueprint = Blueprint("edge", __name__, url_prefix="/v1/edge", description="What guests said")


@blueprint.post("/unsubscribe")
@allow("service")
@part_of("edge", "unsubscribe", inside=True)
@idempotent
@blueprint.arguments(Taken)
@blueprint.response(204)
def take_unsubscribe(message, session):
    """Take a guest's opt-out."""
    session.execute(text("INSERT INTO opt_out VALUES (:subject)"), {"subject": message["subject"]})


@pytest.fixture(scope="module")
def campaign(service_settings, trusted_keys):  # noqa: F811
    """A service as every other one, on a port: (its address, its application)."""
    settings = service_settings(Settings, "json", CRM_TRUSTED_KEYS=trusted_keys)
    app, api = create_api(settings, "Campaign")
    api.register_blueprint(blueprint)
    with app.extensions["crm"].database.transaction() as session:
        session.execute(text("CREATE TABLE opt_out (subject text NOT NULL)"))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", app
    server.shutdown()
    server.server_close()
    app.extensions["crm"].close()


@pytest.fixture
def opt_outs(campaign):
    """``opt_outs()``: what the service did; empty at first."""
    database = campaign[1].extensions["crm"].database
    with database.transaction() as session:
        session.execute(text("DELETE FROM opt_out"))

    def found():
        with campaign[1].app_context(), crm().database.reading() as connection:
            return connection.execute(text("SELECT subject FROM opt_out ORDER BY subject")).scalars().all()

    return found


@pytest.fixture
def document(campaign):
    """The merged document, made as `make openapi` makes it, of this service and the gateway."""
    own = campaign[1].test_client().get("/openapi.json").get_json()
    for path, method, operation in export_openapi._operations(own):
        operation.setdefault("operationId", export_openapi._operation_id(method, path))
    return export_openapi.merge({"gateway": export_openapi.gateway_document(), "campaign": own})


@pytest.fixture
def forward(edge, campaign, document):
    """``forward()``: one pass of the worker that knows this document."""
    forwarder = Forwarder(dataclasses.replace(edge.settings, upstream_campaign=campaign[0]), document)

    def once():
        with edge.database.transaction() as session:
            return forwarder.forward(session)

    return once


def test_a_mark_is_all_it_takes_and_it_stays_out_of_the_public_document(document):
    (part,) = [each for each in document["x-parts"] if each["of"] == "edge"]
    assert (part["name"], part["service"], part["method"], part["path"]) == (
        "unsubscribe", "campaign", "post", "/v1/edge/unsubscribe",
    )  # fmt: skip
    assert not any("edge/unsubscribe" in path for path in document["paths"])


def test_a_guests_opt_out_takes_effect_once_however_often_it_is_handed_over(edge, forward, opt_outs):
    """The worker is killed after the service committed and before it could note that; so it hands it over again."""
    for number in range(3):
        path = f"/p/u/{edge.link('unsubscribe', f'guest-{number}')}"
        assert edge.client.post(path, data=ONE_CLICK).status_code == 200
    assert forward() == 3
    for _ in range(2):
        with edge.database.transaction() as session:
            session.execute(update(EdgeMessage).values(state="waiting"))
        assert forward() == 3
    assert opt_outs() == ["guest-0", "guest-1", "guest-2"]


def test_nobody_else_may_hand_anything_over(campaign):
    answer = campaign[1].test_client().post("/v1/edge/unsubscribe", json={})
    assert answer.status_code == 401


def test_while_the_first_attempt_still_runs_nothing_is_refused(edge, services):
    """409 still-running is about now: the worker that asked first was killed, its request goes on."""
    edge.client.post(f"/p/u/{edge.link('unsubscribe')}", data=ONE_CLICK)
    said = b'{"type": "urn:maitre:problem:still-running", "status": 409}'
    services["feedback"].answer = lambda handler, asked: handler.say(asked, 409, said)
    for _ in range(7):
        with edge.database.transaction() as session:
            session.execute(update(EdgeMessage).values(next_try_at=EdgeMessage.received_at))
        edge.forward()
    assert [row.state for row in edge.rows()] == ["waiting"]
