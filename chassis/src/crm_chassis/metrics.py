"""What every process counts, for Prometheus; several processes of one gunicorn are summed."""

import os

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

EVENTS_HANDLED = Counter("crm_events_handled", "Events applied and committed", ["type"])
INBOX_DUPLICATES = Counter("crm_inbox_duplicates", "Deliveries dropped because their event had been applied before")
EVENTS_ERASED = Counter("crm_events_of_erased", "Events dropped because their subject was erased")
EVENTS_RETRIED = Counter("crm_events_retried", "Messages put into a retry queue after their handler raised")
EVENTS_PARKED = Counter("crm_events_parked", "Messages parked as dead letters", ["reason"])
BATCH_EVENTS = Histogram("crm_batch_events", "Messages in one transaction", buckets=(1, 2, 5, 10, 20, 50, 100, 200))
BATCH_SECONDS = Histogram("crm_batch_seconds", "Seconds from taking a batch to its commit")
LAG_SECONDS = Gauge("crm_consumer_lag_seconds", "Age of the last event applied", multiprocess_mode="mostrecent")


def exposition() -> tuple[bytes, str]:
    """Give all metrics in Prometheus' text format and its content type."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry), CONTENT_TYPE_LATEST
    return generate_latest(REGISTRY), CONTENT_TYPE_LATEST
