"""The business rules as tables of cases, and what always holds."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from crm_customer.rules import contacts, days, lines, matching, money, searching, versions

A, B = UUID(int=1), UUID(int=2)
AMOUNT = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("status", "includes_tax", "refunded", "expected"),
    [
        ("paid", False, 0, 8500),
        ("paid", True, 0, 9000),
        ("paid", False, 500, 8000),
        ("paid", False, 10000, 0),
        ("open", False, 0, 0),
        ("void", False, 0, 0),
    ],
)
def test_b1_spend_is_paid_money_less_tip_tax_and_refunds(status, includes_tax, refunded, expected):
    found = money.spend(
        status=status,
        total_minor=10000,
        tip_minor=1000,
        tax_minor=500,
        refunded_minor=refunded,
        includes_tax=includes_tax,
    )
    assert found == expected


@given(total=AMOUNT, tip=AMOUNT, tax=AMOUNT, refunded=AMOUNT, includes_tax=st.booleans())
def test_spend_is_never_negative_and_never_more_than_the_total(total, tip, tax, refunded, includes_tax):
    found = money.spend(
        status="paid",
        total_minor=total,
        tip_minor=tip,
        tax_minor=tax,
        refunded_minor=refunded,
        includes_tax=includes_tax,
    )
    assert 0 <= found <= total


@given(st.lists(st.tuples(st.integers(1, 100), AMOUNT)), AMOUNT, AMOUNT)
def test_lines_agree_with_their_own_sum_and_with_no_other(sold, tip, tax):
    made = [{"quantity": quantity, "unit_price_minor": price} for quantity, price in sold]
    total = sum(map(money.line_amount, made)) + tip + tax
    values = {"tip_minor": tip, "tax_minor": tax, "lines": made}
    assert money.disagreements(total_minor=total, **values) == {}
    assert "total_minor" in money.disagreements(total_minor=total + 1, **values) or not made


@pytest.mark.parametrize(("amount", "count", "expected"), [(5, 2, 3), (4, 3, 1), (0, 3, 0), (7, 0, None)])
def test_averages_are_rounded_half_up(amount, count, expected):
    assert money.average(amount, count) == expected


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        ("2026-03-02T03:59:59+00:00", "UTC", "2026-03-01"),
        ("2026-03-02T04:00:00+00:00", "UTC", "2026-03-02"),
        ("2026-03-02T05:00:00+00:00", "America/New_York", "2026-03-01"),
        ("2026-03-01T19:00:00+00:00", "Asia/Tokyo", "2026-03-02"),
        ("2026-03-08T07:30:00+00:00", "America/New_York", "2026-03-07"),  # the night the clocks go forward
    ],
)
def test_b2_the_business_day_begins_in_the_morning(at, zone, expected):
    found = days.business_day(datetime.fromisoformat(at), zone=zone, starts_at="04:00")
    assert found == date.fromisoformat(expected)


def test_what_lies_too_far_ahead_or_back_is_not_believed():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert days.is_credible(now + timedelta(hours=23), now=now)
    assert not days.is_credible(now + timedelta(hours=25), now=now)
    assert not days.is_credible(datetime(1900, 1, 1, tzinfo=UTC), now=now)


@pytest.mark.parametrize(
    ("fits", "attribution", "customer"),
    [
        ([], "anonymous", None),
        ([set()], "unknown", None),
        ([{A}], "guest", A),
        ([set(), {B}], "guest", B),
        ([{A, B}, {B}], "guest", B),
        ([{A}, {B}], "guest", A),
        ([{A, B}], "ambiguous", None),
        ([{A, B}, set()], "ambiguous", None),
    ],
)
def test_c3_the_first_identity_that_exactly_one_guest_fits_decides(fits, attribution, customer):
    assert matching.verdict(fits) == matching.Verdict(matching.Attribution(attribution), customer)


@pytest.mark.parametrize(
    ("version", "content", "expected"),
    [(3, b"x", "corrected"), (1, b"x", "ignored"), (2, b"same", "unchanged"), (2, b"x", "rejected")],
)
def test_c1_what_a_repeated_order_means(version, content, expected):
    assert versions.outcome(known=2, known_content=b"same", version=version, content=content) == expected
    assert versions.outcome(known=2, known_content=b"", version=2, content=content) == "unchanged"


def test_lines_are_told_by_item_the_50_dearest():
    assert lines.event_lines([[str(A), 1, 500, 0, None], [str(B), 1, 300, 0], [str(A), 2, 500, 100]]) == [
        (A, 3, 1400),
        (B, 1, 300),
    ]
    told = lines.event_lines([str(UUID(int=n)), 1, n, 0] for n in range(60))
    assert [amount for _, _, amount in told] == list(range(59, 9, -1))


@pytest.mark.parametrize(
    ("given_", "expected"),
    [
        ("Joe@Example.COM", "joe@example.com"),
        ("joe+tag@example.com", "joe+tag@example.com"),
        ("jörg@exämple.de", "jörg@exämple.de"),
        ("joe@xn--exmple-cua.de", "joe@exämple.de"),
        ("a.b.c@kitchen.test", "a.b.c@kitchen.test"),
    ],
)
def test_addresses_are_compared_normalized(given_, expected):
    assert contacts.normalized_email(given_) == expected


@given(
    st.text("abAB09._+-@ \u00e4", max_size=12),
    st.sampled_from(["example.com", "Example.COM", "x", "exämple.de", "-.com", "a..b", "", "1.2.3.4", "a@b.c"]),
)
def test_the_short_way_judges_addresses_as_the_library_does(local, domain):
    address = f"{local}@{domain}"
    try:
        expected = validate_email(address, check_deliverability=False, test_environment=True).normalized.casefold()
    except EmailNotValidError:
        with pytest.raises(contacts.NotAnAddress):
            contacts.normalized_email(address)
    else:
        assert contacts.normalized_email(address) == expected


@pytest.mark.parametrize(
    ("number", "region", "expected"),
    [
        ("(212) 555-0123", "US", "+12125550123"),
        ("+44 20 7946 0000", "US", "+442079460000"),
        ("06 698 12345", "IT", "+390669812345"),
        ("+1 (212) 555-0123", "DE", "+12125550123"),
    ],
)
def test_numbers_are_written_as_e164(number, region, expected):
    assert contacts.e164(number, region) == expected


@pytest.mark.parametrize("number", ["", "12", "call me", "+1 212 555 0123 ext. 5", "+999 123", "9" * 40])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(contacts.NotANumber):
        contacts.e164(number, "US")


def test_han_characters_are_words_of_their_own_and_numbers_are_read_as_digits():
    assert searching.spaced("李小龙").split() == ["李", "小", "龙"]
    assert searching.spaced("José 😀") == "José 😀"
    assert searching.needles("(212) 555") == ["(212) 555", "212555"]
    assert searching.needles("a1") == ["a1"]
