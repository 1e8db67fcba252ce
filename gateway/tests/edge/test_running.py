"""The edge as it is deployed and over time: what is written in groups at the end, limits, replaced master keys."""

import dataclasses
import http.client
import os

import pytest

from crm_chassis import links
from crm_chassis.config import Secret
from crm_chassis.crypto import CiphertextRefused
from crm_gateway.config import BASE
from crm_gateway.edge.forwarding import Forwarder, seal_anew
from crm_gateway.operations import edge_messages, providers
from crm_gateway.sealing import Sealer

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_a_gateway_told_to_end_writes_the_openings_it_holds(edge, served):
    """Half a second of them may be lost by a kill, none by a stop."""
    with served() as address:
        for number in range(20):
            connection = http.client.HTTPConnection(*address, timeout=10)
            connection.request("GET", f"/p/o/{edge.link('open', f'm{number}')}.gif")
            assert connection.getresponse().status == 200
            connection.close()
    sealer = Sealer(edge.settings.master_keys, edge_messages.PURPOSE)
    said = [edge_messages.opened(row, sealer)["content"]["events"] for row in edge.rows()]
    assert sum(map(len, said)) == 20


@pytest.mark.parametrize(
    ("limit", "method", "purpose", "path"),
    [
        ("edge=3/minute", "GET", "unsubscribe", "/p/u/"),
        ("edge=3/minute", "POST", "preferences", "/p/m/"),
        ("edge=3/minute", "POST", "survey", "/p/s/"),
        ("webhook=3/minute", "POST", "unsubscribe", "/p/u/"),
        ("webhook=3/minute", "GET", "click", "/p/c/"),
    ],
)
def test_one_address_may_not_ask_without_end_and_is_told_kindly(make_gateway, edge, limit, method, purpose, path):  # noqa: PLR0917
    limited = make_gateway(dataclasses.replace(edge.settings, rate_limits=limit), edge.app.extensions["document"])
    values = {"target": "https://example.com/"}
    target = path + edge.link(purpose, values=values)
    sent = {"data": ONE_CLICK | {"stop": "everything", "score": "5"}} if method == "POST" else {}
    answers = [limited.test_client().open(target, method=method, **sent) for _ in range(4)]
    assert [answer.status_code == 429 for answer in answers] == [False] * 3 + [True]
    assert answers[-1].mimetype == "text/html"
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_a_provider_that_calls_too_often_is_told_so_as_a_problem(make_gateway, edge, problem):
    settings = dataclasses.replace(edge.settings, rate_limits="webhook=2/minute")
    client = make_gateway(settings, edge.app.extensions["document"]).test_client()
    answers = [client.post("/webhooks/twilio") for _ in range(3)]
    problem(answers[-1], 429)
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_after_a_master_key_was_replaced_all_that_stays_is_sealed_anew(edge, bearer, taken):
    """Then the old key may be destroyed: settings and waiting choices are read without it."""
    body = {"is_enabled": True, "settings": {"auth_token": "0123456789abcdef", "account_sid": "AC1"}}
    assert edge.client.put(f"{BASE}/providers/twilio", json=body, headers=bearer("owner")).status_code == 200
    assert edge.client.post(f"/p/u/{edge.link('unsubscribe')}", data=ONE_CLICK).status_code == 200
    old, new = edge.settings.master_keys.reveal(), "new:" + links._encode(os.urandom(32))
    both = dataclasses.replace(edge.settings, master_keys=Secret(f"{new},{old}"))
    alone = dataclasses.replace(edge.settings, master_keys=Secret(new))
    sealer = Sealer(alone.master_keys, providers.PURPOSE)
    with edge.database.transaction() as session, pytest.raises(CiphertextRefused):
        providers.kept(session, name="twilio", sealer=sealer)
    for _ in range(2):
        with edge.database.transaction() as session:
            seal_anew(both, session)
    with edge.database.transaction() as session:
        assert providers.kept(session, name="twilio", sealer=sealer).secrets == {"auth_token": "0123456789abcdef"}
    with edge.database.transaction() as session:
        assert Forwarder(alone, edge.app.extensions["document"]).forward(session) == 1
    assert len(taken()) == 1
