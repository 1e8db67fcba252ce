"""``crm-gateway``: the first log-ins, the way back in for who is locked out, and fresh keys."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import click
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from crm_chassis import migrate as migrations
from crm_chassis.config import MissingSetting, read_settings
from crm_chassis.database import connect
from crm_chassis.errors import DomainError
from crm_gateway import keys
from crm_gateway.audit import chain
from crm_gateway.config import AdminSettings, TrustSettings
from crm_gateway.models.identity import Staff
from crm_gateway.operations import api_keys, second_factor, staff
from crm_gateway.operations.sessions import end_all
from crm_gateway.permissions import KEY_ROLES, STAFF_ROLES

AWAY = "the gateway's database does not answer: see CRM_DATABASE_URL"


@click.group()
def main() -> None:
    """Look after the gateway's log-ins in the database that CRM_DATABASE_URL names."""


@contextmanager
def _session() -> Iterator[Session]:
    """Open a transaction; a refusal becomes the command's error."""
    database = connect(_settings())
    try:
        with database.transaction() as session:
            yield session
    except DomainError as error:
        lines = [f"{field}: {' '.join(messages)}" for field, messages in error.errors.items()]
        raise click.ClickException("\n".join([str(error), *lines])) from None
    except OperationalError:
        raise click.ClickException(AWAY) from None
    finally:
        database.engine.dispose()


def _settings() -> AdminSettings:
    try:
        return read_settings(AdminSettings)
    except MissingSetting as error:
        raise click.ClickException(str(error)) from None


@main.command()
def migrate() -> None:
    """Bring the gateway's database to the newest schema."""
    try:
        migrations.run(_settings(), "crm_gateway")
    except OperationalError:
        raise click.ClickException(AWAY) from None


@main.group("audit")
def audit_group() -> None:
    """The log of who saw or changed which guest."""


@audit_group.command("verify")
def verify_audit() -> None:
    """Check the whole chain against its hashes and the signed checkpoints (CRM_TRUSTED_KEYS)."""
    try:
        trusted = read_settings(TrustSettings).trusted_keys
    except MissingSetting as error:
        raise click.ClickException(str(error)) from None
    with _session() as session:
        found = chain.walk(session, trusted=trusted)
    if found.broken is not None:
        raise click.ClickException(f"broken at entry {found.broken}: {found.why}")
    click.echo(f"intact: {found.checked} entries, {found.first or 0} to {found.last}")


@main.group("staff")
def staff_group() -> None:
    """People who sign in."""


@staff_group.command("add")
@click.option("--email", required=True)
@click.option("--role", required=True, type=click.Choice(STAFF_ROLES))
@click.option("--name", default="", help="What the person is called.")
@click.option("--location", "locations", multiple=True, type=click.UUID, help="Bind to this location; repeatable.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of making one.")
def add(email: str, role: str, name: str, locations: tuple[UUID, ...], *, password_stdin: bool) -> None:
    """Add a member of staff; without --password-stdin a random password is made and printed."""
    given = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    password = secrets.token_urlsafe(18) if given is None else given
    with _session() as session:
        staff.add_staff(session, email=email, name=name, password=password, role=role, location_ids=locations or None)
    click.echo(f"{email} may sign in as {role}." if given is not None else password)


@staff_group.command("reset-password")
@click.option("--email", required=True)
def reset_password(email: str) -> None:
    """Print a temporary password that must be changed at the next sign-in; all sessions and tokens of theirs end."""
    with _session() as session:
        password = staff.reset_password(session, staff=_find(session, email))
    click.echo(password)


@staff_group.command("reset-second-factor")
@click.option("--email", required=True)
def reset_second_factor(email: str) -> None:
    """Take a second factor away, of somebody who lost their phone and their recovery codes."""
    with _session() as session:
        member = _find(session, email)
        second_factor.remove(session, staff=member)
        end_all(session, member)
    click.echo(f"{email} signs in with the password alone now.")


def _find(session: Session, email: str) -> Staff:
    found = staff.find_by_email(session, email)
    if found is None:
        raise staff.StaffNotFound("Nobody on the staff has this e-mail address.")
    return staff.lock_staff(session, staff_id=found.id)


@main.group("keys")
def signing_key_group() -> None:
    """Keys that sign; docs/runbook.md says how they are rotated."""


@signing_key_group.command("new")
def new_token_key() -> None:
    """Print a fresh key for CRM_TOKEN_KEY."""
    click.echo(keys.new_token_key(datetime.now(UTC)))


@signing_key_group.command("new-signing")
@click.argument("key_id")
def new_signing_key(key_id: str) -> None:
    """Print a fresh key for CRM_SIGNING_KEY, and its public half for CRM_TRUSTED_KEYS; KEY_ID is as gateway/2."""
    private, public = keys.new_signing_key(key_id)
    click.echo(f"CRM_SIGNING_KEY={private}\nadd to CRM_TRUSTED_KEYS: {public}")


@main.group("api-keys")
def key_group() -> None:
    """Keys for tills and booking systems."""


@key_group.command("add")
@click.option("--name", required=True)
@click.option("--role", default="till", show_default=True, type=click.Choice(KEY_ROLES))
@click.option("--location", "locations", multiple=True, type=click.UUID, help="Bind to this location; repeatable.")
def add_key(name: str, role: str, locations: tuple[UUID, ...]) -> None:
    """Make a key and print it; it is not to be had again."""
    with _session() as session:
        new = api_keys.create_key(session, name=name, role=role, location_ids=locations or None)
    click.echo(new.text)
