"""Capsules made month by month: what counts, whose month it is, and which months are remembered for a day."""

from datetime import date

import pytest
from sqlalchemy import insert, select, update

from compounder.database.schema import BatchTable, CapsuleStockTable
from compounder.services.capsules_made import YearOfMaking, months_until, year_of_making
from tests.services.benches import a_batch
from tests.services.orders import DAY, SITE, Bench


def stand(bench: Bench, lot_number: str, status: str) -> None:
    """The batch stands so."""
    with bench.database.writing() as writing:
        writing.execute(update(BatchTable).where(BatchTable.lot_number == lot_number).values(status=status))


def made_on(bench: Bench, day: date, strength: str = "1.5 mg", status: str = "released", capsules: int = 100) -> str:
    """Our lot number of a batch that was made on this day and stands so."""
    number = a_batch(bench, strength, key=f"{day} {strength} {status}", compounded_on=day, capsules=capsules)
    stand(bench, number, status)
    return number


def year(bench: Bench, today: date = DAY) -> YearOfMaking:
    return year_of_making(bench.database, SITE, today)


def counts(bench: Bench, today: date = DAY) -> dict[str, dict[str, int]]:
    """What was made of each strength, by month, without the months in which nothing was."""
    found = year(bench, today)
    return {
        each.strength: {
            f"{month:%Y-%m}": count for month, count in zip(found.months, each.capsules, strict=True) if count
        }
        for each in found.strengths
    }


def test_the_year_ends_with_this_month() -> None:
    months = months_until(date(2026, 3, 31))
    assert (len(months), months[0], months[-1]) == (12, date(2025, 4, 1), date(2026, 3, 1))
    assert months_until(date(2026, 12, 1))[0] == date(2026, 1, 1)


def test_capsules_are_counted_by_month_and_strength_the_smallest_first(bench: Bench) -> None:
    made_on(bench, date(2026, 11, 21), "4.5 mg")
    made_on(bench, date(2026, 11, 1))
    made_on(bench, date(2026, 10, 31), capsules=60)
    made_on(bench, date(2026, 11, 21), status="verified", capsules=50)
    assert list(counts(bench)) == ["1.5 mg", "4.5 mg"]
    per_month = {strength: list(months) for strength, months in counts(bench).items()}
    assert per_month == {"1.5 mg": ["2026-10", "2026-11"], "4.5 mg": ["2026-11"]}
    with bench.database.reading() as reading:
        rows = reading.execute(BatchTable.__table__.select()).all()
    november = sum(row.capsules for row in rows if row.compounded_on.month == 11 and row.strength == "1.5 mg")
    assert counts(bench)["1.5 mg"]["2026-11"] == november


def test_what_is_not_made_yet_or_given_up_does_not_count(bench: Bench) -> None:
    for status in ("planned", "in making", "rejected", "voided"):
        made_on(bench, DAY, status=status)
    assert counts(bench) == {}


@pytest.mark.parametrize("status", ["quarantined", "recalled"])
def test_what_is_held_back_counts_if_it_was_released_before(bench: Bench, status: str) -> None:
    made_on(bench, DAY, status=status)
    assert counts(bench) == {}
    with bench.database.writing() as writing:
        batch = writing.execute(select(BatchTable.id, BatchTable.capsules)).one()
        row = {"site": SITE, "formulation_code": "NTX-CAPS", "strength_ng": 1, "beyond_use_date": DAY, "capsules": 0}
        writing.execute(insert(CapsuleStockTable), {"batch_id": batch.id, **row})
    assert counts(bench)["1.5 mg"] == {"2026-11": batch.capsules}


def test_what_was_made_more_than_a_year_ago_is_left_out(bench: Bench) -> None:
    made_on(bench, date(2026, 10, 2))
    assert list(counts(bench, date(2027, 9, 30))["1.5 mg"]) == ["2026-10"]
    assert counts(bench, date(2027, 10, 1)) == {}


def test_the_newest_two_months_are_as_they_are_now_and_earlier_ones_as_they_were_today(bench: Bench) -> None:
    summer, october = made_on(bench, date(2026, 8, 31)), made_on(bench, date(2026, 10, 1))
    assert list(counts(bench)["1.5 mg"]) == ["2026-08", "2026-10"]
    for number in (summer, october):
        stand(bench, number, "voided")
    assert list(counts(bench)["1.5 mg"]) == ["2026-08"]
    assert counts(bench, date(2026, 11, 22)) == {}
