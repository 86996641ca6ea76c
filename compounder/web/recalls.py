"""Recalls: started from a trace, their pages, who was told, the letters, and how each ended."""

from typing import Final

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from compounder.domain.care.recall import AlreadyRecalled
from compounder.services.care_errors import PatientErased
from compounder.services.recall_contacts import contacts_with_prescribers, note_contact
from compounder.services.recall_files import (
    RecallFile,
    affected_patient,
    newest_recalls,
    prescribed_by,
    recall_file,
)
from compounder.services.recall_letters import Addressee, print_letters
from compounder.services.recalling import Starting, close_recall, preview_recall, standing_name, start_recall
from compounder.web.fields import placing, status_of_form
from compounder.web.papers import PAPERS, chosen, pdf
from compounder.web.recall_forms import CloseForm, ContactForm, PrescriberForm, StartForm
from compounder.web.recalls_page import (
    PRESCRIBER_COLUMNS,
    RECALL_COLUMNS,
    prescriber_cells,
    preview_page,
    recall_cells,
    recall_page,
    said_of,
)
from compounder.web.tracing import origin_of
from compounder.web.workspace import act, current_site_settings, database, person, site, today

pages = Blueprint("recalls", __name__, url_prefix="/recalls")
Page = tuple[str, int]
ALL: Final = 10**17
PAGE: Final = 50
ADDRESSEES: Final = {each.value: each for each in Addressee}


@pages.get("")
def index() -> str:
    """Every recall, the newest first."""
    before = request.args.get("before", type=int, default=ALL)
    with database().reading() as reading:
        found = newest_recalls(reading, site(), before=before)
    older = url_for("recalls.index", before=found[-1].recall_id) if len(found) == PAGE else None
    rows = [recall_cells(each) for each in found]
    return render_template("recalls/index.html", columns=RECALL_COLUMNS, rows=rows, older=older)


@pages.route("/start/<kind>/<name>", methods=["GET", "POST"])
def start(kind: str, name: str) -> Page | AnyResponse:
    """Look at what a recall would do, then start it, signed."""
    form, origin = StartForm(), origin_of(kind, name)
    try:
        with database().reading() as reading:
            shown = preview_recall(reading, site(), origin)
    except AlreadyRecalled as known:
        flash(str(known))
        return redirect(url_for("recalls.show", number=known.number), 303)
    if request.method == "GET":
        form.start()
    elif form.validate():
        with placing(form):
            starting = Starting(
                origin=origin, notice=form.notice(), one_time_key=form.key.data or "", signing=form.signing()
            )
            with database().writing() as writing:
                number = start_recall(writing, starting)
            flash(f"Recall {number} is started; what is here is held back.")
            return redirect(url_for("recalls.show", number=number), 303)
    form.shown.data = shown.sha256
    return render_template("recalls/start.html", form=form, **preview_page(shown)), status_of_form()


@pages.get("/<number>")
def show(number: str) -> str:
    """One recall: how far it got, whom it reached, what it holds back."""
    only_waiting = request.args.get("show") == "waiting"
    file = _file(number, only_waiting=only_waiting)
    return render_template("recalls/show.html", **recall_page(file, current_site_settings(), only_waiting=only_waiting))


@pages.route("/<number>/patients/<identifier>", methods=["GET", "POST"])
def contact(number: str, identifier: str) -> Page | AnyResponse:
    """Write down that a patient was told, or sought."""
    form = ContactForm()
    with database().reading() as reading:
        affected = affected_patient(reading, site(), number, identifier, person().role)
    if affected.patient is None:
        raise PatientErased(identifier=identifier)
    if request.method == "GET":
        form.start(today())
    elif form.validate():
        with placing(form):
            said, key = form.contact(patient=identifier), form.key.data or ""
            with database().writing() as writing:
                note_contact(writing, act(), number, said, one_time_key=key)
        if not form.errors:
            flash("It is written down.")
            return redirect(url_for("recalls.show", number=number, _anchor="patients"), 303)
    before = [said_of([each]) for each in affected.contacts]
    page = {"number": number, "patient": affected.patient, "bottles": affected.bottles, "said": before}
    return render_template("recalls/contact.html", form=form, **page), status_of_form()


@pages.route("/<number>/prescribers", methods=["GET", "POST"])
def prescribers(number: str) -> Page | AnyResponse:
    """Who prescribed it for whom, and write down that one was told."""
    form = PrescriberForm()
    with database().reading() as reading:
        affected = prescribed_by(reading, site(), number, person().role)
        contacts = contacts_with_prescribers(reading, site(), number)
    form.prescriber.offer((name, name) for name in affected)
    if request.method == "GET":
        form.start(today())
    elif form.validate():
        with placing(form):
            said, key = form.contact(prescriber=form.prescriber.data), form.key.data or ""
            with database().writing() as writing:
                note_contact(writing, act(), number, said, one_time_key=key)
        if not form.errors:
            flash("It is written down.")
            return redirect(url_for("recalls.prescribers", number=number), 303)
    rows = prescriber_cells(affected, contacts)
    page = render_template("recalls/prescribers.html", form=form, number=number, columns=PRESCRIBER_COLUMNS, rows=rows)
    return page, status_of_form()


@pages.post("/<number>/letters.pdf")
def letters(number: str) -> Response:
    """A letter for each patient or prescriber, with a list of them; made now and not kept, but how many were."""
    addressee = chosen(ADDRESSEES, request.form.get("to", "patients"))
    paper = chosen(PAPERS, request.form.get("paper", "a4"))
    first = request.form.get("first", type=int, default=1)
    printed = print_letters(database(), act(), number, addressee, paper, role=person().role, first=first)
    return pdf(printed, f"letters-{number}")


@pages.route("/<number>/close", methods=["GET", "POST"])
def close(number: str) -> Page | AnyResponse:
    """Say how a recall ended, signed."""
    form, file = CloseForm(), _file(number)
    if form.validate_on_submit():
        with placing(form):
            signing = form.signing()
            with database().writing() as writing:
                close_recall(writing, number, signing, reason=form.reason.value)
        if not form.errors:
            flash(f"Recall {number} is closed. What it held back stays so until each is freed or rejected.")
            return redirect(url_for("recalls.show", number=number), 303)
    with database().reading() as reading:
        form.shown.data = standing_name(reading, site(), number)
    page = recall_page(file, current_site_settings(), only_waiting=False)
    return render_template("recalls/close.html", form=form, **page), status_of_form()


def _file(number: str, *, only_waiting: bool = False) -> RecallFile:
    after = request.args.get("after", type=int, default=0)
    with database().reading() as reading:
        return recall_file(reading, site(), number, person().role, after=after, only_waiting=only_waiting)
