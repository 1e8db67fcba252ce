"""The other services' answers to an erasure complete the request: delivered once, twice, in any order."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import orjson
import pytest
from uuid_utils.compat import uuid7

from crm_chassis.events import envelope
from crm_contracts import campaign, feedback, loyalty, segmentation
from crm_customer.consumers import subscriptions
from crm_customer.operations.guests import register_guest
from crm_customer.operations.merges import merge_guests
from crm_customer.operations.privacy import request_erasure
from crm_customer.queries.privacy import privacy_request

from .factories import NOW

OWNERS = (campaign, feedback, loyalty, segmentation)


def an_answer(owner, customer_id, **extra):
    """Give the body in which a service says that it has forgotten a guest."""
    event = owner.CustomerDataErasedV1(customer_id=customer_id, occurred_at=NOW)
    body = orjson.loads(envelope(event, id=uuid7(), sequence=1, time=NOW + timedelta(seconds=1)))
    return orjson.dumps(body | {"data": body["data"] | extra})


@pytest.fixture
def erased(restaurant, vault):
    """A person of two merged records, erased: their ids and the request."""
    with restaurant.transaction() as session:
        ids = [register_guest(session, vault=vault, guest={"name": name}, now=NOW) for name in "ab"]
        merge_guests(session, survivor_id=ids[0], merged_id=ids[1], now=NOW)
    with restaurant.transaction() as session:
        request = request_erasure(session, vault=vault, customer_id=ids[0], now=NOW)
    return ids, request.id


@pytest.fixture
def deliver(restaurant):
    """``deliver(bodies)`` as the worker does."""

    def run(bodies):
        with restaurant.transaction() as session:
            return subscriptions.deliver(session, bodies)

    return run


def progress(database, request_id):
    with database.sessions() as session:
        return privacy_request(session, request_id)


def test_a_request_is_completed_by_the_last_answer_for_the_last_id(restaurant, erased, deliver):
    ids, request_id = erased
    bodies = [an_answer(owner, id_) for id_ in ids for owner in OWNERS]
    deliver(bodies[:-1])
    waiting = progress(restaurant, request_id)
    assert (waiting.state, waiting.waiting_for) == ("processing", ["segmentation"])
    deliver(bodies[-1:])
    done = progress(restaurant, request_id)
    assert (done.state, done.waiting_for, done.completed_at) == ("completed", [], NOW + timedelta(seconds=1))


def test_answers_delivered_twice_and_with_unknown_fields_change_nothing_more(restaurant, erased, deliver):
    ids, request_id = erased
    bodies = [an_answer(owner, id_, surprise=1) for id_ in reversed(ids) for owner in reversed(OWNERS)]
    deliver(bodies * 2)
    first = progress(restaurant, request_id)
    deliver(bodies)
    deliver([an_answer(loyalty, ids[0])])
    assert progress(restaurant, request_id) == first
    assert first.state == "completed"


def test_answers_about_nobody_are_harmless(restaurant, erased, deliver):
    _, request_id = erased
    deliver([an_answer(owner, UUID(int=9)) for owner in OWNERS])
    assert replace(progress(restaurant, request_id), waiting_for=[]).state == "processing"
