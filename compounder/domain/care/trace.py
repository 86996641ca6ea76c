"""A trace: everything a lot went into, down to the bottles of patients, and everything a bottle came from, up to the
supplier's lot.

Drawn as a tree. What is too much for a drawing is folded and counted, newest kept; the tables beside it leave nothing
out. Source: 21 CFR 211.150(b), the distribution of each lot can be readily determined to facilitate its recall.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias

from compounder.domain.units import Mass

MOST_BATCHES: Final = 8
MOST_TRITURATIONS: Final = 6
MOST_BOTTLES: Final = 3
"""So many are drawn: batches and triturations in all, bottles of each batch."""


class OriginKind(StrEnum):
    """What a trace begins with."""

    LOT = "lot"
    TRITURATION = "trituration"
    BATCH = "batch"
    BOTTLE = "bottle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a trace begins with: a supplier's lot by its id, anything of ours by our number."""

    kind: OriginKind
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedLot:
    """A supplier's lot; `mass` is how much of it went in, where that is asked."""

    lot_id: str
    substance: str
    maker: str
    lot_number: str
    expires_on: date
    status: str
    mass: Mass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedTrituration:
    """A trituration; `made_from` is the id of the one it starts from, `lot_id` of the lot that it became."""

    trituration_id: int
    lot_number: str
    ratio: str
    status: str
    compounded_on: date
    made_from: int | None
    lot_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedBatch:
    """A batch; `on_shelf` is None of one that was never released, `mass` how much of the lot asked for is in it."""

    batch_id: int
    lot_number: str
    strength: str
    capsules: int
    compounded_on: date
    beyond_use_date: date
    status: str
    on_shelf: int | None
    mass: Mass | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedBottle:
    """Capsules of one batch in a bottle, how many of them came back, and whom it is for by their identifier."""

    bottle_id: int
    number: str
    batch_id: int
    lot_number: str
    preparation: str
    strength: str
    capsules: int
    returned: int
    dispensed_on: date
    prescription: str
    patient: str
    patient_id: int


Fact: TypeAlias = TracedLot | TracedTrituration | TracedBatch | TracedBottle


@dataclass(frozen=True, slots=True)
class Folded:
    """So many more, which are not drawn: `what` in the plural."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Branch:
    """Something in the tree, and what it leads to."""

    fact: Fact
    branches: "tuple[Branch | Folded, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How much a trace reaches: whatever is drawn, these count all of it. `out` and `back` are capsules dispensed and
    returned, `on_shelf` those that are still here."""

    triturations: int
    batches: int
    bottles: int
    patients: int
    on_shelf: int
    out: int
    back: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What a tree is grown from: triturations and batches, some of the newest. By the id of a batch: `through` has the
    ids of the triturations that it draws on, `bottles` some of the last filled from it, `filled` how many there are."""

    triturations: Sequence[TracedTrituration] = ()
    batches: Sequence[TracedBatch] = ()
    through: Mapping[int, Collection[int]] = field(default_factory=dict)
    bottles: Mapping[int, Sequence[TracedBottle]] = field(default_factory=dict)
    filled: Mapping[int, int] = field(default_factory=dict)

    def bottles_of(self, batch_id: int) -> tuple[Branch | Folded, ...]:
        """The bottles that were filled from a batch, and how many more."""
        shown = self.bottles.get(batch_id, ())[:MOST_BOTTLES]
        more = self.filled.get(batch_id, 0) - len(shown)
        return (*map(Branch, shown), *([Folded("bottles", more)] if more else []))


def grown(reached: Reached, totals: Totals) -> tuple[Branch | Folded, ...]:
    """What stands below the beginning of a trace, and how much more there is of each."""
    batches = reached.batches[:MOST_BATCHES]
    drawn_on = {number for batch in batches for number in reached.through.get(batch.batch_id, ())}
    named = [each for each in reached.triturations if each.trituration_id in drawn_on]
    others = [each for each in reached.triturations if each.trituration_id not in drawn_on]
    shown = [*named, *others[: max(MOST_TRITURATIONS - len(named), 0)]]
    folded = (
        Folded("triturations", totals.triturations - len(shown)),
        Folded("batches", totals.batches - len(batches)),
    )
    below = _below(None, shown, batches, reached)
    return (*below, *(each for each in folded if each.count))


def _below(
    parent: int | None,
    triturations: Sequence[TracedTrituration],
    batches: Iterable[TracedBatch],
    reached: Reached,
) -> tuple[Branch, ...]:
    """The triturations made from this one, or from none of those shown, and the batches that draw on nothing later."""
    known = {each.trituration_id for each in triturations}
    next_ones = [each for each in triturations if (each.made_from if each.made_from in known else None) == parent]
    mixed = (Branch(each, _below(each.trituration_id, triturations, batches, reached)) for each in next_ones)
    own = (batch for batch in batches if _last(batch, triturations, reached) == parent)
    return (*mixed, *(Branch(batch, reached.bottles_of(batch.batch_id)) for batch in own))


def _last(batch: TracedBatch, triturations: Sequence[TracedTrituration], reached: Reached) -> int | None:
    """The last trituration of the chain that a batch draws on."""
    drawn_on = [each for each in triturations if each.trituration_id in reached.through.get(batch.batch_id, ())]
    earlier = {each.made_from for each in drawn_on}
    return next((each.trituration_id for each in drawn_on if each.trituration_id not in earlier), None)
