"""Titration courses without storing: a course document to its calendar and capsules, an array to an array."""

from typing import Any

from compounder.codec.converter import read, write
from compounder.domain.care.course import CourseOrder, calendar_of
from compounder.domain.care.titration import work_out_course
from compounder.services.calculations import answer_each


def titrate(document: object) -> Any:
    """The answer to one course, refusing with `CompoundingError`; of an array, an answer or a problem for each.

    Refuses with `OutOfBounds` an array of more than 10,000 courses before it works any out.
    """
    return answer_each(document, _answer, "courses")


def _answer(document: object) -> dict[str, Any]:
    order = read(document, CourseOrder)
    course = work_out_course(order)
    answer: dict[str, Any] = write(course)
    return answer | ({"calendar": write(list(calendar_of(course)))} if order.calendar else {})
