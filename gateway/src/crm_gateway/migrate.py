"""Brings the gateway's database to the newest schema: ``python -m crm_gateway.migrate``."""

from crm_chassis import migrate
from crm_chassis.config import read_settings
from crm_chassis.logs import configure_logging
from crm_gateway.config import AdminSettings


def main() -> None:
    """Migrate and end."""
    settings = read_settings(AdminSettings)
    configure_logging(settings.service, "gateway-migrate", settings.log_level)
    migrate.run(settings, "crm_gateway")


if __name__ == "__main__":
    main()
