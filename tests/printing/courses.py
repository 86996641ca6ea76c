"""Courses to print, with good defaults: the standard one of 42 days in 1.5 mg capsules."""

from datetime import date
from decimal import Decimal
from typing import Any

from compounder.domain.care.course import Course, CourseOrder
from compounder.domain.care.filling import MultiplesOf, StepStrengths
from compounder.domain.care.protocol import GRADUAL, STANDARD
from compounder.domain.care.titration import work_out_course
from compounder.domain.units import mg_per_capsule, of


def a_course(**changes: Any) -> Course:
    """The standard course with these changes of its order."""
    plain: dict[str, Any] = {
        "start_on": date(2026, 12, 1),
        "supply_days": 42,
        "fill_with": MultiplesOf(of(Decimal("1.5"), mg_per_capsule)),
        "protocol": STANDARD,
    }
    return work_out_course(CourseOrder(**(plain | changes)))


def a_gradual_course(**changes: Any) -> Course:
    """Nine steps, each in capsules of its own strength."""
    return a_course(**({"protocol": GRADUAL, "fill_with": StepStrengths(), "supply_days": 90} | changes))
