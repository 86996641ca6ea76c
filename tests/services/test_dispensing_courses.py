"""Bottles of courses beside each other: each has its own days, and what is left of another course is asked about."""

from datetime import date
from pathlib import Path

import pytest

from compounder.services.bottle_papers import bottle_papers
from compounder.services.prescribing import ChangeRequest, CourseChange, changed_request
from tests.services.care import a_course, a_request, prescribed
from tests.services.dispensing import a_bottle, bottle, codes, dispensed, dispensing, previewed, ready
from tests.services.orders import DAY, SITE, Bench


def test_what_is_left_of_a_course_that_was_replaced_is_asked_at_each_bottle(
    sqlite_bench: Bench, tmp_path: Path
) -> None:
    _, old = ready(sqlite_bench, tmp_path)
    dispensed(sqlite_bench, dispensing(sqlite_bench, a_bottle(old)))
    change = ChangeRequest(
        number=old, what=CourseChange.HOLD, on=date(2026, 12, 11), days=7, written_on=DAY, reason="Sleeps badly"
    )
    with sqlite_bench.database.reading() as reading:
        held = changed_request(reading, SITE, change)
    new = prescribed(sqlite_bench, held, key="held")
    (asked,) = previewed(sqlite_bench, a_bottle(new, 10)).findings
    assert (asked.code, "74 of 1.5 mg" in asked.message) == ("capsules-given-ahead", True)


def test_the_label_of_a_second_bottle_has_the_directions_of_its_own_days(sqlite_bench: Bench, tmp_path: Path) -> None:
    _, prescription = ready(sqlite_bench, tmp_path)
    numbers = [
        dispensed(sqlite_bench, dispensing(sqlite_bench, a_bottle(prescription, count), key=str(count)))
        for count in (48, 36)
    ]
    with sqlite_bench.database.reading() as reading:
        said = [bottle_papers(reading, SITE, number).bottle.directions for number in numbers]
    assert said == [
        "Take 1 capsule at bedtime for 14 days, then 2 capsules for 14 days, then 3 capsules.",
        "Take 3 capsules at bedtime, 31 Dec to 11 Jan 2027.",
    ]


@pytest.mark.parametrize(("starts", "asked"), [("2027-01-11", ["two-open-courses"]), ("2027-01-12", [])])
def test_a_course_that_was_given_out_whole_counts_while_it_lasts(
    sqlite_bench: Bench, tmp_path: Path, starts: str, asked: list[str]
) -> None:
    _, first = ready(sqlite_bench, tmp_path)
    number = dispensed(sqlite_bench, dispensing(sqlite_bench, a_bottle(first)))
    patient = bottle(sqlite_bench, number).prescription.patient
    order = a_course(fill_with="1.5 mg", start_on=starts)
    second = prescribed(sqlite_bench, a_request(patient, order=order), key="second")
    assert codes(previewed(sqlite_bench, a_bottle(second, 10))) == asked
