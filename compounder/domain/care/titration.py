"""From an order of a course to the course: its steps by date, the capsules of each strength, the reassessment.

Worked example: the standard course of 42 days in 1.5 mg capsules is 14 + 28 + 3 × 14 = 84 capsules. Reassess after 8 to
12 weeks of treatment.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from compounder.domain.bounds import MOST_CAPSULES
from compounder.domain.care.course import Course, CourseOrder, CourseStep
from compounder.domain.care.course_review import review
from compounder.domain.care.protocol import TimeOfDay
from compounder.domain.errors import CompoundingError, OutOfBounds, refuse_all
from compounder.domain.units import MASS_PER_CAPSULE, Mass, MassPerCapsule, magnitude, mg_per_capsule, of

REASSESS_AFTER: Final = timedelta(weeks=8)
REASSESS_BY: Final = timedelta(weeks=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The days that a step gets of the supply; `index` is its place among the steps of the order."""

    index: int
    dose: Mass
    starts_on: date
    ends_on: date


def work_out_course(order: CourseOrder) -> Course:
    """The course of an order. Refuses with `DoseDoesNotDivide` every dose that its capsules do not make."""
    steps = _filled(order, tuple(spans(order)))
    course = Course(
        start_on=order.start_on,
        last_dose_on=order.last_dose_on,
        time_of_day=order.time_of_day or (order.protocol.time_of_day if order.protocol else TimeOfDay.BEDTIME),
        steps=steps,
        capsules=_capsules(steps),
        reassess_from=order.first_day_of_treatment + REASSESS_AFTER,
        reassess_to=order.first_day_of_treatment + REASSESS_BY,
        findings=(),
    )
    return replace(course, findings=review(order, course))


def spans(order: CourseOrder) -> Iterator[Span]:
    """The steps that the supply reaches, one right after the other; the last of them ends with the supply."""
    starts_on, last = order.start_on, len(order.titration) - 1
    for index, step in enumerate(order.titration):
        left = (order.last_dose_on - starts_on).days + 1
        days = left if index == last or step.days is None else min(step.days, left)
        if days > 0:
            yield Span(index=index, dose=step.dose, starts_on=starts_on, ends_on=starts_on + timedelta(days=days - 1))
        starts_on += timedelta(days=days)


def _filled(order: CourseOrder, found: Sequence[Span]) -> tuple[CourseStep, ...]:
    steps = [_step_or_refusal(order, span) for span in found]
    refuse_all(step for step in steps if isinstance(step, CompoundingError))
    return tuple(step for step in steps if isinstance(step, CourseStep))


def _step_or_refusal(order: CourseOrder, span: Span) -> CourseStep | CompoundingError:
    """The step in capsules; a dose of the order's own steps is refused there, one of a protocol at its capsules."""
    try:
        strength, capsules = order.fill_with.capsules_for(span.dose)
        return CourseStep(
            dose=span.dose, starts_on=span.starts_on, ends_on=span.ends_on, strength=strength, capsules_per_day=capsules
        )
    except CompoundingError as refusal:
        return refusal.at("/fill_with" if order.steps is None else f"/steps/{span.index}/dose")


def _capsules(steps: Sequence[CourseStep]) -> Mapping[MassPerCapsule, int]:
    """The capsules of each strength, the weakest first; refuses more of one than a batch may have."""
    counts = Counter[Decimal]()
    for step in steps:
        counts[magnitude(step.strength, MASS_PER_CAPSULE)] += step.capsules
    for count in counts.values():
        if count > MOST_CAPSULES:
            read = f"A supply of {count:,} capsules"
            raise OutOfBounds(read=read, least="1", most=f"{MOST_CAPSULES:,}", pointer="/fill_with")
    return {of(number, mg_per_capsule): counts[number] for number in sorted(counts)}
