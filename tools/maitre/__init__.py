"""Brings Maître up on one machine: servers, databases, keys, processes, backups. For development and tests alone."""
