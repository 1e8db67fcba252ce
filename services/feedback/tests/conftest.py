"""Feedback's tests run on real PostgreSQL."""

import pytest

from crm_chassis.database import connect
from crm_chassis.testing import *  # noqa: F403
from crm_feedback.config import Settings


@pytest.fixture
def settings(service_settings, clean):
    """Settings of an empty feedback service."""
    settings = service_settings(Settings, "crm_feedback")
    clean(settings)
    return settings


@pytest.fixture
def database(settings):
    database = connect(settings)
    yield database
    database.engine.dispose()
