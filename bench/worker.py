"""The worker as a process, for the bench."""

from crm_chassis.green import patch

patch()

from bench.service import TOPOLOGY, settings, subscriptions  # noqa: E402
from crm_chassis import worker  # noqa: E402

if __name__ == "__main__":
    worker.run(settings(), subscriptions, TOPOLOGY)
