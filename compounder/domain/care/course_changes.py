"""Changes of a course under way: holding, stepping back, slowing, starting late. Each makes a new order from a day on.

The old course stays as it is. What is left of its supply becomes the new one's, its protocol and its capsules stay, and
the weeks of the reassessment are counted from the first day of treatment.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from compounder.domain.bounds import require_count
from compounder.domain.calendar import format_day
from compounder.domain.care.course import CourseOrder
from compounder.domain.care.errors import NothingToChange
from compounder.domain.care.protocol import LONGEST, TitrationStep
from compounder.domain.care.titration import Span, spans
from compounder.domain.errors import OutOfBounds
from compounder.domain.units import MASS, format_dose


def hold(order: CourseOrder, on: date, days: int) -> CourseOrder:
    """The order in which the dose of that day is kept `days` longer; every later step begins so many days later.

    Refuses with `NothingToChange` on the last step, which lasts on already, and with `OutOfBounds` a day outside.
    """
    here = _span_of(order, on)
    return _from(order, on, (_longer(order, here, on, days), *order.titration[here.index + 1 :]))


def slow(order: CourseOrder, on: date, days: int) -> CourseOrder:
    """The order in which each step that has not ended takes `days` longer; refuses like `hold`."""
    here = _span_of(order, on)
    *later, last = order.titration[here.index + 1 :] or order.titration[-1:]
    longer = (replace(step, days=(step.days or 0) + days) for step in later)
    return _from(order, on, (_longer(order, here, on, days), *longer, last))


def step_back(order: CourseOrder, on: date) -> CourseOrder:
    """The order that goes back to the dose before, for its own days, and from there up again.

    Refuses with `NothingToChange` on the first step, and with `OutOfBounds` a day outside the course.
    """
    here = _span_of(order, on)
    if not here.index:
        raise NothingToChange(because=f"{format_dose(here.dose, MASS)} is the first dose")
    return _from(order, on, order.titration[here.index - 1 :])


def start_late(order: CourseOrder, due: date, on: date) -> CourseOrder:
    """The order in which what was to be taken from the day `due` on is taken from a later day on, every day of it.

    Before `due` everything was given out, from it on nothing. Refuses with `NothingToChange` a day that is not later.
    """
    if on <= due:
        raise NothingToChange(because=f"The next capsules are due on {format_day(due)}, not before")
    if due == order.start_on:
        return replace(order, start_on=on)
    here = _span_of(order, due)
    first, *later = order.titration[here.index :]
    left = first.days - (due - here.starts_on).days if first.days and later else first.days
    return replace(_from(order, due, (replace(first, days=left), *later)), start_on=on)


def _span_of(order: CourseOrder, on: date) -> Span:
    """The step of that day."""
    if not order.start_on <= on <= order.last_dose_on:
        raise OutOfBounds(
            read=on.isoformat(),
            least=order.start_on.isoformat(),
            most=order.last_dose_on.isoformat(),
            field_name="on",
        )
    return next(span for span in spans(order) if span.ends_on >= on)


def _longer(order: CourseOrder, here: Span, on: date, days: int) -> TitrationStep:
    """What is left of the step on that day, and so many days more."""
    require_count(days, 1, LONGEST, "days")
    whole = order.titration[here.index].days
    if here.index == len(order.titration) - 1 or whole is None:
        raise NothingToChange(because=f"{format_dose(here.dose, MASS)} is the last dose and lasts on")
    return TitrationStep(dose=here.dose, days=whole - (on - here.starts_on).days + days)


def _from(order: CourseOrder, on: date, steps: Sequence[TitrationStep]) -> CourseOrder:
    return replace(
        order,
        start_on=on,
        supply_days=(order.last_dose_on - on).days + 1,
        steps=tuple(steps),
        step_days=None,
        treatment_started_on=order.first_day_of_treatment,
    )
