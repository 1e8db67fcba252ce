"""What gunicorn serves in test_bodies: the gateway from the environment, with the tests' document."""

import runpy
from pathlib import Path

from crm_chassis.config import read_settings
from crm_gateway.app import create_app as create_gateway
from crm_gateway.config import Settings


def create_app():
    """Make the application."""
    document = runpy.run_path(str(Path(__file__).with_name("conftest.py")))["DOCUMENT"]
    return create_gateway(read_settings(Settings), document=document)
