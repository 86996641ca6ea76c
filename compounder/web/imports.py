"""Taking files in: what a file may say, a look at one, storing what was looked at; and the page of a past batch."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from compounder import clock
from compounder.domain.errors import CompoundingError
from compounder.services.importing import Looked, TakenIn, TakingIn, columns_of, look_at, take_in, template
from compounder.services.past_batches import past_batch_file, withdraw_past_batch
from compounder.web.fields import REFUSED, placing, status_of_form
from compounder.web.import_forms import FileForm, StoringForm, complain_at_file
from compounder.web.import_page import COLUMN_COLUMNS, WORDS, column_rows, looked_page
from compounder.web.past_batch_page import past_batch_page
from compounder.web.reason_form import ReasonForm
from compounder.web.workspace import actor, current_site_settings, database, site, today

pages = Blueprint("imports", __name__)
Page = tuple[str, int]


@pages.get("/imports")
def index() -> Page:
    """What may be taken in, and how a file is written."""
    return _index({})


@pages.get("/imports/<what>/template.csv")
def template_file(what: str) -> Response:
    """An empty file with every column."""
    return send_file(BytesIO(template(_kind(what))), "text/csv", as_attachment=True, download_name=f"{what}.csv")


@pages.post("/imports/<what>")
def take_file_in(what: str) -> Page | Response:
    """Look at a file, which stores nothing; or store what was looked at."""
    kind = _kind(what)
    return _store(kind) if request.form.get("do") == "store" else _look(kind)


@pages.get("/past-batches/<past_batch_id>")
def past_batch(past_batch_id: str) -> str:
    """What another record says of a batch."""
    return render_template("imports/past_batch.html", **_past_batch(past_batch_id))


@pages.route("/past-batches/<past_batch_id>/withdraw", methods=["GET", "POST"])
def withdraw(past_batch_id: str) -> Page | Response:
    """Ask for the reason; what was entered wrongly counts no more."""
    page, form = _past_batch(past_batch_id), ReasonForm()
    if form.validate_on_submit():
        with placing(form), database().writing() as writing:
            reason = form.reason.value
            withdraw_past_batch(writing, site(), past_batch_id, reason=reason, actor=actor(), at=clock.now())
        if not form.errors:
            flash(f"Past batch {page['lot_number']} is withdrawn; its number may be entered again.")
            return redirect(url_for("imports.past_batch", past_batch_id=past_batch_id), 303)
    return render_template("imports/withdraw.html", form=form, **page), status_of_form()


def _past_batch(past_batch_id: str) -> Mapping[str, Any]:
    with database().reading() as reading:
        file = past_batch_file(reading, site(), past_batch_id)
    return {**past_batch_page(file, current_site_settings().zone), "past_batch_id": past_batch_id}


def _kind(what: str) -> TakenIn:
    if what not in set(TakenIn):
        raise NotFound
    return TakenIn(what)


def _index(forms: Mapping[TakenIn, FileForm]) -> Page:
    kinds = [
        {
            "what": kind.value,
            "words": WORDS[kind],
            "form": (forms.get(kind) or FileForm()).named(kind.value),
            "columns": column_rows(columns_of(kind)),
        }
        for kind in TakenIn
    ]
    status = REFUSED if forms else 200
    return render_template("imports/index.html", kinds=kinds, column_columns=COLUMN_COLUMNS), status


def _look(kind: TakenIn) -> Page:
    form = FileForm()
    try:
        content = form.content()
        looked = _looked_at(kind, content)
    except CompoundingError as refusal:
        return _index({kind: complain_at_file(form, str(refusal))})
    return _looked(content, looked)


def _looked_at(kind: TakenIn, content: bytes) -> Looked:
    with database().reading() as reading:
        return look_at(reading, site(), kind, content, today=today())


def _looked(content: bytes, looked: Looked, complaint: str = "") -> Page:
    """The page of what was looked at, with the form that stores it if nothing is wrong."""
    form = StoringForm(formdata=None)
    form.remember(content, looked)
    if complaint:
        form.form_errors.append(complaint)
    page: Mapping[str, Any] = looked_page(looked)
    return render_template("imports/looked.html", form=form, **page), REFUSED if looked.problems or complaint else 200


def _store(kind: TakenIn) -> Page | Response:
    form = StoringForm()
    try:
        content = form.content()
        if not form.validate():
            return _looked(content, _looked_at(kind, content), form.complaint)
        with database().writing() as writing:
            stored = take_in(writing, _taking(kind, content, form))
    except CompoundingError as refusal:
        return _refused(kind, form, refusal)
    flash(WORDS[kind].stored(stored))
    return redirect(url_for(WORDS[kind].leads_to, status=WORDS[kind].status), 303)


def _refused(kind: TakenIn, form: StoringForm, refusal: CompoundingError) -> Page:
    """What the file says now, with the refusal above it; the first page where it cannot be read."""
    try:
        content = form.content()
        return _looked(content, _looked_at(kind, content), str(refusal))
    except CompoundingError:
        return _index({kind: complain_at_file(FileForm(formdata=None), str(refusal))})


def _taking(kind: TakenIn, content: bytes, form: StoringForm) -> TakingIn:
    return TakingIn(
        site=site(),
        what=kind,
        content=content,
        shown_sha256=form.shown.data or "",
        one_time_key=form.key.data or "",
        today=today(),
        actor=actor(),
        at=clock.now(),
    )
