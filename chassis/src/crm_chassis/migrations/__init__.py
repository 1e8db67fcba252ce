"""Alembic migrations of the chassis' tables (version table ``chassis_version``)."""
