"""The inspection of a batch: the rules that are named, each with what it comes to, and what a person must see.

Which rules run is what the formulation names: its own limits always, the rules of a pharmacopoeia where they are named
beside it.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import chain
from statistics import median
from typing import Final

from compounder.domain.errors import NotAccepted
from compounder.domain.findings import Finding, caution, note
from compounder.domain.formulary.formulation import QualityLimits
from compounder.domain.quality.results import PHARMACOPOEIAS, QualityResult, RuleName
from compounder.domain.quality.weight_rules import WEIGHT_RULES, Inspected
from compounder.domain.quality.yields import IN_PROCESS_LOSS, BatchYield, loss_result
from compounder.domain.units import (
    MASS_PER_CAPSULE,
    MassPerCapsule,
    format_dose,
    format_reading,
    format_rounded,
    mg_per_capsule,
    of,
    ratio,
)

FORMULATION_RULES: Final = (RuleName.NET_WEIGHT, RuleName.RELATIVE_STANDARD_DEVIATION, RuleName.POWDER_LOSS)
"""What every formulation's limits are: each net weight, its spread, the powder loss."""
LEAST_ACTIVE: Final = of(25, mg_per_capsule)
LEAST_SHARE: Final = Decimal("0.25")
"""From 25 mg and 25 % of active on, weight may stand for content. Source: USP <905>, table 1."""
_LIGHT, _HEAVY = Decimal("0.5"), Decimal(2)


def named_rules(names: Sequence[str]) -> tuple[RuleName, ...]:
    """The formulation's own rules and those of the pharmacopoeias named; refuses another name with `NotAccepted`."""
    for name in names:
        if name not in PHARMACOPOEIAS:
            raise NotAccepted(read=name, accepted=" or ".join(PHARMACOPOEIAS), field_name="rules")
    return (*FORMULATION_RULES, *(rule for rule in PHARMACOPOEIAS if rule in names))


def inspect_weights(inspected: Inspected, rules: Sequence[RuleName]) -> tuple[QualityResult, ...]:
    """What each named rule on weights comes to, in their sequence; refuses with `WrongNumberWeighed`."""
    named = (WEIGHT_RULES[rule] for rule in rules if rule in WEIGHT_RULES)
    return tuple(chain.from_iterable(rule(inspected) for rule in named))


def inspect_yield(found: BatchYield, limits: QualityLimits, rules: Sequence[RuleName]) -> tuple[QualityResult, ...]:
    """What each named rule on powder loss comes to."""
    most = {RuleName.POWDER_LOSS: limits.powder_loss, RuleName.DAC_NRF: IN_PROCESS_LOSS}
    return tuple(loss_result(found, rule, most[rule]) for rule in rules if rule in most)


def review_weights(inspected: Inspected, strength: MassPerCapsule) -> tuple[Finding, ...]:
    """What weights cannot claim, and weights that may be a slip of the pen."""
    return (*_weight_is_not_content(inspected, strength), *_unlike_the_others(inspected))


def weight_shows_content(theory: MassPerCapsule, strength: MassPerCapsule) -> bool:
    """Whether weight may stand for content: at least 25 mg of active, and at least 25 % of the fill."""
    return bool(strength >= LEAST_ACTIVE and ratio(strength / theory) >= LEAST_SHARE)


def _weight_is_not_content(inspected: Inspected, strength: MassPerCapsule) -> Iterator[Finding]:
    if not weight_shows_content(inspected.theory, strength):
        yield note(
            "weight-is-not-content",
            f"Weights show the fill, not the content: for {format_dose(strength)} in "
            f"{format_rounded(inspected.theory, MASS_PER_CAPSULE)}, USP <905> asks for an assay.",
        )


def _unlike_the_others(inspected: Inspected) -> Iterator[Finding]:
    """A net weight beyond half or twice the median may be a capsule left empty, or a digit too many."""
    weights = inspected.weights
    usual = median(weights.net.figures)
    for number, (filled, net) in enumerate(zip(weights.filled, weights.net.figures, strict=True), start=1):
        if not usual * _LIGHT <= net <= usual * _HEAVY:
            yield caution(
                "weight-unlike-the-others",
                f"Capsule {number} weighs {format_reading(filled)}, unlike the others; read the balance again.",
            )
