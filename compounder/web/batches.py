"""The history: every batch found by what one remembers of it; one batch's page and its plans; giving a batch up."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from compounder.database.search import batches_beginning, count_text, search_batches
from compounder.domain.errors import CompoundingError
from compounder.domain.record.journal import EntryKind
from compounder.services.batches import batch_file, earlier_plan
from compounder.services.exporting import MEDIA_TYPES, FileFormat, exported_history
from compounder.services.orders import formulation_names
from compounder.services.recall_files import open_recalls_of_batch
from compounder.services.scanning import misread, sought_lot
from compounder.services.tracing import bottle_numbered
from compounder.services.triturations import found_by_number, of_batch
from compounder.web.batch_counts import SpanForm, counted, sentence_of
from compounder.web.batch_page import batch_page, plan_page
from compounder.web.deviations_page import made_page
from compounder.web.fields import REFUSED
from compounder.web.finishing_page import finished_page
from compounder.web.history_form import HistoryForm, sentence
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells
from compounder.web.papers import STOCK_CHOICES
from compounder.web.readers import LONGEST_SCAN
from compounder.web.tables import BATCH_COLUMNS, Row, address_of, batch_cells
from compounder.web.trituration_page import TRITURATION_COLUMNS, trituration_cells
from compounder.web.workspace import current_site_settings, database, person, site, today, workspace

pages = Blueprint("batches", __name__, url_prefix="/batches")
LONGEST_FOUND = 40
FILE_NAMES = {"CSV": FileFormat.CSV, "JSON Lines": FileFormat.JSON_LINES}


@pages.get("")
def index() -> tuple[str, int]:
    """A page of the history, newest first, under the filters asked."""
    form = HistoryForm(request.args)
    with database().reading() as reading:
        form.offer(formulation_names(reading, site()))
        if not form.validate():
            return _unread(form)
        asked = form.filter()
        page = search_batches(
            reading, site(), asked, after=request.args.get("after"), before=request.args.get("before")
        )
        said = sentence(asked, count_text(reading, site(), asked))
    rows = [batch_cells(row) for row in page.rows]
    return _index(form, said, rows, _link("before", page.newer_cursor), _link("after", page.older_cursor))


@pages.get("/history.<any(csv,jsonl):form>")
def export(form: str) -> Response | tuple[str, int]:
    """The whole history under the filters asked, for a spreadsheet or for a program."""
    filters, file_format = HistoryForm(request.args), FileFormat(form)
    with database().reading() as reading:
        filters.offer(formulation_names(reading, site()))
        if not filters.validate():
            return _unread(filters)
        file = exported_history(reading, site(), filters.filter(), file_format)
    name = f"batches-{today().isoformat()}.{form}"
    return send_file(file, MEDIA_TYPES[file_format], as_attachment=True, download_name=name)


@pages.get("/counts")
def counts() -> tuple[str, int]:
    """How many batches were made, by month, strength and status."""
    form = SpanForm(request.args)
    form.settle(today())
    if not form.validate():
        return render_template("batches/counts.html", form=form, sentence="", counts=()), REFUSED
    first, last = form.made_from.value, form.made_to.value
    with database().reading() as reading:
        found = counted(reading, site(), first, last)
    return render_template(
        "batches/counts.html", form=form, sentence=sentence_of(first, last, found), counts=found
    ), 200


def _unread(form: HistoryForm) -> tuple[str, int]:
    return _index(form, "Nothing is shown: a filter cannot be read.", [], None, None, REFUSED)


def _index(
    form: HistoryForm, said: str, rows: Sequence[Row], newer: str | None, older: str | None, status: int = 200
) -> tuple[str, int]:
    exports = {
        name: f"{url_for('batches.export', form=form.value)}?{urlencode(_asked())}" for name, form in FILE_NAMES.items()
    }
    walked = {"newer": newer, "older": older, "exports": exports}
    page = render_template("batches/index.html", form=form, sentence=said, columns=BATCH_COLUMNS, rows=rows, **walked)
    return page, status


def _link(name: str, cursor: str | None) -> str | None:
    """The same question from another place in the history; None where there is nothing more."""
    return f"{url_for('batches.index')}?{urlencode({**_asked(), name: cursor})}" if cursor else None


def _asked() -> dict[str, str]:
    """The filters of the address, without the place in the history."""
    return {key: value for key, value in request.args.items() if key not in ("after", "before") and value}


@pages.get("/find")
def find() -> Response:
    """Straight to the one batch or trituration whose lot number begins so, or to the bottle that has this number;
    otherwise to the history, by that beginning or as words."""
    try:
        typed = _typed(request.args.get("lot", ""))
    except CompoundingError as refusal:
        flash(str(refusal))
        return redirect(url_for("batches.index"))
    with database().reading() as reading:
        found = batches_beginning(reading, site(), typed) if typed else ()
        made_here = found_by_number(reading, site(), typed) if typed else ()
        bottles = bottle_numbered(reading, site(), typed) if typed else ()
    addresses = [address_of(row) for row in found]
    addresses += [url_for("triturations.show", lot_number=row.lot_number) for row in made_here]
    addresses += [url_for("dispensing.bottle", number=number) for number in bottles]
    if len(addresses) == 1:
        return redirect(addresses[0])
    if found:
        return redirect(url_for("batches.index", lot_number=typed))
    if sentence := misread(typed.upper()):
        flash(sentence)
    return redirect(url_for("batches.index", words=typed))


def _typed(text: str) -> str:
    """The beginning of what was typed, or of a scanned code the lot number; refuses a code that names none."""
    sought = sought_lot(text[:LONGEST_SCAN].strip(), today=today())
    return "".join(filter(str.isprintable, sought)).strip()[:LONGEST_FOUND]


@pages.get("/<lot_number>")
def show(lot_number: str) -> str:
    """One batch: plan, findings, papers, record and journal."""
    with database().reading() as reading:
        file = batch_file(reading, site(), lot_number, keys=workspace().settings.keys)
        drawn_on = of_batch(reading, site(), lot_number)
        recalls = open_recalls_of_batch(reading, site(), lot_number)
    return render_template(
        "batches/show.html",
        **batch_page(file, person()),
        **finished_page(file, person()),
        **made_page(file, person()),
        trituration_columns=TRITURATION_COLUMNS,
        triturations=[trituration_cells(row) for row in drawn_on],
        recalls=recalls,
        was_released=any(entry.kind is EntryKind.BATCH_RELEASED for entry in file.entries),
        stocks=STOCK_CHOICES,
        entry_columns=ENTRY_COLUMNS,
        entries=entry_cells(file.entries, current_site_settings().zone),
    )


@pages.get("/<lot_number>/plans/<int(max=9999):number>")
def plan(lot_number: str, number: int) -> str:
    """A plan of the batch that another one replaced, as it was."""
    with database().reading() as reading:
        earlier = earlier_plan(reading, site(), lot_number, number)
    return render_template("batches/plan.html", **plan_page(earlier))
