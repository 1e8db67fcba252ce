"""Only who proves it by a fresh token of a trusted key, made for this service, comes in, and only where allowed."""

import base64
import dataclasses
import os
import time
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from crm_chassis import auth
from crm_chassis.auth import Principal, Unauthenticated, mint, verify
from crm_chassis.config import Secret

ADA = Principal("staff", "01890a5d-ac96-774b-bcce-b302099a8057", "owner")


@dataclasses.dataclass(frozen=True)
class Keys:
    """The part of the settings that tokens need."""

    service: str
    signing_key: Secret
    trusted_keys: str = ""


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signer(key_id: str) -> tuple[Keys, str]:
    """Settings that sign as *key_id*, and the entry that trusts them."""
    seed = os.urandom(32)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return Keys(key_id.partition("/")[0], Secret(f"{key_id}:{text(seed)}")), f"{key_id}:{text(public)}"


GATEWAY, GATEWAY_PUBLIC = signer("gateway/1")
LEDGER, LEDGER_PUBLIC = signer("ledger/1")
THINGS = Keys("things", Secret(""), f"{GATEWAY_PUBLIC}, {LEDGER_PUBLIC}")


def forged(key_id: str = "gateway/1", *, key="real", algorithm: str = "EdDSA", without: str = "", **changes) -> str:
    """A token of the gateway's with some claims changed."""
    now = int(time.time())
    claims = {"iss": "gateway", "aud": "things", "sub": "1", "kind": "staff", "role": "owner", "iat": now}
    claims |= {"exp": now + 60, "jti": "j"} | changes
    claims.pop(without, None)
    _, real = auth.private_key(GATEWAY.signing_key.reveal())
    return jwt.encode(claims, real if key == "real" else key, algorithm, headers={"kid": key_id})


def test_a_minted_token_names_its_principal():
    person = dataclasses.replace(ADA, locations=(UUID(int=7),), scopes=("orders",))
    assert verify(THINGS, mint(GATEWAY, "things", person)) == person
    assert verify(THINGS, mint(GATEWAY, "things", ADA)) == ADA
    assert verify(THINGS, forged()) == Principal("staff", "1", "owner")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "ü.ü.ü",
        forged(aud="other"),
        forged(aud=["things", "other"]),
        forged(iss="ledger"),
        forged(kind="god"),
        forged(iat=int(time.time()) - 100, exp=int(time.time()) - 40),
        forged(iat=int(time.time()) - 61, exp=int(time.time()) - 1),
        forged(exp=int(time.time()) + 3600),
        forged(iat=int(time.time()) + 600, exp=int(time.time()) + 650),
        forged(exp="soon"),
        forged(locations=["nowhere"]),
        forged("gateway/2"),
        forged("ledger/1"),
        forged(key="x" * 32, algorithm="HS256"),
        forged(key=None, algorithm="none"),
        forged(key=Ed25519PrivateKey.generate()),
        forged()[:-6] + "AAAAAA",
        *[forged(without=claim) for claim in auth.CLAIMS],
    ],
    ids=range(20 + len(auth.CLAIMS)),
)
def test_any_other_token_is_refused(token):
    with pytest.raises(Unauthenticated):
        verify(THINGS, token)


@given(st.text())
def test_no_text_is_more_than_refused(token):
    with pytest.raises(Unauthenticated):
        verify(THINGS, token)


def test_a_service_speaks_for_itself_alone():
    itself = Principal("service", "ledger", "service")
    assert verify(THINGS, mint(LEDGER, "things", itself)) == itself
    for other in (ADA, Principal("service", "gateway", "service"), Principal("service", "ledger", "owner")):
        with pytest.raises(Unauthenticated):
            verify(THINGS, mint(LEDGER, "things", other))


def test_tokens_are_used_again_for_a_short_while_and_never_across_principals(monkeypatch):
    keys, _ = signer("gateway/9")
    first = mint(keys, "things", ADA)
    assert mint(keys, "things", ADA) == first
    assert mint(keys, "other", ADA) != first
    assert mint(keys, "things", dataclasses.replace(ADA, role="host")) != first
    later = time.time() + 21
    monkeypatch.setattr(auth.time, "time", lambda: later)
    assert mint(keys, "things", ADA) != first


def test_a_token_seen_before_expires_all_the_same(monkeypatch):
    token = forged()
    verify(THINGS, token)
    later = time.time() + 61
    monkeypatch.setattr(auth.time, "time", lambda: later)
    with pytest.raises(Unauthenticated):
        verify(THINGS, token)


def test_no_token_lives_longer_than_a_minute():
    with pytest.raises(ValueError, match="60"):
        mint(GATEWAY, "things", ADA, ttl=61)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "bearer x y"], ids=repr)
def test_routes_ask_for_a_bearer_token(client, header):
    answer = client.get("/v1/things", headers={"Authorization": header} if header else {})
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_routes_let_in_the_roles_they_name_before_they_read_anything(client, things_settings, internal_headers):
    manager, host = internal_headers(things_settings, "manager"), internal_headers(things_settings, "host")
    assert client.get("/v1/things", headers=manager).status_code == 200
    assert client.head("/v1/things", headers=host).status_code == 403
    refused = client.post("/v1/things", data=b"{", headers=host)
    assert refused.status_code == 403
    assert refused.json["type"] == "urn:maitre:problem:forbidden"
    assert client.get("/v1/things/named/x").status_code == 200


def test_an_allow_without_roles_is_a_mistake():
    with pytest.raises(TypeError):
        auth.allow()


def test_a_clock_that_was_set_back_does_not_keep_a_token_of_the_future_in_use(monkeypatch):
    caller = Principal("staff", "set-back", "owner")
    later = time.time() + 3600
    with monkeypatch.context() as early:
        early.setattr(time, "time", lambda: later)
        mint(GATEWAY, "things", caller)
    assert verify(THINGS, mint(GATEWAY, "things", caller)) == caller
