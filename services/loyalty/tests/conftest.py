"""Loyalty's tests run on real PostgreSQL; what other services would say is made by ``factories``."""

import pytest

from crm_chassis.config import Secret
from crm_chassis.database import Database, connect
from crm_chassis.testing import *  # noqa: F403
from crm_loyalty.config import Settings
from crm_loyalty.providers.keys import keystore


@pytest.fixture(scope="session")
def migrated(service_settings):
    return service_settings(Settings, "crm_loyalty")


@pytest.fixture
def settings(migrated, clean, monkeypatch):
    """Settings of an empty loyalty service, in the environment too, where a worker would find them."""
    clean(migrated)
    for variable, value in {
        "CRM_DATABASE_URL": migrated.database_url,
        "CRM_KEYS_DATABASE_URL": migrated.keys_database_url,
        "CRM_BROKER_URL": migrated.broker_url,
        "CRM_MASTER_KEYS": migrated.master_keys,
        "CRM_SIGNING_KEY": migrated.signing_key,
        "CRM_TRUSTED_KEYS": Secret(migrated.trusted_keys),
    }.items():
        monkeypatch.setenv(variable, value.reveal())
    yield migrated
    if keystore.cache_info().currsize:
        keystore().close()
        keystore.cache_clear()


@pytest.fixture
def database(settings) -> Database:
    database = connect(settings)
    yield database
    database.engine.dispose()
