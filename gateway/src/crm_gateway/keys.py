"""Fresh signing keys for the command line: Ed25519 seeds in the forms that the settings take."""

import base64
import secrets
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def new_token_key(now: datetime) -> str:
    """Give a key for CRM_TOKEN_KEY, to be put before or after the others: ``tYYYYMMDD-xxxx:seed``."""
    return f"t{now:%Y%m%d}-{secrets.token_hex(2)}:{_text(secrets.token_bytes(32))}"


def new_signing_key(key_id: str) -> tuple[str, str]:
    """Give a key for CRM_SIGNING_KEY and its public half for everybody's CRM_TRUSTED_KEYS; the id is ``gateway/2``."""
    seed = secrets.token_bytes(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return f"{key_id}:{_text(seed)}", f"{key_id}:{_text(public)}"


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
