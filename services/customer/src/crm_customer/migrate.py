"""Brings the databases to the newest schema and makes sure that there is a restaurant: run before new code."""

from datetime import UTC, datetime

from crm_chassis import migrate
from crm_chassis.config import read_settings
from crm_chassis.database import connect
from crm_chassis.logs import configure_logging
from crm_customer.config import Settings
from crm_customer.operations.organisation import establish


def run(settings: Settings) -> None:
    """Migrate, then establish the organisation where there is none; harmless when repeated."""
    migrate.run(settings, "crm_customer")
    database = connect(settings)
    with database.transaction() as session:
        establish(
            session,
            name=settings.organisation_name,
            currency=settings.currency,
            country=settings.country,
            zone=settings.zone,
            spend_includes_tax=settings.spend_includes_tax,
            now=datetime.now(UTC),
        )
    database.engine.dispose()


def main() -> None:
    """Run with the settings of the environment."""
    settings = read_settings(Settings)
    configure_logging(settings.service, "migrate", settings.log_level)
    run(settings)


if __name__ == "__main__":
    main()
