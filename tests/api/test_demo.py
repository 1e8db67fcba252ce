"""The demo restaurant goes in through the public API, and comes out the same for the same seed."""

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from crm_gateway.operations import api_keys, staff

ROOT = Path(__file__).parents[2]
BASE = "/admin/customers/api/v1"
LOG_IN = {"email": "demo-owner@example.com", "password": "correct horse battery"}


@pytest.fixture
def instance(gateway, tmp_path):
    """An instance file of the gateway, listening."""
    with gateway.extensions["crm"].database.transaction() as session:
        staff.add_staff(session, **LOG_IN, role="owner")
        key = api_keys.create_key(session, name="demo", role="till").text
    server = make_server("127.0.0.1", 0, gateway, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    path = tmp_path / "instance.json"
    known = {"gateway": f"http://127.0.0.1:{server.server_port}", "log_ins": {"owner": LOG_IN}, "till_api_key": key}
    path.write_text(json.dumps(known))
    yield path
    server.shutdown()
    server.server_close()


def pages(client, path, headers):
    """Every item of a list."""
    cursor = ""
    while cursor is not None:
        page = client.get(f"{BASE}{path}?limit=200{cursor and f'&cursor={cursor}'}", headers=headers).get_json()
        yield from page["items"]
        cursor = page["next_cursor"]


def test_the_demo_loads_and_loading_it_again_changes_nothing(gateway, instance, bearer):
    command = [sys.executable, "-m", "tools.demo", "--instance", instance, "--guests", "40", "--until", "2026-05-01"]
    client, host = gateway.test_client(), bearer("host")

    def load():
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert run.returncode == 0, run.stdout + run.stderr
        guests = [each for each in pages(client, "/customers", host) if _is_of_the_demo(each)]
        booked = {each["id"]: list(pages(client, f"/customers/{each['id']}/reservations", host)) for each in guests}
        return guests, booked, run.stdout

    guests, booked, said = load()
    statuses = [each["status"] for found in booked.values() for each in found]
    assert f"{len(statuses)} reservations reported" in said
    assert {"completed"} <= set(statuses) <= {"completed", "cancelled", "no_show", "booked"}
    assert any(guest["dietary"] for guest in guests)
    again, booked_again, _ = load()
    assert ({guest["id"] for guest in again}, booked_again) == ({guest["id"] for guest in guests}, booked)


def _is_of_the_demo(guest):
    return any(each["source"] == "demo-till" for each in guest["external_ids"])
