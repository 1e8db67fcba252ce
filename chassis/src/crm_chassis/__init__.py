"""How a service runs, never what it does: settings, logs, database, events, HTTP, keys."""
