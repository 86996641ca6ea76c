"""The list of opioids: searched, one name with what happened to it; added, corrected, verified, withdrawn."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from compounder.database.engine import Connection
from compounder.services.opioids import (
    OpioidFile,
    add_opioid,
    correct_opioid,
    opioid_file,
    opioid_list,
    verify_opioid,
    withdraw_opioid,
)
from compounder.web.fields import REFUSED, placing, status_of_form
from compounder.web.opioid_forms import (
    FIRST_SHOWN,
    AddOpioidForm,
    CorrectOpioidForm,
    OpioidsForm,
    VerifyOpioidForm,
)
from compounder.web.opioid_page import OPIOID_COLUMNS, opioid_cells, opioid_page, sentence_of, to_be_verified
from compounder.web.readers import on_one_line
from compounder.web.reason_form import ReasonForm
from compounder.web.workspace import act, current_site_settings, database, site

pages = Blueprint("opioids", __name__, url_prefix="/opioids")
Page = tuple[str, int]


@pages.get("")
def index() -> Page:
    """The names asked for; the first fifty, unless all are wanted."""
    form = OpioidsForm(request.args)
    form.settle()
    page: dict[str, Any] = {"form": form, "columns": OPIOID_COLUMNS, "rows": [], "every": "", "waiting": ""}
    if not form.validate():
        said = "Nothing is shown: the search cannot be read."
        return render_template("opioids/index.html", **page, sentence=said), REFUSED
    with database().reading() as reading:
        known = opioid_list(reading, site())
    found = form.found(known)
    shown = found if "all" in request.args else found[:FIRST_SHOWN]
    if len(shown) < len(found):
        page["every"] = url_for("opioids.index", words=form.words.data, shown=form.shown.data, all="")
    page["rows"], page["waiting"] = [opioid_cells(each) for each in shown], to_be_verified(known)
    return render_template("opioids/index.html", **page, sentence=sentence_of(known, found, form.shown.data)), 200


@pages.get("/<code>")
def show(code: str) -> str:
    """One name as it stands now, and its journal."""
    return render_template("opioids/show.html", **opioid_page(_file(code), current_site_settings().zone))


@pages.route("/new", methods=["GET", "POST"])
def new() -> Page | Response:
    """Put a name on the list."""
    form = AddOpioidForm()
    if form.validate_on_submit():
        with placing(form):
            opioid = form.opioid(form.name.value)
            with database().writing() as writing:
                add_opioid(writing, act(), opioid, form.reason.value)
        if not form.errors:
            flash(f"{opioid.name} is on the list.")
            return redirect(url_for("opioids.show", code=opioid.code), 303)
    return render_template("opioids/new.html", form=form), status_of_form()


@pages.route("/<code>/correct", methods=["GET", "POST"])
def correct(code: str) -> Page | Response:
    """Say something else of a name."""
    form, file = CorrectOpioidForm(), _file(code)
    if request.method == "GET":
        form.start(file.listed)

    def correct_it(writing: Connection) -> None:
        opioid = form.opioid(file.listed.opioid.name)
        correct_opioid(writing, act(), form.base.value, opioid, form.reason.value)

    return _change("opioids/correct.html", form, file, correct_it)


@pages.route("/<code>/verify", methods=["GET", "POST"])
def verify(code: str) -> Page | Response:
    """Say that a name was held against a reference."""
    form, file = VerifyOpioidForm(), _file(code)
    if request.method == "GET":
        form.start(file.listed)
    return _change(
        "opioids/verify.html", form, file, lambda writing: verify_opioid(writing, act(), code, form.reference.value)
    )


@pages.route("/<code>/withdraw", methods=["GET", "POST"])
def withdraw(code: str) -> Page | Response:
    """Match no medicine with a name any more."""
    form, file = ReasonForm(), _file(code)
    return _change(
        "opioids/withdraw.html",
        form,
        file,
        lambda writing: withdraw_opioid(writing, act(), code, on_one_line(form.reason.value)),
    )


def _change(template: str, form: FlaskForm, file: OpioidFile, change: Callable[[Connection], None]) -> Page | Response:
    """The form, or the name's page once the change is kept."""
    if form.validate_on_submit():
        with placing(form), database().writing() as writing:
            change(writing)
        if not form.errors:
            flash("It is kept; medicines are matched by it from now on.")
            return redirect(url_for("opioids.show", code=file.listed.opioid.code), 303)
    page = opioid_page(file, current_site_settings().zone)
    return render_template(template, form=form, **page), status_of_form()


def _file(code: str) -> OpioidFile:
    with database().reading() as reading:
        return opioid_file(reading, site(), code)
