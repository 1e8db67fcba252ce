"""The HTTP process starts, says that it is well, and describes itself."""

import pytest

from crm_feedback.app import create_app


@pytest.fixture
def client(settings):
    app = create_app(settings)
    yield app.test_client()
    app.extensions["crm"].database.engine.dispose()


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_it_is_well(client, path):
    assert client.get(path).status_code == 200


def test_it_describes_itself(client):
    document = client.get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert document["info"]["title"] == "Maître feedback"


def test_an_unknown_path_is_a_problem(client):
    answer = client.get("/v1/nothing")
    assert answer.status_code == 404
    assert answer.content_type == "application/problem+json"
