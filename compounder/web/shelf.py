"""The shelf: a batch's finished capsules, counted anew or destroyed; and what is there that nobody may dispense."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from compounder import clock
from compounder.services.shelf import (
    ShelfCount,
    ShelfDestruction,
    ShelfFile,
    correct_shelf,
    destroy_on_shelf,
    held_on_shelf,
    shelf_file,
)
from compounder.web.fields import placing, status_of_form
from compounder.web.shelf_forms import CountForm, DestroyForm
from compounder.web.shelf_page import HELD_COLUMNS, cause_of, held_rows, shelf_page
from compounder.web.workspace import current_site_settings, database, person, site, today

pages = Blueprint("shelf", __name__)
Page = tuple[str, int]


@pages.get("/shelf")
def index() -> str:
    """What is still here past its date or held back: to be destroyed, or freed."""
    with database().reading() as reading:
        rows = held_rows(held_on_shelf(reading, site(), today()), today())
    return render_template("shelf/index.html", columns=HELD_COLUMNS, rows=rows)


@pages.get("/batches/<lot_number>/shelf")
def show(lot_number: str) -> str:
    """What is on the shelf of a batch, and how it came to that."""
    return render_template("shelf/show.html", **_page(_file(lot_number)))


@pages.route("/batches/<lot_number>/shelf/count", methods=["GET", "POST"])
def count(lot_number: str) -> Page | Response:
    """Count what is there; where it is not what the ledger says, with the reason."""
    form, file = CountForm(), _file(lot_number)
    if form.validate_on_submit() and form.explains(file.on_shelf):
        with placing(form), database().writing() as writing:
            correct_shelf(writing, ShelfCount(**_deed(form, lot_number), ledger=form.ledger.value))
        if not form.errors:
            flash(f"{form.capsules.value:,} capsules stand there now.")
            return redirect(url_for("shelf.show", lot_number=lot_number), 303)
    form.start(file.on_shelf)
    return render_template("shelf/count.html", form=form, **_page(file)), status_of_form()


@pages.route("/batches/<lot_number>/shelf/destroy", methods=["GET", "POST"])
def destroy(lot_number: str) -> Page | Response:
    """Take capsules off the shelf that were destroyed."""
    form, file = DestroyForm(), _file(lot_number)
    if not form.is_submitted():
        form.start(file.on_shelf, cause_of(file, today()))
    elif form.validate():
        with placing(form), database().writing() as writing:
            destroy_on_shelf(writing, ShelfDestruction(**_deed(form, lot_number), **form.told))
        if not form.errors:
            flash(f"{form.capsules.value:,} capsules are destroyed.")
            return redirect(url_for("shelf.show", lot_number=lot_number), 303)
    return render_template("shelf/destroy.html", form=form, **_page(file)), status_of_form()


def _deed(form: CountForm | DestroyForm, lot_number: str) -> dict[str, Any]:
    """What is counted or destroyed, by whoever is signed in, now."""
    return {
        "site": site(),
        "lot_number": lot_number,
        "capsules": form.capsules.value,
        "reason": form.reason.value or "",
        "person": person(),
        "at": clock.now(),
        "one_time_key": form.key.data or "",
    }


def _file(lot_number: str) -> ShelfFile:
    with database().reading() as reading:
        return shelf_file(reading, site(), lot_number)


def _page(file: ShelfFile) -> dict[str, Any]:
    return {**shelf_page(file, today(), current_site_settings().zone)}
