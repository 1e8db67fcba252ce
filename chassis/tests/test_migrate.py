"""Migrations bring any database to the models' state, may be run by several at once, and give way to traffic."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy.exc
from alembic import command
from coins import Settings
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from crm_chassis import migrate
from crm_chassis.config import Secret

CHASSIS = ("crm_chassis:migrations", "chassis_version")
TABLES = {"outbox", "inbox", "subject_sequence", "subject_alias", "erased_subject", "idempotent_answer"}


@pytest.fixture
def settings(make_database, service_settings):
    """Settings with databases that have no tables yet."""
    made = service_settings(Settings, "json")
    return replace(
        made, database_url=Secret(make_database("migrate")), keys_database_url=Secret(make_database("migrate_keys"))
    )


def tables(url):
    with psycopg.connect(url.reveal()) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {name for (name,) in rows}


def test_all_databases_of_a_service_are_migrated_and_again_without_effect(settings):
    for _ in range(2):
        migrate.run(settings, "json")
    assert tables(settings.database_url) >= TABLES | {"chassis_version"}
    assert "data_key" in tables(settings.keys_database_url)


def test_several_that_migrate_at_once_do_not_disturb_each_other(settings):
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(migrate.upgrade, settings.database_url, *CHASSIS) for _ in range(2)]:
            done.result()
    assert tables(settings.database_url) >= TABLES


def test_the_migrations_make_what_the_models_say(settings):
    migrate.upgrade(settings.database_url, *CHASSIS)
    engine = create_engine(settings.database_url.reveal(), poolclass=NullPool)
    with engine.connect() as connection:
        command.check(migrate.alembic_config(connection, *CHASSIS))


def test_a_migration_gives_way_to_traffic_instead_of_blocking_it(settings, monkeypatch):
    """RULES D5."""
    migrate.upgrade(settings.database_url, *CHASSIS)
    monkeypatch.setattr(migrate, "LOCK_TIMEOUT", "100ms")
    engine = create_engine(settings.database_url.reveal(), poolclass=NullPool)
    with psycopg.connect(settings.database_url.reveal()) as traffic:
        traffic.execute("LOCK TABLE chassis_version IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(sqlalchemy.exc.OperationalError, match="lock timeout"):
            migrate.upgrade(settings.database_url, *CHASSIS)
    engine.dispose()
