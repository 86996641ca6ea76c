"""Yield and reconciliation: what became of the capsules that were made, and of the powder that was weighed.

Yield: capsules good + rejected + samples against made. Powder loss = 1 − mean net × (good + rejected + samples) ÷ mass
weighed. Source: USP <795> (2023), compounding record; DAC/NRF in-process control (mass loss).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from compounder.domain.batch.derivation_lines import DerivationLine, derivation_line
from compounder.domain.bounds import MOST_CAPSULES, Quantities, require_count
from compounder.domain.findings import Finding, decide
from compounder.domain.quality.errors import MoreOutThanIn
from compounder.domain.quality.results import QualityResult, RuleName, told, told_limit
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.units import MASS, Mass, Percent, format_shown, format_stock, percent_text, ratio, shown
from compounder.domain.wording import with_minus

IN_PROCESS_LOSS: Final = Decimal("0.03")
LOSS_SOURCES: Final = {RuleName.POWDER_LOSS: "formulation", RuleName.DAC_NRF: "DAC/NRF in-process control"}
_MOST_MADE = 2 * MOST_CAPSULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation(Quantities):
    """What was counted and weighed at the end. `made` are the capsules filled; `samples` went to the laboratory or are
    kept; `powder_weighed` is the mass as weighed of all ingredients, `powder_left` what was not filled."""

    may_be_zero: ClassVar[frozenset[str]] = frozenset({"powder_left"})

    made: int
    good: int
    rejected: int
    samples: int
    powder_weighed: Mass
    powder_left: Mass

    def __post_init__(self) -> None:
        require_count(self.made, 1, _MOST_MADE, "made")
        for name in ("good", "rejected", "samples"):
            require_count(getattr(self, name), 0, _MOST_MADE, name)
        Quantities.__post_init__(self)
        if self.counted > self.made:
            raise MoreOutThanIn(out=f"{self.counted:,} capsules", into=f"{self.made:,} made", field_name="good")
        if self.powder_left > self.powder_weighed:
            left, weighed = format_stock(self.powder_left), format_stock(self.powder_weighed)
            raise MoreOutThanIn(out=f"{left} of powder", into=f"{weighed} weighed", field_name="powder_left")

    @property
    def counted(self) -> int:
        """Capsules that are accounted for."""
        return self.good + self.rejected + self.samples


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchYield:
    """What the reconciliation comes to: `counted` and `good` as shares of the capsules made, `powder_loss` and
    `powder_left` as shares of the powder weighed. A loss below zero is a gain."""

    reconciliation: Reconciliation
    mean_net: Mass
    counted: Percent
    good: Percent
    in_capsules: Mass
    powder_loss: Percent
    powder_left: Percent

    @property
    def unaccounted(self) -> int:
        """Capsules that were made and are nowhere."""
        return self.reconciliation.made - self.reconciliation.counted

    @property
    def unexplained_loss(self) -> Decimal:
        """The share of the powder that is neither in capsules nor left over."""
        return self.powder_loss - self.powder_left


def reconciled(reconciliation: Reconciliation, weights: CapsuleWeights) -> BatchYield:
    """Yield and loss of a batch whose capsules weighed this much."""
    made = Decimal(reconciliation.made)
    in_capsules = weights.mean_net * Decimal(reconciliation.counted)
    return BatchYield(
        reconciliation=reconciliation,
        mean_net=weights.mean_net,
        counted=reconciliation.counted / made,
        good=reconciliation.good / made,
        in_capsules=in_capsules,
        powder_loss=1 - ratio(in_capsules / reconciliation.powder_weighed),
        powder_left=ratio(reconciliation.powder_left / reconciliation.powder_weighed),
    )


def loss_result(found: BatchYield, rule: RuleName, most: Decimal) -> QualityResult:
    """Whether the powder loss is within `most`, by this rule."""
    return QualityResult(
        rule=rule,
        title="Powder loss",
        source=LOSS_SOURCES[rule],
        figure=found.powder_loss,
        least=None,
        most=most,
        passes=found.powder_loss <= most,
        sentence=f"{_where_the_powder_is(found, most)}; a loss of {told_limit(None, most)} is accepted.",
        derivation=derive_yield(found, LOSS_SOURCES[rule]),
    )


def _where_the_powder_is(found: BatchYield, most: Decimal) -> str:
    weighed = format_stock(found.reconciliation.powder_weighed)
    if found.powder_loss < 0:
        return f"The capsules hold {told(-found.powder_loss)} more than the {weighed} weighed, by their mean"
    return f"{told(found.powder_loss, most)} of the {weighed} weighed is in no capsule"


def derive_yield(found: BatchYield, source: str) -> tuple[DerivationLine, ...]:
    """How yield and loss came about."""
    batch = found.reconciliation
    counted = f"({batch.good} + {batch.rejected} + {batch.samples})"
    weighed = format_shown(batch.powder_weighed, MASS)
    return (
        derivation_line(
            "Yield", "(good + rejected + samples) ÷ made", f"{counted} ÷ {batch.made}", shown(found.counted), source
        ),
        derivation_line(
            "Powder in capsules",
            "mean net weight × (good + rejected + samples)",
            f"{format_shown(found.mean_net, MASS)} × {batch.counted}",
            format_shown(found.in_capsules, MASS),
            "weights taken",
        ),
        derivation_line(
            "Powder loss",
            "1 − powder in capsules ÷ powder weighed",
            f"1 − {format_shown(found.in_capsules, MASS)} ÷ {weighed}",
            with_minus(shown(found.powder_loss)),
            source,
        ),
    )


def review_yield(found: BatchYield, most_loss: Decimal) -> tuple[Finding, ...]:
    """What a person decides on: too much lost, more powder out than in, capsules that are nowhere."""
    return (*_loss(found, most_loss), *_gain(found, most_loss), *_nowhere(found))


def review_powder(count: Reconciliation, expected: Mass, tolerance: Percent, *, is_weighed: bool) -> Iterator[Finding]:
    """What a person decides on where the count names another mass of powder than was weighed at the bench, or than the
    plan has where it was weighed on paper: yield and loss would be reckoned from it."""
    off = abs(ratio(count.powder_weighed / expected) - 1)
    if off > tolerance:
        what = "was weighed at the bench" if is_weighed else "is planned"
        yield decide(
            "powder-weighed-otherwise",
            f"The count names {format_stock(count.powder_weighed)} of powder; {format_stock(expected)} {what}. "
            "Say where the difference is.",
        )


def _loss(found: BatchYield, most: Decimal) -> Iterator[Finding]:
    if found.powder_loss > most:
        left = f", {told(found.powder_left)} of it left over" if found.powder_left else ""
        yield decide(
            "powder-loss-above-limit",
            f"Powder loss is {told(found.powder_loss, most)}{left}; "
            f"the formulation allows {percent_text(most)} %. Say where it went.",
        )


def _gain(found: BatchYield, most: Decimal) -> Iterator[Finding]:
    """A mean of few capsules may promise a little more powder than there was; more than the limit it may not."""
    if found.unexplained_loss < -most:
        gain = told(-found.unexplained_loss, most)
        yield decide(
            "more-powder-out-than-in",
            f"Capsules and leftover hold {gain} more powder than was weighed; check weights, shells and count.",
        )


def _nowhere(found: BatchYield) -> Iterator[Finding]:
    if found.unaccounted:
        batch = found.reconciliation
        yield decide(
            "capsules-unaccounted-for",
            f"{batch.counted:,} of {batch.made:,} capsules are accounted for; "
            f"say what became of the other {found.unaccounted:,}.",
        )
