"""Corrections of a batch: amended, held back, freed, rejected, recalled, voided; each an entry with its reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.widgets import TextArea

from compounder import clock
from compounder.domain.record.amendments import Amended, Correction
from compounder.domain.record.journal import EntryKind
from compounder.domain.wording import with_capital
from compounder.services.batches import BatchFile, batch_file, void_batch
from compounder.services.corrections import amend_batch, free_batch, quarantine_batch, recall_batch, reject_batch
from compounder.services.recall_files import open_recalls_of_batch
from compounder.web.batch_page import AMENDMENT_COLUMNS, amendment_rows
from compounder.web.checks import title_of
from compounder.web.fields import ChoiceField, ReadField, placing, status_of_form, words
from compounder.web.reason_form import ReasonForm, SignedReasonForm
from compounder.web.workspace import database, person, site

pages = Blueprint("corrections", __name__, url_prefix="/batches")
Page = tuple[str, int]


class AmendmentForm(FlaskForm):
    """What of the record is put right."""

    what = ChoiceField("What is put right", [(each.value, with_capital(each.value)) for each in Amended])
    label = StringField(
        "Of what", description="For a balance the ingredient weighed on it, for a remark what it is about"
    )
    value = ReadField("What it really is", words, description="A date as year-month-day, such as 2027-03-31")
    reason = ReadField("Reason", words, widget=TextArea())


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A correction that asks for nothing but its reason: what its page says, and the service that does it, by whoever
    is signed in (`service`) or with their signature (`signed`)."""

    kind: EntryKind
    heading: str
    lede: str
    done: str
    service: Callable[..., None] | None = None
    signed: Callable[..., None] | None = None


QUARANTINE: Final = Step(
    kind=EntryKind.BATCH_QUARANTINED,
    heading="Hold back",
    lede="It waits until a pharmacist frees, rejects or recalls it; no label is printed of it.",
    done="is held in quarantine",
    service=quarantine_batch,
)
FREE: Final = Step(
    kind=EntryKind.BATCH_FREED,
    heading="Free",
    lede="It stands again where it stood before; if its record was amended meanwhile, it is to be verified again.",
    done="is free again",
    service=free_batch,
)
REJECT: Final = Step(
    kind=EntryKind.BATCH_REJECTED,
    heading="Reject",
    lede="For good: it is never dispensed. What is still reserved for it is free again.",
    done="is rejected",
    service=reject_batch,
)
RECALL: Final = Step(
    kind=EntryKind.BATCH_RECALLED,
    heading="Recall",
    lede="For good: what was dispensed of it comes back. The record stays, and says so.",
    done="is recalled",
    signed=recall_batch,
)
VOID: Final = Step(
    kind=EntryKind.BATCH_VOIDED,
    heading="Void",
    lede="Its powders are free again. The record stays, and says that it is void, why, and by whom.",
    done="is voided; its powders are free again",
    signed=void_batch,
)


def _correct(step: Step, lot_number: str) -> Page | Response:
    """Ask for the reason, and for the password where it is signed; then do it."""
    file = _file(lot_number)
    file.require_possible(step.kind)
    form = SignedReasonForm() if step.signed else ReasonForm()
    if form.validate_on_submit():
        with placing(form):
            _do(step, lot_number, form)
            flash(f"Batch {lot_number} {step.done}.")
            return redirect(url_for("batches.show", lot_number=lot_number), 303)
    if isinstance(form, SignedReasonForm):
        form.shown.data = file.to_be_signed
    with database().reading() as reading:
        recalls = open_recalls_of_batch(reading, site(), lot_number)
    page = {"step": step, "lot_number": lot_number, "title": title_of(file), "recalls": recalls}
    return render_template("batches/correct.html", form=form, **page), status_of_form()


def _do(step: Step, lot_number: str, form: ReasonForm | SignedReasonForm) -> None:
    reason = form.reason.value
    if step.signed and isinstance(form, SignedReasonForm):
        signing = form.signing()
        with database().writing() as writing:
            step.signed(writing, lot_number, signing, reason=reason)
    elif step.service:
        with database().writing() as writing:
            step.service(writing, site(), lot_number, reason=reason, person=person(), at=clock.now())


@pages.route("/<lot_number>/quarantine", methods=["GET", "POST"])
def quarantine(lot_number: str) -> Page | Response:
    """Hold a batch back."""
    return _correct(QUARANTINE, lot_number)


@pages.route("/<lot_number>/free", methods=["GET", "POST"])
def free(lot_number: str) -> Page | Response:
    """Let a batch go on that was held back."""
    return _correct(FREE, lot_number)


@pages.route("/<lot_number>/reject", methods=["GET", "POST"])
def reject(lot_number: str) -> Page | Response:
    """Reject a batch for good."""
    return _correct(REJECT, lot_number)


@pages.route("/<lot_number>/recall", methods=["GET", "POST"])
def recall(lot_number: str) -> Page | Response:
    """Recall a batch that was released."""
    return _correct(RECALL, lot_number)


@pages.route("/<lot_number>/void", methods=["GET", "POST"])
def void(lot_number: str) -> Page | Response:
    """Give a batch up."""
    return _correct(VOID, lot_number)


@pages.route("/<lot_number>/amend", methods=["GET", "POST"])
def amend(lot_number: str) -> Page | Response:
    """Put right what a record says; the old value stays beside the new."""
    file, form = _file(lot_number), AmendmentForm()
    file.require_possible(EntryKind.BATCH_AMENDED)
    if form.validate_on_submit():
        correction = Correction(
            what=Amended(form.what.data),
            label=(form.label.data or "").strip(),
            value=form.value.value,
            reason=form.reason.value,
        )
        with placing(form), database().writing() as writing:
            amend_batch(writing, site(), lot_number, correction, person=person(), at=clock.now())
        if not form.errors:
            flash(f"Batch {lot_number} is amended; the old value stands beside the new.")
            return redirect(url_for("batches.show", lot_number=lot_number), 303)
    page = render_template(
        "batches/amend.html",
        form=form,
        lot_number=lot_number,
        title=title_of(file),
        columns=AMENDMENT_COLUMNS,
        rows=amendment_rows(file),
    )
    return page, status_of_form()


def _file(lot_number: str) -> BatchFile:
    with database().reading() as reading:
        return batch_file(reading, site(), lot_number)
