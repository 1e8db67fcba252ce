"""The HTTP process: wiring only."""

from flask import Flask

from crm_chassis.config import read_settings
from crm_chassis.http import create_api
from crm_customer.api import BLUEPRINTS
from crm_customer.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """Make the app that gunicorn serves, with the settings given or the environment's."""
    app, api = create_api(settings or read_settings(Settings), "Maître customer")
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    return app
