"""The publishing process: wiring only."""

from crm_chassis import relay
from crm_chassis.config import read_settings
from crm_chassis.logs import configure_logging
from crm_contracts.topology import TOPOLOGY
from crm_customer.config import Settings


def main() -> None:
    """Publish what the service announces until SIGTERM."""
    settings = read_settings(Settings)
    configure_logging(settings.service, "relay", settings.log_level)
    relay.run(settings, TOPOLOGY)


if __name__ == "__main__":
    main()
