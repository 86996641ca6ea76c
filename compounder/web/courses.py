"""Titration courses: the form with the course beside it, its capsules, steps and calendar. Nothing is stored."""

from flask import Blueprint, render_template, request

from compounder.domain.care.course import Course, CourseOrder
from compounder.domain.care.titration import work_out_course
from compounder.domain.errors import CompoundingError
from compounder.services.protocols import offered_protocols
from compounder.web.course_form import CourseForm
from compounder.web.course_page import course_page
from compounder.web.fields import REFUSED, place
from compounder.web.workspace import database, site, today

pages = Blueprint("courses", __name__, url_prefix="/courses")
Page = tuple[str, int]


@pages.get("/new")
def new() -> Page:
    """An empty course for today, or the course that the address asks for."""
    form = CourseForm(request.args)
    with database().reading() as reading:
        form.offer(offered_protocols(reading, site()))
    if not request.args:
        form.start(today().isoformat())
        return render_template("courses/new.html", form=form, shown=None), 200
    order = form.order()
    course = _work_out(form, order) if order else None
    shown = course_page(order, course) if order and course else None
    return render_template("courses/new.html", form=form, shown=shown), 200 if shown else REFUSED


def _work_out(form: CourseForm, order: CourseOrder) -> Course | None:
    """The course, or None after complaining at the fields that stand against it."""
    try:
        return work_out_course(order)
    except CompoundingError as refusal:
        place(form, refusal, list(form))
        return None
