"""Brings the service's databases to the newest schema; run before new code starts (RULES D5)."""

from crm_chassis import migrate
from crm_chassis.config import read_settings
from crm_chassis.logs import configure_logging
from crm_feedback.config import Settings


def main() -> None:
    """Migrate with the settings of the environment."""
    settings = read_settings(Settings)
    configure_logging(settings.service, "migrate", settings.log_level)
    migrate.run(settings, "crm_feedback")


if __name__ == "__main__":
    main()
