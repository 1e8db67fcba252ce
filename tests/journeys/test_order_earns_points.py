"""The suite's main story, told through the gateway: an order at the till becomes spend and points."""

import subprocess
import sys
from uuid import uuid4

import pytest
from tools.maitre.common import ROOT, wait_until

CDNOW = ROOT.parent / "shared" / "data" / "clv" / "CDNOW_sample.txt"


@pytest.fixture
def order():
    """``order(external_id, total, **more)``: an order as a till sends it, of a guest of this test alone."""
    test = uuid4().hex

    def make(external_id, total, guest="guest", **more):
        return {
            "source": "till",
            "external_id": f"{test}-{external_id}",
            "placed_at": "2026-02-14T19:30:00Z",
            "currency": "USD",
            "total_minor": total,
            "guest": {"external_id": f"{test}-{guest}", "name": f"Gast {guest}"},
        } | more

    return make


@pytest.fixture
def send(till, models):
    """``send(order)``: the outcome the till gets of one order."""
    return lambda body: till("post_orders", body=models.NewOrder.from_dict(body)).items[0]


@pytest.fixture
def refund(till, models):
    """``refund(order_id, **fields)``: the till gives money back."""
    return lambda order_id, **fields: till(
        "post_orders_order_id_refunds", order_id, body=models.NewRefund.from_dict(fields)
    )


def figures(owner, guest):
    """What the owner sees of a guest: number of orders, spend, and the same counted from the list of orders."""
    metrics = owner("get_customers_customer_id_metrics", guest)
    orders = owner("get_customers_customer_id_orders", guest).items
    assert metrics.orders == sum(order.status == "paid" for order in orders)
    assert metrics.spend_minor == sum(order.spend_minor for order in orders)
    return metrics.orders, metrics.spend_minor


def test_an_order_at_the_till_makes_a_guest_with_spend_and_points(send, order, owner, points_of):
    taken = send(order(1, 48_75, tip_minor=5_00, tax_minor=4_00))

    assert taken.outcome == "created"
    guest = owner("get_customers_customer_id", taken.customer_id)
    assert guest.name == "Gast guest"
    assert figures(owner, guest.id) == (1, 39_75)
    assert points_of(guest.id, 39) == 39
    entry = owner("get_loyalty_members_customer_id_entries", guest.id).items[0]
    assert (entry.kind, entry.points, entry.order_id) == ("earn", 39, taken.order_id)


def test_the_same_order_again_changes_nothing_and_a_newer_version_replaces_it(send, order, owner, points_of):
    first, newer = order(1, 20_00), order(1, 35_50, version=2)
    guest = send(first).customer_id
    assert points_of(guest, 20) == 20

    assert send(first).outcome == "unchanged"
    assert send(newer).outcome == "corrected"
    assert send(first).outcome == "ignored"

    assert points_of(guest, 35) == 35
    assert figures(owner, guest) == (1, 35_50)


def test_a_refund_takes_its_points_back_and_a_void_order_all_of_them(send, refund, order, owner, points_of):
    taken = send(order(1, 50_00))
    guest = taken.customer_id
    assert points_of(guest, 50) == 50

    for _ in range(2):  # sent twice, counted once
        refund(taken.order_id, external_id="r1", amount_minor=12_50, refunded_at="2026-02-15T10:00:00Z")
    assert points_of(guest, 37) == 37
    assert figures(owner, guest) == (1, 37_50)

    send(order(1, 0, version=2, status="void"))
    assert points_of(guest, 0) == 0
    assert figures(owner, guest) == (0, 0)


def test_points_follow_guests_who_are_merged_and_parted_again(send, order, owner, points_of, models):
    anna = send(order(1, 30_00, guest="anna")).customer_id
    ann = send(order(2, 12_00, guest="ann")).customer_id
    assert (points_of(anna, 30), points_of(ann, 12)) == (30, 12)

    merge = owner("post_customers_merges", body=models.NewMerge(survivor_id=anna, merged_id=ann))
    assert (points_of(anna, 42), points_of(ann, 42)) == (42, 42)
    assert figures(owner, anna) == (2, 42_00)
    assert send(order(3, 8_00, guest="ann")).customer_id == anna  # whoever she says she is
    assert points_of(anna, 50) == 50

    owner("delete_customers_merges_merge_id", merge.id)
    assert (points_of(anna, 38), points_of(ann, 12)) == (38, 12)
    assert figures(owner, ann) == (1, 12_00)


def test_an_erased_guest_is_gone_everywhere_and_every_service_says_so(send, order, owner, points_of, models):
    guest = send(order(1, 90_00)).customer_id
    assert points_of(guest, 90) == 90

    request = owner("post_privacy_requests", body=models.NewPrivacyRequest(customer_id=guest, kind="erasure"))

    for path in ("", "/orders", "/metrics"):
        assert owner.ask("GET", f"/customers/{guest}{path}").status_code == 410, path
    done = wait_until(
        "every service to answer",
        lambda: (
            answer if (answer := owner("get_privacy_requests_request_id", request.id)).state == "completed" else None
        ),
    )
    assert done.waiting_for == []
    wait_until("points to be gone", lambda: not owner.ask("GET", f"/loyalty/members/{guest}").ok)
    assert send(order(1, 90_00)).outcome in {"unchanged", "ignored"}  # the old order makes nobody anew
    assert owner.ask("GET", f"/customers/{guest}").status_code == 410
    again = send(order(2, 15_00, placed_at=done.completed_at.isoformat())).customer_id
    assert again != guest
    assert points_of(again, 15) == 15


def test_nobody_learns_anything_without_proof_of_who_they_are(make_caller, sign_in, till):
    stranger = make_caller()
    assert stranger.ask("GET", "/customers").status_code == 401
    assert stranger.ask("POST", "/orders", []).status_code == 401
    assert sign_in("host").ask("POST", "/orders", []).status_code == 403
    assert till.ask("GET", "/customers").status_code == 403


@pytest.mark.timeout(900)
@pytest.mark.skipif(not CDNOW.exists(), reason="the CDNOW sample is not beside this checkout (../shared/data/clv)")
def test_the_real_order_history_is_right_to_the_cent_and_to_the_point(suite):
    importer = [sys.executable, ROOT / "tools/import_cdnow.py", CDNOW, "--instance", suite.instance_file, "--verify"]

    done = subprocess.run(importer, check=False, capture_output=True, text=True, cwd=ROOT)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "2357 guests, 6919 orders" in done.stdout
    assert "every guest's orders, spend and points agree" in done.stdout
