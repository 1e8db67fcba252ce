"""All routes of the public edge, and those that look after it."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from crm_chassis.openapi import ProblemApi
from crm_gateway.api import edge_messages, public, public_choices
from crm_gateway.config import Settings
from crm_gateway.edge.desk import Desk


def install(app: Flask, api: ProblemApi, settings: Settings, document: Mapping[str, Any]) -> None:
    """Open the edge's routes."""
    app.extensions["edge"] = Desk(settings, document, app.extensions["crm"].database)
    api.register_blueprint(edge_messages.blueprint)
    for blueprint in (public.assets, public_choices.blueprint):
        app.register_blueprint(blueprint)
