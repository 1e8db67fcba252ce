"""All routes of the public edge, and those that look after it."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from crm_chassis.openapi import ProblemApi
from crm_gateway.api import edge_messages, providers, public, public_choices, webhooks
from crm_gateway.config import Settings
from crm_gateway.edge.desk import Desk


def install(app: Flask, api: ProblemApi, settings: Settings, document: Mapping[str, Any]) -> None:
    """Open the edge's routes."""
    app.extensions["edge"] = Desk(settings, document, app.extensions["crm"].database)
    for resource in (edge_messages.blueprint, providers.blueprint, webhooks.documented):
        api.register_blueprint(resource)
    for blueprint in (public.assets, public_choices.blueprint, webhooks.public):
        app.register_blueprint(blueprint)
