"""Prescriptions: the list, the form with its course beside it, one prescription's page; and what all of them need."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compounder.domain.calendar import format_day
from compounder.domain.care.patients import sees_patients
from compounder.domain.errors import CompoundingError
from compounder.services.care_errors import PatientErased
from compounder.services.demand import demand
from compounder.services.orders import formulation_names
from compounder.services.patients import patient_file
from compounder.services.prescribing import (
    PrescriptionPreview,
    PrescriptionRequest,
    changed_request,
    prescribable,
    preview_prescription,
)
from compounder.services.prescriptions import (
    PrescriptionFile,
    cancel_prescription,
    prescription_file,
    prescription_list,
    store_prescription,
)
from compounder.services.protocols import offered_protocols
from compounder.services.returning import bottles_of
from compounder.web.dispensing_page import BOTTLE_COLUMNS, bottle_cells
from compounder.web.fields import REFUSED, place, placing, status_of_form
from compounder.web.patient_page import PRESCRIPTION_COLUMNS, prescription_cells, who_it_is
from compounder.web.prescription_forms import ChangeForm, PrescriptionForm, PrescriptionsForm, ShownForm, said_of
from compounder.web.prescription_page import DEMAND_COLUMNS, course_card, demand_page, prescription_page
from compounder.web.reason_form import ReasonForm
from compounder.web.workspace import act, current_site_settings, database, person, site, today

pages = Blueprint("prescriptions", __name__, url_prefix="/prescriptions")
Page = tuple[str, int]
Draw = Callable[[PrescriptionPreview | None, int], Page]


@pages.get("")
def index() -> Page:
    """The prescriptions asked for, newest first; without a question, those that are open."""
    form = PrescriptionsForm(request.args)
    form.settle()
    listed: dict[str, Any] = {"form": form, "columns": PRESCRIPTION_COLUMNS, "rows": [], "older": None}
    if not form.validate():
        said = "Nothing is shown: a filter cannot be read."
        return render_template("prescriptions/index.html", **listed, sentence=said), REFUSED
    asked, after = form.filter(), request.args.get("after", type=int)
    with database().reading() as reading:
        found = prescription_list(reading, site(), asked, person().role, after=after)
    kept: dict[str, Any] = {name: value for name, value in request.args.items() if name != "after"}
    cursor = found.page.next_cursor
    listed["rows"] = [prescription_cells(row, found.names) for row in found.page.rows]
    listed["older"] = url_for("prescriptions.index", **kept, after=cursor) if cursor else None
    sentence = said_of(asked, len(found.page.rows), has_more=cursor is not None)
    return render_template("prescriptions/index.html", **listed, sentence=sentence), 200


@pages.get("/demand")
def demanded() -> str:
    """What open prescriptions ask for, less what stands on the shelf."""
    with database().reading() as reading:
        lines = demand(reading, site(), today())
        names = dict(formulation_names(reading, site()))
    parts = demand_page(lines, names)
    return render_template("prescriptions/demand.html", columns=DEMAND_COLUMNS, parts=parts, today=format_day(today()))


@pages.route("/for/<identifier>", methods=["GET", "POST"])
def new(identifier: str) -> Page | Response:
    """Enter a prescription for a patient: worked out and shown, then stored."""
    form = PrescriptionForm()
    with database().reading() as reading:
        form.offer_all(prescribable(reading, site()), offered_protocols(reading, site()))
        seen = patient_file(reading, site(), identifier, person().role).seen
    if seen.patient is None:
        raise PatientErased(identifier=identifier)
    draw = _drawing("prescriptions/new.html", form, identifier=identifier, who=who_it_is(seen))
    if request.method == "GET":
        form.begin(today())
        return draw(None, 200)
    wanted = form.request(identifier)
    return _answer(form, wanted, draw) if wanted else draw(None, REFUSED)


@pages.get("/<number>")
def show(number: str) -> str:
    """One prescription: whom it is for, its course, what is left of it, journal."""
    with database().reading() as reading:
        bottles = bottle_cells(bottles_of(reading, site(), number))
    page = prescription_page(_file(number), current_site_settings())
    return render_template("prescriptions/show.html", **page, bottle_columns=BOTTLE_COLUMNS, bottles=bottles)


@pages.route("/<number>/change", methods=["GET", "POST"])
def change(number: str) -> Page | Response:
    """Hold, slow, step back or start a course late: a new prescription takes the place of this one."""
    form, file = ChangeForm(), _file(number)
    draw = _drawing("prescriptions/change.html", form, **prescription_page(file, current_site_settings()))
    if request.method == "GET":
        form.start(today(), request.args.get("what", ""))
        return draw(None, 200)
    asked = form.change(number)
    if asked is None:
        return draw(None, REFUSED)
    try:
        with database().reading() as reading:
            wanted = changed_request(reading, site(), asked)
    except CompoundingError as refusal:
        place(form, refusal, list(form))
        return draw(None, REFUSED)
    return _answer(form, wanted, draw)


@pages.route("/<number>/cancel", methods=["GET", "POST"])
def cancel(number: str) -> Page | Response:
    """Nothing more is dispensed on it."""
    form, file = ReasonForm(), _file(number)
    if form.validate_on_submit():
        with placing(form), database().writing() as writing:
            cancel_prescription(writing, act(), number, form.reason.value)
        if not form.errors:
            flash(f"Prescription {number} is cancelled.")
            return redirect(url_for("prescriptions.show", number=number), 303)
    page = prescription_page(file, current_site_settings())
    return render_template("prescriptions/cancel.html", form=form, **page), status_of_form()


def _drawing(template: str, form: ShownForm, **more: Any) -> Draw:
    """What draws the form's page, with the course beside it where one was worked out."""

    def draw(shown: PrescriptionPreview | None, status: int) -> Page:
        card = course_card(shown) if shown else None
        return render_template(template, form=form, card=card, sees_them=sees_patients(person().role), **more), status

    return draw


def _answer(form: ShownForm, wanted: PrescriptionRequest, draw: Draw) -> Page | Response:
    """The course beside the form; or, where it was seen and is to be stored, the prescription's own page."""
    try:
        with database().reading() as reading:
            shown = preview_prescription(reading, site(), wanted)
    except CompoundingError as refusal:
        place(form, refusal, list(form))
        return draw(None, REFUSED)
    if request.form.get("do") == "store":
        with placing(form):
            return _stored(form, wanted)
    form.shown.data = shown.sha256
    return draw(shown, REFUSED if form.errors else 200)


def _stored(form: ShownForm, wanted: PrescriptionRequest) -> Response:
    with database().writing() as writing:
        number = store_prescription(
            writing, act(), wanted, shown_sha256=form.shown.data or "", one_time_key=form.key.data or ""
        )
    flash(f"Prescription {number} is stored.")
    return redirect(url_for("prescriptions.show", number=number), 303)


def _file(number: str) -> PrescriptionFile:
    with database().reading() as reading:
        return prescription_file(reading, site(), number, person().role)
