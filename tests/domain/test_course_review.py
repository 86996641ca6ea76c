"""What there is to look at in a course, in the sentences that a pharmacist reads."""

from typing import Any

import pytest

from compounder.codec.converter import read
from compounder.domain.care.course import CourseOrder
from compounder.domain.care.titration import work_out_course
from tests.domain.courses import free_steps


def said(course: dict[str, Any]) -> list[tuple[str, str]]:
    """Code and sentence of all that there is to look at."""
    return [(each.code, each.message) for each in work_out_course(read(course, CourseOrder)).findings]


def test_a_supply_that_ends_within_a_step_tells_of_that_steps_days() -> None:
    found = said(free_steps(("1 mg", 7), ("2 mg", 14), ("3 mg", None), supply_days=10))
    assert found == [
        (
            "supply-ends-before-target",
            "The supply ends at 2 mg; 3 mg would begin on 22 Dec 2026. Plan the next supply.",
        ),
        (
            "supply-ends-within-step",
            "The supply ends after 3 of 14 days at 2 mg; 11 days of it are left for the next.",
        ),
    ]


@pytest.mark.parametrize(
    ("dose", "is_outside"),
    [("0.4 mg", "0.4 mg is below"), ("5 mg", "5 mg is above")],
)
def test_an_unusual_dose_is_told_with_the_usual_ones(dose: str, is_outside: str) -> None:
    sentence = f"{is_outside} the usual dose, 0.5 mg to 4.5 mg daily; check the prescription."
    assert said(free_steps((dose, None))) == [("dose-not-usual", sentence)]


def test_a_batch_that_ends_on_the_first_day_is_one_days_supply() -> None:
    (_, sentence), *_ = said(free_steps(("1 mg", None), beyond_use_date="2026-12-01"))
    assert sentence.endswith("is after the beyond-use date, 1 Dec 2026; supply 1 day at most.")


@pytest.mark.parametrize(
    ("supply_days", "code", "sentence"),
    [
        (
            2,
            "supply-outlasts-reassessment",
            "The supply lasts until 2 Dec 2026; reassess between 3 Nov 2026 and 1 Dec 2026, before it ends.",
        ),
        (
            1,
            "reassessment-within-supply",
            "Reassess between 3 Nov 2026 and 1 Dec 2026; the supply lasts until 1 Dec 2026.",
        ),
    ],
)
def test_a_reassessment_that_is_due_on_the_first_day_is_told(supply_days: int, code: str, sentence: str) -> None:
    """Eight weeks from 8 September end on 3 November, twelve on 1 December."""
    course = free_steps(("4.5 mg", None), treatment_started_on="2026-09-08", supply_days=supply_days)
    assert said(course) == [(code, sentence)]
