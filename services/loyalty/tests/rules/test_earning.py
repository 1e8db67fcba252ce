"""Every order of arrival gives the same points."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_loyalty.rules.earning import BookedOrder, OrderFact, Programme, advance, points_for

START = datetime(2026, 1, 1, tzinfo=UTC)
GUESTS = [UUID(int=n) for n in range(1, 4)]
ORDER = UUID(int=100)
FROM_JUNE = Programme(starts_on=date(2026, 6, 1))


def fact(revision=1, spend=10_00, customer=GUESTS[0], placed_at=START, order=ORDER):
    return OrderFact(
        order_id=order,
        customer_id=customer,
        revision=revision,
        spend_minor=spend,
        occurred_at=placed_at or START + timedelta(days=revision),
        placed_at=placed_at,
    )


@pytest.mark.parametrize(("spend", "points"), [(0, 0), (99, 0), (100, 1), (199, 1), (12_345, 123), (10**12, 10**10)])
def test_each_whole_unit_of_spend_is_a_point(spend, points):
    assert points_for(spend, START, Programme()) == points


@pytest.mark.parametrize(
    ("placed_at", "points"),
    [
        (datetime(2026, 5, 31, 23, 59, tzinfo=UTC), 0),
        (datetime(2026, 6, 1, tzinfo=UTC), 10),
        (None, 0),
    ],
)
def test_a2_orders_placed_before_the_programme_earn_nothing(placed_at, points):
    assert points_for(10_00, placed_at, FROM_JUNE) == points


def test_a_refund_that_overtook_its_order_earns_once_the_order_says_when_it_was_placed():
    refunded = fact(2, 5_00, placed_at=None)
    known, movements = advance(None, refunded, FROM_JUNE)
    assert movements == ()
    known, movements = advance(known, fact(1, 10_00, placed_at=datetime(2026, 7, 1, tzinfo=UTC)), FROM_JUNE)
    assert [(m.points, m.kind) for m in movements] == [(5, "earn")]
    assert known.revision == 2


def test_an_order_that_changes_hands_leaves_one_guest_and_joins_another():
    known, _ = advance(None, fact(1), Programme())
    _, movements = advance(known, fact(2, 7_00, GUESTS[1]), Programme())
    assert [(m.customer_id, m.points, m.kind) for m in movements] == [
        (GUESTS[0], -10, "reverse"),
        (GUESTS[1], 7, "earn"),
    ]


def test_the_same_fact_again_changes_nothing():
    known, _ = advance(None, fact(), Programme())
    again, movements = advance(known, fact(), Programme())
    assert again is known
    assert movements == ()


@st.composite
def histories(draw):
    """The revisions 1..n of one order as its owner lived through them."""
    count = draw(st.integers(1, 6))
    facts, placed_at = [], START
    for revision in range(1, count + 1):
        is_refund = revision > 1 and draw(st.booleans())
        if not is_refund:
            placed_at = START + timedelta(days=draw(st.integers(0, 300)))
        customer = facts[-1].customer_id if is_refund else draw(st.sampled_from(GUESTS))
        facts.append(fact(revision, draw(st.integers(0, 50_00)), customer, None if is_refund else placed_at))
    return facts, placed_at


@given(
    history=histories(),
    programme=st.sampled_from([Programme(), FROM_JUNE, Programme(points_per_unit=3)]),
    data=st.data(),
)
def test_any_order_of_arrival_and_any_repetition_gives_the_points_of_the_last_revision(history, programme, data):
    facts, placed_at = history
    arrivals = data.draw(st.permutations(facts + data.draw(st.lists(st.sampled_from(facts), max_size=5))))
    known: BookedOrder | None = None
    ledger = dict.fromkeys(GUESTS, 0)
    booked = []
    for one in arrivals:
        known, movements = advance(known, one, programme)
        for movement in movements:
            ledger[movement.customer_id] += movement.points
            booked.append((one.revision, movement.kind))
    last = facts[-1]
    expected = dict.fromkeys(GUESTS, 0) | {last.customer_id: points_for(last.spend_minor, placed_at, programme)}
    assert ledger == expected
    assert len(booked) == len(set(booked)), "the ledger's natural key would refuse it"
