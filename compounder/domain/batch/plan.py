"""The plan: pure arithmetic from an order to everything that is weighed, filled and dated, for each strength."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from compounder.domain.batch.capsules import FillMethod
from compounder.domain.batch.derivation import DerivationLine, derive
from compounder.domain.batch.figures import Figures, Groundwork, groundwork, work_out
from compounder.domain.batch.order import BatchOrder
from compounder.domain.batch.review import review, review_stock
from compounder.domain.batch.sizes import SizeConsidered
from compounder.domain.batch.weighing import Weighing, geometric_dilution
from compounder.domain.errors import CompoundingError, SeveralErrors
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
    """One batch, worked out: what to weigh, fill, size, beyond-use date, findings, and how every figure came about."""

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

    def findings_of(self, severity: Severity) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is severity)


def plan_order(order: BatchOrder) -> tuple[BatchPlan, ...]:
    """A plan for each strength, in the order's sequence; refuses with every strength's complaint at once."""
    return require_plans(plan_each(order))


def require_plans(outcomes: Sequence[BatchPlan | CompoundingError]) -> tuple[BatchPlan, ...]:
    """The plans, where every strength has one; refuses with every complaint at once."""
    refusals = _distinct(outcome for outcome in outcomes if isinstance(outcome, CompoundingError))
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise SeveralErrors(parts=refusals, pointer=refusals[0].pointer)
    return tuple(outcome for outcome in outcomes if isinstance(outcome, BatchPlan))


def plan_each(order: BatchOrder) -> tuple[BatchPlan | CompoundingError, ...]:
    """For each strength its plan, or the refusal that says why it has none."""
    try:
        ground = groundwork(order)
    except CompoundingError as refusal:
        return (refusal,) * len(order.strengths)
    outcomes = [_work_out_or_refuse(ground, index) for index in range(len(order.strengths))]
    stock = review_stock(order, [outcome for outcome in outcomes if isinstance(outcome, Figures)])
    return tuple(_plan(order, outcome, stock) if isinstance(outcome, Figures) else outcome for outcome in outcomes)


def _distinct(refusals: Iterable[CompoundingError]) -> tuple[CompoundingError, ...]:
    """Each complaint once: what is wrong with a powder is wrong for every strength."""
    return tuple({(refusal.pointer, str(refusal)): refusal for refusal in refusals}.values())


def _work_out_or_refuse(ground: Groundwork, index: int) -> Figures | CompoundingError:
    try:
        return work_out(ground, ground.order.strengths[index])
    except CompoundingError as refusal:
        return refusal.at(refusal.pointer or f"/strengths/{index}")


def _plan(order: BatchOrder, figures: Figures, stock: tuple[Finding, ...]) -> BatchPlan:
    fill = figures.fill
    return BatchPlan(
        strength=figures.line.strength,
        capsules_ordered=figures.line.capsules,
        capsules_to_make=figures.capsules_to_make,
        capsule_size=fill.size,
        sizes_considered=figures.sizes,
        potency=figures.potency.value,
        active_per_capsule=fill.active,
        filler_per_capsule=fill.filler,
        fill_per_capsule=fill.total,
        fill_method=fill.method,
        estimates=tuple(Estimate(ingredient=name, measured_at=size) for name, size in fill.estimated_from),
        weighings=figures.weighings,
        geometric_dilution=geometric_dilution(figures.active.to_weigh, figures.filler.to_weigh),
        beyond_use_date=figures.beyond_use.on,
        beyond_use_limit=figures.beyond_use.because,
        findings=stock + review(order, figures),
        derivation=derive(order, figures),
    )
