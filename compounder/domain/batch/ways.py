"""Ways of weighing an order: which strengths through which triturations, of which masses; found by trying.

Every weighing of a way, drug, diluent and aliquot, is at or above the minimum of its balance and within its capacity;
each aliquot fits its capsules; each trituration is at least what is taken from it. Masses are bare milligrams here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import takewhile
from math import prod
from typing import Final

from compounder.domain.batch.scales import Bench
from compounder.domain.batch.uncertainty import COVERAGE_FACTOR, combined, drug_share
from compounder.domain.batch.weighing import A_NANOGRAM

MOST_STAGES: Final = 3
_MASSES_TRIED: Final = {1: 10, 2: 4, 3: 2}
_UNREACHED: Final = Decimal("Infinity")
"""The uncertainty of what has no way yet."""


@dataclass(frozen=True, slots=True)
class Need:
    """What one batch takes, in mg: `drug`, of the powder in stock, and `room` for diluent, which is all its filler."""

    index: int
    drug: Decimal
    room: Decimal

    def aliquot(self, dilution: int) -> Decimal:
        return self.drug * dilution

    def times(self, factor: Decimal) -> "Need":
        """The same batch of so many times the capsules."""
        return Need(self.index, self.drug * factor, self.room * factor)

    def room_left(self, dilution: int) -> Decimal:
        """Filler still to weigh beside the aliquot; negative where its diluent alone is more than the capsules hold."""
        left = self.room - (self.aliquot(dilution) - self.drug)
        return Decimal(0) if abs(left) < A_NANOGRAM else left


@dataclass(frozen=True)
class Making:
    """One trituration, or a chain of them, for the batches of `needs`: each stage's parts, and the mass it starts from,
    drug or the aliquot of the stage before. Nothing at all is a drug weighed directly."""

    needs: tuple[Need, ...]
    parts: tuple[int, ...] = ()
    starts: tuple[Decimal, ...] = ()

    @property
    def dilution(self) -> int:
        return prod(self.parts)

    @property
    def stages(self) -> tuple[tuple[Decimal, int], ...]:
        """What each stage starts from, and its parts."""
        return tuple(zip(self.starts, self.parts, strict=True))

    @property
    def totals(self) -> tuple[Decimal, ...]:
        return tuple(start * parts for start, parts in self.stages)

    @property
    def taken(self) -> tuple[Decimal, ...]:
        """What is drawn from each stage: the next stage's start, and from the last the aliquots."""
        return (*self.starts[1:], sum((need.aliquot(self.dilution) for need in self.needs), Decimal(0)))

    @property
    def left_over(self) -> Decimal:
        """Trituration made and not used, in mg."""
        if not self.parts:
            return Decimal(0)
        left = (max(total - drawn, Decimal(0)) for total, drawn in zip(self.totals, self.taken, strict=True))
        return sum(left, Decimal(0))

    @property
    def weighings(self) -> int:
        """Every mass on a balance: two a stage, and a batch's drug or aliquot and the filler that is left to weigh."""
        fillers = sum(need.room_left(self.dilution) > 0 for need in self.needs)
        return 2 * len(self.parts) + len(self.needs) + fillers

    def shares(self, bench: Bench) -> Iterator[Decimal]:
        """What the weighings of each stage contribute to the content, alike for every batch drawn from it."""
        for start, parts in self.stages:
            yield drug_share(1 / Decimal(parts), bench.relative(start))
            diluent = start * (parts - 1)
            yield bench.scale_for(diluent).uncertainty / (start + diluent)


@dataclass(frozen=True)
class Aliquots:
    """What batches draw together from one trituration, by its dilution; many chains of ratios come to the same."""

    needs: tuple[Need, ...]
    bench: Bench
    _drawn: dict[int, Decimal | None] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def most_diluted(self) -> int:
        """The largest dilution whose diluent all the capsules hold."""
        return min(int((need.room + A_NANOGRAM) / need.drug) + 1 for need in self.needs)

    def drawn(self, dilution: int) -> Decimal | None:
        """The aliquots together, as the balances show them; None where some aliquot or filler cannot be weighed."""
        if dilution not in self._drawn:
            self._drawn[dilution] = self._sum(dilution) if self._can_be_drawn(dilution) else None
        return self._drawn[dilution]

    def relative(self, dilution: int) -> Decimal:
        """What weighing an aliquot contributes at most to a content."""
        return max(self.bench.relative(need.aliquot(dilution)) for need in self.needs)

    def _can_be_drawn(self, dilution: int) -> bool:
        left = (need.room_left(dilution) for need in self.needs)
        return all(self.bench.admits(need.aliquot(dilution)) for need in self.needs) and all(
            each == 0 or self.bench.admits(each) for each in left
        )

    def _sum(self, dilution: int) -> Decimal:
        masses = [need.aliquot(dilution) for need in self.needs]
        return sum((self.bench.scale_for(mass).rounded(mass) for mass in masses), Decimal(0))


@dataclass(frozen=True)
class Way:
    """A whole order's weighing. `inherited` is what a trituration taken from stock brings to every content."""

    name: str
    makings: tuple[Making, ...]
    bench: Bench
    inherited: tuple[Decimal, ...] = ()

    @cached_property
    def uncertainty(self) -> Decimal:
        """Expanded relative uncertainty of the content of the batch that has the largest."""
        return COVERAGE_FACTOR * max(combined((*self._shares(making), *self.inherited)) for making in self.makings)

    def _shares(self, making: Making) -> Iterator[Decimal]:
        yield Aliquots(making.needs, self.bench).relative(making.dilution)
        yield from making.shares(self.bench)

    @cached_property
    def weighings(self) -> int:
        return sum(making.weighings for making in self.makings)

    @cached_property
    def left_over(self) -> Decimal:
        return sum((making.left_over for making in self.makings), Decimal(0))

    def preference(self, target: Decimal) -> tuple[object, ...]:
        """Least is best: those that meet the target by fewest weighings, then least left over, then uncertainty; of
        those that miss it, the smallest uncertainty."""
        if self.uncertainty <= target:
            return (0, self.weighings, self.left_over, self.uncertainty)
        return (1, self.uncertainty, self.weighings, self.left_over)


@dataclass(frozen=True)
class Search:
    """What the search goes by: the balances, ratios, the share made above what is taken, and the target."""

    bench: Bench
    ratios: tuple[int, ...]
    excess: Decimal
    target: Decimal
    inherited: tuple[Decimal, ...] = ()

    def way(self, name: str, *makings: Making) -> Way:
        return Way(name, makings, self.bench, self.inherited)

    def _alone(self, making: Making) -> Way:
        """A trituration by itself, as yet without a name."""
        return self.way("", making)

    def is_direct(self, need: Need) -> bool:
        """Whether the drug and its filler are weighed as they are."""
        return all(self.bench.admits(mass) for mass in (need.drug, need.room_left(1)) if mass)

    def makings(self, needs: Sequence[Need]) -> Iterator[Making]:
        """Triturations for these batches together; more stages only while fewer do not meet the target, and only those
        that might be more certain than the fewer are."""
        aliquots, reached = Aliquots(tuple(needs), self.bench), _UNREACHED
        for stages in range(1, MOST_STAGES + 1):
            for making in list(self._of_stages(aliquots, stages, reached)):
                reached = min(reached, self._alone(making).uncertainty)
                yield making
            if reached <= self.target:
                return

    def best(self, needs: Sequence[Need]) -> Making | None:
        """The preferred trituration for these batches; None if there is none."""
        found = self.makings(needs)
        return min(found, key=lambda making: self._alone(making).preference(self.target), default=None)

    def _of_stages(self, aliquots: Aliquots, stages: int, reached: Decimal) -> Iterator[Making]:
        for parts in _chains(self.ratios, stages, aliquots.most_diluted):
            drawn = aliquots.drawn(prod(parts))
            if drawn and COVERAGE_FACTOR * aliquots.relative(prod(parts)) < reached:
                starts = self._starts(parts, drawn, _MASSES_TRIED[stages])
                yield from (Making(aliquots.needs, parts, masses) for masses in starts)

    def _starts(self, parts: tuple[int, ...], drawn: Decimal, tried: int) -> Iterator[tuple[Decimal, ...]]:
        """The masses that each stage starts from, the first stage's first."""
        *earlier, last = parts
        least = drawn * (1 + self.excess)
        for start in self.bench.handy(least / last, tried):
            if self._is_enough(start, start * (last - 1), least):
                before = self._starts(tuple(earlier), start, tried) if earlier else iter([()])
                yield from ((*starts, start) for starts in before)

    def _is_enough(self, start: Decimal, diluent: Decimal, least: Decimal) -> bool:
        """Whether the diluent is weighed, and makes enough of the trituration as its balance rounds it."""
        return self.bench.admits(diluent) and start + self.bench.scale_for(diluent).rounded(diluent) >= least


def _chains(ratios: Sequence[int], stages: int, most: int) -> Iterator[tuple[int, ...]]:
    """Every chain of so many of the ratios, smallest first, that dilutes no more than `most`."""
    if not stages:
        yield ()
        return
    for parts in takewhile(lambda each: each <= most, ratios):
        yield from ((parts, *rest) for rest in _chains(ratios, stages - 1, most // parts))
