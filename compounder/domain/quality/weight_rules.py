"""The rules on the weights of finished capsules, one function each; a rule gives a result for each of its clauses.

Net weight: 90–110 % of theory, the record's exact planned fill (Texas 22 TAC 291.131, as USP). WHO: The International
Pharmacopoeia 5.2. Ph. Eur. 2.9.5. Brazil: Formulário Nacional, Farmacopeia Brasileira. DAC/NRF: in-process control.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from compounder.domain.bounds import Quantities
from compounder.domain.formulary.formulation import QualityLimits
from compounder.domain.quality.errors import NoCapsuleHoldsIt, WrongNumberWeighed
from compounder.domain.quality.results import UNITS_ASKED, QualityResult, RuleName, told, told_limit
from compounder.domain.quality.spread import Spread
from compounder.domain.quality.weight_derivation import derive_deviation, derive_share, derive_spread
from compounder.domain.quality.weights import CapsuleWeights
from compounder.domain.units import (
    MASS,
    Mass,
    MassPerCapsule,
    capsule,
    format_reading,
    format_rounded,
    mg,
    of,
    ratio,
)

TENTH: Final = Decimal("0.1")
THREE_QUARTERS_OF_A_TENTH: Final = Decimal("0.075")
HEAVY: Final = Decimal(300)
"""From this mean on, in mg, a capsule may deviate by 7.5 % instead of 10 %. Source: Ph. Eur. 2.9.5; Brazil, table 1."""
ALLOWED_BEYOND: Final = 2
MOST_OF_THEORY: Final = Decimal(2)
"""As with a pack statistic: beyond it is a slip of the pen, not of the hand."""
BRAZILIAN_SPREAD, IN_PROCESS_SPREAD = Decimal("0.04"), Decimal("0.05")
BRAZILIAN_CONTENT: Final = (Decimal("0.9"), Decimal("1.1"))
SOURCES: Final = {
    RuleName.NET_WEIGHT: "formulation; Texas 22 TAC 291.131, as USP",
    RuleName.RELATIVE_STANDARD_DEVIATION: "formulation; Brazil, Formulário Nacional",
    RuleName.WHO: "WHO Ph. Int. 5.2",
    RuleName.PH_EUR: "Ph. Eur. 2.9.5",
    RuleName.BRAZIL: "Brazil, Formulário Nacional",
    RuleName.DAC_NRF: "DAC/NRF in-process control",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected(Quantities):
    """Finished capsules as weighed; `theory` is the record's exact planned fill, `limits` the formulation's."""

    weights: CapsuleWeights
    theory: MassPerCapsule
    limits: QualityLimits

    @property
    def planned(self) -> Mass:
        """What one capsule should hold."""
        return self.theory * of(1, capsule)

    @property
    def shares(self) -> tuple[Decimal, ...]:
        """What each capsule holds, as a share of theory."""
        return tuple(ratio(net / self.planned) for net in self.weights.net_weights)


def require_possible(inspected: Inspected) -> None:
    """Refuses with `NoCapsuleHoldsIt` a capsule that holds more than twice what is planned: a slip of the pen, which is
    asked about where it is entered."""
    for number, share in enumerate(inspected.shares, start=1):
        if share > MOST_OF_THEORY:
            filled, planned = inspected.weights.filled[number - 1], format_rounded(inspected.planned, MASS)
            raise NoCapsuleHoldsIt(number=number, filled=format_reading(filled), planned=planned)


WeightRule = Callable[[Inspected], Iterator[QualityResult]]


def each_net_weight(inspected: Inspected) -> Iterator[QualityResult]:
    """Each capsule holds the formulation's share of theory."""
    rule, limits = RuleName.NET_WEIGHT, inspected.limits
    _require_at_least(inspected, limits.capsules_weighed, "The formulation")
    yield _of_theory(inspected, rule, "Net weight of each", limits.net_weight_from, limits.net_weight_to)


def spread_as_the_formulation_says(inspected: Inspected) -> Iterator[QualityResult]:
    """The net weights scatter no more than the formulation allows."""
    _require_at_least(inspected, inspected.limits.capsules_weighed, "The formulation")
    most = inspected.limits.relative_standard_deviation
    yield _scatter(RuleName.RELATIVE_STANDARD_DEVIATION, inspected.weights.net, "net weights", most)


def each_intact_near_the_mean(inspected: Inspected) -> Iterator[QualityResult]:
    """WHO: twenty intact capsules, each within 10 % of their mean; otherwise the contents are weighed."""
    _require(inspected, RuleName.WHO, "WHO Ph. Int. 5.2")
    what = "intact capsules"
    yield _near_the_mean(RuleName.WHO, inspected.weights.intact, what, TENTH, 0, "; weigh the contents of each")


def contents_near_the_mean(inspected: Inspected) -> Iterator[QualityResult]:
    """Ph. Eur.: of twenty contents at most two beyond 10 % of the mean (7.5 % from 300 mg on), none beyond double."""
    _require(inspected, RuleName.PH_EUR, "Ph. Eur. 2.9.5")
    net = inspected.weights.net
    window = _window(net)
    yield _near_the_mean(RuleName.PH_EUR, net, "contents", window, ALLOWED_BEYOND, "")
    yield _near_the_mean(RuleName.PH_EUR, net, "contents", 2 * window, 0, "")


def brazilian_weights(inspected: Inspected) -> Iterator[QualityResult]:
    """Brazil: ten intact capsules near their mean and little scattered, and each holds 90–110 % of theory."""
    _require(inspected, RuleName.BRAZIL, "Brazil's Formulário Nacional")
    rule, intact = RuleName.BRAZIL, inspected.weights.intact
    yield _near_the_mean(rule, intact, "intact capsules", _window(intact), 0, "")
    yield _scatter(rule, intact, "intact weights", BRAZILIAN_SPREAD)
    yield _of_theory(inspected, rule, "Theoretical content", *BRAZILIAN_CONTENT)


def in_process_spread(inspected: Inspected) -> Iterator[QualityResult]:
    """DAC/NRF: ten or twenty, net weights scattered by at most 5 %; its limit of mass loss is a rule on the yield."""
    _require(inspected, RuleName.DAC_NRF, "DAC/NRF in-process control")
    yield _scatter(RuleName.DAC_NRF, inspected.weights.net, "net weights", IN_PROCESS_SPREAD)


def _window(spread: Spread) -> Decimal:
    return TENTH if spread.exact_mean < HEAVY else THREE_QUARTERS_OF_A_TENTH


def _require(inspected: Inspected, rule: RuleName, name: str) -> None:
    if inspected.weights.count not in UNITS_ASKED[rule]:
        numbers = " or ".join(str(number) for number in UNITS_ASKED[rule])
        raise WrongNumberWeighed(rule=name, units=inspected.weights.count, asked=numbers)


def _require_at_least(inspected: Inspected, least: int, rule: str) -> None:
    if inspected.weights.count < least:
        raise WrongNumberWeighed(rule=rule, units=inspected.weights.count, asked=f"at least {least}")


def _of_theory(inspected: Inspected, rule: RuleName, title: str, least: Decimal, most: Decimal) -> QualityResult:
    """Whether each capsule holds `least` to `most` of theory; the figure is the capsule that is farthest out."""
    shares, planned = inspected.shares, inspected.planned
    nets = inspected.weights.net_weights
    outside = [number for number, net in enumerate(nets, 1) if not planned * least <= net <= planned * most]
    farthest = max(range(len(shares)), key=lambda index: max(least - shares[index], shares[index] - most))
    window = f"{told_limit(least, most)} of the planned {format_rounded(planned, MASS)}"
    holds = told(shares[farthest], least, most)
    return QualityResult(
        rule=rule,
        title=title,
        source=SOURCES[rule],
        figure=shares[farthest],
        least=least,
        most=most,
        passes=not outside,
        sentence=_outside(outside, window, farthest + 1, holds) if outside else f"Every capsule holds {window}.",
        derivation=derive_share(inspected.weights, planned, farthest, SOURCES[rule]),
    )


def _outside(numbers: Sequence[int], window: str, farthest: int, holds: str) -> str:
    if len(numbers) == 1:
        return f"Capsule {farthest} holds {holds}, outside {window}."
    return f"Capsules {_listed(numbers)} are outside {window}; farthest is {farthest}, with {holds}."


def _listed(numbers: Sequence[int]) -> str:
    *others, last = map(str, numbers)
    return f"{', '.join(others)} and {last}"


def _near_the_mean(
    rule: RuleName, spread: Spread, what: str, window: Decimal, allowed: int, advice: str
) -> QualityResult:
    """Whether at most `allowed` deviate from the mean by more than `window`.

    The figure is the largest deviation when the allowed ones are set aside: within the window exactly when it passes.
    """
    by_deviation = sorted(spread.figures, key=lambda figure: abs(spread.deviation(figure)), reverse=True)
    judged = by_deviation[allowed]
    beyond = sum(not spread.is_within(figure, window) for figure in spread.figures)
    figure, passes = abs(spread.deviation(judged)), beyond <= allowed
    mean, limit = format_rounded(of(spread.mean, mg), MASS), told_limit(None, window).removeprefix("at most ")
    found = f"{beyond} of {len(spread.figures)} {what} deviate more than {limit} from their mean of {mean}"
    asked = f"at most {allowed} may" if allowed else "none may"
    return QualityResult(
        rule=rule,
        title=f"Beyond {limit} of the mean, {what}",
        source=SOURCES[rule],
        figure=figure,
        least=None,
        most=window,
        passes=passes,
        sentence=f"{found}; {asked}{'' if passes else advice}.",
        derivation=derive_deviation(spread, judged, allowed, SOURCES[rule]),
    )


def _scatter(rule: RuleName, spread: Spread, what: str, most: Decimal) -> QualityResult:
    figure = spread.relative_standard_deviation
    return QualityResult(
        rule=rule,
        title=f"Relative standard deviation, {what}",
        source=SOURCES[rule],
        figure=figure,
        least=None,
        most=most,
        passes=spread.scatters_at_most(most),
        sentence=f"The {what} scatter by {told(figure, most)}; {told_limit(None, most)} is accepted.",
        derivation=derive_spread(spread, what, SOURCES[rule]),
    )


WEIGHT_RULES: Final[dict[RuleName, WeightRule]] = {
    RuleName.NET_WEIGHT: each_net_weight,
    RuleName.RELATIVE_STANDARD_DEVIATION: spread_as_the_formulation_says,
    RuleName.WHO: each_intact_near_the_mean,
    RuleName.PH_EUR: contents_near_the_mean,
    RuleName.BRAZIL: brazilian_weights,
    RuleName.DAC_NRF: in_process_spread,
}
