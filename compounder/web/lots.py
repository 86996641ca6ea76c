"""Ingredient lots: the list, receiving, one lot's page, and what is done with it."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from compounder import clock
from compounder.database.engine import Connection
from compounder.database.search import search_lots
from compounder.domain.stock.amendments import require_bought
from compounder.domain.stock.lot_status import require_open
from compounder.domain.stock.lots import LotStatus
from compounder.domain.units import MASS, MASS_PER_CAPSULE, format_rounded, format_shown, format_stock
from compounder.services.lot_corrections import Amending, amend_lot, planned_now
from compounder.services.lots import LotFile, adjust_stock, change_status, lot_file, measure_lot, receive_lot
from compounder.services.recall_files import OpenRecall, open_recalls_of_lot
from compounder.web.amend_form import AmendForm
from compounder.web.correction_page import corrected, planned_lines
from compounder.web.fields import REFUSED, placing, status_of_form
from compounder.web.lot_forms import STATUSES, AdjustForm, LotsForm, MeasureForm, StatusForm, said_of
from compounder.web.lot_page import LOT_COLUMNS, ledger, lot_cells, lot_page
from compounder.web.receive_form import ReceiveForm
from compounder.web.workspace import actor, current_site_settings, database, person, site, today

pages = Blueprint("lots", __name__, url_prefix="/lots")
Page = tuple[str, int]


@pages.get("")
def index() -> Page:
    """The lots, the earliest expiry first."""
    form = LotsForm(request.args)
    form.settle()
    if not form.validate():
        return render_template(
            "lots/index.html", form=form, sentence="", columns=LOT_COLUMNS, rows=[], older=None
        ), REFUSED
    with database().reading() as reading:
        page = search_lots(reading, site(), form.filter(today()), after=request.args.get("after"))
    filters = {"words": form.words.data or "", "substance": form.substance.data, "status": form.status.data}
    older = url_for("lots.index", after=page.next_cursor, **filters) if page.next_cursor else None
    rows = [lot_cells(row, today()) for row in page.rows]
    sentence = said_of(form, len(rows), has_more=older is not None)
    return render_template(
        "lots/index.html", form=form, sentence=sentence, columns=LOT_COLUMNS, rows=rows, older=older
    ), 200


@pages.route("/receive", methods=["GET", "POST"])
def receive() -> Page | Response:
    """Receive a lot into quarantine."""
    form = ReceiveForm()
    if request.method == "GET":
        form.start(today())
    elif form.validate():
        with placing(form):
            lot = form.lot()
            with database().writing() as writing:
                key, now = form.key.data, clock.now()
                lot_id = receive_lot(writing, site(), lot, one_time_key=key, actor=actor(), at=now)
        if not form.errors:
            flash(f"Lot {lot.lot_number} is received and quarantined.")
            return redirect(url_for("lots.show", lot_id=lot_id), 303)
    return render_template("lots/receive.html", form=form), status_of_form()


@pages.get("/<lot_id>")
def show(lot_id: str) -> str:
    """One lot: certificate, stock, pack statistics, journal."""
    file = _file(lot_id)
    has_all = request.args.get("ledger") == "all"
    page = lot_page(file, current_site_settings(), today())
    return render_template("lots/show.html", **page, **ledger(file, has_all=has_all), recalls=_recalls(lot_id))


@pages.route("/<lot_id>/measure", methods=["GET", "POST"])
def measure(lot_id: str) -> Page | Response:
    """Work a pack statistic out from weighed capsules."""
    form, settings = MeasureForm(), current_site_settings()
    form.offer(settings, today())
    if request.method == "GET":
        form.start(settings, today())

    def store(connection: Connection) -> str:
        measurement = form.measurement(settings.empty_shells)
        statistic = measure_lot(connection, site(), lot_id, measurement, actor=actor(), at=clock.now())
        shell = format_shown(measurement.mean_empty_shell, MASS)
        said = format_rounded(statistic, MASS_PER_CAPSULE, "0.01")
        return f"Pack statistic at size {measurement.capsule_size}: {said}, with {shell} taken off for the shell."

    return _act(_file(lot_id), form, "lots/measure.html", store)


@pages.route("/<lot_id>/status", methods=["GET", "POST"])
def set_status(lot_id: str) -> Page | Response:
    """Release a lot to use, quarantine it, reject it, or say that it is used up."""
    form, file = StatusForm(), _file(lot_id)
    require_open(file.stored.lot.lot_number, file.stored.status)
    form.offer(file.stored.status, person().role)

    def store(connection: Connection) -> str:
        status = LotStatus(form.status.data)
        change_status(connection, site(), lot_id, status, reason=form.reason.value, person=person(), at=clock.now())
        return f"The lot is {STATUSES[status]} now."

    return _act(file, form, "lots/status.html", store, recalls=_recalls(lot_id))


def _recalls(lot_id: str) -> tuple[OpenRecall, ...]:
    with database().reading() as reading:
        return open_recalls_of_lot(reading, site(), lot_id)


@pages.route("/<lot_id>/amend", methods=["GET", "POST"])
def amend(lot_id: str) -> Page | Response:
    """Correct what was received wrongly typed."""
    form, file = AmendForm(), _file(lot_id)
    require_bought(file.stored.lot)
    form.of(file.stored.lot)
    if request.method == "GET":
        form.show()

    def store(connection: Connection) -> str:
        amending = Amending(
            site=site(),
            lot_id=lot_id,
            amendment=form.amendment(),
            reason=form.reason.value,
            shown_sha256=form.shown.data,
            one_time_key=form.key.data,
            actor=actor(),
            at=clock.now(),
        )
        return corrected(amend_lot(connection, amending), lot_file(connection, site(), lot_id))

    with database().reading() as reading:
        planned = planned_lines(planned_now(reading, site(), lot_id))
    return _act(file, form, "lots/amend.html", store, planned=planned)


@pages.route("/<lot_id>/adjust", methods=["GET", "POST"])
def adjust(lot_id: str) -> Page | Response:
    """Put the stock to what was counted."""
    form = AdjustForm()

    def store(connection: Connection) -> str:
        adjust_stock(
            connection, site(), lot_id, form.counted.value, reason=form.reason.value, actor=actor(), at=clock.now()
        )
        return f"{format_stock(form.counted.value)} is on hand now."

    return _act(_file(lot_id), form, "lots/adjust.html", store)


def _file(lot_id: str) -> LotFile:
    with database().reading() as reading:
        return lot_file(reading, site(), lot_id)


def _act(
    file: LotFile, form: FlaskForm, template: str, store: Callable[[Connection], str], **more: object
) -> Page | Response:
    """Show the form; when it was sent and can be read, do it, and go back to the lot with a sentence."""
    if form.validate_on_submit():
        with placing(form), database().writing() as writing:
            sentence = store(writing)
        if not form.errors:
            flash(sentence)
            return redirect(url_for("lots.show", lot_id=file.stored.lot_id), 303)
    page = lot_page(file, current_site_settings(), today())
    return render_template(template, form=form, **page, **more), status_of_form()
