"""From a batch's record to the finished strings of its papers; nothing of the batch is worked out again here."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from compounder.domain.batch.figures import potency_of
from compounder.domain.calendar import format_day
from compounder.domain.findings import Finding
from compounder.domain.gs1 import element_string
from compounder.domain.record.checkpoint import SignedCheckpoint
from compounder.domain.record.making import Making
from compounder.domain.record.record import CompoundingRecord, Decision
from compounder.domain.units import MASS_PER_CAPSULE, format_dose, format_rounded
from compounder.printing.assaying import assay_of
from compounder.printing.certainty import printed_uncertainty
from compounder.printing.derivations import printed_derivation
from compounder.printing.documents import Equipment, SizeChoice, WorksheetDocument
from compounder.printing.inspecting import inspection_of
from compounder.printing.inspection_document import PrintedFinding
from compounder.printing.jars import Shelf, jars_in_stock, planned_jars
from compounder.printing.label_document import LabelDocument
from compounder.printing.letterhead import beyond_use, in_groups, pharmacy_of, planned_by, proved, stated_basis
from compounder.printing.method_steps import method_steps, printed_deviations
from compounder.printing.second_lot import second_lot_of
from compounder.printing.triturating import drawn_on, triturations_first
from compounder.printing.vouching import NOTHING_VOUCHED, Vouched
from compounder.printing.weighing_lines import (
    balances_of,
    discarded_lines,
    recovered_lines,
    sent_lines,
    stickers_of,
    weighed_lines,
)


def worksheet_of(  # long: a line for each field of the paper
    record: CompoundingRecord,
    sha256: str,
    void: str,
    checkpoint: SignedCheckpoint | None = None,
    vouched: Vouched = NOTHING_VOUCHED,
    made: Making | None = None,
) -> WorksheetDocument:
    """The worksheet of a stored record, whose hash is `sha256`; `void` says who gave it up and why, or nothing; `made`
    what was weighed at the bench."""
    plan, formulation, shelf = record.plan, record.formulation, _shelf(record)
    triturations = triturations_first(record, shelf)
    weighings = weighed_lines(shelf, record, made)
    first_weighed = chain.from_iterable(mixed.weighings for mixed in triturations)
    return WorksheetDocument(
        pharmacy=pharmacy_of(record),
        preparation=formulation.label.preparation,
        strength=format_dose(plan.strength),
        form=formulation.label.form,
        strength_basis=f"Strength as {formulation.strength_basis.name}",
        lot_number=record.lot_number,
        plan_number=str(record.plan_number),
        plan_sha256=in_groups(record.plan_sha256),
        record_sha256=in_groups(sha256),
        order_number=record.order_number,
        formulation=formulation.code,
        formulation_version=str(formulation.version),
        capsule_size=plan.capsule_size or "as the fill allows",
        capsules_to_make=f"{plan.capsules_to_make:,}",
        capsules_ordered=f"{plan.capsules_ordered:,}",
        extra_capsules=f"{plan.capsules_to_make - plan.capsules_ordered:,}",
        compounded_on=format_day(record.order.compounded_on),
        fill_per_capsule=format_rounded(plan.fill_per_capsule, MASS_PER_CAPSULE),
        storage=formulation.storage,
        container=formulation.container,
        beyond_use=beyond_use(record, plan.beyond_use_date, plan.beyond_use_limit),
        equipment=tuple(_equipment(record)),
        weighings=weighings,
        method=tuple(method_steps(record, vouched.steps)),
        inspection=inspection_of(record, vouched.finished),
        assay=assay_of(record, vouched.finished),
        findings=tuple(_finding(finding, record.decisions, vouched) for finding in plan.findings),
        sizes=tuple(
            SizeChoice(size=size.size, verdict="chosen" if size.is_taken else "not chosen", reason=size.reason)
            for size in plan.sizes_considered
        ),
        description=formulation.quality.description,
        derivation=printed_derivation(plan.derivation),
        references=formulation.references,
        planned=planned_by(record, is_typed=vouched.standing.is_typed),
        stickers=stickers_of([*first_weighed, *weighings]),
        triturations=triturations,
        second_lot=second_lot_of(plan, shelf),
        uncertainty=printed_uncertainty(plan.uncertainty) if plan.uncertainty else None,
        checkpoint=proved(checkpoint, record),
        signatures=tuple(vouched.signatures(record)),
        content=f"{made.content.actual_shown} per capsule, {made.content.said}" if made and made.content else "",
        discarded=tuple(discarded_lines(record, made)) if made else (),
        recovered=tuple(recovered_lines(record, made)) if made else (),
        sent=tuple(sent_lines(record, made)) if made else (),
        amendments=tuple(vouched.amendments(record)),
        deviations=tuple(printed_deviations(record, vouched.deviations)),
        is_example=record.is_example,
        void=void,
    )


def label_of(record: CompoundingRecord) -> LabelDocument:
    """The container label of a stored record."""
    label, plan = record.formulation.label, record.plan
    return LabelDocument(
        pharmacy=pharmacy_of(record),
        preparation=label.preparation,
        strength=format_dose(plan.strength),
        form=label.form,
        strength_basis=stated_basis(label, record.formulation.strength_basis),
        quantity=f"{plan.capsules_ordered:,} {label.form}",
        lot_number=record.lot_number,
        beyond_use_date=format_day(plan.beyond_use_date),
        storage=label.storage,
        statement=label.statement,
        is_example=record.is_example,
        gtin=record.gtin,
        elements=_elements(record),
    )


def _elements(record: CompoundingRecord) -> str:
    """What the label's code says where the product has a number."""
    return element_string(record.gtin, record.plan.beyond_use_date, record.lot_number) if record.gtin else ""


def _shelf(record: CompoundingRecord) -> Shelf:
    """Everything that the record's weighings are taken from."""
    order = record.order
    following = order.next_active
    return Shelf(
        order=order,
        potency=record.plan.potency,
        next_potency=potency_of(replace(order, active=following.powder)).value if following else record.plan.potency,
        made_here=jars_in_stock(order) | planned_jars(record.triturations),
        estimates=record.plan.estimates,
    )


def _equipment(record: CompoundingRecord) -> Iterator[Equipment]:
    made = chain.from_iterable(used.plan.weighings for used in drawn_on(record))
    yield from balances_of(record.order, [*made, *record.plan.weighings])
    yield Equipment(name="Capsule machine")


def _finding(finding: Finding, decisions: tuple[Decision, ...], vouched: Vouched) -> PrintedFinding:
    decided = next((decision for decision in decisions if decision.code == finding.code), None)
    return PrintedFinding(
        severity=finding.severity.value.capitalize(),
        message=finding.message,
        decided_by=decided.name if decided else "",
        reason=decided.reason if decided else "",
        also_decided=tuple(vouched.also_decided(finding.code)),
    )
