"""The result beside the form, a card a strength, in finished strings."""

from collections.abc import Iterable
from dataclasses import dataclass

from compounder.domain.batch.derivation_lines import DerivationLine
from compounder.domain.batch.order import StrengthLine
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.batch.uncertainty import LEFT_OUT, Uncertainty
from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError
from compounder.domain.findings import Finding, Severity, stop
from compounder.domain.units import MASS_PER_CAPSULE, format_dose, format_rounded, quantity_text
from compounder.web.ways import Mass, Share, mass_of, percent_shown, shares_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the derivation."""

    label: str
    rule: str
    numbers: str
    result: str
    source: str


def as_steps(lines: Iterable[DerivationLine]) -> tuple[Step, ...]:
    """A derivation line by line."""
    return tuple(
        Step(label=line.label, rule=line.formula, numbers=line.numbers, result=line.result, source=line.source)
        for line in lines
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One strength: worked out, or refused. `key` is the strength as documents write it."""

    key: str
    strength: str
    summary: str
    masses: tuple[Mass, ...] = ()
    fill: str = ""
    findings: tuple[Finding, ...] = ()
    sizes: tuple[str, ...] = ()
    beyond_use: str = ""
    steps: tuple[Step, ...] = ()
    uncertainty: str = ""
    budget: tuple[Share, ...] = ()
    left_out: str = LEFT_OUT
    refusals: tuple[Finding, ...] = ()

    @property
    def is_stopped(self) -> bool:
        return any(finding.severity is Severity.STOP for finding in (*self.findings, *self.refusals))


def card_of(line: StrengthLine, outcome: BatchPlan | CompoundingError) -> Card:
    """The card of one strength's plan, or of the refusal that says why it has none."""
    return _refused(line, outcome) if isinstance(outcome, CompoundingError) else planned(outcome)


def _refused(line: StrengthLine, refusal: CompoundingError) -> Card:
    return Card(
        key=quantity_text(line.strength, MASS_PER_CAPSULE),
        strength=format_dose(line.strength),
        summary=f"{line.capsules:,} capsules ordered",
        refusals=tuple(stop(part.code, str(part)) for part in refusal.errors()),
    )


def planned(plan: BatchPlan) -> Card:
    """The card of a plan, worked out now or read from the record."""
    size = f", size {plan.capsule_size}" if plan.capsule_size else ""
    return Card(
        key=quantity_text(plan.strength, MASS_PER_CAPSULE),
        strength=format_dose(plan.strength),
        summary=f"{plan.capsules_to_make:,} capsules{size} · BUD {format_day(plan.beyond_use_date)}",
        masses=tuple(map(mass_of, plan.weighings)),
        fill=format_rounded(plan.fill_per_capsule, MASS_PER_CAPSULE),
        findings=plan.findings,
        sizes=tuple(
            f"Size {size.size}: {'taken, ' if size.is_taken else 'not taken, '}{size.reason}"
            for size in plan.sizes_considered
        ),
        beyond_use=f"{format_day(plan.beyond_use_date)}, set by {plan.beyond_use_limit}",
        steps=as_steps(plan.derivation),
        uncertainty=_uncertainty(plan.uncertainty) if plan.uncertainty else "",
        budget=shares_of(plan.uncertainty.budget) if plan.uncertainty else (),
    )


def _uncertainty(found: Uncertainty) -> str:
    return f"{percent_shown(found.percent)} (k = {found.coverage_factor})"
