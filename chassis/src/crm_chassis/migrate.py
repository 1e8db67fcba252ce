"""Bringing a service's databases to the newest schema: the chassis' tables, the service's own, its keys' (RULES D5)."""

import importlib.util
from contextlib import closing

import structlog
from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, create_engine, text
from sqlalchemy.pool import NullPool

from crm_chassis.config import ProcessSettings, Secret, ServiceSettings
from crm_chassis.keys import KeyStore

logger = structlog.get_logger()

ONE_AT_A_TIME = 7_741_002
LOCK_TIMEOUT = "5s"
"""How long a migration may wait for a table before it gives way to traffic and fails; the job is then run again."""


def run(settings: ProcessSettings, package: str) -> None:
    """Upgrade all databases of ``package`` and register its master key; refuses a wrong or missing one.

    Harmless when nothing is to do and when several run at once.
    """
    if isinstance(settings, ServiceSettings):
        upgrade(settings.keys_database_url, "crm_chassis:key_migrations", "keys_version")
        with closing(KeyStore(settings)) as keys:
            keys.verify()
    upgrade(settings.database_url, "crm_chassis:migrations", "chassis_version")
    if _has_migrations(package):
        upgrade(settings.database_url, f"{package}:migrations", "alembic_version")


def upgrade(url: Secret, script_location: str, version_table: str) -> None:
    """Run the migrations at ``script_location`` that the database at ``url`` lacks, alone among all that try."""
    engine = create_engine(url.reveal(), poolclass=NullPool, hide_parameters=True)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.commit()
        command.upgrade(alembic_config(connection, script_location, version_table), "head")
    logger.info("migrated", migrations=script_location)


def alembic_config(connection: Connection, script_location: str, version_table: str) -> Config:
    """Make the configuration under which alembic works on ``connection``."""
    config = Config(attributes={"connection": connection, "version_table": version_table})
    config.set_main_option("script_location", script_location)
    return config


def run_migrations(target_metadata: MetaData | None = None) -> None:
    """Be the body of every ``migrations/env.py``; ``target_metadata`` lets ``alembic check`` compare the models."""
    attributes = context.config.attributes
    own_tables = set(target_metadata.tables) if target_metadata is not None else set()
    context.configure(
        connection=attributes["connection"],
        version_table=attributes["version_table"],
        target_metadata=target_metadata,
        include_name=lambda name, kind, _parents: kind != "table" or name in own_tables,
    )
    with context.begin_transaction():
        context.run_migrations()


def _has_migrations(package: str) -> bool:
    """Say whether ``package`` has tables of its own."""
    spec = importlib.util.find_spec(f"{package}.migrations")
    return spec is not None
