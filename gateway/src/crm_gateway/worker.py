"""The gateway's work behind the scenes, which no request waits for: wiring only."""

from crm_chassis import green

green.patch()

from crm_chassis import worker
from crm_chassis.config import read_settings
from crm_contracts.topology import TOPOLOGY
from crm_gateway.config import Settings
from crm_gateway.consumers import subscriptions


def timers(_settings: Settings) -> tuple[worker.Timer, ...]:
    """Give all that is due again and again, each thing in a transaction of its own."""
    return ()


def main() -> None:
    """Consume and tick until SIGTERM."""
    settings = read_settings(Settings)
    worker.run(settings, subscriptions, TOPOLOGY, timers(settings))


if __name__ == "__main__":
    main()
