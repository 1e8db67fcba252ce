"""Segmentation's tests run on real PostgreSQL."""

import pytest

from crm_chassis.database import connect
from crm_chassis.testing import *  # noqa: F403
from crm_segmentation.config import Settings


@pytest.fixture
def settings(service_settings, clean):
    """Settings of an empty segmentation service."""
    settings = service_settings(Settings, "crm_segmentation")
    clean(settings)
    return settings


@pytest.fixture
def database(settings):
    database = connect(settings)
    yield database
    database.engine.dispose()
