"""Alembic's entry; ``crm_chassis.migrate`` holds what it does."""

from crm_chassis.migrate import run_migrations
from crm_customer.models import Base

run_migrations(Base.metadata)
