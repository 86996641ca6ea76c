"""Content uniformity from a laboratory's assay of single capsules: the acceptance value, in two stages.

AV = abs(M − X̄) + k·s; s with n − 1; k = 2.4 for 10 units, 2.0 for 30. M = X̄ where X̄ lies within 98.5 % and the upper
limit, else the nearer limit; the upper limit is 101.5 %, or the target T where T is above it. Stage 1: 10 units, AV at
most L1 = 15.0. Stage 2: 20 more, all 30 counted, AV at most L1, and every unit within L2 = 25.0 % of M.
Source: USP <905>, harmonised with Ph. Eur. 2.9.40 and JP 6.02.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Final

from compounder.domain.batch.derivation_lines import DerivationLine, derivation_line
from compounder.domain.bounds import Between, require_percent
from compounder.domain.quality.errors import WrongNumberWeighed
from compounder.domain.quality.results import QualityResult, RuleName, told, told_limit
from compounder.domain.quality.spread import Spread, decimal_of
from compounder.domain.units import Percent, percent_text, shown

L1, L2 = Decimal("0.15"), Decimal("0.25")
LOWER_REFERENCE, UPPER_REFERENCE = Decimal("0.985"), Decimal("1.015")
FIRST_STAGE, SECOND_STAGE = 10, 30
ACCEPTABILITY_CONSTANT: Final = {FIRST_STAGE: Decimal("2.4"), SECOND_STAGE: Decimal("2.0")}
SOURCE: Final = "USP <905>"
CONTENT, TARGET = Between(Decimal(0), Decimal(3)), Between(Decimal("0.9"), Decimal("1.1"))


class ContentVerdict(StrEnum):
    """What an assay comes to: of ten units that do not pass, twenty more are assayed before any verdict."""

    PASSES = "passes"
    ASSAY_TWENTY_MORE = "assay-twenty-more"
    FAILS = "fails"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentAssay:
    """What single capsules hold, as shares of the label claim, the first ten first. `target` is T, 1 unless approved
    otherwise."""

    contents: tuple[Percent, ...]
    target: Percent

    def __post_init__(self) -> None:
        if len(self.contents) not in ACCEPTABILITY_CONSTANT:
            raise WrongNumberWeighed(
                rule=SOURCE,
                units=len(self.contents),
                asked=f"{FIRST_STAGE} or {SECOND_STAGE}",
                field_name="contents",
            )
        for content in self.contents:
            require_percent(content, CONTENT, "contents")
        require_percent(self.target, TARGET, "target")


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceValue:
    """An acceptance value with what it comes from, all in % of the label claim. `reference` is M."""

    units: int
    mean: Percent
    standard_deviation: Percent
    reference: Percent
    value: Percent


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentUniformity:
    """Every stage that was assayed, and what follows from the last of them."""

    values: tuple[AcceptanceValue, ...]
    results: tuple[QualityResult, ...]
    verdict: ContentVerdict


@dataclass(frozen=True, slots=True)
class _Stage:
    """The units of one stage, exact."""

    contents: tuple[Decimal, ...]
    target: Decimal

    @property
    def spread(self) -> Spread:
        return Spread(self.contents)

    @property
    def constant(self) -> Decimal:
        return ACCEPTABILITY_CONSTANT[len(self.contents)]

    @property
    def reference(self) -> Fraction:
        upper = max(UPPER_REFERENCE, self.target)
        return min(max(self.spread.exact_mean, Fraction(LOWER_REFERENCE)), Fraction(upper))

    @property
    def distance(self) -> Fraction:
        return abs(self.reference - self.spread.exact_mean)

    @property
    def value(self) -> Decimal:
        return decimal_of(self.distance) + self.constant * self.spread.standard_deviation

    @property
    def is_accepted(self) -> bool:
        """k·s ≤ L1 − abs(M − X̄), compared as squares."""
        room = Fraction(L1) - self.distance
        return room >= 0 and Fraction(self.constant) ** 2 * self.spread.variance <= room**2


def acceptance_value(assay: ContentAssay) -> AcceptanceValue:
    """The acceptance value of all the units given.

    >>> ten = ("98.2", "101.4", "99.7", "102.3", "97.5", "100.8", "99.1", "103.0", "98.9", "100.1")
    >>> assay = ContentAssay(contents=tuple(Decimal(each) / 100 for each in ten), target=Decimal(1))
    >>> f"{acceptance_value(assay).value:.3%}"
    '4.263%'
    """
    return _acceptance_value(_Stage(assay.contents, assay.target))


def _acceptance_value(stage: _Stage) -> AcceptanceValue:
    return AcceptanceValue(
        units=len(stage.contents),
        mean=stage.spread.mean,
        standard_deviation=stage.spread.standard_deviation,
        reference=decimal_of(stage.reference),
        value=stage.value,
    )


def content_uniformity(assay: ContentAssay) -> ContentUniformity:
    """Each stage's results; the last stage decides, and ten units alone never fail."""
    counts = [count for count in ACCEPTABILITY_CONSTANT if count <= len(assay.contents)]
    stages = [_Stage(assay.contents[:count], assay.target) for count in counts]
    results = [_value_result(number, stage) for number, stage in enumerate(stages, start=1)]
    decisive = results[-1:]
    if len(stages) > 1:
        decisive.append(_every_unit(stages[-1]))
    return ContentUniformity(
        values=tuple(_acceptance_value(stage) for stage in stages),
        results=(*results[:-1], *decisive),
        verdict=_verdict(decisive, stages),
    )


def _verdict(decisive: list[QualityResult], stages: list[_Stage]) -> ContentVerdict:
    if all(result.passes for result in decisive):
        return ContentVerdict.PASSES
    return ContentVerdict.FAILS if len(stages) > 1 else ContentVerdict.ASSAY_TWENTY_MORE


def _value_result(number: int, stage: _Stage) -> QualityResult:
    value, units = stage.value, len(stage.contents)
    advice = "" if stage.is_accepted or number > 1 else " Assay twenty more units."
    figure = told(value, L1).removesuffix(" %")
    return QualityResult(
        rule=RuleName.CONTENT,
        title=f"Acceptance value, stage {number}, {units} units",
        source=SOURCE,
        figure=value,
        least=None,
        most=L1,
        passes=stage.is_accepted,
        sentence=f"The acceptance value of {units} units is {figure}; at most 15.0 is accepted.{advice}",
        derivation=_derivation(stage),
    )


def _every_unit(stage: _Stage) -> QualityResult:
    """Whether every unit lies within L2 of M; the figure is the unit farthest from it, as a share of M."""
    shares = [Fraction(content) / stage.reference for content in stage.contents]
    farthest = max(shares, key=lambda share: abs(share - 1))
    least, most = 1 - L2, 1 + L2
    figure = decimal_of(farthest)
    reference = percent_text(decimal_of(stage.reference))
    return QualityResult(
        rule=RuleName.CONTENT,
        title="Every unit, stage 2",
        source=SOURCE,
        figure=figure,
        least=least,
        most=most,
        passes=Fraction(least) <= farthest <= Fraction(most),
        sentence=f"Unit {shares.index(farthest) + 1} is farthest from M: {told(figure, least, most)} of it; "
        f"{told_limit(least, most)} is accepted.",
        derivation=(
            derivation_line(
                "Unit farthest from M",
                "content ÷ M",
                f"{percent_text(stage.contents[shares.index(farthest)])} ÷ {reference}",
                shown(figure),
                SOURCE,
            ),
        ),
    )


def _derivation(stage: _Stage) -> tuple[DerivationLine, ...]:
    mean, deviation = _shown(stage.spread.mean), _shown(stage.spread.standard_deviation)
    reference, count = _shown(decimal_of(stage.reference)), len(stage.contents)
    upper = percent_text(max(UPPER_REFERENCE, stage.target))
    rule = f"X̄, not below 98.5 % nor above {upper} %"
    total = _shown(sum(stage.contents, Decimal(0)))
    return (
        derivation_line("Mean X̄, % of label claim", "Σx ÷ n", f"{total} ÷ {count}", mean, "laboratory's assay"),
        derivation_line(
            "Standard deviation s", "√(Σ(x − X̄)² ÷ (n − 1))", f"√(Σ(x − {mean})² ÷ {count - 1})", deviation, SOURCE
        ),
        derivation_line("Reference value M", rule, f"X̄ = {mean}, T = {percent_text(stage.target)}", reference, SOURCE),
        derivation_line(
            "Acceptability constant k", "2.4 for 10 units, 2.0 for 30", f"n = {count}", str(stage.constant), SOURCE
        ),
        derivation_line(
            "Acceptance value",
            "abs(M − X̄) + k × s",
            f"abs({reference} − {mean}) + {stage.constant} × {deviation}",
            _shown(stage.value),
            SOURCE,
        ),
    )


def _shown(share: Decimal) -> str:
    return shown(share.scaleb(2))
