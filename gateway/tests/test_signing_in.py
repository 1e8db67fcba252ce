"""Signing in: right, wrong, too often; and what a token is good for afterwards."""

import dataclasses
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import jwt
import pytest
from sqlalchemy import select, text, update

from crm_chassis.config import Secret
from crm_gateway.access_tokens import AccessTokens
from crm_gateway.config import BASE
from crm_gateway.models.identity import Staff
from crm_gateway.operations import signing_in, staff

TOKENS = f"{BASE}/auth/tokens"
PASSWORD = "correct horse battery"


@pytest.fixture
def somebody(database):
    """A fresh member of staff, so that throttling in one test does not touch another."""
    email = f"host-{time.monotonic_ns()}@example.com"
    with database.transaction() as session:
        staff.add_staff(session, email=email, password=PASSWORD, role="host")
        session.execute(text("TRUNCATE sign_in_attempts"))
    return email


def sign_in(client, email, password=PASSWORD, address="192.0.2.1", **more):
    return client.post(
        TOKENS, json={"email": email, "password": password, **more}, environ_base={"REMOTE_ADDR": address}
    )


def test_the_right_password_gives_a_token(client, somebody, services):
    answer = sign_in(client, f" {somebody.upper()} ")
    assert answer.status_code == 200
    body = answer.get_json()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 3600
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert (claims["iss"], claims["aud"], claims["role"]) == ("maitre-gateway", "maitre", "host")
    assert claims["exp"] - claims["iat"] == 3600
    assert jwt.get_unverified_header(body["access_token"]) == {"alg": "EdDSA", "kid": "test", "typ": "JWT"}
    assert somebody not in body["access_token"]
    headers = {"Authorization": f"Bearer {body['access_token']}"}
    assert client.get(f"{BASE}/customers", headers=headers).status_code == 200


def test_wrong_password_and_unknown_email_get_the_same_answer(client, somebody, problem):
    wrong = problem(sign_in(client, somebody, "wrong password here"), 401)
    unknown = problem(sign_in(client, "nobody@example.com"), 401)
    for each in (wrong, unknown):
        each.pop("instance")
    assert wrong == unknown


def test_an_unknown_email_takes_as_long_as_a_wrong_password(database, somebody):
    def seconds(email):
        began = time.perf_counter()
        with database.transaction() as session, pytest.raises(signing_in.WrongCredentials):
            signing_in.check_password(session, email=email, password="wrong password here")
        return time.perf_counter() - began

    pairs = [(seconds(somebody), seconds("nobody@example.com")) for _ in range(9)]
    known, unknown = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert 0.5 < known / unknown < 2


def test_a_dismissed_member_of_staff_cannot_sign_in(client, database, somebody, problem):
    with database.transaction() as session:
        session.execute(update(Staff).where(Staff.email == somebody).values(is_active=False))
    problem(sign_in(client, somebody), 401)


def test_dismissal_ends_tokens_already_given(make_gateway, database, somebody, problem):
    token = sign_in(make_gateway().test_client(), somebody).get_json()["access_token"]
    with database.transaction() as session:
        session.execute(update(Staff).where(Staff.email == somebody).values(is_active=False))
    fresh = make_gateway().test_client()  # remembers nobody yet, as any process does after five seconds
    problem(fresh.get(f"{BASE}/customers", headers={"Authorization": f"Bearer {token}"}), 401)


def test_a_role_is_the_one_of_now_not_of_the_token(make_gateway, database, somebody, problem):
    token = sign_in(make_gateway().test_client(), somebody).get_json()["access_token"]
    with database.transaction() as session:
        session.execute(update(Staff).where(Staff.email == somebody).values(role="owner"))
    answer = make_gateway().test_client().get(f"{BASE}/staff", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_too_many_failures_are_refused_even_with_the_right_password(client, somebody, problem):
    for _ in range(5):
        problem(sign_in(client, somebody, "wrong password here"), 401)
    answer = sign_in(client, somebody)
    problem(answer, 429)
    assert 0 < int(answer.headers["Retry-After"]) <= 901


def test_the_throttle_is_per_email_and_address(client, somebody, problem):
    for _ in range(6):
        sign_in(client, somebody, "wrong password here")
    assert sign_in(client, somebody, address="192.0.2.2").status_code == 200
    problem(sign_in(client, somebody), 429)


def test_success_forgets_earlier_failures(client, somebody):
    for _ in range(3):
        for _ in range(4):
            assert sign_in(client, somebody, "wrong password here").status_code == 401
        assert sign_in(client, somebody).status_code == 200


def test_one_address_cannot_try_many_emails(make_gateway, settings, somebody, problem):
    client = make_gateway(dataclasses.replace(settings, sign_in_failures=1)).test_client()
    for number in range(20):
        problem(sign_in(client, f"nobody-{number}@example.com", "x"), 401)
    problem(sign_in(client, somebody), 429)


def test_the_throttle_holds_across_processes(make_gateway, settings, somebody):
    """Two applications with pools of their own, as two processes have, and many threads at once."""
    clients = [make_gateway(dataclasses.replace(settings)) for _ in range(2)]
    start = threading.Barrier(8)

    def attempt(number):
        start.wait()
        client = clients[number % 2].test_client()
        return [sign_in(client, somebody, "wrong password here").status_code for _ in range(2)]

    with ThreadPoolExecutor(8) as pool:
        statuses = [status for each in pool.map(attempt, range(8)) for status in each]
    assert sorted(statuses) == [401] * 5 + [429] * 11


def test_the_window_ends(database, somebody):
    now = datetime.now(UTC)
    throttle = signing_in.Throttle(failures=2, window=60)

    def attempt(at):
        with database.transaction() as session:
            buckets = signing_in.sign_in_buckets(somebody, "192.0.2.9", throttle)
            signing_in.count_attempt(session, buckets, throttle=throttle, now=at)

    attempt(now)
    attempt(now)
    with pytest.raises(signing_in.TooManySignIns) as refused:
        attempt(now + timedelta(seconds=30))
    assert refused.value.extra["retry_after"] == 31
    attempt(now + timedelta(seconds=60))


def test_nothing_personal_is_kept_by_the_throttle(client, database, somebody):
    sign_in(client, somebody, "wrong password here")
    with database.transaction() as session:
        rows = (
            session.execute(text("SELECT bucket::text || attempts || started_at FROM sign_in_attempts")).scalars().all()
        )
    assert len(rows) == 2
    assert not [row for row in rows if somebody in row or "192.0.2" in row]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "email"),
        ({"email": "a@example.com"}, "password"),
        ({"email": 7, "password": "x"}, "email"),
        ({"email": "a\0@example.com", "password": "x"}, "email"),
        ({"email": "a@example.com", "password": "x" * 1025}, "password"),
        ({"email": "a@example.com", "password": "x", "role": "owner"}, "role"),
    ],
)
def test_unreadable_sign_ins_name_the_field(client, problem, body, field):
    assert field in problem(client.post(TOKENS, json=body), 422)["errors"]


@pytest.mark.parametrize(
    ("data", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"x=1", "text/plain", 415),
        (b'"' + b"x" * (3 << 20) + b'"', "application/json", 413),
    ],
)
def test_unreadable_bodies_are_problems(client, problem, data, content_type, status):
    problem(client.post(TOKENS, data=data, content_type=content_type), status)


def _token(settings, **claims):
    tokens = AccessTokens(settings.token_key, 60)
    key = tokens._keys["test"]
    now = datetime.now(UTC)
    full = {"iss": "maitre-gateway", "aud": "maitre", "sub": claims.pop("sub"), "role": "owner", "epoch": 0,
            "jti": "1", "iat": now, "exp": now + timedelta(minutes=5)} | claims  # fmt: skip
    return jwt.encode(full, key, "EdDSA", headers={"kid": "test"})


@pytest.mark.parametrize(
    "claims",
    [{"iss": "customer"}, {"aud": "customer"}, {"aud": ["maitre"]}, {"exp": datetime.now(UTC) - timedelta(seconds=1)},
     {"sub": "01890000-0000-7000-8000-00000000dead"}, {"sub": "x"}],
)  # fmt: skip
def test_tokens_that_are_not_quite_ours_are_refused(client, settings, database, people, problem, claims):  # noqa: PLR0917
    with database.transaction() as session:
        owner = session.scalar(select(Staff.id).where(Staff.email_normalised == people["owner"]))
    good = _token(settings, sub=str(owner))
    assert client.get(f"{BASE}/customers", headers={"Authorization": f"Bearer {good}"}).status_code == 200
    bad = _token(settings, **({"sub": str(owner)} | claims))
    problem(client.get(f"{BASE}/customers", headers={"Authorization": f"Bearer {bad}"}), 401)


def test_unsigned_and_foreign_tokens_are_refused(client, people, problem):
    foreign = AccessTokens(Secret("test:" + "A" * 43), 60).issue(
        staff_id=uuid4(), role="owner", epoch=0, now=datetime.now(UTC)
    )
    unsigned = jwt.encode({"iss": "maitre-gateway", "aud": "maitre", "sub": "1"}, None, "none", headers={"kid": "test"})
    for token in (foreign.text, unsigned, "", "x", "eyJ.eyJ.x", "mk_", "mk_x", "mk_abc_def", "é" * 10, "x" * 5000):
        problem(client.get(f"{BASE}/customers", headers={"Authorization": f"Bearer {token}"}), 401)
    for header in ("", "Bearer", "Basic b3duZXI6eA==", "bearer"):
        answer = client.get(f"{BASE}/customers", headers={"Authorization": header})
        problem(answer, 401)
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_signing_keys_rotate(settings):
    old = settings.token_key.reveal()
    now, staff_id = datetime.now(UTC), uuid4()
    token = AccessTokens(Secret(old), 60).issue(staff_id=staff_id, role="host", epoch=0, now=now)
    both = AccessTokens(Secret("new:" + "A" * 43 + "," + old), 60)
    assert both.read(token.text).staff_id == staff_id
    fresh = both.issue(staff_id=staff_id, role="host", epoch=0, now=now)
    assert jwt.get_unverified_header(fresh.text)["kid"] == "new"
    assert AccessTokens(Secret(old), 60).read(fresh.text) is None
