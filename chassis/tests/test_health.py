"""Health and metrics of processes that serve nothing else."""

import json
import urllib.error
import urllib.request

import pytest
from cables import Cable
from flask import Flask
from sqlalchemy import create_engine

from crm_chassis import health, metrics
from crm_chassis.database import Database


@pytest.fixture(scope="module")
def cable(postgres_url):
    return Cable(postgres_url)


@pytest.fixture
def database(cable):
    engine = create_engine(cable.url, pool_pre_ping=True)
    yield Database(engine)
    engine.dispose()


def get(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_ready_asks_the_own_database_and_live_asks_nothing(database, cable):
    port = health.serve(0, database=database, name="loyalty", host="127.0.0.1")
    assert get(port, "/health/ready") == (200, '{"status":"ready","service":"loyalty"}')
    cable.pull()
    status, body = get(port, "/health/ready")
    assert (status, json.loads(body)["missing"]) == (503, "database")
    assert get(port, "/health/live")[0] == 200
    cable.plug_in()
    assert get(port, "/health/ready")[0] == 200
    assert get(port, "/anything")[0] == 404


def test_metrics_are_in_prometheus_text():
    metrics.EVENTS_HANDLED.labels("till.coin_dropped.v1").inc(3)
    port = health.serve(0, database=None, name="loyalty", host="127.0.0.1")
    status, body = get(port, "/metrics")
    assert status == 200
    assert 'crm_events_handled_total{type="till.coin_dropped.v1"} 3.0' in body


def test_a_flask_app_gets_the_same_paths(database):
    app = Flask("loyalty")
    health.add_routes(app, database)
    client = app.test_client()
    assert client.get("/health/ready").json == {"status": "ready", "service": "loyalty"}
    assert client.get("/health/live").status_code == 200
    assert client.get("/metrics").content_type.startswith("text/plain")
