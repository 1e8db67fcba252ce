"""Attacks on access tokens (RFC 8725), and the keys that sign them."""

import base64
import dataclasses
import hashlib
import hmac
import json
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crm_chassis import auth
from crm_chassis.auth import Unauthenticated
from crm_chassis.config import Secret
from crm_chassis.testing import wait_until
from crm_gateway import keys
from crm_gateway.access_tokens import AccessTokens
from crm_gateway.config import BASE

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def seed_of(settings):
    text = settings.token_key.reveal().partition(":")[2]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(value):
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.fixture
def claims(member):
    """The claims of a good token for an owner."""
    now = datetime.now(UTC)
    return {"iss": "maitre-gateway", "aud": "maitre", "sub": member().id, "role": "owner", "epoch": 0, "jti": "1",
            "iat": int(now.timestamp()), "exp": int((now + timedelta(minutes=5)).timestamp())}  # fmt: skip


@pytest.fixture
def status(client, services):
    """``status(token)``: what the gateway says to it."""
    return lambda token: client.get(f"{BASE}/customers", headers={"Authorization": f"Bearer {token}"}).status_code


@pytest.fixture
def sign(settings):
    """``sign(claims, **header)``: a token under the gateway's own key."""
    key = Ed25519PrivateKey.from_private_bytes(seed_of(settings))
    return lambda claims, **header: jwt.encode(claims, key, "EdDSA", headers={"kid": "test"} | header)


def test_a_good_token_is_let_in(status, sign, claims):
    assert status(sign(claims)) == 200


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
@pytest.mark.parametrize("signature", ["", "AAAA"])
def test_alg_none_is_refused(status, claims, algorithm, signature):
    assert status(f"{encoded({'alg': algorithm, 'kid': 'test'})}.{encoded(claims)}.{signature}") == 401


def test_hs256_with_the_public_key_as_its_secret_is_refused(status, settings, claims):
    """In every form in which an attacker may have the public key: it is published at /auth/jwks."""
    public = Ed25519PrivateKey.from_private_bytes(seed_of(settings)).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    raw = public.public_bytes_raw()
    for secret in (pem, pem.strip(), der, raw, encoded(raw).encode()):
        text = f"{encoded({'alg': 'HS256', 'kid': 'test', 'typ': 'JWT'})}.{encoded(claims)}"
        assert status(f"{text}.{encoded(hmac.digest(secret, text.encode(), hashlib.sha256))}") == 401


@pytest.mark.parametrize(
    "changed",
    [{"iss": "customer"}, {"aud": "customer"}, {"aud": ["maitre", "customer"]},
     {"exp": 1}, {"epoch": 1}, {"epoch": -1}, {"epoch": "x"}, {"epoch": None}, {"epoch": 2**70},
     {"sub": "x"}, {"sub": None}, {"sub": "01890000-0000-7000-8000-00000000dead"}, {"sub": 7}, {"nbf": 2**33}],
    ids=str,
)  # fmt: skip
def test_claims_that_are_not_ours_are_refused(status, sign, claims, changed):
    assert status(sign(claims | changed)) == 401


@pytest.mark.parametrize("missing", ["iss", "aud", "sub", "role", "epoch", "iat", "exp", "jti"])
def test_a_missing_claim_is_refused(status, sign, claims, missing):
    del claims[missing]
    assert status(sign(claims)) == 401


@pytest.mark.parametrize(
    "kid", ["other", "", None, "../test", "/dev/null", "test'--", "test\x00", ["test"], {"test": 1}, 0], ids=str
)
def test_tricks_with_the_key_id_are_refused(status, settings, claims, kid):
    """Also signed by our own key: an id names a key of the list or none."""
    key = Ed25519PrivateKey.from_private_bytes(seed_of(settings))
    text = f"{encoded({'alg': 'EdDSA', 'kid': kid})}.{encoded(claims)}"
    assert status(f"{text}.{encoded(key.sign(text.encode()))}") == 401


def test_a_key_that_the_token_brings_along_is_not_believed(status, claims):
    key = Ed25519PrivateKey.generate()
    jwk = {"kty": "OKP", "crv": "Ed25519", "x": encoded(key.public_key().public_bytes_raw())}
    for header in ({"jwk": jwk}, {"jku": "http://127.0.0.1:9/jwks"}, {"x5u": "http://127.0.0.1:9/x"}):
        assert status(jwt.encode(claims, key, "EdDSA", headers={"kid": "test"} | header)) == 401


def test_an_extension_that_must_be_understood_is_refused(status, sign, claims):
    assert status(sign(claims, crit=["b64"], b64=False)) == 401


def test_the_token_between_services_opens_nothing_at_the_door(status, settings):
    owner = auth.Principal(kind="staff", id="01890000-0000-7000-8000-000000000000", role="owner")
    assert status(auth.mint(settings, "customer", owner)) == 401


def test_an_access_token_opens_nothing_at_a_service(sign, claims, trusted_keys):
    service = SimpleNamespace(service="customer", trusted_keys=trusted_keys)
    with pytest.raises(Unauthenticated):
        auth.verify(service, sign(claims))


def test_the_key_set_has_the_public_keys_and_nothing_secret(client, settings, sign, claims):
    answer = client.get(f"{BASE}/auth/jwks")
    (key,) = answer.get_json()["keys"]
    assert {name: key[name] for name in ("kty", "crv", "kid", "use", "alg")} == {
        "kty": "OKP", "crv": "Ed25519", "kid": "test", "use": "sig", "alg": "EdDSA",
    }  # fmt: skip
    assert "d" not in key
    public = Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["x"] + "="))
    assert jwt.decode(sign(claims), public, ["EdDSA"], audience="maitre")["sub"] == claims["sub"]
    assert jwt.PyJWKSet.from_dict(answer.get_json()).keys[0].key_id == "test"
    assert encoded(seed_of(settings)) not in answer.get_data(as_text=True)


def test_fresh_keys_do_not_repeat_and_fit_their_settings():
    made = [keys.new_token_key(NOW) for _ in range(3)]
    tokens = AccessTokens(Secret(",".join(made)), 60)
    assert [key["kid"] for key in tokens.public_keys()] == [key.partition(":")[0] for key in made]
    private, public = keys.new_signing_key("gateway/2")
    settings = SimpleNamespace(service="gateway", signing_key=Secret(private))
    owner = auth.Principal(kind="staff", id="1", role="owner")
    believing = SimpleNamespace(service="customer", trusted_keys=public)
    assert auth.verify(believing, auth.mint(settings, "customer", owner)).role == "owner"


class _Traffic:
    """Signs in at one of two gateways and asks the other, over and over; remembers every status that is not 200."""

    def __init__(self, gateways, who):
        self.gateways, self.who = gateways, who
        self.rounds, self.refused, self.is_over = 0, [], False
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        body = {"email": self.who.email, "password": self.who.password}
        tokens = []
        while not self.is_over:
            one, other = self.gateways[self.rounds % 2], self.gateways[(self.rounds + 1) % 2]
            answer = one.post(f"{BASE}/auth/tokens", json=body)
            tokens = [*tokens[-2:], answer.get_json().get("access_token")]  # the last three are in use
            for token in tokens:
                answer = other.get(f"{BASE}/customers", headers={"Authorization": f"Bearer {token}"})
                if answer.status_code != 200:
                    self.refused.append((self.rounds, answer.get_json()))
            self.rounds += 1

    def goes_on(self):
        """Wait until every token in use is of the present keys' making."""
        enough = self.rounds + 5
        wait_until(lambda: self.rounds >= enough, 60)


def test_both_signing_keys_rotate_under_traffic_and_nobody_is_refused(make_gateway, settings, services, member):
    """The steps of docs/runbook.md, two gateways restarted one after the other at each; the service checks for real."""
    token_keys = {"old": settings.token_key.reveal(), "new": keys.new_token_key(NOW)}
    old_signing = settings.signing_key.reveal()
    new_signing, new_public = keys.new_signing_key("gateway/2")
    seed = base64.urlsafe_b64decode(old_signing.partition(":")[2] + "=")
    old_public = f"gateway/1:{encoded(Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw())}"
    trusted = [old_public]

    def check(handler, asked):
        believing = SimpleNamespace(service="customer", trusted_keys=",".join(trusted))
        try:
            auth.verify(believing, asked.headers["Authorization"].removeprefix("Bearer "))
            handler.say(asked)
        except Unauthenticated:
            handler.say(asked, status=401)

    services["customer"].answer = check

    def start(names, signing):
        chosen = Secret(",".join(token_keys[name] for name in names))
        return make_gateway(dataclasses.replace(settings, token_key=chosen, signing_key=Secret(signing))).test_client()

    gateways = [start(["old"], old_signing) for _ in range(2)]
    traffic = _Traffic(gateways, member())
    traffic.thread.start()
    traffic.goes_on()
    trusted.append(new_public)  # services believe the new one before anybody signs with it
    for names, signing in (
        (["old", "new"], old_signing),  # everybody can read the new ones
        (["new", "old"], new_signing),  # they sign
        (["new"], new_signing),  # the old token key is gone, once its tokens are
    ):
        for number in range(2):
            gateways[number] = start(names, signing)
            traffic.goes_on()
    trusted.remove(old_public)
    traffic.goes_on()
    traffic.is_over = True
    traffic.thread.join(30)
    assert traffic.refused == []
