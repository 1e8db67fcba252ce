"""Several tills at once, with real threads on a real database: one guest, one order, one refund (RULES C1, C3)."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

import pytest

from crm_chassis.fastload import compile_schema
from crm_chassis.testing import wait_until
from crm_customer.operations.guests import ExternalIdTaken, change_guest, register_guest
from crm_customer.operations.intake import take_orders
from crm_customer.operations.locations import change_location
from crm_customer.operations.merges import merge_guests
from crm_customer.operations.privacy import request_erasure
from crm_customer.operations.refunds import RefundExceedsOrder, refund_order
from crm_customer.operations.reservations import take_reservations
from crm_customer.queries.restaurant import locations
from crm_customer.schemas.orders import NewOrder
from crm_customer.schemas.reservations import NewReservation

from .factories import NOW, a_reservation, an_order

LOADER = compile_schema(NewOrder)
RESERVATIONS = compile_schema(NewReservation)
TILLS = 6


@pytest.fixture
def at_once():
    """``at_once(work, inputs)``: the results of doing all of them at the same moment, a refusal as itself."""

    def run(work, inputs):
        gate = threading.Barrier(len(inputs))

        def start(each):
            gate.wait()
            try:
                return work(each)
            except (ExternalIdTaken, RefundExceedsOrder) as refusal:
                return refusal

        with ThreadPoolExecutor(len(inputs)) as pool:
            return list(pool.map(start, inputs))

    return run


@pytest.fixture
def take(restaurant, vault):
    """``take(orders)`` in a transaction of its own."""

    def send(orders):
        items = [LOADER.load(order) for order in orders]
        with restaurant.transaction() as session:
            return take_orders(session, vault=vault, items=items, locations=None, now=NOW)

    return send


@pytest.fixture
def book(restaurant, vault):
    """``book(reservations)`` in a transaction of its own."""

    def send(reservations):
        items = [RESERVATIONS.load(each) for each in reservations]
        with restaurant.transaction() as session:
            return take_reservations(session, vault=vault, items=items, locations=None, now=NOW)

    return send


def count(database, table):
    with database.reading() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()  # noqa: S608


@pytest.mark.parametrize("round_", range(5))
@pytest.mark.parametrize("guest", [{"external_id": "c-1"}, {"email": "a@example.com"}, {"phone": "+12125550123"}])
def test_an_unknown_guest_at_several_tills_is_made_once(restaurant, take, at_once, guest, round_):
    taken = at_once(take, [[an_order(guest=guest)] for _ in range(TILLS)])
    assert len({each[0].customer_id for each in taken}) == 1
    assert count(restaurant, "guest") == 1
    assert count(restaurant, "orders") == TILLS
    assert count(restaurant, "identity_claim") == 0


def test_arrays_of_the_same_unknown_guests_in_any_order_make_each_once(restaurant, take, at_once):
    names = [f"c-{number}" for number in range(40)]
    arrays = [
        [an_order(guest={"external_id": name}) for name in (names if till % 2 else reversed(names))]
        for till in range(TILLS)
    ]
    at_once(take, arrays)
    assert count(restaurant, "guest") == len(names)
    assert count(restaurant, "orders") == TILLS * len(names)


def test_the_same_orders_sent_at_once_are_recorded_once(restaurant, take, at_once):
    orders = [an_order(guest={"external_id": f"c-{number}"}) for number in range(30)]
    taken = at_once(take, [orders if till % 2 else orders[::-1] for till in range(TILLS)])
    outcomes = [outcome.outcome for each in taken for outcome in each]
    assert outcomes.count("created") == len(orders)
    assert outcomes.count("unchanged") == (TILLS - 1) * len(orders)
    with restaurant.reading() as connection:
        recorded = "SELECT count(*) FROM outbox WHERE type = 'customer.order_recorded.v1'"
        assert connection.exec_driver_sql(recorded).scalar() == len(orders)


def test_corrections_at_once_leave_the_newest(restaurant, take, at_once):
    order = an_order(guest={"external_id": "c-1"})
    take([order])
    versions = [[order | {"version": version, "total_minor": 100 * version}] for version in range(2, 2 + TILLS)]
    at_once(take, versions)
    with restaurant.reading() as connection:
        row = connection.exec_driver_sql("SELECT version, total_minor, revision FROM orders").one()
        told = connection.exec_driver_sql("SELECT count(*) FROM outbox WHERE type LIKE 'customer.order_%%'").scalar()
    assert (row.version, row.total_minor) == (1 + TILLS, 100 * (1 + TILLS))
    assert told == row.revision


def test_refunds_at_once_never_exceed_the_order(restaurant, vault, take, at_once):
    (order,) = take([an_order(total_minor=1000)])

    def refund(number):
        with restaurant.transaction() as session:
            return refund_order(
                session,
                vault=vault,
                order_id=order.id,
                external_id=f"r-{number % 4}",
                amount_minor=400,
                refunded_at=NOW,
                reason=None,
                locations=None,
                now=NOW,
            ).id

    results = at_once(refund, range(8))
    given = {result for result in results if isinstance(result, UUID)}
    assert len(given) == 2
    with restaurant.reading() as connection:
        assert connection.exec_driver_sql("SELECT refunded_minor, spend_minor FROM orders").one() == (800, 200)


def test_an_external_id_registered_at_once_is_given_once(restaurant, vault, at_once):
    def register(number):
        body = {"name": f"Guest {number}", "external_ids": [{"source": "crm", "id": "7"}]}
        with restaurant.transaction() as session:
            return register_guest(session, vault=vault, guest=body, now=NOW)

    results = at_once(register, range(TILLS))
    assert sum(isinstance(result, UUID) for result in results) == 1
    assert sum(isinstance(result, ExternalIdTaken) for result in results) == TILLS - 1


@pytest.mark.parametrize("round_", range(4))
def test_an_order_at_the_moment_of_erasure_is_either_buried_or_makes_a_new_guest(
    restaurant, vault, take, at_once, round_
):
    (first,) = take([an_order(guest={"external_id": "c-1"})])

    def erase(_):
        with restaurant.transaction() as session:
            request_erasure(session, vault=vault, customer_id=first.customer_id, now=NOW)

    works = [erase, *[lambda _: take([an_order(guest={"external_id": "c-1"})])] * 3]
    at_once(lambda work: work(None), works)
    with restaurant.reading() as connection:
        left = connection.exec_driver_sql(
            "SELECT count(*) FROM orders WHERE customer_id = %s OR external_id NOT LIKE 'erased:%%' AND customer_id "
            "IN (SELECT id FROM guest WHERE erased_at IS NOT NULL)",
            (str(first.customer_id),),
        )
        assert left.scalar() == 0


def test_an_order_corrected_without_its_guest_while_that_guest_is_erased_stays_one_order(restaurant, vault, take):
    order = an_order(guest={"external_id": "c-1"})
    (first,) = take([order])
    with ThreadPoolExecutor(1) as pool:
        with restaurant.transaction() as session:
            request_erasure(session, vault=vault, customer_id=first.customer_id, now=NOW)
            anonymous = {key: value for key, value in order.items() if key != "guest"} | {"version": 2}
            correcting = pool.submit(take, [anonymous])
            wait_until(lambda: is_somebody_waiting(restaurant))
        (second,) = correcting.result()
    assert (second.id, second.outcome) == (first.id, "corrected")
    assert count(restaurant, "orders") == 1


def test_b2_an_order_under_way_while_its_location_moves_to_another_zone_is_on_the_right_day(restaurant, vault):
    def move():
        with restaurant.transaction() as session:
            (location,) = locations(session, limit=9, after=None)
            change_location(
                session, location_id=location.id, changes={"zone": "Asia/Tokyo"}, check_version=lambda _: None, now=NOW
            )

    order = LOADER.load(an_order(placed_at="2026-01-05T23:00:00Z"))
    with ThreadPoolExecutor(1) as pool:
        with restaurant.transaction() as session:
            take_orders(session, vault=vault, items=[order], locations=None, now=NOW)
            moving = pool.submit(move)
            wait_until(lambda: moving.done() or is_somebody_waiting(restaurant))
        moving.result()
    with restaurant.reading() as connection:
        assert connection.exec_driver_sql("SELECT business_day FROM orders").scalar() == date(2026, 1, 6)


def test_e1_an_edit_of_a_guest_who_is_being_merged_reaches_the_survivor(restaurant, vault):
    def register(name):
        with restaurant.transaction() as session:
            return register_guest(session, vault=vault, guest={"name": name}, now=NOW)

    def edit():
        with restaurant.transaction() as session:
            changes = {"name": "Anna"}
            return change_guest(
                session, vault=vault, customer_id=merged, changes=changes, check_version=lambda _: None, now=NOW
            )

    survivor, merged = register("Ann"), register("Ana")
    with ThreadPoolExecutor(1) as pool:
        with restaurant.transaction() as session:
            merge_guests(session, survivor_id=survivor, merged_id=merged, now=NOW)
            editing = pool.submit(edit)
            wait_until(lambda: is_somebody_waiting(restaurant))
        assert editing.result() == survivor


def is_somebody_waiting(database):
    with database.reading() as connection:
        waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        return connection.exec_driver_sql(f"SELECT EXISTS (SELECT {waiting})").scalar()


def test_one_unknown_guest_who_orders_and_books_at_once_is_made_once(restaurant, take, book, at_once):
    guest = {"email": "a@example.com", "external_id": "c-1"}
    works = [lambda: take([an_order(source="x", guest=guest)]), lambda: book([a_reservation(source="x", guest=guest)])]
    taken = at_once(lambda work: work(), works * 3)
    assert len({each.customer_id for (each,) in taken}) == 1
    assert count(restaurant, "guest") == 1


def test_the_same_reservations_sent_at_once_are_recorded_once_and_the_newest_stands(restaurant, book, at_once):
    reservation = a_reservation(guest={"external_id": "c-1"})
    bodies = [[reservation | {"version": n, "party_size": n, "requests": f"{n}"}] for n in range(1, 1 + TILLS)]
    taken = at_once(book, bodies * 2)
    assert [each.outcome for (each,) in taken].count("created") == 1
    with restaurant.reading() as connection:
        row = connection.exec_driver_sql("SELECT party_size, revision FROM reservation").one()
        told = "SELECT count(*) FROM outbox WHERE type LIKE 'customer.reservation_%%'"
        assert (row.party_size, row.revision) == (TILLS, connection.exec_driver_sql(told).scalar())
