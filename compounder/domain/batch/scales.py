"""Balances in bare milligrams, for the planner's search; what it chooses is weighed again with quantities.

A search tries thousands of masses, and only the one it chooses reaches a worksheet: by the rules of `weighing`, which
are the same rules (the first balance listed that admits the mass as it rounds it; otherwise the smallest minimum).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Context, Decimal
from itertools import chain
from typing import Final

from compounder.domain.batch.weighing import WeighingRange
from compounder.domain.units import MASS, magnitude

ROUND_FIGURES: Final = tuple(map(Decimal, ("1", "1.5", "2", "2.5", "3", "4", "5", "6", "8")))
_EXACT = Context(prec=24)
_TEN = Decimal(10)


@dataclass(frozen=True, slots=True)
class Scale:
    """One balance: its step, least, most and standard uncertainty, in mg; `most` is None where none is stated."""

    name: str
    step: Decimal
    least: Decimal
    most: Decimal | None
    uncertainty: Decimal

    def rounded(self, mass: Decimal, rounding: str = ROUND_HALF_UP) -> Decimal:
        return _EXACT.divide(mass, self.step).quantize(Decimal(1), rounding) * self.step

    def admits(self, mass: Decimal) -> bool:
        """Whether it weighs this much, as it rounds it."""
        reading = self.rounded(mass)
        return reading >= self.least and (self.most is None or reading <= self.most)


@dataclass(frozen=True)
class Bench:
    """All the scales of an order, as they are listed. A search asks for the same masses again and again."""

    scales: tuple[Scale, ...]
    _found: dict[Decimal, Scale | None] = field(default_factory=dict, compare=False, repr=False)

    def scale_for(self, mass: Decimal) -> Scale:
        """The first that admits the mass; otherwise the one with the smallest minimum."""
        return self._admitting(mass) or min(self.scales, key=lambda scale: scale.least)

    def admits(self, mass: Decimal) -> bool:
        return self._admitting(mass) is not None

    def _admitting(self, mass: Decimal) -> Scale | None:
        if mass not in self._found:
            self._found[mass] = next((scale for scale in self.scales if scale.admits(mass)), None)
        return self._found[mass]

    def shows(self, mass: Decimal) -> bool:
        """Whether the scale that weighs this mass shows it as it is, to its last digit."""
        scale = self._admitting(mass)
        return scale is not None and scale.rounded(mass) == mass

    def relative(self, mass: Decimal) -> Decimal:
        """The relative standard uncertainty of weighing this mass."""
        return self.scale_for(mass).uncertainty / mass

    def handy(self, least: Decimal, most: int) -> tuple[Decimal, ...]:
        """Masses to weigh: the smallest from `least` on that a scale shows, then round ones to ten times it."""
        smallest = min(filter(self.shows, self._smallest(least)), default=None)
        if smallest is None:
            return ()
        decades = (Decimal(1).scaleb(smallest.adjusted() + power) for power in (0, 1))
        rounds = chain.from_iterable((figure * decade for figure in ROUND_FIGURES) for decade in decades)
        above = [mass for mass in rounds if smallest < mass <= _TEN * smallest and self.shows(mass)]
        return (smallest, *above)[:most]

    def within(self, tolerance: Decimal) -> "Bench":
        """The same balances, each asked for a wider tolerance."""
        return Bench(tuple(replace(scale, least=2 * scale.uncertainty / tolerance) for scale in self.scales))

    def with_finer(self, share: Decimal) -> "Bench":
        """These balances and one whose least is only this share of the smallest there is."""
        finest = min(self.scales, key=lambda scale: scale.least)
        least, step, uncertainty = (share * part for part in (finest.least, finest.step, finest.uncertainty))
        return Bench((*self.scales, replace(finest, least=least, step=step, uncertainty=uncertainty)))

    def _smallest(self, least: Decimal) -> Iterator[Decimal]:
        for scale in self.scales:
            reading = scale.rounded(max(least, scale.least), ROUND_CEILING)
            if scale.most is None or reading <= scale.most:
                yield reading


def bench_of(ranges: Sequence[WeighingRange]) -> Bench:
    """The same balances in bare milligrams."""
    return Bench(
        tuple(
            Scale(
                name=each.balance.name,
                step=magnitude(each.balance.readability, MASS),
                least=magnitude(each.minimum, MASS),
                most=None if each.balance.capacity is None else magnitude(each.balance.capacity, MASS),
                uncertainty=magnitude(each.balance.standard_uncertainty, MASS),
            )
            for each in ranges
        )
    )
