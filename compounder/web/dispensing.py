"""Dispensing: the questions and the bottle before it is filled, the bottle's page, its papers, and what comes back."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from compounder import clock
from compounder.domain.errors import CompoundingError
from compounder.printing.paper import LARGE, ROLL, SHEET_A4, SHEET_LETTER
from compounder.services.bottle_papers import BottlePapers, bottle_papers, label_papers
from compounder.services.care_errors import PatientErased
from compounder.services.dispensing import BottlePreview, Dispensing, dispense, preview_bottle
from compounder.services.patient_papers import patient_calendar, patient_labels, patient_leaflet
from compounder.services.prescriptions import PrescriptionFile, prescription_file
from compounder.services.returning import BottleFile, Returning, bottle_file, return_capsules
from compounder.web.dispensing_forms import DecidingForm, DispenseForm, ReturnForm, deciding_form
from compounder.web.dispensing_page import bottle_card, bottle_page, finding_of, health_of
from compounder.web.fields import REFUSED, place, placing, status_of_form
from compounder.web.papers import PAPERS, chosen, pdf
from compounder.web.patient_page import who_it_is
from compounder.web.workspace import current_site_settings, database, person, site, today

pages = Blueprint("dispensing", __name__)
STOCKS = {"100x50": LARGE, "99x38": ROLL, "sheet-a4": SHEET_A4, "sheet-letter": SHEET_LETTER}
STOCK_CHOICES = tuple((value, stock.name) for value, stock in STOCKS.items())
Page = tuple[str, int]


@pages.route("/prescriptions/<number>/dispense", methods=["GET", "POST"])
def fill(number: str) -> Page | AnyResponse:
    """Ask, look at what is taken from which batch, then fill a bottle."""
    form = DispenseForm()
    with database().reading() as reading:
        file = prescription_file(reading, site(), number, person().role)
    form.offer_what_is_left(file.stored.prescribed)
    if request.method == "GET":
        form.start(file.stored.prescribed)
        return _drawn(file, form, 200)
    if not form.validate():
        return _drawn(file, form, REFUSED)
    try:
        with database().reading() as reading:
            shown = preview_bottle(reading, site(), form.request(number), today())
    except CompoundingError as refusal:
        place(form, refusal, list(form))
        return _drawn(file, form, REFUSED)
    return _answer(file, shown)


def _answer(file: PrescriptionFile, shown: BottlePreview) -> Page | AnyResponse:
    """The questions and the batches beside the form; or, where they were seen and decided on, the bottle's page."""
    form = deciding_form(shown.findings, is_late=shown.is_late)
    form.offer_what_is_left(file.stored.prescribed)
    if request.form.get("do") == "store" and form.moves_dates:
        return redirect(url_for("prescriptions.change", number=shown.request.prescription, what="start-late"), 303)
    if request.form.get("do") == "store" and form.validate():
        with placing(form):
            return _dispensed(form, shown)
    form.shown.data = shown.sha256
    return _drawn(file, form, REFUSED if form.errors else 200, shown)


def _dispensed(form: DecidingForm, shown: BottlePreview) -> AnyResponse:
    act = Dispensing(
        site=site(),
        request=shown.request,
        decisions=form.decisions,
        shown_sha256=form.shown.data or "",
        one_time_key=form.key.data or "",
        person=person(),
        at=clock.now(),
        keeps_dates=form.keeps_dates,
    )
    with database().writing() as writing:
        number = dispense(writing, act)
    flash(f"Bottle {number} is dispensed.")
    return redirect(url_for("dispensing.bottle", number=number), 303)


def _drawn(file: PrescriptionFile, form: DispenseForm, status: int, shown: BottlePreview | None = None) -> Page:
    prescription, patient = file.stored.prescription, file.seen.patient
    if patient is None:
        raise PatientErased(identifier=prescription.patient)
    page: dict[str, Any] = {
        "number": prescription.number,
        "identifier": prescription.patient,
        "who": who_it_is(file.seen),
        "health": health_of(patient),
        "card": bottle_card(shown) if shown else None,
        "findings": [finding_of(each) for each in shown.findings] if shown else [],
        "asked": form.asked if isinstance(form, DecidingForm) else {},
    }
    return render_template("dispensing/fill.html", form=form, **page), status


@pages.get("/bottles/<number>")
def bottle(number: str) -> str:
    """One bottle: what is in it, its papers, journal."""
    page = bottle_page(_file(number), current_site_settings())
    return render_template("dispensing/bottle.html", **page, stocks=STOCK_CHOICES)


@pages.route("/bottles/<number>/return", methods=["GET", "POST"])
def take_back(number: str) -> Page | AnyResponse:
    """Capsules came back: why, and how many of which batch."""
    form, file = ReturnForm(), _file(number)
    form.lot_number.offer((part.lot_number, part.lot_number) for part in file.stored.filled_from)
    if request.method == "GET":
        form.key.give()
    elif form.validate():
        with placing(form):
            _taken_back(form, number)
            flash(f"{form.capsules.value:,} capsules of bottle {number} came back and are destroyed.")
            return redirect(url_for("dispensing.bottle", number=number), 303)
    page = bottle_page(file, current_site_settings())
    return render_template("dispensing/return.html", form=form, **page), status_of_form()


def _taken_back(form: ReturnForm, number: str) -> None:
    returning = Returning(
        site=site(),
        number=number,
        lot_number=form.lot_number.data,
        capsules=form.capsules.value,
        reason=form.reason.value,
        one_time_key=form.key.data or "",
        person=person(),
        at=clock.now(),
    )
    with database().writing() as writing:
        return_capsules(writing, returning)


@pages.get("/bottles/<number>/label.pdf")
def label(number: str) -> Response:
    stock = chosen(STOCKS, request.args.get("stock", "100x50"))
    with database().reading() as reading:
        papers = label_papers(reading, site(), number)
    return pdf(patient_labels(papers.dispensing, [papers.bottle], stock), f"label-{number}")


@pages.get("/bottles/<number>/leaflet.pdf")
def leaflet(number: str) -> Response:
    paper, papers = chosen(PAPERS, request.args.get("paper", "a4")), _papers(number)
    return pdf(patient_leaflet(papers.dispensing, papers.course, paper, papers.words), f"leaflet-{number}")


@pages.get("/bottles/<number>/calendar.pdf")
def calendar(number: str) -> Response:
    paper, papers = chosen(PAPERS, request.args.get("paper", "a4")), _papers(number)
    return pdf(patient_calendar(papers.dispensing, papers.course, paper), f"calendar-{number}")


def _papers(number: str) -> BottlePapers:
    with database().reading() as reading:
        return bottle_papers(reading, site(), number)


def _file(number: str) -> BottleFile:
    with database().reading() as reading:
        return bottle_file(reading, site(), number, person().role)
