"""Directions for one bottle of a course, in plain words with numerals (USP <17>): which days are the bottle's."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Final

from compounder.domain.calendar import format_day
from compounder.domain.care.course import Course, CourseStep
from compounder.domain.care.safety import days_of
from compounder.domain.units import MassPerCapsule
from compounder.printing.course_words import counted
from compounder.printing.patient_texts import TAKEN

_MOST_ON_A_LABEL: Final = 3
"""Steps; more do not fit beside the rest, and the calendar has them."""
_YEAR: Final = 365
"""Days; where a step is longer, its first day needs a year of its own."""


def bottle_directions(course: Course, strength: MassPerCapsule, *, before: int, capsules: int) -> str:
    """How so many capsules of this strength are taken, `before` of them having been given out already: of the course
    only the bottle's own days. Where a label has no room for all steps, it points to the calendar."""
    steps = list(_steps_of(course, strength, days_of(course, strength, before=before, capsules=capsules)))
    when = TAKEN[course.time_of_day]
    if len(steps) > _MOST_ON_A_LABEL or not _follow_each_other(steps):
        counts = sorted({step.capsules_per_day for step in steps})
        a_day = f"{counts[0]:,} to {counts[-1]:,}" if len(counts) > 1 else f"{counts[0]:,}"
        return f"Take capsules {when}, {a_day} a day, as your calendar says."
    first, *later = steps
    whole = f"Take {_capsules(first)} {when}"
    if not later:
        return f"{whole}{_dates(course, first)}."
    *between, last = later
    then = "".join(f", then {_capsules(step)} for {counted(step.days, 'day')}" for step in between)
    return f"{whole} for {counted(first.days, 'day')}{then}, then {_capsules(last)}."


def _steps_of(course: Course, strength: MassPerCapsule, days: tuple[date, date]) -> Iterator[CourseStep]:
    """The steps of a bottle, each as far as its days go."""
    first, last = days
    for step in course.steps:
        if step.strength == strength and step.starts_on <= last and first <= step.ends_on:
            yield replace(step, starts_on=max(step.starts_on, first), ends_on=min(step.ends_on, last))


def _dates(course: Course, step: CourseStep) -> str:
    """When, where the course has capsules of other strengths before or after."""
    if len(course.steps) == 1:
        return ""
    first, last = format_day(step.starts_on), format_day(step.ends_on)
    return f", {first if step.days > _YEAR else first.rpartition(' ')[0]} to {last}"


def _follow_each_other(steps: Sequence[CourseStep]) -> bool:
    return all((later.starts_on - earlier.ends_on).days == 1 for earlier, later in pairwise(steps))


def _capsules(step: CourseStep) -> str:
    return counted(step.capsules_per_day, "capsule")
