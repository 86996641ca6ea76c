"""From a compounding record to the finished strings of its papers; nothing is calculated here."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from compounder.domain.batch.order import ActivePowder, FillerPowder
from compounder.domain.batch.weighing import Role
from compounder.domain.batch.weighing import Weighing as PlannedWeighing
from compounder.domain.calendar import format_day
from compounder.domain.findings import Finding
from compounder.domain.formulary.formulation import QualityLimits
from compounder.domain.record.record import CompoundingRecord, Decision
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    format_dose,
    format_limits,
    format_reading,
    format_rounded,
    format_shown,
    percent_text,
    shown,
)
from compounder.printing.documents import (
    BeyondUse,
    DerivationLine,
    Equipment,
    Inspection,
    LabelDocument,
    MethodStep,
    Pharmacy,
    PrintedFinding,
    SizeChoice,
    Weighing,
    WorksheetDocument,
)

_OWN_BULK = "own bulk"
_DOUBLING = ("doubl", "geometric")
_RECORDED_ELSEWHERE = ("check", "weigh")
_STEP_FOR_THE_REST = "Mix the filler in by geometric dilution, in these portions:"
_OVER_WEIGHT = "Weight shows the fill, not the content: below 25 mg it cannot claim content uniformity (USP <905>)."


def worksheet_of(  # long: a line for each field of the paper
    record: CompoundingRecord, sha256: str, void: str
) -> WorksheetDocument:
    """The worksheet of a stored record, whose hash is `sha256`; `void` says who gave it up and why, or nothing."""
    plan, formulation = record.plan, record.formulation
    return WorksheetDocument(
        pharmacy=_pharmacy(record),
        preparation=formulation.label.preparation,
        strength=format_dose(plan.strength),
        form=formulation.label.form,
        strength_basis=f"Strength as {formulation.strength_basis.name}",
        lot_number=record.lot_number,
        plan_number=str(record.plan_number),
        plan_sha256=_in_groups(record.plan_sha256),
        record_sha256=_in_groups(sha256),
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
        beyond_use=_beyond_use(record),
        equipment=tuple(_equipment(record)),
        weighings=tuple(_weighing(record, weighing) for weighing in plan.weighings),
        method=tuple(_method(record)),
        inspection=_inspection(record),
        findings=tuple(_finding(finding, record.decisions) for finding in plan.findings),
        sizes=tuple(
            SizeChoice(size=size.size, verdict="chosen" if size.is_taken else "not chosen", reason=size.reason)
            for size in plan.sizes_considered
        ),
        description=formulation.quality.description,
        derivation=tuple(
            DerivationLine(
                label=line.label, rule=line.formula, numbers=line.numbers, result=line.result, source=line.source
            )
            for line in plan.derivation
        ),
        references=formulation.references,
        planned=f"Planned {_moment(record.stored_at, record)} by {record.stored_by} (typed name) "
        f"with Compounder {record.program_version}, site settings version {record.settings_version}.",
        is_example=record.is_example,
        void=void,
    )


def label_of(record: CompoundingRecord) -> LabelDocument:
    """The container label of a stored record."""
    label, plan = record.formulation.label, record.plan
    basis = record.formulation.strength_basis.name
    return LabelDocument(
        pharmacy=_pharmacy(record),
        preparation=label.preparation,
        strength=format_dose(plan.strength),
        form=label.form,
        strength_basis="" if basis == label.preparation.lower() else f"as {basis}",
        quantity=f"{plan.capsules_ordered:,} {label.form}",
        lot_number=record.lot_number,
        beyond_use_date=format_day(plan.beyond_use_date),
        storage=label.storage,
        statement=label.statement,
        is_example=record.is_example,
    )


def _pharmacy(record: CompoundingRecord) -> Pharmacy:
    pharmacy = record.pharmacy
    return Pharmacy(name=pharmacy.name, address=pharmacy.address, telephone=pharmacy.telephone)


def _in_groups(sha256: str) -> str:
    return " ".join(sha256[start : start + 8] for start in range(0, len(sha256), 8))


def _moment(at: datetime, record: CompoundingRecord) -> str:
    local = at.astimezone(ZoneInfo(record.time_zone))
    return f"{format_day(local.date())} {local:%H:%M}"


def _beyond_use(record: CompoundingRecord) -> BeyondUse:
    rule = record.formulation.beyond_use
    needs_reason = record.formulation.is_beyond_chapter
    approved = f"{record.approval.name}, {format_day(record.approval.at.astimezone(ZoneInfo(record.time_zone)).date())}"
    return BeyondUse(
        date=format_day(record.plan.beyond_use_date),
        limit=record.plan.beyond_use_limit,
        reference=rule.reference,
        approved_by=approved if needs_reason else "",
        approval_reason=record.approval.reason if needs_reason else "",
    )


def _equipment(record: CompoundingRecord) -> Iterator[Equipment]:
    minimums = {weighing.balance: weighing.minimum_weighable for weighing in record.plan.weighings}
    for name, minimum in minimums.items():
        detail = f"{_readability(record, name)}, weighs from {format_shown(minimum, MASS)}"
        yield Equipment(name=f"Balance {name}", detail=detail)
    yield Equipment(name="Capsule machine")


def _readability(record: CompoundingRecord, name: str) -> str:
    return next(format_reading(balance.readability) for balance in record.order.balances if balance.name == name)


def _weighing(record: CompoundingRecord, weighing: PlannedWeighing) -> Weighing:
    is_active = weighing.role is Role.ACTIVE
    powder = record.order.active if is_active else record.order.filler
    return Weighing(
        ingredient=weighing.ingredient.capitalize(),
        grade=powder.lot.grade if powder.lot else "",
        maker=powder.lot.maker if powder.lot else "",
        lot_number=powder.lot.lot_number if powder.lot else "",
        expires_on=format_day(powder.expires_on),
        potency=shown(record.plan.potency) if is_active else "",
        to_weigh=format_reading(weighing.to_weigh),
        accept=f"{format_reading(weighing.accept_from).rsplit(' ', 1)[0]}–{format_reading(weighing.accept_to)}",
        balance=f"{weighing.balance}, {_readability(record, weighing.balance)}",
        estimated=_estimated(record, powder),
    )


def _estimated(record: CompoundingRecord, powder: ActivePowder | FillerPowder) -> str:
    sizes = [made.measured_at for made in record.plan.estimates if made.ingredient == powder.substance.name]
    return f"Pack statistic estimated from size {sizes[0]}" if sizes else ""


def _method(record: CompoundingRecord) -> Iterator[MethodStep]:
    """The formulation's steps, each portion of filler at the step that adds it; what none of them adds comes last."""
    portions = left = _portions(record)
    for step in record.formulation.steps:
        added = _added_at(step.lower(), portions, left)
        left = left[len(added) :]
        yield MethodStep(instruction=step, additions=added, to_record=_to_record(step.lower(), added))
    if left:
        yield MethodStep(instruction=_STEP_FOR_THE_REST, additions=left, to_record=_to_record("", left))


def _portions(record: CompoundingRecord) -> tuple[str, ...]:
    portions = [format_rounded(portion, MASS) for portion in record.plan.geometric_dilution]
    return (*portions[:-1], f"rest, {portions[-1]}") if len(portions) > 1 else tuple(portions)


def _added_at(step: str, portions: tuple[str, ...], left: tuple[str, ...]) -> tuple[str, ...]:
    """What a step adds: all that is left where filler is doubled, the first where the drug meets its own bulk."""
    if any(word in step for word in _DOUBLING):
        return left
    return left[:1] if _OWN_BULK in step and left == portions else ()


def _to_record(step: str, added: tuple[str, ...]) -> str:
    """What the line beside a step is for; checks and weighings have theirs in other sections of the worksheet."""
    if len(added) > 1:
        return "start / end"
    return "" if step.startswith(_RECORDED_ELSEWHERE) else "time / initials"


def _inspection(record: CompoundingRecord) -> Inspection:
    quality, fill = record.formulation.quality, record.plan.fill_per_capsule
    window = format_limits(record.net_weight_from, record.net_weight_to, MASS_PER_CAPSULE)
    return Inspection(
        instruction=f"Net weight of {quality.capsules_weighed} capsules, mg. Each {window} "
        f"({percent_text(quality.net_weight_from)}–{percent_text(quality.net_weight_to)} % of "
        f"{format_rounded(fill, MASS_PER_CAPSULE)}).",
        capsules=tuple(str(number) for number in range(1, quality.capsules_weighed + 1)),
        results=_results(quality),
        remark=_OVER_WEIGHT,
    )


def _results(quality: QualityLimits) -> tuple[str, ...]:
    return (
        "Mean empty shell, mg",
        "Mean net, mg",
        f"RSD, at most {percent_text(quality.relative_standard_deviation)} %",
        f"Powder loss, at most {percent_text(quality.powder_loss)} %",
        "Good",
        "Rejected",
        "Samples",
        "Total made",
    )


def _finding(finding: Finding, decisions: tuple[Decision, ...]) -> PrintedFinding:
    decided = next((decision for decision in decisions if decision.code == finding.code), None)
    return PrintedFinding(
        severity=finding.severity.value.capitalize(),
        message=finding.message,
        decided_by=decided.name if decided else "",
        reason=decided.reason if decided else "",
    )
