"""What finished capsules come to: each named rule's result, and what a person must see, or decide before release.

A rule that fails is a `decide`, as a loss above the limit is: capsules outside their window do not go on by themselves.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Final

from compounder.domain.findings import Finding, Severity, caution, decide
from compounder.domain.formulary.formulation import QualityLimits
from compounder.domain.quality.inspection import inspect_weights, inspect_yield, review_weights
from compounder.domain.quality.results import QualityResult, RuleName
from compounder.domain.quality.weight_rules import SOURCES, Inspected
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.quality.yields import BatchYield, review_yield
from compounder.domain.stock.equipment import Balance
from compounder.domain.units import MASS, MassPerCapsule, format_reading, format_shown

_BELOW_MINIMUM: Final = "capsule-below-minimum-weighable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Results and findings as they were worked out then, kept with what was weighed and counted."""

    results: tuple[QualityResult, ...]
    findings: tuple[Finding, ...]

    @property
    def to_decide(self) -> tuple[Finding, ...]:
        """What a person has to decide on."""
        return tuple(finding for finding in self.findings if finding.severity is Severity.DECIDE)

    @property
    def to_print(self) -> tuple[Finding, ...]:
        """What stands on the record: what a person decides on, and what is to be looked at."""
        return tuple(each for each in self.findings if each.severity in {Severity.DECIDE, Severity.CAUTION})

    @property
    def of_balance(self) -> tuple[Finding, ...]:
        """What `review_balance` said when the capsules were weighed."""
        return tuple(finding for finding in self.findings if finding.code == _BELOW_MINIMUM)


def verdict_on(
    inspected: Inspected, strength: MassPerCapsule, rules: Sequence[RuleName], found: BatchYield | None
) -> Verdict:
    """The verdict on capsules as weighed, and as counted where they are; refuses with `WrongNumberWeighed`."""
    weighed = inspect_weights(inspected, rules)
    lost = inspect_yield(found, inspected.limits, rules) if found else ()
    reviewed = review_yield(found, inspected.limits.powder_loss) if found else ()
    findings = (*_failed((*weighed, *lost)), *reviewed, *review_weights(inspected, strength))
    return Verdict(results=(*weighed, *lost), findings=findings)


def _failed(results: Iterable[QualityResult]) -> Iterator[Finding]:
    """A finding for each rule that fails in a clause or more; the formulation's own loss has one in the review."""
    failed = (each for each in results if not each.passes and each.rule is not RuleName.POWDER_LOSS)
    for rule, clauses in groupby(sorted(failed, key=lambda each: each.rule), key=lambda each: each.rule):
        yield decide(f"{rule}-failed", " ".join(each.sentence for each in clauses))


def left_out(limits: QualityLimits, rules: Sequence[RuleName]) -> tuple[RuleName, ...]:
    """The rules that the formulation names and that were not checked."""
    return tuple(rule for rule in limits.rules if rule not in rules)


def review_left_out(limits: QualityLimits, rules: Sequence[RuleName], because: str) -> tuple[Finding, ...]:
    """What a person decides on where a rule that the formulation names was not checked, and why it was not."""
    return tuple(
        decide("named-rule-not-checked", f"The formulation names {SOURCES[rule]}, which was not checked: {because}")
        for rule in left_out(limits, rules)
    )


def review_balance(balance: Balance, weights: CapsuleWeights, tolerance: Decimal) -> Iterator[Finding]:
    """A caution where the lightest capsule is below the least mass that the balance weighs within the tolerance.

    Source: USP <41>, the minimum weight of a balance.
    """
    lightest, minimum = min(weights.filled), balance.minimum_weighable(tolerance)
    if lightest < minimum:
        one, least = format_reading(lightest), format_shown(minimum, MASS)
        said = f"One capsule, {one}, is below {balance.name}'s minimum, {least}; weigh the capsules on a finer balance."
        yield caution(_BELOW_MINIMUM, said)
