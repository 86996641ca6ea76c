"""A course as people send it, with good defaults, and what becomes of it."""

from typing import Any

from compounder.codec.converter import read
from compounder.domain.care.course import CourseOrder
from compounder.domain.care.titration import work_out_course
from compounder.domain.errors import CompoundingError
from compounder.services.courses import titrate
from tests.domain.orders import Document, changed


def a_course(**changes: Any) -> Document:
    """The standard course of 42 days in 1.5 mg capsules; a change of None leaves the key out."""
    usual: Document = {
        "protocol": "standard",
        "start_on": "2026-12-01",
        "supply_days": 42,
        "fill_with": "1.5 mg",
    }
    return changed(usual, changes)


def free_steps(*steps: tuple[str, int | None], **changes: Any) -> Document:
    """A course of steps of its own, filled with one strength a step."""
    written = [changed({"dose": dose, "days": days}, {}) for dose, days in steps]
    return a_course(protocol=None, steps=written, **({"fill_with": "step-strengths"} | changes))


def titrated(**changes: Any) -> Document:
    """The answer to a course with these changes."""
    return dict(titrate(a_course(**changes)))


def an_order_of(**changes: Any) -> CourseOrder:
    """The course as a value."""
    return read(a_course(**changes), CourseOrder)


def codes(answer: Document) -> list[tuple[str, str]]:
    """Severity and code of each finding."""
    return [(finding["severity"], finding["code"]) for finding in answer["findings"]]


def refusals(course: object) -> list[CompoundingError]:
    """Every complaint about a course; none if it has an answer."""
    try:
        work_out_course(read(course, CourseOrder))
    except CompoundingError as refusal:
        return list(refusal.errors())
    return []
