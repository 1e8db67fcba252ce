"""Merging is an alias that can be taken back; erasing is for good; all of it may be repeated."""

from uuid import UUID

import pytest
from coins import Settings

from crm_chassis import subjects
from crm_chassis.database import connect

A, B, C, D = (UUID(int=n) for n in range(1, 5))


@pytest.fixture
def session(service_settings, clean):
    """A session on an empty database; rolled back at the end."""
    settings = service_settings(Settings, "json")
    clean(settings)
    database = connect(settings)
    with database.sessions() as session:
        yield session
    database.engine.dispose()


def test_an_id_never_merged_stands_for_itself(session):
    assert subjects.resolve(session, [A, B]) == {A: A, B: B}
    assert subjects.resolve(session, []) == {}
    assert subjects.members(session, A) == [A]


def test_merged_ids_resolve_to_the_last_survivor(session):
    subjects.merge(session, merged=A, survivor=B)
    subjects.merge(session, merged=B, survivor=C)
    subjects.merge(session, merged=B, survivor=C)
    assert subjects.resolve(session, [A, B, C, D]) == {A: C, B: C, C: C, D: D}
    assert subjects.members(session, B) == [A, B, C]


def test_unmerging_one_id_takes_along_what_was_merged_into_it(session):
    subjects.merge(session, merged=A, survivor=B)
    subjects.merge(session, merged=B, survivor=C)
    for _ in range(2):
        subjects.unmerge(session, merged=B)
    assert subjects.resolve(session, [A, B, C]) == {A: B, B: B, C: C}
    assert subjects.members(session, C) == [C]


def test_a_merge_with_itself_is_ignored(session):
    subjects.merge(session, merged=A, survivor=A)
    assert subjects.resolve(session, [A]) == {A: A}


def test_merges_in_a_circle_do_not_hang_and_open_up_when_the_older_one_is_taken_back(session):
    subjects.merge(session, merged=A, survivor=B, sequence=1)
    subjects.merge(session, merged=B, survivor=A, sequence=1)
    assert subjects.members(session, A) == [A, B]
    subjects.unmerge(session, merged=A, sequence=2)
    assert subjects.resolve(session, [A, B]) == {A: A, B: A}


def test_merge_and_unmerge_may_be_told_in_any_order(session):
    """RULES D1: the newest sequence counts, whatever arrives last."""
    subjects.unmerge(session, merged=A, sequence=2)
    subjects.merge(session, merged=A, survivor=B, sequence=1)
    assert subjects.resolve(session, [A]) == {A: A}
    subjects.merge(session, merged=A, survivor=C, sequence=3)
    assert subjects.resolve(session, [A]) == {A: C}


def test_a_merge_told_anew_goes_to_the_new_survivor(session):
    subjects.merge(session, merged=A, survivor=B)
    subjects.merge(session, merged=A, survivor=C)
    assert subjects.resolve(session, [A]) == {A: C}


def test_erased_subjects_are_known_as_such_and_only_they(session):
    for _ in range(2):
        subjects.erase(session, A)
    assert subjects.is_erased(session, [A, B]) == {A}
    assert subjects.is_erased(session, []) == set()
