"""The models are what the migrations make, up and down."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from crm_chassis.database import connect
from crm_chassis.migrate import alembic_config
from crm_customer import migrate
from crm_customer.config import Settings
from crm_customer.models import Base


def test_the_models_match_the_migrations(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables},
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_can_be_taken_back(service_settings):
    settings = service_settings(Settings, "crm_customer", CRM_ORGANISATION_NAME="Down")
    engine = create_engine(settings.database_url.reveal())
    with engine.connect() as connection:
        command.downgrade(alembic_config(connection, "crm_customer:migrations", "alembic_version"), "base")
    assert not set(inspect(engine).get_table_names()) & set(Base.metadata.tables)
    engine.dispose()


def test_migrating_twice_establishes_the_restaurant_once(service_settings, database):
    settings = service_settings(Settings, "crm_customer", CRM_ORGANISATION_NAME="Trattoria", CRM_ZONE="Europe/Rome")
    for _ in range(2):
        migrate.run(settings)
    installed = connect(settings)
    with installed.reading() as connection:
        row = connection.exec_driver_sql("SELECT name, default_zone FROM organisation").one()
        assert tuple(row) == ("Trattoria", "Europe/Rome")
        assert connection.exec_driver_sql("SELECT count(*) FROM location").scalar() == 1
    installed.engine.dispose()
