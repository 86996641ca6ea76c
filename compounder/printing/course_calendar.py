"""The calendar of a course: month by month, with the dose and the capsules of every day.

Steps are told apart by words and by a bar where one begins, not by shade alone; the weeks of the reassessment are shown
also where the supply ends before them. Weeks begin on Monday (ISO 8601), or on Sunday where paper is Letter.
"""

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from compounder.domain.care.course import Course, DoseDay, calendar_of
from compounder.domain.units import MASS, format_dose
from compounder.printing.bottles import Dispensing
from compounder.printing.course_words import WEEKDAYS, check_sentence, shared_words, with_weekday
from compounder.printing.paper import Paper
from compounder.printing.patient_documents import CourseCalendarDocument, PrintedDay, PrintedMonth
from compounder.printing.patient_texts import TAKEN

FIRST_WEEKDAY: Final = {Paper.A4: calendar.MONDAY, Paper.LETTER: calendar.SUNDAY}
_DECEMBER: Final = 12
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Days:
    """A course by its days."""

    course: Course
    doses: Mapping[date, DoseDay]

    def step_on(self, day: date) -> int:
        """The number of the step, from 1."""
        return sum(step.starts_on <= day for step in self.course.steps)

    def is_check(self, day: date) -> bool:
        return self.course.reassess_from <= day <= self.course.reassess_to

    def marks(self, day: date) -> Iterator[str]:
        """The words that a day has beside its dose."""
        course = self.course
        if day == course.start_on:
            yield "Start"
        elif day in {step.starts_on for step in course.steps}:
            yield f"Step {self.step_on(day)}"
        if day == course.last_dose_on:
            yield "Last day"
        if day in (course.reassess_from, course.reassess_to):
            yield "Check"


def course_calendar_of(dispensing: Dispensing, course: Course, paper: Paper) -> CourseCalendarDocument:
    """The months of a course, from its first day to the last of supply and reassessment."""
    weeks = calendar.Calendar(FIRST_WEEKDAY[paper])
    days = _Days(course=course, doses={day.on: day for day in calendar_of(course)})
    return CourseCalendarDocument(
        **shared_words(dispensing, course),
        weekdays=tuple(WEEKDAYS[weekday] for weekday in weeks.iterweekdays()),
        months=tuple(_month(days, weeks, year, month) for year, month in _months(course)),
        time_of_day=TAKEN[course.time_of_day],
        last_day=with_weekday(course.last_dose_on),
        check=check_sentence(course),
    )


def _months(course: Course) -> Iterator[tuple[int, int]]:
    year, month = course.start_on.year, course.start_on.month
    last = _ends_on(course)
    while (year, month) <= (last.year, last.month):
        yield year, month
        year, month = (year + 1, 1) if month == _DECEMBER else (year, month + 1)


def _ends_on(course: Course) -> date:
    return max(course.last_dose_on, course.reassess_to)


def _month(days: _Days, weeks: calendar.Calendar, year: int, month: int) -> PrintedMonth:
    """A month without the weeks before the course and after it."""
    first, last = days.course.start_on, _ends_on(days.course)
    return PrintedMonth(
        name=f"{MONTHS[month - 1]} {year}",
        weeks=tuple(
            tuple(_day(days, day) if day.month == month else PrintedDay() for day in week)
            for week in weeks.monthdatescalendar(year, month)
            if any(first <= day <= last and day.month == month for day in week)
        ),
    )


def _day(days: _Days, day: date) -> PrintedDay:
    """One box; empty of words on a day without a dose, but for the weeks of the check."""
    taken = days.doses.get(day)
    step = days.step_on(day)
    return PrintedDay(
        number=str(day.day),
        capsules=f"{taken.capsules:,} {'cap' if taken.capsules == 1 else 'caps'}" if taken else "",
        dose=format_dose(taken.dose, MASS) if taken else "",
        marks=tuple(days.marks(day)),
        is_even_step=taken is not None and step % 2 == 0,
        begins_step=any(each.starts_on == day for each in days.course.steps),
        is_check=days.is_check(day),
    )
