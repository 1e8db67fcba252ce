"""A gateway whose services offer to take what comes in at the edge, and the links that they make."""

import dataclasses
import json
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select

from crm_chassis import links
from crm_chassis.config import Secret
from crm_gateway.edge.forwarding import Forwarder
from crm_gateway.models.edge import EdgeMessage, Provider, ProviderTraffic

TAKEN_BY = {
    "unsubscribe": "feedback", "preferences": "customer", "survey": "feedback", "tracking": "feedback",
    "push": "customer", "sendgrid": "feedback", "twilio": "feedback",
}  # fmt: skip


def part(of, name, service, path):
    """A part as the merged document names it."""
    return {"of": of, "name": name, "service": service, "method": "post", "path": path, "roles": []}


PARTS = [
    *(part("edge", name, service, f"/v1/edge/{name}") for name, service in TAKEN_BY.items()),
    part("edge-preferences", "consents", "customer", "/v1/edge/preferences/state"),
    part("edge-survey", "survey", "feedback", "/v1/edge/survey/definition"),
]
DOCUMENT = {
    "openapi": "3.1.0", "info": {"title": "Maître", "version": "1"}, "paths": {}, "components": {"schemas": {}},
    "x-parts": PARTS,
}  # fmt: skip


@pytest.fixture
def edge(make_gateway, settings, services, database):
    """A gateway with an empty edge: ``edge.client``, ``edge.link(...)``, ``edge.rows()``, ``edge.forward()``."""
    with database.transaction() as session:
        for table in (EdgeMessage, Provider, ProviderTraffic):
            session.execute(delete(table))
    app = make_gateway(document=DOCUMENT)
    forwarder = Forwarder(settings, DOCUMENT)

    def link(purpose, subject="0197f0a2-6c1e-7c3a-9d55-2f1d8f6f0a11", values=None, **more):
        return links.sign(settings.signing_key.reveal(), purpose, subject, values, **more)

    def rows():
        with database.transaction() as session:
            return session.scalars(select(EdgeMessage).order_by(EdgeMessage.id)).all()

    def forward():
        with database.transaction() as session:
            return forwarder.forward(session)

    yield SimpleNamespace(
        app=app, client=app.test_client(), link=link, rows=rows, forward=forward, database=database, settings=settings
    )
    app.extensions["edge"].flush()


@pytest.fixture
def taken(services):
    """``taken()``: what the services were asked to take so far, as (path, body, idempotency key)."""
    for one in services.values():
        one.answer = lambda handler, asked: handler.say(asked, 204, b"", Content_Type=None)

    def found():
        asked = [each for name in ("customer", "feedback") for each in services[name].asked if each.method == "POST"]
        return [(each.path, json.loads(each.body), each.headers["Idempotency-Key"]) for each in asked]

    return found


@pytest.fixture
def without_database(make_gateway, settings):
    """A gateway whose database does not answer."""
    away = dataclasses.replace(settings, database_url=Secret("postgresql://nobody@127.0.0.1:9/none"))
    return make_gateway(away, DOCUMENT).test_client()
