"""Holding, stepping back, slowing: a new course from that day, the old one as it was."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounder.codec.documents import canonical
from compounder.domain.care.course import CourseOrder, calendar_of
from compounder.domain.care.course_changes import hold, slow, start_late, step_back
from compounder.domain.care.errors import NothingToChange
from compounder.domain.care.safety import next_due
from compounder.domain.care.titration import work_out_course
from compounder.domain.errors import OutOfBounds
from compounder.domain.units import MASS, format_dose
from tests.domain.courses import an_order_of

STANDARD = an_order_of(supply_days=90)
DAY_20 = date(2026, 12, 20)
"""The sixth day at 3 mg."""


def steps(order: CourseOrder) -> list[tuple[str, str, int]]:
    """Each step's dose, first day, and days."""
    course = work_out_course(order)
    return [(format_dose(step.dose, MASS), step.starts_on.isoformat(), step.days) for step in course.steps]


def test_holding_keeps_the_dose_so_much_longer() -> None:
    assert steps(hold(STANDARD, DAY_20, 7)) == [("3 mg", "2026-12-20", 9 + 7), ("4.5 mg", "2027-01-05", 55)]


def test_stepping_back_takes_the_dose_before_and_rises_again() -> None:
    assert steps(step_back(STANDARD, DAY_20)) == [
        ("1.5 mg", "2026-12-20", 14),
        ("3 mg", "2027-01-03", 14),
        ("4.5 mg", "2027-01-17", 43),
    ]


def test_slowing_lengthens_every_step_that_has_not_ended() -> None:
    order = an_order_of(protocol="gradual", fill_with="0.5 mg", supply_days=90)
    assert steps(slow(order, date(2026, 12, 10), 3))[:3] == [
        ("1 mg", "2026-12-10", 5 + 3),
        ("1.5 mg", "2026-12-18", 10),
        ("2 mg", "2026-12-28", 10),
    ]


def test_a_course_that_nobody_began_starts_late_as_a_whole() -> None:
    late = start_late(STANDARD, STANDARD.start_on, date(2026, 12, 4))
    assert (late.protocol, late.steps, late.treatment_started_on) == (STANDARD.protocol, None, None)
    assert steps(late) == [("1.5 mg", "2026-12-04", 14), ("3 mg", "2026-12-18", 14), ("4.5 mg", "2027-01-01", 62)]


def test_the_rest_of_a_course_starts_late_with_all_its_days() -> None:
    late = start_late(STANDARD, DAY_20, date(2026, 12, 23))
    assert steps(late) == [("3 mg", "2026-12-23", 9), ("4.5 mg", "2027-01-01", 62)]
    assert late.first_day_of_treatment == STANDARD.start_on
    last = start_late(STANDARD, date(2027, 2, 28), date(2027, 3, 5))
    assert steps(last) == [("4.5 mg", "2027-03-05", 1)]


@pytest.mark.parametrize("on", [DAY_20, date(2026, 12, 19)])
def test_what_is_not_late_is_not_started_late(on: date) -> None:
    with pytest.raises(NothingToChange, match="due on 20 Dec 2026, not before"):
        start_late(STANDARD, DAY_20, on)


def test_the_next_capsules_due_are_those_of_the_first_day_without_any() -> None:
    course = work_out_course(an_order_of(fill_with="step-strengths"))
    assert next_due(course, {}) == date(2026, 12, 1)
    assert next_due(course, {"1.5 mg": 14, "3 mg": 3}) == date(2026, 12, 18)
    with pytest.raises(NothingToChange, match="Capsules of days after 8 Dec 2026 were given out already"):
        next_due(course, {"1.5 mg": 7, "3 mg": 14})
    with pytest.raises(NothingToChange, match="Every capsule was given out"):
        next_due(course, {"1.5 mg": 14, "3 mg": 14, "4.5 mg": 14})


@pytest.mark.parametrize("change", [hold, slow])
def test_the_last_dose_lasts_on_and_cannot_be_held_or_slowed(
    change: Callable[[CourseOrder, date, int], CourseOrder],
) -> None:
    with pytest.raises(NothingToChange) as refused:
        change(STANDARD, date(2026, 12, 29), 7)
    assert str(refused.value) == "4.5 mg is the last dose and lasts on; write the steps that you want instead."
    only = an_order_of(protocol=None, steps=[{"dose": "4.5 mg"}])
    with pytest.raises(NothingToChange):
        change(only, only.start_on, 7)


def test_nobody_steps_back_from_the_first_dose() -> None:
    with pytest.raises(NothingToChange, match=r"^1\.5 mg is the first dose"):
        step_back(STANDARD, date(2026, 12, 14))


@pytest.mark.parametrize("on", [date(2026, 11, 30), date(2027, 3, 1)])
def test_a_day_outside_the_course_is_refused(on: date) -> None:
    with pytest.raises(OutOfBounds, match="2026-12-01 to 2027-02-28 is accepted"):
        step_back(STANDARD, on)


@pytest.mark.parametrize("days", [0, -1, 3_651])
def test_holding_for_no_time_is_refused(days: int) -> None:
    with pytest.raises(OutOfBounds):
        hold(STANDARD, DAY_20, days)


def test_a_course_of_the_sites_own_days_is_held_like_any_other() -> None:
    order = an_order_of(protocol="trial", step_days=7, fill_with="0.75 mg", supply_days=60)
    assert steps(hold(order, date(2026, 12, 8), 7))[:2] == [("1.5 mg", "2026-12-08", 14), ("2.25 mg", "2026-12-22", 7)]


@given(st.integers(0, 89), st.integers(1, 60), st.sampled_from([hold, slow, step_back]))
def test_a_change_keeps_the_supply_the_protocol_and_the_first_day(later: int, days: int, way: Any) -> None:
    before, on = canonical(STANDARD), STANDARD.start_on + timedelta(days=later)
    try:
        made = step_back(STANDARD, on) if way is step_back else way(STANDARD, on, days)
    except NothingToChange:
        assert later < 14 if way is step_back else later >= 28
        return
    course = work_out_course(made)
    assert (made.start_on, made.last_dose_on, made.protocol) == (on, STANDARD.last_dose_on, STANDARD.protocol)
    assert len(list(calendar_of(course))) == 90 - later
    assert course.reassess_from == STANDARD.start_on + timedelta(weeks=8)
    assert canonical(STANDARD) == before
