"""Finished capsules on the screen: weighed, counted, assayed, decided on; each leads back to the batch's page."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from compounder import clock
from compounder.database.engine import Connection
from compounder.domain.record.finished import Finished
from compounder.domain.units import MASS_PER_CAPSULE, format_rounded
from compounder.services.assaying import assay_capsules, require_assayable
from compounder.services.batches import BatchFile, batch_file
from compounder.services.bench import require_powders
from compounder.services.finishing import (
    Finishing,
    count_capsules,
    decidable,
    decide_on_capsules,
    finished_in,
    require_at_the_bench,
    weigh_capsules,
)
from compounder.services.finishing_errors import NotWeighedYet
from compounder.services.finishing_statistic import take_statistic
from compounder.web.checks import title_of
from compounder.web.fields import placing, status_of_form
from compounder.web.finishing_forms import AssayForm, CountForm, DecideForm, WeighForm
from compounder.web.finishing_page import decisions_on, statistic_of, waits
from compounder.web.workspace import current_site_settings, database, person, site, today

pages = Blueprint("finishing", __name__, url_prefix="/batches")
Page = tuple[str, int]


@pages.route("/<lot_number>/weigh-capsules", methods=["GET", "POST"])
def weigh(lot_number: str) -> Page | Response:
    """What finished capsules weigh."""
    file, before = _at_the_bench(lot_number)
    form, settings = WeighForm(), current_site_settings()
    form.settle(is_again=before.weighed is not None)
    form.offer(file.record, settings, today())
    if request.method == "GET":
        form.start(file.record, settings, before)

    def store(connection: Connection) -> str:
        act, rules = _finishing(lot_number, form.why), form.rules.data or ()
        finished = weigh_capsules(
            connection,
            act,
            form.weights(),
            balance=form.balance.data or "",
            pharmacopoeias=rules,
            left_out_because=form.why_left_out,
        )
        return f"The capsules of {lot_number} are weighed{waits(finished)}."

    return _act(file, form, "finishing/weigh.html", store)


@pages.route("/<lot_number>/count-capsules", methods=["GET", "POST"])
def count(lot_number: str) -> Page | Response:
    """What became of the capsules and of the powder."""
    file, before = _at_the_bench(lot_number)
    if before.weighed is None:
        raise NotWeighedYet(lot_number=lot_number)
    form = CountForm()
    form.settle(is_again=before.counted is not None)
    form.offer(file.record, file.making)
    if request.method == "GET":
        form.start(before, file.making)

    def store(connection: Connection) -> str:
        finished = count_capsules(connection, _finishing(lot_number, form.why), form.count())
        return f"The capsules of {lot_number} are counted{waits(finished)}."

    return _act(file, form, "finishing/count.html", store)


@pages.route("/<lot_number>/assay", methods=["GET", "POST"])
def assay(lot_number: str) -> Page | Response:
    """What a laboratory found in single capsules."""
    file = _file(lot_number)
    require_assayable(file.record, file.standing)
    form, before = AssayForm(), finished_in(file.entries)
    form.settle(is_again=before.assayed is not None)
    if request.method == "GET":
        form.start(before)

    def store(connection: Connection) -> str:
        finished = assay_capsules(connection, _finishing(lot_number, form.why), form.report(), form.contents())
        return f"The assay of {lot_number} is kept{waits(finished)}."

    return _act(file, form, "finishing/assay.html", store)


@pages.route("/<lot_number>/decide-on-capsules", methods=["GET", "POST"])
def decide(lot_number: str) -> Page | Response:
    """Why the batch may go on with capsules that are not as asked, or stay released."""
    with database().reading() as reading:
        file, before = batch_file(reading, site(), lot_number), decidable(reading, site(), lot_number)
    form = DecideForm()

    def store(connection: Connection) -> str:
        decide_on_capsules(connection, _finishing(lot_number, form.reason.value))
        return f"You decided on the capsules of {lot_number}."

    found = {"findings": before.waiting, "decisions": decisions_on(before)}
    return _act(file, form, "finishing/decide.html", store, found)


@pages.route("/<lot_number>/filler-pack-statistic", methods=["GET", "POST"])
def statistic(lot_number: str) -> Page | Response:
    """Why what the capsules say of the filler becomes its lot's pack statistic."""
    file = _file(lot_number)
    form = DecideForm()

    def store(connection: Connection) -> str:
        taken = take_statistic(connection, _finishing(lot_number, form.reason.value))
        return (
            f"The filler's pack statistic is {format_rounded(taken, MASS_PER_CAPSULE, '0.01')} from the next order on."
        )

    more = {"statistic": statistic_of(file.record, finished_in(file.entries))}
    return _act(file, form, "finishing/statistic.html", store, more)


def _finishing(lot_number: str, reason: str) -> Finishing:
    return Finishing(site=site(), lot_number=lot_number, person=person(), at=clock.now(), reason=reason)


def _file(lot_number: str) -> BatchFile:
    with database().reading() as reading:
        return batch_file(reading, site(), lot_number)


def _at_the_bench(lot_number: str) -> tuple[BatchFile, Finished]:
    """The batch and what was entered of its capsules; refuses one whose capsules are not weighed now."""
    file = _file(lot_number)
    require_at_the_bench(file.record, file.standing)
    require_powders(file)
    return file, finished_in(file.entries)


def _act(
    file: BatchFile,
    form: FlaskForm,
    template: str,
    store: Callable[[Connection], str],
    more: Mapping[str, Any] | None = None,
) -> Page | Response:
    """Show the form; when it was sent and can be read, do it, and go back to the batch with a sentence."""
    lot_number = file.record.lot_number
    if form.validate_on_submit():
        with placing(form), database().writing() as writing:
            sentence = store(writing)
        if not form.errors:
            flash(sentence)
            return redirect(url_for("batches.show", lot_number=lot_number, _anchor="capsules"), 303)
    page = render_template(template, form=form, lot_number=lot_number, title=title_of(file), **(more or {}))
    return page, status_of_form()
