"""Success metrics counted in one pass are what counting guest by guest gives (RULES B2)."""

import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from crm_chassis import subjects
from crm_customer.queries.returning import first_visit_on, returning
from crm_customer.queries.success import success_metrics

from .factories import NOW

HERE, THERE = UUID(int=1), UUID(int=2)
TODAY = NOW.date()
ORDER = text("""
INSERT INTO orders (id, source, external_id, version, revision, content, status, location_id, placed_at, business_day,
    channel, currency, total_minor, tip_minor, tax_minor, refunded_minor, spend_minor, customer_id, attribution,
    is_placed, is_recorded, lines, recorded_at)
VALUES (gen_random_uuid(), 'x', gen_random_uuid()::text, 1, 1, '', :status, :location, :at, :day, 'dine_in', 'USD',
    100, 0, 0, 0, 100, :guest, :attribution, true, true, '[]', :at)
""")
RESERVATION = text("""
INSERT INTO reservation (id, source, external_id, version, revision, content, status, location_id, starts_at,
    business_day, party_size, customer_id, attribution, is_announced, recorded_at)
VALUES (gen_random_uuid(), 'x', gen_random_uuid()::text, 1, 1, '', :status, :location, :at, :day, 2, :guest,
    :attribution, true, :at)
""")


def fact(session, guest, days_ago, *, table=ORDER, status=None, location=HERE, attribution="guest"):
    at = datetime.combine(TODAY - timedelta(days=days_ago), datetime.min.time(), UTC)
    status = status or ("paid" if table is ORDER else "completed")
    values = {"guest": UUID(int=guest), "at": at, "day": at.date(), "status": status, "location": location}
    session.execute(table, values | {"attribution": attribution})


def oracle(facts, until, survivors=None):
    """Count the slow way: facts are (guest, day, location)."""
    survivors = survivors or {}
    visits = defaultdict(set)
    for guest, day, location in facts:
        visits[survivors.get(guest, guest)].add((day, location))
    middle, begins = until - timedelta(days=89), until - timedelta(days=179)
    now = {g: len([1 for day, _ in found if middle <= day <= until]) for g, found in visits.items()}
    before = {g for g, found in visits.items() if any(begins <= day < middle for day, _ in found)}
    kept = [g for g in before if now[g]]
    return (
        len(before),
        len(kept),
        sum(1 for n in now.values() if n),
        sum(now.values()),
        sum(n * n for n in now.values()),
    )


@pytest.mark.parametrize("seed", range(3))
def test_one_pass_counts_what_counting_guest_by_guest_does(session, seed):
    rng = random.Random(seed)
    facts = []
    for _ in range(600):
        guest, days, location = rng.randint(1, 60), rng.randint(-1, 200), rng.choice([HERE, THERE])
        kind = rng.choice([ORDER, ORDER, RESERVATION])
        counts = rng.random() < 0.8
        wrong = {"status": rng.choice(["open", "void"] if kind is ORDER else ["booked", "no_show", "cancelled"])}
        fact(session, guest, days, table=kind, location=location, **({} if counts else wrong))
        if counts:
            facts.append((guest, TODAY - timedelta(days=days), location))
    fact(session, 99, 10, attribution="ambiguous")
    found = returning(session, until=TODAY, locations=None)
    assert tuple(vars(found).values()) == oracle(facts, TODAY)
    here = returning(session, until=TODAY, locations=[HERE])
    assert tuple(vars(here).values()) == oracle([each for each in facts if each[2] == HERE], TODAY)


def test_merged_records_are_one_guest(session):
    for guest, days in ((1, 100), (2, 5), (3, 5), (4, 100), (5, 100)):
        fact(session, guest, days)
    subjects.merge(session, merged=UUID(int=2), survivor=UUID(int=6))
    subjects.merge(session, merged=UUID(int=6), survivor=UUID(int=1))
    subjects.merge(session, merged=UUID(int=3), survivor=UUID(int=4))
    subjects.unmerge(session, merged=UUID(int=3))
    found = returning(session, until=TODAY, locations=None)
    assert (found.before, found.kept, found.guests) == (3, 1, 2)


def test_an_order_and_a_table_of_one_day_and_place_are_one_visit(session):
    fact(session, 1, 5)
    fact(session, 1, 5)
    fact(session, 1, 5, table=RESERVATION)
    fact(session, 1, 5, location=THERE)
    assert returning(session, until=TODAY, locations=None).visits == 2


def test_figures_say_what_they_are_compared_with_and_how_sure_they_are(session):
    for guest in range(1, 11):
        fact(session, guest, 100)
        fact(session, guest, 600)
        if guest <= 4:
            fact(session, guest, 3)
        if guest <= 2:
            fact(session, guest, 364 + 5)
            fact(session, guest, 364 + 100)
    assert first_visit_on(session, locations=None) == TODAY - timedelta(days=600)
    retention, frequency = success_metrics(session, today=TODAY, locations=None)
    assert (retention.value, retention.n) == (0.4, 10)
    assert retention.interval.method == "wilson"
    assert retention.interval.low < 0.4 < retention.interval.high
    assert retention.baseline["basis"] == "year_earlier"
    assert (retention.baseline["value"], retention.baseline["n"]) == (1.0, 2)
    assert frequency.value == pytest.approx(4 / 4 / 3)
    assert frequency.window == {"from": TODAY - timedelta(days=89), "to": TODAY}


def test_an_empty_restaurant_has_no_figures_and_no_error(session):
    retention, frequency = success_metrics(session, today=TODAY, locations=None)
    assert (retention.value, retention.n, retention.interval, retention.baseline) == (None, 0, None, None)
    assert (frequency.value, frequency.n) == (None, 0)
