"""The chassis' fixtures: a real PostgreSQL and a real RabbitMQ."""

from crm_chassis.testing import *  # noqa: F403
