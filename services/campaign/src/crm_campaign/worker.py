"""The consuming process: wiring only."""

from crm_chassis import green

green.patch()

from crm_campaign.config import Settings
from crm_campaign.consumers import subscriptions
from crm_chassis import worker
from crm_chassis.config import read_settings
from crm_contracts.topology import TOPOLOGY


def main() -> None:
    """Consume until SIGTERM."""
    worker.run(read_settings(Settings), subscriptions, TOPOLOGY)


if __name__ == "__main__":
    main()
