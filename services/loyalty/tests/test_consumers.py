"""What loyalty does about what it hears: once, twice, in any order, from long ago."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from . import factories as f

ANNA, BERT, CARL = UUID(int=1), UUID(int=2), UUID(int=3)
DINNER, LUNCH = UUID(int=11), UUID(int=12)


def entries(database):
    return f.query(database, "SELECT customer_id, kind, points, order_id, order_revision FROM entries ORDER BY id")


def test_a_paid_order_earns_points_and_is_announced(database):
    f.hear(database, f.registered(ANNA), f.recorded(DINNER, ANNA, 42_99))
    assert f.balances(database) == {ANNA: 42}
    (earned,) = f.announced(database, "points_earned")
    assert earned["data"]["points"] == earned["data"]["balance"] == 42
    assert earned["data"]["order_id"] == str(DINNER)
    assert earned["causationid"]


def test_a_guest_is_enrolled_once_whatever_told_it(database):
    f.hear(database, f.recorded(DINNER, ANNA, 10_00), f.recorded(LUNCH, ANNA, 5_00))
    f.hear(database, f.registered(ANNA, f.NOON - timedelta(days=9)), f.registered(ANNA, f.NOON - timedelta(days=9)))
    assert [one["subject"] for one in f.announced(database, "enrolled")] == [str(ANNA)]
    assert f.query(database, "SELECT enrolled_at FROM members") == [(f.NOON - timedelta(days=9),)]


def test_an_order_worth_no_points_is_known_and_books_nothing(database):
    f.hear(database, f.recorded(DINNER, ANNA, 99))
    assert f.balances(database) == {ANNA: 0}
    assert entries(database) == []
    assert f.query(database, "SELECT order_id, revision, spend_minor, points FROM orders") == [(DINNER, 1, 99, 0)]


def test_corrections_and_refunds_book_the_difference(database):
    f.hear(
        database,
        f.recorded(DINNER, ANNA, 50_00),
        f.corrected(DINNER, ANNA, 61_50, 2),
        f.refunded(DINNER, ANNA, 21_50, 3),
        f.corrected(DINNER, ANNA, 0, 4),
    )
    assert entries(database) == [
        (ANNA, "earn", 50, DINNER, 1),
        (ANNA, "earn", 11, DINNER, 2),
        (ANNA, "reverse", -40, DINNER, 3),
        (ANNA, "reverse", -21, DINNER, 4),
    ]
    assert f.balances(database) == {ANNA: 0}
    assert [one["data"]["balance"] for one in f.announced(database, "points_reversed")] == [21, 0]


def test_an_older_revision_changes_nothing(database):
    f.hear(
        database,
        f.refunded(DINNER, ANNA, 5_00, 3),
        f.corrected(DINNER, ANNA, 90_00, 2),
        f.recorded(DINNER, ANNA, 70_00),
    )
    assert f.balances(database) == {ANNA: 5}
    assert entries(database) == [(ANNA, "earn", 5, DINNER, 3)]


def test_one_batch_books_as_many_batches_would(database):
    bodies = [
        f.body(event)
        for event in (
            f.refunded(LUNCH, BERT, 3_00, 2),
            f.registered(ANNA),
            f.recorded(DINNER, ANNA, 50_00),
            f.recorded(LUNCH, BERT, 8_00),
            f.corrected(DINNER, BERT, 20_00, 2),
        )
    ]
    f.deliver(database, *bodies)
    assert f.balances(database) == {ANNA: 0, BERT: 23}


def test_the_same_message_twice_is_booked_once(database):
    sent = f.body(f.recorded(DINNER, ANNA, 10_00))
    f.deliver(database, sent, sent)
    assert f.deliver(database, sent).duplicates == 1
    assert f.balances(database) == {ANNA: 10}


def test_d2_a_replay_older_than_the_inbox_is_harmless(database):
    sent = [
        f.body(event)
        for event in (
            f.registered(ANNA),
            f.recorded(DINNER, ANNA, 10_00),
            f.corrected(DINNER, BERT, 12_00, 2),
            f.refunded(DINNER, BERT, 7_00, 3),
        )
    ]
    for body in sent:
        f.deliver(database, body)
    before = (f.balances(database), entries(database), len(f.announced(database)))
    with database.transaction() as session:
        session.execute(text("DELETE FROM inbox"))
    f.deliver(database, *reversed(sent))
    assert (f.balances(database), entries(database), len(f.announced(database))) == before


def test_d2_the_ledger_itself_refuses_to_book_a_revision_twice(database):
    f.hear(database, f.recorded(DINNER, ANNA, 10_00))
    with database.transaction() as session:
        session.execute(text("DELETE FROM inbox"))
        session.execute(text("DELETE FROM orders"))
    with pytest.raises(IntegrityError, match="entries_book_an_order_once"):
        f.hear(database, f.recorded(DINNER, ANNA, 10_00))
    assert f.balances(database) == {ANNA: 10}


def test_an_order_that_changes_hands_takes_its_points_along(database):
    f.hear(database, f.recorded(DINNER, ANNA, 10_00), f.corrected(DINNER, BERT, 10_00, 2))
    assert f.balances(database) == {ANNA: 0, BERT: 10}
    assert entries(database)[1:] == [(ANNA, "reverse", -10, DINNER, 2), (BERT, "earn", 10, DINNER, 2)]


def test_a_handler_ignores_fields_it_does_not_know(database):
    f.deliver(database, f.with_unknown_field(f.body(f.recorded(DINNER, ANNA, 10_00))))
    assert f.balances(database) == {ANNA: 10}


def test_a2_orders_placed_before_the_programme_earn_nothing_in_any_order(database):
    with database.transaction() as session:
        session.execute(text("UPDATE programme SET starts_on = '2026-03-02'"))
    late = f.NOON + timedelta(days=1)
    f.hear(database, f.refunded(DINNER, ANNA, 4_00, 2, at=late + timedelta(days=5)), f.refunded(LUNCH, ANNA, 6_00, 2))
    assert f.balances(database) == {ANNA: 0}
    f.hear(database, f.recorded(DINNER, ANNA, 9_00, at=f.NOON), f.recorded(LUNCH, ANNA, 9_00, at=late))
    assert f.balances(database) == {ANNA: 6}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET points = points + 1",
        "UPDATE entries SET customer_id = '00000000-0000-0000-0000-000000000002'",
        "DELETE FROM entries",
        "TRUNCATE entries",
    ],
)
def test_the_ledger_is_only_ever_appended_to(database, statement):
    f.hear(database, f.recorded(DINNER, ANNA, 10_00), f.registered(BERT))
    with pytest.raises(IntegrityError, match="only ever appended"), database.transaction() as session:
        session.execute(text(statement))
    assert f.balances(database) == {ANNA: 10, BERT: 0}
