"""Beyond-use dates: day 1 or day 0, months and their ends, ties, and the last day itself."""

from datetime import date

import pytest

from compounder.domain.batch.beyond_use import (
    BeyondUseDays,
    BeyondUseMonths,
    BeyondUsePolicy,
    beyond_use_limit,
    date_limits,
)
from compounder.domain.calendar import format_day, parse_day, parse_expiry
from compounder.domain.errors import NotADate, OutOfBounds
from tests.domain.orders import a_filler, an_active, an_order, planned


def days(number: int, day: int = 1) -> BeyondUsePolicy:
    return BeyondUseDays(days=number, day_of_compounding=day)


def months(number: int, day: int = 1) -> BeyondUsePolicy:
    return BeyondUseMonths(months=number, day_of_compounding=day)


@pytest.mark.parametrize(
    ("policy", "compounded_on", "last_day"),
    [
        (days(180), "2025-01-01", "2025-06-29"),
        (days(180, 0), "2025-01-01", "2025-06-30"),
        (days(365), "2026-11-21", "2027-11-20"),
        (days(365, 0), "2026-11-21", "2027-11-21"),
        (days(1), "2026-11-21", "2026-11-21"),
        (days(365), "2027-11-21", "2028-11-19"),
        (days(2), "2028-02-28", "2028-02-29"),
        (months(6), "2025-01-01", "2025-06-30"),
        (months(6, 0), "2025-01-01", "2025-07-01"),
        (months(6, 0), "2025-08-31", "2026-02-28"),
        (months(6), "2025-08-31", "2026-02-27"),
        (months(6, 0), "2027-08-31", "2028-02-29"),
        (months(1, 0), "2026-01-31", "2026-02-28"),
        (months(12, 0), "2028-02-29", "2029-02-28"),
        (months(1, 0), "2026-12-31", "2027-01-31"),
        (months(120, 0), "2026-11-21", "2036-11-21"),
    ],
)
def test_the_policys_last_day(policy: BeyondUsePolicy, compounded_on: str, last_day: str) -> None:
    assert policy.last_day(parse_day(compounded_on)).isoformat() == last_day


def test_six_months_are_calendar_months_and_not_182_days() -> None:
    assert {months(6, 0).day_number(start, months(6, 0).last_day(start)) for start in FIRSTS} == {181, 182, 183, 184}


FIRSTS = [date(year, month, 1) for year in (2026, 2027, 2028) for month in range(1, 13)]


@pytest.mark.parametrize("number", [1, 2, 5, 6, 7, 12, 24, 120])
def test_most_days_is_the_longest_that_many_months_can_be(number: int) -> None:
    years = [date(year, month, 1) for year in range(2020, 2032) for month in range(1, 13)]
    assert months(number).most_days == max((months(number, 0).last_day(day) - day).days for day in years)


def test_on_a_tie_the_policy_sets_the_date() -> None:
    limits = date_limits(date(2025, 1, 1), days(180), [("a", date(2025, 6, 29)), ("b", date(2025, 6, 30))])
    assert beyond_use_limit(limits).because == "policy: 180 days, the day of compounding is day 1"


def test_the_earliest_expiry_sets_the_date_and_is_named() -> None:
    limits = date_limits(date(2025, 1, 1), months(6), [("a", date(2025, 5, 31)), ("b", date(2025, 5, 30))])
    assert (beyond_use_limit(limits).on, beyond_use_limit(limits).because) == (date(2025, 5, 30), "expiry of b")


def test_a_lot_that_expires_on_the_compounding_day_is_usable_through_it() -> None:
    (batch,) = planned(an_order(active=an_active(expires_on="2026-11-21"), filler=a_filler()))
    assert batch["beyond_use_date"] == "2026-11-21"
    assert [finding["severity"] for finding in batch["findings"]] == ["caution"]


def test_an_expiry_given_as_a_month_is_its_last_day() -> None:
    assert [parse_expiry(text).isoformat() for text in ("2028-02", "2027-02", "2028-12", "2028-02-01")] == [
        "2028-02-29",
        "2027-02-28",
        "2028-12-31",
        "2028-02-01",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-29",
        "2026-13-01",
        "2026-00-10",
        "0000-01-01",
        "26-11-21",
        "2026-1-1",
        "2026/11/21",
        "21.11.2026",
        "2026-11-21T00:00",
        "2026-W47-6",
        "20261121",
        "٢٠٢٦-11-21",
        "2026-11-21\n",
        " 2026-11-21",
        "９999-11-21",
        "x" * 65_536,
        "2026-11-31",
        "2026-13",
        "2026-00",
        "0000-12",
        "2026-1",
    ],
)
def test_anything_but_a_day_of_the_calendar_is_refused(text: str) -> None:
    with pytest.raises(NotADate) as refused:
        parse_expiry(text)
    assert len(str(refused.value)) < 150


@pytest.mark.parametrize("value", [None, True, 20261121, 1.5, [], {}])
def test_a_date_is_text(value: object) -> None:
    for parse in (parse_day, parse_expiry):
        with pytest.raises(NotADate):
            parse(value)


def test_a_month_is_no_compounding_day() -> None:
    with pytest.raises(NotADate):
        parse_day("2026-11")


@pytest.mark.parametrize(("number", "day"), [(0, 1), (3_651, 1), (180, 2), (180, -1)])
def test_a_policy_stays_within_its_bounds(number: int, day: int) -> None:
    with pytest.raises(OutOfBounds):
        days(number, day)


def test_a_day_is_written_for_people_with_its_months_name() -> None:
    assert format_day(date(2027, 5, 1)) == "1 May 2027"
