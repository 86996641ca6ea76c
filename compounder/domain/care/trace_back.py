"""A trace back: from a bottle, a batch or a trituration to the suppliers' lots, through the triturations between."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from compounder.domain.care.trace import Branch, OriginKind, TracedBatch, TracedLot, TracedTrituration

Holder: TypeAlias = tuple[OriginKind, int]
"""A batch or a trituration, by the id of its row."""


@dataclass(frozen=True, slots=True)
class Held:
    """A supplier's lot in a batch or a trituration; `is_weighed_in`: it did not only come through a trituration."""

    lot: TracedLot
    is_weighed_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What everything that leads to something holds: lots by holder, triturations by id, and by holder the ids of the
    triturations that it draws on, whole chains or only their last ones."""

    held: Mapping[Holder, Sequence[Held]] = field(default_factory=dict)
    triturations: Mapping[int, TracedTrituration] = field(default_factory=dict)
    drawn_on: Mapping[Holder, Collection[int]] = field(default_factory=dict)

    def of_batch(self, batch: TracedBatch) -> Branch:
        """A batch, and what it came from."""
        return Branch(batch, self.of((OriginKind.BATCH, batch.batch_id)))

    def of(self, holder: Holder) -> tuple[Branch, ...]:
        """What a batch or a trituration came from: triturations first, then the lots that were weighed into it."""
        drawn_on = [number for number in self.drawn_on.get(holder, ()) if number in self.triturations]
        earlier = {number for each in drawn_on for number in self._all_behind(each)}
        last = sorted(number for number in drawn_on if number not in earlier)
        within = {held.lot.lot_id for each in last for held in self.held.get((OriginKind.TRITURATION, each), ())}
        mixed = (Branch(self.triturations[each], self.of((OriginKind.TRITURATION, each))) for each in last)
        lots = (each for each in self.held.get(holder, ()) if each.is_weighed_in or each.lot.lot_id not in within)
        return (*mixed, *(Branch(each.lot) for each in lots))

    def _all_behind(self, trituration: int) -> set[int]:
        """Every trituration that one was made from."""
        behind = set(self.drawn_on.get((OriginKind.TRITURATION, trituration), ()))
        return behind.union(*(self._all_behind(each) for each in behind))
