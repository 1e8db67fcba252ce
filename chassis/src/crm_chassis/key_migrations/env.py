"""Alembic's entry for the keys database: runs on the connection that keys.migrate opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table="keys_version")
with context.begin_transaction():
    context.run_migrations()
