"""Mean and sample standard deviation, exact.

The standard deviation divides by n − 1 (USP <905>; Ph. Eur. 2.9.40; NIST/SEMATECH 1.3.5.6). Limits compare unrounded
values: squares are compared as fractions, so that no root is ever rounded before a verdict.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from statistics import mean, variance

from compounder.domain.bounds import require_count

MOST_FIGURES = 100_000


def decimal_of(exact: Fraction) -> Decimal:
    """A fraction as a decimal of as many digits as the arithmetic has.

    >>> decimal_of(Fraction(1, 8))
    Decimal('0.125')
    """
    return Decimal(exact.numerator) / Decimal(exact.denominator)


@dataclass(frozen=True)  # without slots: what is exact takes long enough to be worked out once
class Spread:
    """Two figures or more: where they lie, and how far they scatter."""

    figures: tuple[Decimal, ...]

    def __post_init__(self) -> None:
        require_count(len(self.figures), 2, MOST_FIGURES, "figures")

    @cached_property
    def exact_mean(self) -> Fraction:
        return mean(Fraction(figure) for figure in self.figures)

    @cached_property
    def variance(self) -> Fraction:
        """The square of the standard deviation, n − 1."""
        return variance(Fraction(figure) for figure in self.figures)

    @property
    def mean(self) -> Decimal:
        return decimal_of(self.exact_mean)

    @property
    def standard_deviation(self) -> Decimal:
        return decimal_of(self.variance).sqrt()

    @property
    def relative_standard_deviation(self) -> Decimal:
        """As a ratio to the mean."""
        return self.standard_deviation / self.mean

    def scatters_at_most(self, relative: Decimal) -> bool:
        """Whether the relative standard deviation is within this limit, unrounded."""
        return self.variance <= (Fraction(relative) * self.exact_mean) ** 2

    def is_within(self, figure: Decimal, relative: Decimal) -> bool:
        """Whether a figure lies no farther from the mean than this share of it, unrounded."""
        return abs(Fraction(figure) - self.exact_mean) <= Fraction(relative) * self.exact_mean

    def deviation(self, figure: Decimal) -> Decimal:
        """How far a figure lies from the mean, as a share of it; below the mean it is negative."""
        return decimal_of(Fraction(figure) / self.exact_mean - 1)
