"""Tablets in stock, as a source of the drug: their strength, and what whole tablets weigh. Weigh at least twenty."""

from dataclasses import dataclass
from decimal import Decimal
from statistics import mean, stdev
from typing import Final

from compounder.domain.bounds import Between, Quantities, require_alike, require_count
from compounder.domain.errors import OutOfBounds
from compounder.domain.units import MASS, Mass, magnitude, mg, of, quantity_text

FEWEST_TABLETS, MOST_TABLETS = 20, 100
USUAL_STRENGTH: Final = of(50, mg)
OF_ITS_MEDIAN = Between(Decimal("0.85"), Decimal("1.15"))
"""Ph. Eur. 2.9.5 lets no tablet of 80 to 250 mg be beyond 15 %: one that is, is a slip of the pen or another tablet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TabletFacts(Quantities):
    """What a lot of tablets is: its strength, stated as the hydrochloride, and the weights of whole tablets."""

    tablet_strength: Mass
    weights: tuple[Mass, ...]

    def __post_init__(self) -> None:
        require_count(len(self.weights), FEWEST_TABLETS, MOST_TABLETS, "weights")
        Quantities.__post_init__(self)
        if min(self.weights) < self.tablet_strength:
            raise OutOfBounds(
                read=quantity_text(min(self.weights), MASS),
                least=f"the tablet's strength, {quantity_text(self.tablet_strength, MASS)},",
                most="any weight",
                field_name="weights",
            )
        require_alike(self.weights, of(0, mg), OF_ITS_MEDIAN, "tablets", "weights")

    @property
    def mean(self) -> Mass:
        """Mean mass of a tablet."""
        return of(mean(self._milligrams), mg)

    @property
    def relative_standard_deviation(self) -> Decimal:
        """As a ratio to the mean; standard deviation with n − 1."""
        return stdev(self._milligrams) / mean(self._milligrams)

    @property
    def _milligrams(self) -> tuple[Decimal, ...]:
        return tuple(magnitude(weight, MASS) for weight in self.weights)
