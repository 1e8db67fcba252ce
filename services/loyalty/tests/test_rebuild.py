"""D4: rebuilt from what the owners tell again, an empty loyalty equals the live one; and it can tell its own facts."""

from uuid import UUID

from sqlalchemy import text

from crm_chassis.backfill import of_the_living
from crm_contracts.loyalty import CustomerDataErasedV1, EnrolledV1, PointsEarnedV1, PointsReversedV1
from crm_loyalty.backfill import facts

from . import factories as f

ANNA, BERT, CARL, DORA = (UUID(int=n) for n in range(1, 5))
DINNER, LUNCH, BRUNCH, SUPPER = (UUID(int=n) for n in range(11, 15))
ALL = [event.type for event in (EnrolledV1, PointsEarnedV1, PointsReversedV1, CustomerDataErasedV1)]


def live(database):
    f.hear(database, *(f.registered(guest) for guest in (ANNA, BERT, CARL, DORA)))
    f.hear(
        database,
        f.recorded(DINNER, ANNA, 40_00),
        f.refunded(DINNER, ANNA, 15_00, 2),
        f.recorded(LUNCH, BERT, 9_99),
        f.corrected(LUNCH, ANNA, 12_00, 2),
        f.recorded(BRUNCH, BERT, 7_00),
        f.corrected(BRUNCH, BERT, 0, 2),
        f.recorded(SUPPER, DORA, 30_00),
        f.merged(CARL, BERT),
        f.erased(DORA),
    )


def restated():
    """What customer tells again of all this: the present state of each fact, in any order, and some of it live too."""
    return [
        f.body(event, is_restated=True)
        for event in (
            f.merged(CARL, BERT),
            f.corrected(BRUNCH, BERT, 0, 2),
            f.corrected(LUNCH, ANNA, 12_00, 2),
            f.recorded(DINNER, ANNA, 15_00, 2),
            *(f.registered(guest) for guest in (CARL, BERT, ANNA)),
            f.erased(DORA),
        )
    ] + [f.body(f.refunded(DINNER, ANNA, 15_00, 2))]


def state(database):
    """What must be equal: members, orders, balances, aliases and who was erased."""
    return (
        f.query(database, "SELECT customer_id, enrolled_at, tier, balance FROM members WHERE balance <> 0 ORDER BY 1"),
        f.query(
            database,
            "SELECT customer_id FROM members WHERE customer_id = ANY(:ids) ORDER BY 1",
            ids=[ANNA, BERT, CARL, DORA],
        ),
        f.query(
            database,
            "SELECT order_id, customer_id, revision, spend_minor, placed_at, points FROM orders "
            "WHERE customer_id = ANY(:ids) ORDER BY 1",
            ids=[ANNA, BERT, CARL, DORA],
        ),
        f.query(database, "SELECT merged, survivor FROM subject_alias"),
        f.query(database, "SELECT subject FROM erased_subject"),
    )


def test_d4_an_empty_loyalty_rebuilt_from_restated_facts_equals_the_live_one(database, settings, clean):
    live(database)
    before = state(database)
    assert before[0] == [(ANNA, f.NOON, "bronze", 27)]
    clean(settings)
    f.deliver(database, *restated())
    f.balances(database)
    assert state(database) == before


def test_d4_restating_into_the_live_one_changes_nothing(database):
    live(database)
    before = (state(database), f.balances(database), len(f.announced(database)))
    f.deliver(database, *restated())
    assert (state(database), f.balances(database), len(f.announced(database))) == before


def test_loyalty_tells_its_own_facts_again_as_they_were_announced(database):
    live(database)
    announced = {
        (one["type"], one["subject"], one["data"].get("points"), one["data"].get("balance"))
        for one in f.announced(database)
        if one["subject"] != str(DORA) or "erased" in one["type"]
    }
    with database.transaction() as session:
        told = list(of_the_living(session, facts(session, ALL)))
        latest = dict(session.execute(text("SELECT subject, sequence FROM subject_sequence")).all())
    assert {
        (
            one.event.type,
            str(one.event.customer_id),
            getattr(one.event, "points", None),
            getattr(one.event, "balance", None),
        )
        for one in told
    } == announced
    assert all(one.sequence == latest[one.event.customer_id] for one in told)


def test_loyalty_tells_only_what_is_asked_for(database):
    live(database)
    with database.transaction() as session:
        assert {one.event.type for one in facts(session, [PointsReversedV1.type])} == {PointsReversedV1.type}
        assert list(facts(session, [])) == []
