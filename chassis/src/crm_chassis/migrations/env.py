"""Alembic's entry; ``crm_chassis.migrate`` holds what it does."""

from crm_chassis.migrate import run_migrations
from crm_chassis.tables import ChassisBase

run_migrations(ChassisBase.metadata)
