"""Campaign's tests run on real PostgreSQL."""

import pytest

from crm_campaign.config import Settings
from crm_chassis.database import connect
from crm_chassis.testing import *  # noqa: F403


@pytest.fixture
def settings(service_settings, clean):
    """Settings of an empty campaign service."""
    settings = service_settings(Settings, "crm_campaign")
    clean(settings)
    return settings


@pytest.fixture
def database(settings):
    database = connect(settings)
    yield database
    database.engine.dispose()
