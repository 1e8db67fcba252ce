"""Nobody may ask without end: counted per key, member of staff or address, told in standard headers."""

import dataclasses
import re
import shutil
import socket
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_chassis.auth import ANYONE, Principal
from crm_chassis.config import MissingSetting
from crm_chassis.testing import wait_until
from crm_gateway import limits
from crm_gateway.config import BASE


@pytest.fixture
def limited_to(make_gateway, settings):
    """``limited_to("read=3/minute")``: a client of a gateway with these limits."""
    return lambda text, **more: make_gateway(dataclasses.replace(settings, rate_limits=text, **more)).test_client()


def ask(client, headers, path="/customers", method="GET", **options):
    return client.open(BASE + path, method=method, headers=headers, **options)


def statuses(client, headers, count, path="/customers", method="GET", **options):
    return [ask(client, headers, path, method, **options).status_code for _ in range(count)]


def is_refused(answer, problem, kind):
    """The refusal says how long to wait, in every form that clients know."""
    found = problem(answer, 429)
    assert found["type"] == "urn:maitre:problem:too-many-requests"
    wait = int(answer.headers["Retry-After"])
    assert 0 < wait <= 60
    assert found["retry_after"] == wait
    assert kind in found["detail"]


def test_a_service_is_not_asked_beyond_the_limit(limited_to, bearer, problem, services):
    client = limited_to("read=3/minute")
    assert statuses(client, bearer("owner"), 4) == [200, 200, 200, 429]
    assert len(services["customer"].asked) == 3
    is_refused(ask(client, bearer("owner")), problem, "read")


def test_our_own_routes_and_the_services_count_together(limited_to, bearer, problem):
    client = limited_to("read=3/minute")
    assert ask(client, bearer("owner"), "/staff").status_code == 200
    assert statuses(client, bearer("owner"), 2) == [200, 200]
    is_refused(ask(client, bearer("owner"), "/staff"), problem, "read")
    is_refused(ask(client, bearer("owner")), problem, "read")


def test_everyone_has_a_limit_of_their_own(limited_to, bearer):
    client = limited_to("read=2/minute,write=2/minute")
    assert statuses(client, bearer("owner"), 3) == [200, 200, 429]
    assert statuses(client, bearer("host"), 3) == [200, 200, 429]
    assert statuses(client, bearer("till"), 3, "/orders", "POST", json=[]) == [200, 200, 429]
    assert statuses(client, bearer("owner"), 1, "/orders", "POST", json=[]) == [200]


def test_reads_writes_and_searches_are_counted_apart(limited_to, bearer):
    client = limited_to("read=2/minute,write=1/minute,search=1/minute")
    owner = bearer("owner")
    assert statuses(client, owner, 2, "/customers?q=anna") == [200, 429]
    assert statuses(client, owner, 2, method="POST", json={}) == [200, 429]
    assert statuses(client, owner, 3) == [200, 200, 429]


def test_the_headers_tell_what_is_left(limited_to, bearer):
    client = limited_to("read=5/minute")
    for path, left in (("/customers", 4), ("/staff", 3), ("/customers", 2)):
        headers = ask(client, bearer("owner"), path).headers
        assert headers["RateLimit-Policy"] == '"read";q=5;w=60'
        assert (found := re.fullmatch(r'"read";r=(\d+);t=(\d+)', headers["RateLimit"]))
        assert int(found[1]) == left
        assert 0 < int(found[2]) <= 60


def test_signing_in_is_limited_by_address(limited_to, people, problem):
    client = limited_to("sign_in=2/minute")
    body = {"email": "nobody@example.com", "password": "x"}
    answers = [client.post(f"{BASE}/auth/tokens", json=body) for _ in range(3)]
    assert [answer.status_code for answer in answers[:2]] == [401, 401]
    is_refused(answers[2], problem, "sign-in")
    elsewhere = client.post(f"{BASE}/auth/tokens", json=body, environ_base={"REMOTE_ADDR": "192.0.2.9"})
    assert elsewhere.status_code == 401


def test_strangers_who_keep_knocking_are_told_to_wait_and_staff_at_their_address_are_not(limited_to, bearer, problem):
    client = limited_to("stranger=3/minute")
    rubbish = {"Authorization": "Bearer rubbish"}
    assert statuses(client, rubbish, 2) + statuses(client, rubbish, 1, "/staff") == [401] * 3
    is_refused(ask(client, rubbish), problem, "stranger")
    is_refused(ask(client, rubbish, "/staff"), problem, "stranger")
    assert statuses(client, bearer("owner"), 1) + statuses(client, bearer("owner"), 1, "/staff") == [200, 200]


def test_operations_open_to_anyone_count_by_address(limited_to):
    client = limited_to("edge=2/minute")
    assert statuses(client, {}, 3, "/surveys") == [200, 200, 429]
    other = {"environ_base": {"REMOTE_ADDR": "2001:db8::1"}}
    assert statuses(client, {}, 2, "/surveys", **other) == [200, 200]
    neighbour = {"environ_base": {"REMOTE_ADDR": "2001:db8::ffff:1"}}  # the same /64
    assert statuses(client, {}, 1, "/surveys", **neighbour) == [429]


def test_health_is_never_refused(limited_to):
    client = limited_to("read=1/minute,edge=1/minute,stranger=1/minute")
    assert {client.get("/health/live").status_code for _ in range(5)} == {200}


def test_a_limit_can_be_lifted(limited_to, bearer):
    client = limited_to("read=none")
    answer = ask(client, bearer("owner"))
    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers


@pytest.mark.parametrize("text", ["reads=3/minute", "read", "read=", "read=much", "read=3/fortnight"])
def test_limits_that_are_none_stop_the_start_with_their_name(text):
    with pytest.raises(MissingSetting, match="CRM_RATE_LIMITS"):
        limits.parse(text)


def test_counting_starts_no_thread_and_forgets_who_is_gone(limited_to, bearer, monkeypatch):
    client = limited_to("read=100/second")
    started = []
    monkeypatch.setattr("threading.Timer", lambda *timer: started.append(timer))
    monkeypatch.setattr(limits, "SWEEP_S", 0.0)
    assert statuses(client, bearer("owner"), 3) == [200] * 3
    storage = limits.limiter.storage
    gone = set(storage.expirations)
    assert gone
    wait_until(lambda: ask(client, bearer("host")).status_code == 200 and not gone & set(storage.expirations))
    assert not started


@given(st.integers(1, 10**6), st.integers(1, 64))
def test_workers_share_a_limit_and_together_grant_all_of_it(amount, workers):
    share = limits.parse(f"read={amount}/minute", share=workers)["read"].amount
    assert amount <= share * workers < amount + workers


def test_a_caller_is_a_key_a_person_or_an_address():
    till = Principal(kind="till", id="1", role="till")
    assert limits.caller_key(till, "192.0.2.1") == limits.caller_key(till, "192.0.2.2")
    assert limits.caller_key(till, "") != limits.caller_key(Principal(kind="staff", id="1", role="owner"), "")
    anyone = Principal(kind="program", id=ANYONE, role=ANYONE)
    assert limits.caller_key(anyone, "192.0.2.1") != limits.caller_key(anyone, "192.0.2.2")


@pytest.fixture
def redis(tmp_path):
    """A Redis server of the test's own; without one on this machine there is none to count in."""
    if not (binary := shutil.which("redis-server")):
        pytest.skip("no redis-server on this machine")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    process = subprocess.Popen(
        [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )

    def is_up():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(is_up)
        yield f"redis://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def test_several_gateways_count_together_in_redis(limited_to, bearer, redis):
    one = limited_to("read=3/minute", rate_limit_storage=redis)
    other = limited_to("read=3/minute", rate_limit_storage=redis)
    owner = bearer("owner")
    assert statuses(one, owner, 2) == [200, 200]
    assert ask(other, owner, "/staff").status_code == 200
    assert statuses(one, owner, 1) + statuses(other, owner, 1) + statuses(one, owner, 1, "/staff") == [429] * 3


def test_nobody_is_refused_because_the_counter_is_away(limited_to, bearer):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    client = limited_to("read=1/minute", rate_limit_storage=f"redis://127.0.0.1:{port}")
    assert statuses(client, bearer("owner"), 3) == [200] * 3
    assert statuses(client, bearer("owner"), 3, "/staff") == [200] * 3
