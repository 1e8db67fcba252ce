"""What every service does about who is who: once, twice, in any order (RULES E1, E2, D1).

Loyalty and customer, which keep more by a guest's id, have tests of their own besides.
"""

import importlib
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text
from uuid_utils.compat import uuid7

from crm_chassis import subjects
from crm_chassis.backfill import of_the_living
from crm_chassis.database import connect
from crm_chassis.events import envelope
from crm_chassis.testing import broker_url, clean, make_database, postgres_url, service_settings  # noqa: F401
from crm_contracts.customer import ErasedV1, MergedV1, UnmergedV1

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ANNA, BERT = UUID(int=1), UUID(int=2)
sequences = count(1)


@pytest.fixture(params=["segmentation", "campaign", "feedback"])
def service(request):
    """A service that keeps nothing of guests yet but who they are."""
    return request.param


@pytest.fixture
def database(service, service_settings, clean):  # noqa: F811
    """The service's database, empty."""
    settings = service_settings(importlib.import_module(f"crm_{service}.config").Settings, f"crm_{service}")
    clean(settings)
    database = connect(settings)
    yield database
    database.engine.dispose()


def body(event, sequence=None, *, is_restated=False):
    number = next(sequences) if sequence is None else sequence
    return envelope(event, id=uuid7(), sequence=number, time=NOON, is_restated=is_restated)


def merged(guest=BERT, survivor=ANNA):
    return MergedV1(merge_id=uuid7(), customer_id=guest, survivor_id=survivor, occurred_at=NOON)


def unmerged(guest=BERT, survivor=ANNA):
    return UnmergedV1(merge_id=uuid7(), customer_id=guest, survivor_id=survivor, occurred_at=NOON)


def erased(guest=BERT):
    return ErasedV1(customer_id=guest, occurred_at=NOON)


@pytest.fixture
def deliver(service, database):
    """Deliver messages in one batch."""
    subscriptions = importlib.import_module(f"crm_{service}.consumers").subscriptions

    def deliver(*bodies):
        with database.transaction() as session:
            return subscriptions.deliver(session, bodies)

    return deliver


@pytest.fixture
def means(database):
    """Whom an id means by now."""

    def means(guest):
        with database.reading() as connection:
            return subjects.resolve(connection, [guest])[guest]

    return means


@pytest.fixture
def answers(database):
    """What waits in the outbox."""

    def answers():
        with database.reading() as connection:
            rows = connection.execute(text("SELECT body FROM outbox ORDER BY id")).all()
        return [orjson.loads(bytes(row.body)) for row in rows]

    return answers


def test_e1_a_merged_guest_means_the_survivor_until_it_is_taken_back(deliver, means):
    deliver(body(merged()))
    assert means(BERT) == ANNA
    deliver(body(unmerged()))
    assert means(BERT) == BERT


def test_d1_a_merge_heard_after_it_was_taken_back_stays_taken_back(deliver, means):
    deliver(body(unmerged(), 6))
    deliver(body(merged(), 5))
    assert means(BERT) == BERT


def test_the_same_message_twice_is_applied_once(deliver, means):
    first, second = body(merged(), 1), body(unmerged(), 2)
    deliver(first, second)
    assert deliver(first, second, first).duplicates == 3
    assert means(BERT) == BERT


def test_e2_an_erasure_is_answered_once_whatever_is_repeated(service, deliver, answers):
    first = body(erased())
    deliver(first, first)
    deliver(first, body(erased()), body(erased(), is_restated=True))
    (answer,) = answers()
    assert answer["type"] == f"{service}.customer_data_erased.v1"
    assert answer["subject"] == answer["data"]["customer_id"] == str(BERT)
    assert answer["causationid"] == orjson.loads(first)["id"]
    assert answer["sequence"] == 1


def test_e2_what_still_comes_about_the_erased_is_refused(deliver, means):
    deliver(body(erased(), 3))
    assert deliver(body(merged(), 2)).erased == 1
    assert means(BERT) == BERT


def test_fields_it_does_not_know_do_not_matter(deliver, means):
    told = orjson.loads(body(merged()))
    told["data"]["mood"] = told["mood"] = "sunny"
    deliver(orjson.dumps(told))
    assert means(BERT) == ANNA


def test_d4_the_answers_can_be_told_again(service, database, deliver):
    facts = importlib.import_module(f"crm_{service}.backfill").facts
    deliver(body(erased(ANNA)), body(erased(BERT)))
    with database.transaction() as session:
        told = list(of_the_living(session, facts(session, [f"{service}.customer_data_erased.v1"])))
        assert list(facts(session, [])) == []
    assert [(one.event.customer_id, one.sequence) for one in told] == [(ANNA, 1), (BERT, 1)]
