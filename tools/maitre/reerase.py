"""Erases again, in a restored database, whoever has been erased since the backup (RULES E4).

Runs with the settings of the customer service. Whose keys are destroyed counts as erased. Their records go as they
went the first time, and the erasure is announced again, so that the other services forget them too.
"""

from datetime import UTC, datetime

from sqlalchemy import create_engine, text

from crm_chassis.config import read_settings
from crm_chassis.database import connect
from crm_chassis.keys import KeyStore
from crm_customer.config import Settings
from crm_customer.operations import privacy
from crm_customer.providers.vault import Vault

DESTROYED = text("SELECT person FROM data_key WHERE destroyed_at IS NOT NULL")
STANDING = text("SELECT id FROM guest WHERE erased_at IS NULL AND id = ANY(CAST(:ids AS uuid[])) ORDER BY id")


def main() -> None:
    """Erase again whoever must be; prints how many."""
    settings = read_settings(Settings)
    database, vault = connect(settings), Vault(settings, KeyStore(settings))
    with create_engine(settings.keys_database_url.reveal()).connect() as keys:
        destroyed = list(keys.scalars(DESTROYED))
    with database.transaction() as session:
        standing = list(session.scalars(STANDING, {"ids": destroyed}))
    for guest in standing:
        with database.transaction() as session:
            privacy.request_erasure(session, vault=vault, customer_id=guest, now=datetime.now(UTC))
    print(f"{len(standing)} people erased again")


if __name__ == "__main__":
    main()
