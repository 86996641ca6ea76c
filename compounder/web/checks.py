"""What other people do before a batch may be dispensed: share its decision, enter its figures blind, release it."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import StringField

from compounder import clock
from compounder.domain.errors import CompoundingError
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.second_entry import FigureAsked
from compounder.domain.units import format_dose
from compounder.domain.wording import with_capital
from compounder.services.batches import BatchFile, batch_file
from compounder.services.deciding import share_decision
from compounder.services.errors import NothingToDecide
from compounder.services.releasing import release_batch
from compounder.services.signatures import Signing, was_signed_with
from compounder.services.verifying import to_be_entered, verify_batch
from compounder.web.batch_page import AMENDMENT_COLUMNS, amendment_rows, decisions_of, release_page
from compounder.web.cards import planned
from compounder.web.fields import ChoiceField, OneTimeKey, complain, place, placing, status_of_form
from compounder.web.finishing_page import released_page
from compounder.web.reason_form import ReasonForm
from compounder.web.signing_form import SigningForm
from compounder.web.workspace import database, person, site, workspace

pages = Blueprint("checks", __name__, url_prefix="/batches")
Page = tuple[str, int]
DIFFERS = "the batch was planned with another figure. Look at your papers again."


class CheckForm(SigningForm):
    """A form that signs a check of a batch, once however often it is sent."""

    key = OneTimeKey()

    def signing(self) -> Signing:
        """The same as of any form that signs, with its key."""
        return replace(super().signing(), one_time_key=self.key.data)

    def begin(self, file: BatchFile) -> None:
        """What it shows now, and its key while it is empty."""
        self.shown.data = file.to_be_signed
        if not self.is_submitted():
            self.key.give()


class EntryForm(CheckForm):
    """The figures that the second person enters, each a field of its own; a class of its own for each batch."""


@pages.route("/<lot_number>/decide", methods=["GET", "POST"])
def decide(lot_number: str) -> Page | Response:
    """Share a decision that one person made."""
    file, form = _file(lot_number), ReasonForm()
    if not file.undecided:
        raise NothingToDecide(lot_number=lot_number)
    if form.validate_on_submit():
        with placing(form), database().writing() as writing:
            share_decision(writing, site(), lot_number, person=person(), reason=form.reason.value, at=clock.now())
        if not form.errors:
            flash(f"The decision on batch {lot_number} is shared.")
            return redirect(url_for("batches.show", lot_number=lot_number), 303)
    findings = planned(file.record.plan).findings
    page = render_template(
        "batches/decide.html",
        form=form,
        lot_number=lot_number,
        title=title_of(file),
        findings=[finding for finding in findings if finding.severity == "decide"],
        decisions=decisions_of(file),
    )
    return page, status_of_form()


@pages.route("/<lot_number>/verify", methods=["GET", "POST"])
def verify(lot_number: str) -> Page | Response:
    """Enter the figures that matter without seeing the first person's, and sign."""
    if _was_sent_before(lot_number, EntryKind.BATCH_VERIFIED):
        return _done(lot_number, "verified")
    with database().reading() as reading:
        asked = to_be_entered(reading, site(), lot_number, person())
    file, form = _file(lot_number), _entry_form(asked)
    if form.validate_on_submit() and _is_verified(lot_number, form, asked):
        return _done(lot_number, "verified")
    form.begin(file)
    order = file.record.order
    second = order.next_active.powder.lot if order.next_active else None
    page = render_template(
        "batches/verify.html",
        form=form,
        figures=[form[each.key] for each in asked],
        lot_number=lot_number,
        preparation=file.record.formulation.label.preparation,
        order_number=file.record.order_number,
        lots=[lot for lot in (order.active.lot, second) if lot],
        amendment_columns=AMENDMENT_COLUMNS,
        amendments=amendment_rows(file),
    )
    return page, status_of_form()


def _entry_form(asked: tuple[FigureAsked, ...]) -> EntryForm:
    fields = {each.key: _field(each) for each in asked}
    form: EntryForm = type("EntryFormOfBatch", (EntryForm,), fields)()
    return form


def _field(asked: FigureAsked) -> Any:
    """A field to write in; or to choose in, nothing being chosen yet."""
    if not asked.offered:
        return StringField(asked.label, description=with_capital(asked.accepted))
    return ChoiceField(
        asked.label,
        [("", "Choose"), *((name, name) for name in asked.offered)],
        description=with_capital(asked.accepted),
    )


def _is_verified(lot_number: str, form: EntryForm, asked: tuple[FigureAsked, ...]) -> bool:
    """Whether every figure is the batch's; what differs is kept in the journal and said at its field."""
    entered = {each.key: form[each.key].data or "" for each in asked}
    try:
        signing = form.signing()
        with database().writing() as writing:
            wrong = verify_batch(writing, lot_number, entered, signing)
    except CompoundingError as refusal:
        if _was_sent_before(lot_number, EntryKind.BATCH_VERIFIED):
            return True
        place(form, refusal, list(form))
        return False
    for figure in wrong:
        complain(form[figure.key], f"{figure.label}: {DIFFERS}")
    return not wrong


@pages.route("/<lot_number>/release", methods=["GET", "POST"])
def release(lot_number: str) -> Page | Response:
    """Sign that a verified batch may be dispensed."""
    if _was_sent_before(lot_number, EntryKind.BATCH_RELEASED):
        return _done(lot_number, "released")
    file, form = _file(lot_number), CheckForm()
    file.require_possible(EntryKind.BATCH_RELEASED)
    if form.validate_on_submit():
        try:
            signing = form.signing()
            with database().writing() as writing:
                release_batch(writing, lot_number, signing)
        except CompoundingError as refusal:
            if _was_sent_before(lot_number, EntryKind.BATCH_RELEASED):
                return _done(lot_number, "released")
            place(form, refusal, list(form))
        else:
            return _done(lot_number, "released")
    form.begin(file)
    page = render_template(
        "batches/release.html",
        form=form,
        lot_number=lot_number,
        title=title_of(file),
        **release_page(file),
        **released_page(file),
    )
    return page, status_of_form()


def _was_sent_before(lot_number: str, kind: EntryKind) -> bool:
    """Whether this very form was sent and signed: a second click lands where the first did, and signs nothing."""
    key = request.form.get("key", "")
    with database().reading() as reading:
        return bool(key) and was_signed_with(reading, site(), lot_number, kind, person(), key)


def _done(lot_number: str, what: str) -> Response:
    flash(f"Batch {lot_number} is {what}.")
    return redirect(url_for("batches.show", lot_number=lot_number), 303)


def title_of(file: BatchFile) -> str:
    """Preparation and strength."""
    return f"{file.record.formulation.label.preparation} {format_dose(file.record.plan.strength)}"


def _file(lot_number: str) -> BatchFile:
    with database().reading() as reading:
        return batch_file(reading, site(), lot_number, keys=workspace().settings.keys)
