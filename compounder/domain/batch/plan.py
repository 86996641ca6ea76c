"""The plan: pure arithmetic from an order to everything that is weighed, filled and dated, for each strength."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from compounder.domain.batch.capsules import FillMethod
from compounder.domain.batch.derivation import derive
from compounder.domain.batch.derivation_lines import DerivationLine
from compounder.domain.batch.figures import Dose, Figures, Groundwork, dose_of, groundwork
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.planner import Alternative
from compounder.domain.batch.preparing import Prepared, prepare
from compounder.domain.batch.review import review
from compounder.domain.batch.sizes import SizeConsidered
from compounder.domain.batch.trituration import Trituration
from compounder.domain.batch.uncertainty import Uncertainty
from compounder.domain.batch.weighing import Weighing, drug_and_filler, geometric_dilution
from compounder.domain.batch.weighing_review import review_stock, review_triturations
from compounder.domain.errors import CompoundingError, SeveralErrors, refuse_all
from compounder.domain.findings import Finding, Severity
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import Mass, MassPerCapsule, Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A pack statistic that was scaled: whose, and the size it was measured at."""

    ingredient: str
    measured_at: CapsuleSize


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPlan:
    """One batch, worked out: what to weigh, fill, size, beyond-use date, findings, and how every figure came about.

    `uncertainty` is that of the mean content; None in plans that were stored before it was worked out.
    """

    strength: MassPerCapsule
    capsules_ordered: int
    capsules_to_make: int
    capsule_size: CapsuleSize | None
    sizes_considered: tuple[SizeConsidered, ...]
    potency: Ratio
    active_per_capsule: MassPerCapsule
    filler_per_capsule: MassPerCapsule
    fill_per_capsule: MassPerCapsule
    fill_method: FillMethod
    estimates: tuple[Estimate, ...]
    weighings: tuple[Weighing, ...]
    geometric_dilution: tuple[Mass, ...]
    beyond_use_date: date
    beyond_use_limit: str
    findings: tuple[Finding, ...]
    derivation: tuple[DerivationLine, ...]
    uncertainty: Uncertainty | None = None

    def findings_of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOutcome:
    """A whole order, worked out: for each strength its plan, or the refusal that says why it has none; the triturations
    to make first; and the ways of weighing that were compared, where one had to be looked for."""

    outcomes: tuple[BatchPlan | CompoundingError, ...]
    triturations: tuple[Trituration, ...] = ()
    alternatives: tuple[Alternative, ...] = ()


def require_plans(outcomes: Sequence[BatchPlan | CompoundingError]) -> tuple[BatchPlan, ...]:
    """The plans, where every strength has one, in the order's sequence; refuses with every complaint at once."""
    refused = (outcome for outcome in outcomes if isinstance(outcome, CompoundingError))
    refuse_all(_distinct(part for refusal in refused for part in refusal.errors()))
    return tuple(outcome for outcome in outcomes if isinstance(outcome, BatchPlan))


def work_out_order(order: BatchOrder) -> OrderOutcome:
    """Everything that an order comes to, refusals in their places."""
    try:
        ground = groundwork(order)
        return _work_out(ground, [_dose_or_refusal(ground, index) for index in range(len(order.strengths))])
    except CompoundingError as refusal:
        return OrderOutcome(outcomes=(refusal,) * len(order.strengths))


def _distinct(refusals: Iterable[CompoundingError]) -> tuple[CompoundingError, ...]:
    """Each complaint once: what is wrong with a powder is wrong for every strength."""
    return tuple({(refusal.pointer, str(refusal)): refusal for refusal in refusals}.values())


def _dose_or_refusal(ground: Groundwork, index: int) -> Dose | CompoundingError:
    try:
        return dose_of(ground, index)
    except CompoundingError as refusal:
        return refusal.at(refusal.pointer or f"/strengths/{index}")


def _work_out(ground: Groundwork, doses: Sequence[Dose | CompoundingError]) -> OrderOutcome:
    try:
        prepared = prepare(ground, [dose for dose in doses if isinstance(dose, Dose)])
    except CompoundingError as refusal:
        return OrderOutcome(outcomes=tuple(_with(refusal, dose) for dose in doses))
    stock = review_stock(ground.order, prepared)
    plans = {figures.dose.index: _plan(ground.order, figures, prepared, stock) for figures in prepared.batches}
    return OrderOutcome(
        outcomes=tuple(plans[dose.index] if isinstance(dose, Dose) else dose for dose in doses),
        triturations=prepared.triturations,
        alternatives=prepared.alternatives,
    )


def _with(refusal: CompoundingError, dose: Dose | CompoundingError) -> CompoundingError:
    """What is wrong with the whole order, beside what is wrong with the strength alone."""
    return refusal if isinstance(dose, Dose) else SeveralErrors(parts=(dose, refusal), pointer=dose.pointer)


def _plan(order: BatchOrder, figures: Figures, prepared: Prepared, stock: tuple[Finding, ...]) -> BatchPlan:
    fill = figures.fill
    return BatchPlan(
        strength=figures.line.strength,
        capsules_ordered=figures.line.capsules,
        capsules_to_make=figures.capsules_to_make,
        capsule_size=fill.size,
        sizes_considered=figures.dose.sizes,
        potency=figures.potency.value,
        active_per_capsule=fill.active,
        filler_per_capsule=fill.filler,
        fill_per_capsule=fill.total,
        fill_method=fill.method,
        estimates=tuple(Estimate(ingredient=name, measured_at=size) for name, size in fill.estimated_from),
        weighings=figures.weighings,
        geometric_dilution=geometric_dilution(*drug_and_filler(figures.weighings)),
        beyond_use_date=figures.beyond_use.on,
        beyond_use_limit=figures.beyond_use.because,
        findings=stock + review(order, figures) + review_triturations(order, figures, prepared.triturations),
        derivation=derive(order, figures, prepared.triturations),
        uncertainty=figures.uncertainty,
    )
