"""Keys, passwords and log-ins of one instance: made once, at random, kept under .run/secrets (0600), used again."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tools.maitre.common import Trouble, read_json, write_private
from tools.maitre.processes import GATEWAY, SERVICES

ROLES = ("owner", "marketing_manager", "manager", "host")


@dataclass(frozen=True)
class Secrets:
    """Everything secret of one instance."""

    instance: str
    database_passwords: dict[str, str]
    master_keys: dict[str, str]
    signing_keys: dict[str, str]
    index_key: str
    token_key: str
    log_ins: dict[str, dict[str, str]]

    @property
    def trusted_keys(self) -> str:
        """Whose internal tokens a service believes: the public halves of all signing keys."""
        return ",".join(f"{name}/1:{public_half(key)}" for name, key in self.signing_keys.items())


def secrets_file(directory: Path) -> Path:
    """Return where an instance keeps its secrets."""
    return directory / "secrets" / "secrets.json"


def load_or_make(directory: Path) -> Secrets:
    """Return the instance's secrets; what is not there yet is made, what is there is never changed."""
    path = secrets_file(directory)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = read_json(path)
    if known is None and path.exists() and path.stat().st_size:
        raise Trouble(f"{path} cannot be read: restore it, or `make clean` to begin anew (its data is lost then)")
    whole = complete(known or {})
    if whole != known:
        write_private(path, json.dumps(whole, indent=2))
    return Secrets(**whole)


def save(directory: Path, secrets: Secrets) -> None:
    """Write the secrets down as this instance's."""
    write_private(secrets_file(directory), json.dumps(asdict(secrets), indent=2))


def complete(known: dict[str, Any]) -> dict[str, Any]:
    """Return the secrets with whatever they lack."""
    made = {
        "instance": secrets.token_hex(8),
        "database_passwords": {name: secrets.token_urlsafe(24) for name in (*SERVICES, GATEWAY)},
        "master_keys": {name: f"k1:{random_key()}" for name in (*SERVICES, GATEWAY)},
        "signing_keys": {name: random_key() for name in (*SERVICES, GATEWAY)},
        "index_key": random_key(),
        "token_key": f"1:{random_key()}",
        "log_ins": {
            role: {"email": f"{role.replace('_', '.')}@example.com", "password": secrets.token_urlsafe(12)}
            for role in ROLES
        },
    }
    for name, value in made.items():
        if isinstance(value, dict):
            made[name] = value | known.get(name, {})
        else:
            made[name] = known.get(name, value)
    return made


def random_key() -> str:
    """Return 32 random bytes in base64url."""
    return text_of(secrets.token_bytes(32))


def text_of(raw: bytes) -> str:
    """Return the bytes in base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def public_half(seed: str) -> str:
    """Return the public key of an Ed25519 seed, both base64url."""
    raw = base64.urlsafe_b64decode(seed + "=" * (-len(seed) % 4))
    return text_of(Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw())
