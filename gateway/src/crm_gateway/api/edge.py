"""All routes of the public edge, and those that look after it."""

from collections.abc import Mapping
from typing import Any

from flask import Flask

from crm_chassis.openapi import ProblemApi
from crm_gateway.api import (
    edge_messages,
    providers,
    public,
    public_choices,
    public_push,
    public_surveys,
    public_tracking,
    webhooks,
)
from crm_gateway.config import Settings
from crm_gateway.edge.desk import Desk


def install(app: Flask, api: ProblemApi, settings: Settings, document: Mapping[str, Any]) -> None:
    """Open the edge's routes."""
    app.extensions["edge"] = Desk(settings, document, app.extensions["crm"].database)
    for resource in (edge_messages, providers):
        api.register_blueprint(resource.blueprint)
    for pages in (public_choices, public_surveys, public_tracking):
        app.register_blueprint(pages.blueprint)
    app.register_blueprint(public.assets)
    for twice in (webhooks, public_push):
        api.register_blueprint(twice.documented)
        app.register_blueprint(twice.public)
