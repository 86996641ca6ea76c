"""The control chart of single figures: their mean, and limits from the ranges between neighbours.

Limits of single figures: mean ± 2.66 × mean moving range (3 ÷ d₂, d₂ = 1.128 for two neighbours); the upper limit of
moving ranges: 3.267 × mean moving range (D₄). Source: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from statistics import mean
from typing import Final

from compounder.domain.batch.derivation_lines import DerivationLine, derivation_line
from compounder.domain.quality.errors import TooFewForControlLimits
from compounder.domain.quality.spread import decimal_of
from compounder.domain.units import Percent, percent_text, shown

INDIVIDUALS_FACTOR: Final = Decimal("2.66")
MOVING_RANGE_FACTOR: Final = Decimal("3.267")
FEWEST: Final = 2
SETTLED: Final = 20
"""With fewer figures the limits are provisional, and the page says so."""
SOURCE: Final = "NIST/SEMATECH 6.3.2.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """Figures in their sequence, as shares of what is wanted, and the limits that follow from themselves.

    `outside` and `ranges_outside` number what lies beyond a limit, from 1; range 1 is between figures 1 and 2.
    """

    figures: tuple[Percent, ...]
    centre: Percent
    lower: Percent
    upper: Percent
    moving_ranges: tuple[Percent, ...]
    mean_moving_range: Percent
    upper_range: Percent
    outside: tuple[int, ...]
    ranges_outside: tuple[int, ...]

    @property
    def is_provisional(self) -> bool:
        return len(self.figures) < SETTLED


def control_chart(figures: Sequence[Decimal]) -> ControlChart:
    """The chart of these figures, in this sequence; refuses fewer than two with `TooFewForControlLimits`.

    >>> chart = control_chart([Decimal(figure) for figure in ("49.6", "47.6", "49.9")])
    >>> chart.mean_moving_range, chart.ranges_outside
    (Decimal('2.15'), ())
    """
    if len(figures) < FEWEST:
        raise TooFewForControlLimits(figures=len(figures), least=FEWEST)
    ranges = tuple(abs(after - before) for before, after in pairwise(figures))
    centre, mean_range = mean(map(Fraction, figures)), mean(map(Fraction, ranges))
    reach, upper_range = Fraction(INDIVIDUALS_FACTOR) * mean_range, Fraction(MOVING_RANGE_FACTOR) * mean_range
    return ControlChart(
        figures=tuple(figures),
        centre=decimal_of(centre),
        lower=decimal_of(centre - reach),
        upper=decimal_of(centre + reach),
        moving_ranges=ranges,
        mean_moving_range=decimal_of(mean_range),
        upper_range=decimal_of(upper_range),
        outside=_numbers_outside(figures, centre - reach, centre + reach),
        ranges_outside=_numbers_outside(ranges, Fraction(0), upper_range),
    )


def derive_chart(chart: ControlChart) -> tuple[DerivationLine, ...]:
    """How the limits came about, in percent."""
    centre, mean_range = _percent(chart.centre), _percent(chart.mean_moving_range)
    total = _percent(sum(chart.moving_ranges, Decimal(0)))
    return (
        derivation_line(
            "Mean moving range, %",
            "Σ abs(xᵢ − xᵢ₋₁) ÷ (n − 1)",
            f"{total} ÷ {len(chart.moving_ranges)}",
            mean_range,
            SOURCE,
        ),
        derivation_line(
            "Control limits, %",
            "mean ± 2.66 × mean moving range",
            f"{centre} ± 2.66 × {mean_range}",
            f"{_percent(chart.lower)} to {_percent(chart.upper)}",
            SOURCE,
        ),
        derivation_line(
            "Upper limit of moving ranges, %",
            "3.267 × mean moving range",
            f"3.267 × {mean_range}",
            _percent(chart.upper_range),
            SOURCE,
        ),
    )


def _numbers_outside(figures: Sequence[Decimal], lower: Fraction, upper: Fraction) -> tuple[int, ...]:
    """Compared as fractions: equal figures lie on their limits, whatever digits their mean would need."""
    return tuple(number for number, figure in enumerate(figures, 1) if not lower <= Fraction(figure) <= upper)


def _percent(share: Decimal) -> str:
    return shown(Decimal(percent_text(share)))
