"""Alembic's way into the keys database (crm_chassis.migrate)."""

from crm_chassis.migrate import run_migrations

run_migrations()
