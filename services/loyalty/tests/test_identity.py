"""Merged, taken apart again, and erased (RULES E1-E3)."""

from uuid import UUID

import pytest

from crm_chassis.crypto import FieldCipher, KeyDestroyed
from crm_chassis.keys import KeyStore
from crm_loyalty.queries.members import find_member

from . import factories as f

ANNA, BERT, CARL = UUID(int=1), UUID(int=2), UUID(int=3)
DINNER, LUNCH, BRUNCH = UUID(int=11), UUID(int=12), UUID(int=13)


@pytest.fixture
def guests(database):
    """Anna has 10 points, Bert 5."""
    f.hear(database, f.registered(ANNA), f.registered(BERT))
    f.hear(database, f.recorded(DINNER, ANNA, 10_00), f.recorded(LUNCH, BERT, 5_00))


def balance(database, guest):
    with database.reading() as connection:
        member = find_member(connection, customer_id=guest)
    return member and (member["customer_id"], member["balance"])


def owners(database):
    return dict(f.query(database, "SELECT order_id, customer_id FROM orders"))


def test_e1_merged_records_count_together_and_keep_their_own_rows(database, guests):
    f.hear(database, f.merged(BERT, ANNA))
    assert balance(database, ANNA) == balance(database, BERT) == (ANNA, 15)
    assert f.balances(database) == {ANNA: 10, BERT: 5}


def test_e1_a_late_event_of_a_merged_record_counts_for_the_survivor(database, guests):
    f.hear(database, f.merged(BERT, ANNA), f.recorded(BRUNCH, BERT, 2_00))
    assert balance(database, ANNA) == (ANNA, 17)
    assert owners(database)[BRUNCH] == BERT


def test_e1_a_chain_of_merges_leads_to_the_last_survivor(database, guests):
    f.hear(database, f.merged(BERT, ANNA), f.merged(ANNA, CARL), f.registered(CARL))
    assert balance(database, BERT) == (CARL, 15)


def test_e1_taking_a_merge_back_separates_the_points_again(database, guests):
    f.hear(database, f.merged(BERT, ANNA), f.recorded(BRUNCH, BERT, 2_00), f.unmerged(BERT, ANNA))
    assert balance(database, ANNA) == (ANNA, 10)
    assert balance(database, BERT) == (BERT, 7)


def test_d1_a_merge_heard_after_it_was_taken_back_stays_taken_back(database, guests):
    f.deliver(database, f.body(f.unmerged(BERT, ANNA), sequence=3))
    f.deliver(database, f.body(f.merged(BERT, ANNA), sequence=2))
    assert balance(database, BERT) == (BERT, 5)
    f.deliver(database, f.body(f.merged(BERT, CARL), sequence=4))
    assert balance(database, BERT) == (CARL, 5)


def test_d1_turning_a_merge_round_is_understood_in_any_order(database, guests):
    f.deliver(database, f.body(f.merged(BERT, ANNA), sequence=2))
    f.deliver(database, f.body(f.merged(ANNA, BERT), sequence=2))
    f.deliver(database, f.body(f.unmerged(BERT, ANNA), sequence=3))
    assert balance(database, ANNA) == balance(database, BERT) == (BERT, 15)


def test_e3_an_erased_guests_ledger_belongs_to_nobody_and_sums_to_zero(database, guests):
    f.hear(database, f.erased(ANNA))
    assert balance(database, ANNA) is None
    known = f.balances(database)
    assert known.pop(BERT) == 5
    ((nobody, left),) = known.items()
    assert nobody.version == 4
    assert left == 0
    rows = f.query(database, "SELECT kind, points FROM entries WHERE customer_id = :nobody ORDER BY id", nobody=nobody)
    assert rows == [("earn", 10), ("forfeit", -10)]
    assert owners(database)[DINNER] == nobody
    tables = ("members", "entries", "orders", "subject_alias")
    text = "".join(str(f.query(database, f"SELECT t::text FROM {table} t")) for table in tables)  # noqa: S608
    assert str(ANNA) not in text


def test_e2_the_answer_is_given_once_whatever_is_repeated(database, guests):
    erased = f.body(f.erased(ANNA))
    f.deliver(database, erased, erased)
    f.deliver(database, erased, f.body(f.erased(ANNA)), f.body(f.erased(ANNA), is_restated=True))
    (answer,) = f.announced(database, "customer_data_erased")
    assert answer["subject"] == answer["data"]["customer_id"] == str(ANNA)
    assert answer["sequence"] == 3  # after enrolled and points_earned: a later gap would be noticed


def test_e2_a_stranger_is_forgotten_too(database):
    f.hear(database, f.erased(CARL), f.registered(CARL))
    assert f.balances(database) == {}
    assert [one["type"] for one in f.announced(database)] == ["loyalty.customer_data_erased.v1"]


def test_e2_late_events_of_the_erased_change_nothing(database, guests):
    f.hear(database, f.erased(ANNA))
    before = f.balances(database)
    f.hear(
        database,
        f.registered(ANNA),
        f.recorded(BRUNCH, ANNA, 9_00),
        f.refunded(DINNER, ANNA, 1_00, 2),
        f.merged(ANNA, BERT),
        f.unmerged(ANNA, BERT),
    )
    assert f.balances(database) == before
    assert balance(database, BERT) == (BERT, 5)


def test_e3_an_order_that_leaves_an_erased_guest_earns_for_the_new_one_alone(database, guests):
    f.hear(database, f.erased(ANNA), f.corrected(DINNER, BERT, 12_00, 2))
    known = f.balances(database)
    assert known.pop(BERT) == 17
    assert list(known.values()) == [0]


def test_e1_erasing_a_merged_person_erases_each_record(database, guests):
    f.hear(database, f.merged(BERT, ANNA))
    f.deliver(database, f.body(f.erased(ANNA)), f.body(f.erased(BERT)))
    assert sorted(f.balances(database).values()) == [0, 0]
    assert balance(database, ANNA) is balance(database, BERT) is None
    assert len(f.announced(database, "customer_data_erased")) == 2


def test_e3_a_guest_in_debt_leaves_none_behind(database, guests):
    f.hear(database, f.corrected(DINNER, BERT, 10_00, 2), f.corrected(DINNER, BERT, 0, 3))
    f.hear(database, f.erased(BERT))
    assert f.balances(database)[ANNA] == 0
    assert sum(f.balances(database).values()) == 0


def test_e4_the_guests_key_is_destroyed(database, guests, settings):
    keys = KeyStore(settings)
    cipher = FieldCipher("loyalty", keys)
    sealed = cipher.encrypt(ANNA, "entry_reason", b"a birthday")
    f.hear(database, f.erased(ANNA))
    assert cipher.decrypt(ANNA, "entry_reason", sealed) is None
    with pytest.raises(KeyDestroyed):
        cipher.encrypt(ANNA, "entry_reason", b"again")
    keys.close()
