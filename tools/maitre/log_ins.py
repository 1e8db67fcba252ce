"""The first log-ins and the till's key, made through the gateway's own command line."""

import json
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tools.maitre.common import PYTHON, ROOT, Trouble, read_json, write_private
from tools.maitre.keys import Secrets

GATEWAY_CLI = ROOT / ".venv" / "bin" / "crm-gateway"


def make_log_ins(directory: Path, secrets: Secrets, database_url: str) -> str:
    """Make one log-in per role and a till's key, unless this instance has them; return the key."""
    path = directory / "secrets" / "till.json"
    known = read_json(path)
    database = without_port(database_url)
    if known is not None and known.get("database") == database:
        return str(known["api_key"])
    with ThreadPoolExecutor(2) as pool:
        adding = [pool.submit(add_staff, role, who, database_url) for role, who in secrets.log_ins.items()]
        for done in adding:
            done.result()
    key = gateway_cli(database_url, "api-keys", "add", "--name", "till").strip().splitlines()[-1]
    write_private(path, json.dumps({"database": database, "api_key": key}))
    return key


def without_port(url: str) -> str:
    """Return what stays the same of a database's address when its server comes up on another port."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{parts.username}:{parts.password}@{parts.hostname}"))


def add_staff(role: str, who: dict[str, str], database_url: str) -> None:
    """Add one member of staff; one that an interrupted run added already is left as it is."""
    arguments = ("staff", "add", "--email", who["email"], "--role", role, "--password-stdin")
    try:
        gateway_cli(database_url, *arguments, given=who["password"] + "\n")
    except Trouble as trouble:
        if "StaffExists" not in str(trouble) and "already" not in str(trouble):
            raise


def gateway_cli(database_url: str, *arguments: str, given: str = "") -> str:
    """Run crm-gateway on that database; return what it printed, Trouble with its complaint."""
    done = subprocess.run(
        [PYTHON, GATEWAY_CLI, *arguments],
        check=False,
        input=given,
        capture_output=True,
        text=True,
        env=os.environ | {"CRM_DATABASE_URL": database_url},
    )
    if done.returncode:
        raise Trouble(f"crm-gateway {' '.join(arguments[:2])} failed: {done.stderr.strip()[-800:]}")
    return done.stdout
