"""The store of the guests' data keys, for processes that have no HTTP context to ask."""

from functools import cache

from crm_chassis.config import read_settings
from crm_chassis.keys import KeyStore
from crm_loyalty.config import Settings


@cache
def keystore() -> KeyStore:
    """Give the process's key store, made at first use from the environment's settings."""
    return KeyStore(read_settings(Settings))
