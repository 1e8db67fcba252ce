"""A yardstick: nameko's own event_handler doing the same work, one transaction and one commit per event."""

import eventlet

eventlet.monkey_patch()

import os  # noqa: E402
from typing import Any  # noqa: E402

import psycopg  # noqa: E402
from nameko.events import event_handler  # noqa: E402
from nameko.runners import ServiceRunner  # noqa: E402

INBOX = "INSERT INTO inbox (event_id, consumer) VALUES (%s, 'stock') ON CONFLICT DO NOTHING"
PROJECT = """
INSERT INTO stats AS known VALUES (%s, 1, %s)
ON CONFLICT (customer_id) DO UPDATE
SET orders = known.orders + 1, spend_minor = known.spend_minor + excluded.spend_minor
"""


class Stock:
    """What a nameko tutorial would have us write."""

    name = "stock"

    @event_handler("stocktill", "order_recorded.v1")  # type: ignore[untyped-decorator]
    def add_up(self, payload: dict[str, Any]) -> None:
        """Inbox, projection, commit."""
        with connection.transaction():
            if connection.execute(INBOX, (payload["id"],)).rowcount:
                connection.execute(PROJECT, (payload["data"]["customer_id"], payload["data"]["spend_minor"]))


if __name__ == "__main__":
    connection = psycopg.connect(os.environ["CRM_DATABASE_URL"], autocommit=True)
    runner = ServiceRunner(config={"AMQP_URI": os.environ["CRM_BROKER_URL"], "max_workers": 1, "prefetch_count": 10})
    runner.add_service(Stock)
    runner.start()
    runner.wait()
