"""A course's page, in finished strings: capsules to fill, steps by date, and the calendar month by month."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from compounder.domain.calendar import days_in_month, format_day
from compounder.domain.care.course import Course, CourseOrder, CourseStep, calendar_of
from compounder.domain.care.protocol import TimeOfDay
from compounder.domain.units import MASS, format_dose

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
STEP_COLUMNS = (
    ("Dose", "strong"),
    ("From", "date"),
    ("To", "date"),
    ("Days", "number"),
    ("Capsules", "number"),
    ("Each day", "text"),
)
_TAKEN = {TimeOfDay.BEDTIME: "at bedtime", TimeOfDay.MORNING: "in the morning"}
_SUNDAY = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarDay:
    """One day of a month: what is taken, or nothing; whether a dose begins on it; capsules, if not always one."""

    number: str
    dose: str = ""
    capsules: str = ""
    begins: bool = False
    is_of_odd_step: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarMonth:
    """A month and its weeks from Monday to Sunday; None where a weekday is of another month."""

    name: str
    weeks: tuple[tuple[CalendarDay | None, ...], ...]


def course_page(order: CourseOrder, course: Course) -> dict[str, Any]:
    """Everything that the page of a course shows."""
    count = sum(course.capsules.values())
    return {
        "heading": f"{_of(count, 'capsule')} for {_of(order.supply_days, 'day')}",
        "is_stopped": any(finding.severity == "stop" for finding in course.findings),
        "needed": [
            {"label": format_dose(strength), "value": f"{number:,}", "note": "capsules" if number > 1 else "capsule"}
            for strength, number in course.capsules.items()
        ],
        "facts": _facts(order, course),
        "findings": course.findings,
        "columns": STEP_COLUMNS,
        "rows": [_cells(step, course.time_of_day) for step in course.steps],
        "weekdays": WEEKDAYS,
        "months": tuple(_months(course)),
    }


def _facts(order: CourseOrder, course: Course) -> list[dict[str, str]]:
    facts = [
        {"label": "First dose", "value": format_day(course.start_on)},
        {"label": "Last dose", "value": format_day(course.last_dose_on)},
        {"label": "Reassess from", "value": format_day(course.reassess_from)},
        {"label": "Reassess by", "value": format_day(course.reassess_to)},
    ]
    if not order.protocol or order.steps is not None:
        return facts
    return [*facts, {"label": "The protocol rests on", "value": order.protocol.reference, "kind": "wide"}]


def _cells(step: CourseStep, time_of_day: TimeOfDay) -> Sequence[str]:
    each_day = f"{_of(step.capsules_per_day, 'capsule')} of {format_dose(step.strength)} {_TAKEN[time_of_day]}"
    return (
        format_dose(step.dose, MASS),
        format_day(step.starts_on),
        format_day(step.ends_on),
        f"{step.days:,}",
        f"{step.capsules:,}",
        each_day,
    )


def _months(course: Course) -> Iterator[CalendarMonth]:
    steps = {step.starts_on: number for number, step in enumerate(course.steps)}
    counts, number = any(step.capsules_per_day > 1 for step in course.steps), 0
    for (year, month), days in groupby(calendar_of(course), key=lambda day: (day.on.year, day.on.month)):
        cells: dict[int, CalendarDay] = {}
        for day in days:
            number = steps.get(day.on, number)
            cells[day.on.day] = CalendarDay(
                number=str(day.on.day),
                dose=format_dose(day.dose, MASS),
                capsules=f"{day.capsules:,} ×" if counts else "",
                begins=day.on in steps,
                is_of_odd_step=number % 2 == 1,
            )
        yield _month(date(year, month, 1), cells)


def _month(first: date, taken: Mapping[int, CalendarDay]) -> CalendarMonth:
    last = days_in_month(first.year, first.month)
    days: list[CalendarDay | None] = [None] * first.weekday()
    days += [taken.get(day, CalendarDay(number=str(day))) for day in range(1, last + 1)]
    days += [None] * (-len(days) % _SUNDAY)
    weeks = tuple(tuple(days[start : start + _SUNDAY]) for start in range(0, len(days), _SUNDAY))
    return CalendarMonth(name=format_day(first).partition(" ")[2], weeks=weeks)


def _of(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
