"""The consuming process: wiring only."""

from crm_chassis import green

green.patch()

from datetime import UTC, datetime

from crm_chassis import answers, worker
from crm_chassis.config import read_settings
from crm_contracts.topology import TOPOLOGY
from crm_customer.config import Settings
from crm_customer.consumers import subscriptions

TIMERS = (worker.Timer("purge_answers", 3600, lambda session: answers.purge(session, now=datetime.now(UTC))),)


def main() -> None:
    """Consume until SIGTERM."""
    worker.run(read_settings(Settings), subscriptions, TOPOLOGY, TIMERS)


if __name__ == "__main__":
    main()
