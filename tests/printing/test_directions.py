"""Directions for a bottle of a course: short where a label can say it all, and never silent about other bottles."""

from decimal import Decimal

import pytest

from compounder.domain.care.course import Course
from compounder.domain.care.filling import MultiplesOf, StepStrengths
from compounder.domain.care.protocol import GRADUAL, TimeOfDay, TitrationStep
from compounder.domain.units import MassPerCapsule, mg, mg_per_capsule, of
from compounder.printing.directions import bottle_directions
from compounder.printing.paper import LARGE, PATIENT_STOCKS, ROLL, LabelStock
from compounder.printing.pdf import render_patient_labels
from tests.printing import reading
from tests.printing.courses import a_course
from tests.printing.patients import a_patient_label


def strength(text: str) -> MassPerCapsule:
    return of(Decimal(text), mg_per_capsule)


def directions_for(course: Course, each: MassPerCapsule) -> str:
    """Of one bottle with all capsules of a strength."""
    whole = sum(step.capsules for step in course.steps if step.strength == each)
    return bottle_directions(course, each, before=0, capsules=whole)


def steps(*doses: str) -> tuple[TitrationStep, ...]:
    return tuple(TitrationStep(dose=of(Decimal(dose), mg), days=7) for dose in doses)


def test_multiples_of_one_strength_name_the_days_of_each_step() -> None:
    assert directions_for(a_course(), strength("1.5")) == (
        "Take 1 capsule at bedtime for 14 days, then 2 capsules for 14 days, then 3 capsules."
    )


@pytest.mark.parametrize(
    ("before", "capsules", "said"),
    [
        (0, 48, "Take 1 capsule at bedtime for 14 days, then 2 capsules for 14 days, then 3 capsules."),
        (0, 14, "Take 1 capsule at bedtime, 1 Dec to 14 Dec 2026."),
        (20, 28, "Take 2 capsules at bedtime for 11 days, then 3 capsules."),
        (48, 36, "Take 3 capsules at bedtime, 31 Dec to 11 Jan 2027."),
    ],
)
def test_a_later_bottle_names_only_its_own_days(before: int, capsules: int, said: str) -> None:
    assert bottle_directions(a_course(), strength("1.5"), before=before, capsules=capsules) == said


def test_a_strength_for_each_step_names_its_dates() -> None:
    course = a_course(fill_with=StepStrengths())
    assert [directions_for(course, each) for each in course.capsules] == [
        "Take 1 capsule at bedtime, 1 Dec to 14 Dec 2026.",
        "Take 1 capsule at bedtime, 15 Dec to 28 Dec 2026.",
        "Take 1 capsule at bedtime, 29 Dec to 11 Jan 2027.",
    ]


def test_one_dose_for_the_whole_course_needs_no_dates() -> None:
    course = a_course(protocol=None, steps=steps("4.5"), time_of_day=TimeOfDay.MORNING)
    assert directions_for(course, strength("1.5")) == "Take 3 capsules in the morning."


def test_a_step_longer_than_a_year_names_the_year_it_starts_in() -> None:
    course = a_course(fill_with=StepStrengths(), supply_days=500)
    assert directions_for(course, strength("4.5")) == "Take 1 capsule at bedtime, 29 Dec 2026 to 13 Apr 2028."


def test_many_steps_point_to_the_calendar() -> None:
    course = a_course(protocol=GRADUAL, fill_with=MultiplesOf(strength("0.5")), supply_days=90)
    assert directions_for(course, strength("0.5")) == ("Take capsules at bedtime, 1 to 9 a day, as your calendar says.")


def test_a_strength_that_comes_back_points_to_the_calendar() -> None:
    course = a_course(protocol=None, steps=steps("1.5", "3", "1.5"), fill_with=StepStrengths())
    assert directions_for(course, strength("1.5")) == ("Take capsules at bedtime, 1 a day, as your calendar says.")


@pytest.mark.parametrize("stock", PATIENT_STOCKS, ids=lambda stock: stock.name)
def test_those_of_one_step_fit_every_label_also_of_an_example(stock: LabelStock) -> None:
    directions = directions_for(a_course(fill_with=StepStrengths()), strength("4.5"))
    label = a_patient_label(directions=directions, is_example=True)
    (page,) = reading.pages(render_patient_labels([label], stock, copies=1))
    assert directions in page


@pytest.mark.parametrize("stock", [ROLL, LARGE], ids=lambda stock: stock.name)
def test_those_of_three_steps_fit_from_99_by_38_also_of_an_example(stock: LabelStock) -> None:
    directions = directions_for(a_course(), strength("1.5"))
    label = a_patient_label(directions=directions, is_example=True)
    (page,) = reading.pages(render_patient_labels([label], stock, copies=1))
    assert directions in page
