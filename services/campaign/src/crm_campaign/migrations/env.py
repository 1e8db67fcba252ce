"""Alembic's entry; ``crm_chassis.migrate`` holds what it does."""

from crm_campaign.models import Base
from crm_chassis.migrate import run_migrations

run_migrations(Base.metadata)
