"""The relay as a process, for the bench."""

from bench.service import TOPOLOGY, settings
from crm_chassis import relay

if __name__ == "__main__":
    relay.run(settings(), TOPOLOGY)
