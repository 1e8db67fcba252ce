"""`make bench` works: every measurement runs once in seconds; what it says of speed is not looked at."""

import json
import subprocess
import sys

import pytest
from bench import event_path, gateway, intake, kernel, live
from bench.harness import RESULTS, Row

EVENTS = 600


@pytest.fixture(scope="module")
def bench(postgres_url, broker_url):
    """A database of the bench's own, gone afterwards."""
    with event_path.prepared(postgres_url, broker_url) as made:
        yield made


@pytest.mark.parametrize("name", ["relay", "consume", "poisoned", "path", "stock", "bare", "insert"])
def test_it_can_be_measured(bench, name):
    cpu = {}
    assert event_path.measures(bench, EVENTS, cpu)[name]() > 0
    assert all(used[0] >= 0 for used in cpu.values())


def test_the_c_client_can_be_measured(bench):
    if trouble := kernel.compile_it():
        pytest.skip(f"the yardstick is written in C: {trouble}")
    assert event_path.measures(bench, EVENTS, {})["kernel"]() > 0


def test_orders_can_be_measured_from_the_till_to_their_points():
    """A whole suite takes arrays in; every order is booked, or the measurement would not end."""
    rows, figures = intake.measure(known_guests=500, orders=500, pairs=1, seconds=0.5, is_whole=False)
    assert {row.ratio > 0 for row in rows.values()} == {True}
    assert figures["latency_ms"]["visible_p99"] >= figures["latency_ms"]["visible_p50"] > 0
    assert figures["idle_pss_mb"]["total"] > 0


def test_the_hop_through_the_gateway_can_be_measured(postgres_url, broker_url):
    """Signed in, with roles and limits on; every answer is the guest, or the measurement would not end."""
    row = gateway.measure(postgres_url, broker_url, count=40, pairs=1, seconds=0.2)["10"]
    assert row.ratio > 0
    assert min(row.notes[f"{way}_requests_per_s"] for way in ("direct", "gateway", "plain")) > 0


def test_the_live_stream_can_be_measured():
    """Every client is told of every order, or the measurement would not end."""
    found = live.measure(clients=30, orders=5)
    assert found["order_sent_to_told_ms_p99"] >= found["first_to_each_client_ms_p99"] > 0
    assert found["memory_mb"] > 0


def test_the_ratio_is_the_median_of_pairs_taken_in_turns():
    assert Row("a", "x/s", None, ours=[10, 90, 30], reference=[10, 10, 10]).ratio == 3


def test_an_unknown_row_is_refused_by_name():
    done = subprocess.run(
        [sys.executable, "-m", "bench.run", "--rows", "7,99"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "no such row: 99" in done.stderr


def test_the_committed_results_have_the_shape_that_design_fixes():
    results = json.loads(RESULTS.read_text())
    assert {"7", "8"} <= results["rows"].keys()
    for row in results["rows"].values():
        assert {"ratio", "target", "pairs", "ours", "reference", "unit"} <= row.keys()
        assert row["pairs"] >= 3
    assert {"cores", "memory_gib", "python"} <= results["machine"].keys()
