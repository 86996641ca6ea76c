"""A plan revised to what was weighed: how many capsules are filled, and whether all of the powder is mixed for them.

Powder beyond the plan makes more capsules of the same content, or the same capsules from more of the mixture than they
hold; what is left over then is discarded. Source: USP <795> (2023), compounding record: quantities as weighed; the
bounds are those of extra capsules.
"""

from dataclasses import dataclass

from compounder.domain.bounds import MOST_CAPSULES, MOST_EXTRA_CAPSULES, Quantities, require_count
from compounder.domain.units import Mass


@dataclass(frozen=True, slots=True, kw_only=True)
class AsWeighed(Quantities):
    """What the drug weighed, as powder, aliquot or tablets; of two lots, what the second gives. Where `mixes_all`, the
    filler goes with all of that; otherwise with as much of it as `capsules_to_make` capsules hold."""

    weighed: Mass
    capsules_to_make: int
    mixes_all: bool = False

    def __post_init__(self) -> None:
        require_count(self.capsules_to_make, 1, most_capsules(MOST_CAPSULES), "capsules_to_make")
        Quantities.__post_init__(self)


def most_capsules(ordered: int) -> int:
    """The most that is made for an order of so many: half as many again, or 50 more where that is more.

    >>> most_capsules(100), most_capsules(1000)
    (150, 1500)
    """
    return ordered + max(ordered // 2, MOST_EXTRA_CAPSULES)
