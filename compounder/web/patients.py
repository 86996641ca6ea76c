"""Patients: found by what is sent, never by an address; added, corrected, erased; one patient's page."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from compounder.domain.care.patients import sees_patients
from compounder.domain.errors import CompoundingError
from compounder.services.care_errors import PatientErased, PatientKnown
from compounder.services.patients import (
    MOST_FOUND,
    PatientFile,
    Seen,
    add_patient,
    correct_patient,
    erase_patient,
    find_patients,
    newest_patients,
    patient_file,
    patients_due,
)
from compounder.web.fields import place, placing, status_of_form
from compounder.web.patient_forms import AddForm, CorrectForm, FindForm, said_of_found
from compounder.web.patient_page import columns_for, patient_cells, patient_page
from compounder.web.reason_form import ReasonForm
from compounder.web.workspace import act, current_site_settings, database, person, site, today

pages = Blueprint("patients", __name__, url_prefix="/patients")
Page = tuple[str, int]


@pages.get("")
def index() -> Page:
    """Those added last, and the form that finds others."""
    with database().reading() as reading:
        found = newest_patients(reading, site(), person().role)
    return _list(FindForm(), found, "The patients added last" if found else "No patient yet")


@pages.post("/find")
def find() -> Page:
    """Those whom the form sent asks for."""
    form = FindForm()
    if not form.validate() or not form.asks:
        return _list(form, (), "Nothing is shown: write a name or a birth date.")
    born_on = form.born_on.value
    with database().reading() as reading:
        found = find_patients(reading, site(), form.words.value or "", born_on)
    return _list(form, found, said_of_found(len(found), born_on, MOST_FOUND))


def _list(form: FindForm, found: tuple[Seen, ...], sentence: str) -> Page:
    sees_them = sees_patients(person().role)
    page = render_template(
        "patients/index.html",
        form=form,
        sentence=sentence,
        columns=columns_for(sees_them=sees_them),
        rows=[patient_cells(seen, sees_them=sees_them) for seen in found],
        years=current_site_settings().patients_kept_years,
    )
    return page, 422 if form.errors else 200


@pages.get("/due")
def due() -> str:
    """Those who were kept for as long as the site keeps patients: each is erased by somebody's deed."""
    with database().reading() as reading:
        found = patients_due(reading, site(), today())
    return render_template(
        "patients/due.html",
        columns=columns_for(sees_them=True),
        rows=[patient_cells(seen, sees_them=True) for seen in found],
        years=current_site_settings().patients_kept_years,
    )


@pages.route("/new", methods=["GET", "POST"])
def new() -> Page | Response:
    """Add a patient."""
    form, known = AddForm(), ""
    if request.method == "GET":
        form.start()
    elif form.validate():
        try:
            patient, key, another = form.patient(), form.key.data, form.is_another.data
            with database().writing() as writing:
                identifier = add_patient(writing, act(), patient, one_time_key=key, is_another=another)
        except CompoundingError as refusal:
            place(form, refusal, list(form))
            known = refusal.identifier if isinstance(refusal, PatientKnown) else ""
        else:
            flash("The patient is added.")
            return redirect(url_for("patients.show", identifier=identifier), 303)
    return render_template("patients/new.html", form=form, known=known), status_of_form()


@pages.get("/<identifier>")
def show(identifier: str) -> str:
    """One patient: what care needs to know, prescriptions, journal."""
    return render_template("patients/show.html", **patient_page(_file(identifier), current_site_settings()))


@pages.route("/<identifier>/correct", methods=["GET", "POST"])
def correct(identifier: str) -> Page | Response:
    """Keep a patient as they are now."""
    form, file = CorrectForm(), _file(identifier)
    if file.seen.patient is None:
        raise PatientErased(identifier=identifier)
    if request.method == "GET":
        form.start(file.seen.patient, file.as_of)
    elif form.validate():
        with placing(form):
            patient = form.patient()
            with database().writing() as writing:
                correct_patient(writing, act(), identifier, patient, as_of=form.as_of.value)
        if not form.errors:
            flash("The patient is corrected.")
            return redirect(url_for("patients.show", identifier=identifier), 303)
    return render_template("patients/correct.html", form=form, identifier=identifier), status_of_form()


@pages.route("/<identifier>/erase", methods=["GET", "POST"])
def erase(identifier: str) -> Page | Response:
    """Erase a patient, on request or because their time is over."""
    form, file = ReasonForm(), _file(identifier)
    if file.seen.patient is None:
        raise PatientErased(identifier=identifier)
    if form.validate_on_submit():
        with placing(form), database().writing() as writing:
            erase_patient(writing, act(), identifier, form.reason.value)
        if not form.errors:
            flash(f"Patient {identifier} is erased.")
            return redirect(url_for("patients.show", identifier=identifier), 303)
    page = patient_page(file, current_site_settings())
    return render_template("patients/erase.html", form=form, **page), status_of_form()


def _file(identifier: str) -> PatientFile:
    with database().reading() as reading:
        return patient_file(reading, site(), identifier, person().role)
