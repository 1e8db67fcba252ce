"""Databases and roles: one role per service, owner of its two databases and unable to enter any other."""

from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tools.maitre.common import Trouble
from tools.maitre.keys import Secrets
from tools.maitre.processes import GATEWAY, SERVICES

OWNED = {service: (service, f"{service}_keys") for service in SERVICES} | {GATEWAY: (GATEWAY,)}
"""Which databases each role owns."""

KEYS_DATABASES = tuple(f"{service}_keys" for service in SERVICES)


@dataclass(frozen=True)
class Databases:
    """Where each database is, by its plain name (customer, customer_keys, ..., gateway), as its owner enters it."""

    urls: dict[str, str]

    @classmethod
    def at(cls, admin_url: str, secrets: Secrets, prefix: str = "") -> "Databases":
        """Return the addresses at this server; `prefix` keeps them apart from others' on a shared one."""
        return cls(
            {
                database: as_owner(admin_url, prefix + role, secrets.database_passwords[role], prefix + database)
                for role, names in OWNED.items()
                for database in names
            }
        )


def as_owner(admin_url: str, role: str, password: str, database: str) -> str:
    """Return the address of a database, entered as that role."""
    parts = urlsplit(admin_url)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{quote(role, safe='')}:{quote(password, safe='')}@{host}"
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{database}"))


def prepare(admin_url: str, secrets: Secrets, prefix: str = "") -> Databases:
    """Create the roles and databases that are missing; nobody but its owner may enter one afterwards. Idempotent.

    Refuses roles and databases of the same name that are not this instance's own.
    """
    with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as connection:
        for role, names in OWNED.items():
            prepare_role(connection, prefix + role, secrets.database_passwords[role], secrets.instance)
            for name in names:
                prepare_database(connection, prefix + name, prefix + role)
    return Databases.at(admin_url, secrets, prefix)


def prepare_role(connection: psycopg.Connection, role: str, password: str, instance: str) -> None:
    """Create the role with its password, or make sure that the one there is ours and give it the password."""
    mark = f"Maître {instance}"
    name = sql.Identifier(role)
    found = connection.execute(
        "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = %s", (role,)
    ).fetchone()
    if found is None:
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE").format(name))
        connection.execute(sql.SQL("COMMENT ON ROLE {} IS {}").format(name, mark))
        connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(name))
    elif found[0] != mark:
        raise Trouble(
            f"PostgreSQL has a role {role} that is not this installation's ({found[0] or 'no comment'}): "
            "set CRM_DATABASE_PREFIX to keep ours apart, or give Maître a server of its own"
        )
    connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(name, password))


def prepare_database(connection: psycopg.Connection, database: str, owner: str) -> None:
    """Create the database, or make sure that the one there is the role's; close it to everybody else."""
    name = sql.Identifier(database)
    found = connection.execute(
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", (database,)
    ).fetchone()
    if found is None:
        create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0 ENCODING 'UTF8'")
        connection.execute(create.format(name, sql.Identifier(owner)))
    elif found[0] != owner:
        raise Trouble(f"PostgreSQL has a database {database} that belongs to {found[0]}: set CRM_DATABASE_PREFIX")
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("ALTER DATABASE {} SET timezone TO 'UTC'").format(name))
