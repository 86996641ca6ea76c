"""Deviations on the screen: written down at the weighing or step where they happen, and assessed by a pharmacist."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms.widgets import TextArea

from compounder import clock
from compounder.services.bench import Bench, bench_of
from compounder.services.deviating import (
    Assessing,
    Deviating,
    assess_deviation,
    deviation_of,
    note_deviation,
    what_happened_at,
)
from compounder.web.deviations_page import deviation_facts
from compounder.web.fields import OneTimeKey, ReadField, placing, status_of_form, words
from compounder.web.steps_page import batch_heading
from compounder.web.workspace import database, person, site

pages = Blueprint("deviations", __name__, url_prefix="/batches")
Page = tuple[str, int]


class DeviationForm(FlaskForm):
    """What went otherwise, in the words of whoever saw it."""

    said = ReadField(
        "What went otherwise",
        words,
        description="What happened, why, and what was done about it",
        widget=TextArea(),
    )
    key = OneTimeKey()


class AssessmentForm(FlaskForm):
    """Why the batch may go on all the same."""

    said = ReadField("What it means for the batch", words, widget=TextArea())


@pages.route("/<lot_number>/bench/steps/<int(max=9999):number>/deviation", methods=["GET", "POST"])
def at_step(lot_number: str, number: int) -> Page | Response:
    """Ask what went otherwise at a step."""
    return _note(lot_number, None, number)


@pages.route("/<lot_number>/bench/<int(max=9999):line>/deviation", methods=["GET", "POST"])
def at_weighing(lot_number: str, line: int) -> Page | Response:
    """Ask what went otherwise at a line of the weighings."""
    return _note(lot_number, line, None)


def _note(lot_number: str, line: int | None, step: int | None) -> Page | Response:
    bench, form = _bench(lot_number), DeviationForm()
    what = what_happened_at(bench, line, step)
    back = url_for("bench.weigh" if step is None else "steps.tick", lot_number=lot_number)
    if not form.is_submitted():
        form.key.give()
    elif form.validate():
        with placing(form):
            _keep(lot_number, line, step, form)
            flash("It is written down; a pharmacist other than you assesses it before the batch is released.")
            return redirect(back, 303)
    where = f"Step {step}" if line is None else f"Weighing {line + 1}"
    page = render_template(
        "bench/deviation.html", form=form, batch=batch_heading(bench), where=where, what=what, back=back
    )
    return page, status_of_form()


def _keep(lot_number: str, line: int | None, step: int | None, form: DeviationForm) -> None:
    deviating = Deviating(
        site=site(),
        lot_number=lot_number,
        line=line,
        step=step,
        said=form.said.value,
        one_time_key=form.key.data,
        person=person(),
        at=clock.now(),
    )
    with database().writing() as writing:
        note_deviation(writing, deviating)


@pages.route("/<lot_number>/deviations/<int(max=999999999):entry>/assess", methods=["GET", "POST"])
def assess(lot_number: str, entry: int) -> Page | Response:
    """Ask a pharmacist what a deviation means for the batch."""
    bench, form = _bench(lot_number), AssessmentForm()
    deviation = deviation_of(bench, entry)
    if form.validate_on_submit():
        with placing(form):
            _assess(lot_number, entry, form.said.value)
            flash("The deviation is assessed.")
            return redirect(url_for("batches.show", lot_number=lot_number, _anchor="deviations"), 303)
    page = render_template(
        "bench/assess.html", form=form, batch=batch_heading(bench), facts=deviation_facts(bench, deviation)
    )
    return page, status_of_form()


def _assess(lot_number: str, entry: int, said: str) -> None:
    assessing = Assessing(
        site=site(), lot_number=lot_number, deviation=entry, said=said, person=person(), at=clock.now()
    )
    with database().writing() as writing:
        assess_deviation(writing, assessing)


def _bench(lot_number: str) -> Bench:
    """The batch at the bench; refuses with `NotFound`."""
    with database().reading() as reading:
        return bench_of(reading, site(), lot_number)
