"""`make compose-env`: write .env with random secrets for docker-compose.yml, once; an existing one is never changed."""

import secrets
import sys
from pathlib import Path

from tools.maitre.common import ROOT, write_private
from tools.maitre.keys import Secrets, complete

ENV = ROOT / ".env"


def variables() -> dict[str, str]:
    """Every variable that docker-compose.yml asks for, with a fresh value."""
    made = Secrets(**complete({}))
    found = {"CRM_POSTGRES_PASSWORD": secrets.token_urlsafe(24), "CRM_RABBITMQ_PASSWORD": secrets.token_urlsafe(24)}
    found |= {f"CRM_{name.upper()}_DB_PASSWORD": password for name, password in made.database_passwords.items()}
    found |= {f"CRM_{name.upper()}_MASTER_KEYS": key for name, key in made.master_keys.items()}
    found |= {f"CRM_{name.upper()}_SIGNING_KEY": f"{name}/1:{key}" for name, key in made.signing_keys.items()}
    return found | {
        "CRM_TRUSTED_KEYS": made.trusted_keys,
        "CRM_INDEX_KEY": made.index_key,
        "CRM_TOKEN_KEY": made.token_key,
    }


def write(path: Path = ENV) -> bool:
    """Write the file (0600) if there is none; says whether it did."""
    if path.exists():
        return False
    write_private(path, "".join(f"{name}={value}\n" for name, value in variables().items()))
    return True


if __name__ == "__main__":
    sys.stdout.write(f"wrote {ENV.name}\n" if write() else f"{ENV.name} is there already, unchanged\n")
