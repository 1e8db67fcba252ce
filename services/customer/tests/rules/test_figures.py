"""How sure a figure is, and what it is compared with."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_customer.rules.figures import baseline, mean_interval, wilson, windows

TODAY = date(2026, 3, 14)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # E. B. Wilson's interval as R's binom::binom.confint(method = "wilson") gives it
    [(0, 10, 0.0, 0.27753), (5, 10, 0.23659, 0.76341), (81, 263, 0.25529, 0.36621), (10, 10, 0.72247, 1.0)],
)
def test_wilsons_interval(hits, of, low, high):
    interval = wilson(hits, of)
    assert (interval.low, interval.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(of=st.integers(1, 10_000), share=st.floats(0, 1))
def test_wilsons_interval_holds_the_share_and_narrows_with_more_guests(of, share):
    hits = int(of * share)
    few, many = wilson(hits, of), wilson(hits * 4, of * 4)
    assert 0 <= few.low <= hits / of + 1e-9
    assert hits / of - 1e-9 <= few.high <= 1
    assert many.high - many.low < few.high - few.low


@given(st.lists(st.integers(1, 50), min_size=2, max_size=100))
def test_a_means_interval_holds_the_mean(visits):
    mean = sum(visits) / len(visits)
    interval = mean_interval(sum(visits), sum(each**2 for each in visits), len(visits))
    assert interval.low - 1e-9 <= mean <= interval.high + 1e-9


def test_of_nobody_nothing_is_said():
    assert wilson(0, 0) is None
    assert mean_interval(3, 9, 1) is None


def test_windows_are_ninety_days_each_and_leave_no_day_out():
    current, earlier = windows(TODAY)
    assert current.to_on == TODAY
    assert (current.to_on - current.from_on).days == (earlier.to_on - earlier.from_on).days == 89
    assert current.from_on - earlier.to_on == timedelta(days=1)


def test_a_year_earlier_is_compared_with_once_the_history_covers_it():
    a_year = TODAY - timedelta(days=364)
    assert baseline(TODAY, a_year - timedelta(days=179)) == (a_year, "year_earlier")
    assert a_year.weekday() == TODAY.weekday()
    first = a_year - timedelta(days=178)
    assert baseline(TODAY, first) == (first + timedelta(days=179), "first_full_window")


def test_a_short_history_has_nothing_to_be_compared_with():
    assert baseline(TODAY, None) is None
    assert baseline(TODAY, TODAY - timedelta(days=200)) is None
    assert baseline(TODAY, TODAY - timedelta(days=269)) == (TODAY - timedelta(days=90), "first_full_window")
    assert baseline(TODAY, TODAY - timedelta(days=268)) is None
