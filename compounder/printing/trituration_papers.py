"""From a trituration's record to the finished strings of its papers: its own worksheet, and its container's label.

Contents of the compounding record: USP <795> (2023). Once it is made, strength and total are those of the weights
taken; before, those of the plan, and they are called planned.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from compounder.domain.batch.figures import potency_of
from compounder.domain.batch.potency import Potency
from compounder.domain.batch.uncertainty import expanded_uncertainty
from compounder.domain.calendar import format_day
from compounder.domain.record.checkpoint import SignedCheckpoint
from compounder.domain.record.readings import tared_to
from compounder.domain.record.trituration_record import TriturationMade, TriturationRecord, taken
from compounder.domain.units import MASS, format_shown
from compounder.printing.certainty import printed_uncertainty
from compounder.printing.derivations import printed_derivation
from compounder.printing.documents import TriturationWorksheetDocument, Weighing
from compounder.printing.jars import Shelf, jars_in_stock, trituration_jar
from compounder.printing.label_document import LabelDocument
from compounder.printing.letterhead import beyond_use, in_groups, pharmacy_of, planned_by, proved
from compounder.printing.method_steps import trituration_steps
from compounder.printing.triturating import ratio_in_words, strength_text, used_by
from compounder.printing.trituration_derivation import derive_trituration
from compounder.printing.weighing_lines import balances_of, stickers_of, weighing_line

_FORM = "powder for compounding"
_NOT_FOR_PATIENTS = "For compounding only, not for dispensing"
_BY_HAND = "________"
_RESULTS = ("Total made, mg", "Appearance", "Strength from the weights taken, mg/g", "Containers labelled")


def trituration_worksheet_of(  # long: a line for each field of the paper
    record: TriturationRecord,
    sha256: str,
    made: TriturationMade | None,
    void: str,
    checkpoint: SignedCheckpoint | None = None,
    *,
    is_typed: bool = False,
) -> TriturationWorksheetDocument:
    """The worksheet of a stored trituration, whose hash is `sha256`: what it turned out to be, once it is `made`;
    `void` says who gave it up and why, or nothing."""
    plan, formulation, potency = record.plan, record.formulation, potency_of(record.order)
    weighings, dated = tuple(_weighings(record, potency, made)), made or record
    return TriturationWorksheetDocument(
        pharmacy=pharmacy_of(record),
        preparation=_preparation(record),
        form=_FORM,
        ratio=str(plan.ratio),
        ratio_in_words=ratio_in_words(plan.ratio),
        strength=strength_text(made.active_fraction if made else plan.active_fraction, potency.value),
        strength_is="Strength as made" if made else "Strength planned",
        strength_basis=f"as {record.order.strength_basis.name}",
        used_by=used_by(plan),
        lot_number=record.lot_number,
        plan_sha256=in_groups(record.plan_sha256),
        record_sha256=in_groups(sha256),
        order_number=record.order_number,
        formulation=formulation.code,
        formulation_version=str(formulation.version),
        compounded_on=format_day(made.made_on if made else record.order.compounded_on),
        total=format_shown(made.total if made else plan.total, MASS),
        storage=formulation.storage,
        container=formulation.container,
        beyond_use=beyond_use(record, dated.beyond_use_date, dated.beyond_use_limit),
        equipment=tuple(balances_of(record.order, plan.weighings)),
        weighings=weighings,
        method=tuple(trituration_steps(plan, record.lot_number)),
        results=_RESULTS,
        derivation=printed_derivation(derive_trituration(record, potency, made)),
        uncertainty=printed_uncertainty(expanded_uncertainty(made.budget if made else plan.budget)),
        references=formulation.references,
        planned=planned_by(record, is_typed=is_typed),
        stickers=stickers_of(weighings),
        checkpoint=proved(checkpoint, record),
        is_example=record.is_example,
        void=void,
    )


def trituration_label_of(record: TriturationRecord, made: TriturationMade) -> LabelDocument:
    """The container label of a trituration that is made: its strength is that of the weights taken.

    The ratio stands where a batch has its form, so that the smallest label has it too.
    """
    strength, basis = strength_text(made.active_fraction, potency_of(record.order).value), record.order.strength_basis
    return LabelDocument(
        pharmacy=pharmacy_of(record),
        preparation=_preparation(record),
        strength=strength,
        form=str(record.plan.ratio),
        strength_basis="" if basis.name == record.formulation.label.preparation.lower() else f"as {basis.name}",
        quantity=format_shown(made.total, MASS),
        lot_number=record.lot_number,
        beyond_use_date=format_day(made.beyond_use_date),
        storage=record.formulation.label.storage,
        statement=_NOT_FOR_PATIENTS,
        texts=(f"{_FORM.capitalize()}.",),
        is_example=record.is_example,
    )


def _preparation(record: TriturationRecord) -> str:
    return f"{record.formulation.label.preparation} trituration"


def _weighings(record: TriturationRecord, potency: Potency, made: TriturationMade | None) -> Iterator[Weighing]:
    shelf = _shelf(record, potency.value)
    for weighing, (reading, balance, tared) in zip(record.plan.weighings, taken(made), strict=True):
        used = ", ".join(filter(None, (f"on {balance}" if balance else "", tared_to(tared))))
        yield replace(weighing_line(shelf, weighing, reading), used=used)


def _shelf(record: TriturationRecord, potency: Decimal) -> Shelf:
    """What it is made of. The date of a trituration that is made in the same order is on that one's label."""
    made_first = {record.plan.made_from: trituration_jar(record.made_from, _BY_HAND)} if record.made_from else {}
    return Shelf(
        order=record.order,
        potency=potency,
        next_potency=potency,
        made_here=made_first | jars_in_stock(record.order),
    )
