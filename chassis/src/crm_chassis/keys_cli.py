"""``crm-keys``: look after the master keys of one service (docs/runbook-keys.md)."""

import base64
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError
from tabulate import tabulate

from crm_chassis.config import MissingSetting, read_settings
from crm_chassis.crypto import KEY_BYTES, BadKey
from crm_chassis.keys import KeySettings, KeyStore, MasterKeyRefused, StillInUse

RETRY_SECONDS = 0.1


@click.group()
def main() -> None:
    """Look after the master keys of the service whose CRM_KEYS_DATABASE_URL and CRM_MASTER_KEYS are set."""


@contextmanager
def _opened() -> Iterator[KeyStore]:
    """Give the key store of this environment, its master keys checked; a refusal becomes the command's error."""
    try:
        store = KeyStore(read_settings(KeySettings))
        try:
            store.check()
            yield store
        finally:
            store.close()
    except (MissingSetting, BadKey, MasterKeyRefused) as error:
        raise click.ClickException(str(error)) from None
    except OperationalError:
        raise click.ClickException("the keys database does not answer: see CRM_KEYS_DATABASE_URL") from None


@main.command()
@click.argument("key_id", default="")
def generate(key_id: str) -> None:
    """Print a fresh master key, ready for CRM_MASTER_KEYS."""
    key_id = key_id or time.strftime("k%Y%m%d", time.gmtime())
    click.echo(f"{key_id}:{base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode().rstrip('=')}")


@main.command()
def check() -> None:
    """Tell whether the master keys given are the right ones; ends with 1 when not."""
    with _opened() as store:
        click.echo(f"the master keys fit; current: {store.master_keys.current.key_id}")


@main.command()
def status() -> None:
    """Show how many data keys each master key wraps."""
    with _opened() as store:
        rows = [
            (key.key_id, key.data_keys, "yes" if key.is_given else "no", "yes" if key.is_current else "")
            for key in store.status()
        ]
    click.echo(tabulate(rows, ("master key", "data keys", "given", "current")))


@main.command()
@click.option("--batch", default=500, show_default=True, help="Data keys re-wrapped in one transaction.")
def rewrap(batch: int) -> None:
    """Re-wrap every data key under the current master key, while the service runs."""
    with _opened() as store:
        store.verify()
        done, left = 0, _left(store)
        while left:
            moved = store.rewrap(batch)
            done += moved
            click.echo(f"{done} re-wrapped")
            left = left - moved if 0 < moved < left else _left(store)
            if left and not moved:  # another crm-keys holds the rest
                time.sleep(RETRY_SECONDS)
    click.echo("no data key is left under an old master key")


def _left(store: KeyStore) -> int:
    """Count the data keys that are not yet under the current master key."""
    return sum(key.data_keys for key in store.status() if not key.is_current)


@main.command()
@click.argument("key_id")
def retire(key_id: str) -> None:
    """Unregister an old master key once no data key is wrapped by it; then destroy it wherever it is kept."""
    with _opened() as store:
        if not store.retire(key_id):
            raise StillInUse(f"{key_id} is not registered in this keys database")
    click.echo(f"{key_id} is retired: take it out of CRM_MASTER_KEYS and destroy every copy of it")
