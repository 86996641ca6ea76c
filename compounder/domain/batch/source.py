"""Where the drug comes from when it is not weighed as pure powder: triturations, planned or in stock, and tablets.

"1:10" always means 1 part in 10 parts total. Source: USP <1160>, trituration and aliquot.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

from compounder.domain.batch.uncertainty import UncertaintyTerm
from compounder.domain.bounds import Between, Quantities, require_count, require_percent, require_text
from compounder.domain.calendar import ExpiryDay
from compounder.domain.errors import NotAccepted, OutOfBounds
from compounder.domain.stock.lots import LotFacts
from compounder.domain.stock.shells import CapsuleSize
from compounder.domain.units import MASS, Mass, MassPerCapsule, Ratio, quantity_text

MOST_PARTS: Final = 1_000
MOST_RATIOS: Final = 20
_RATIO = re.compile(r"1:([1-9][0-9]{0,3})", re.ASCII)
_LONGEST_NAME = 60
_FRACTION: Final = Between(Decimal("0.000001"), Decimal(1))


class Triturating(StrEnum):
    """When the drug is diluted before it is weighed: for each batch its own, one stock for all, or where needed."""

    NEVER = "never"
    EACH = "each"
    SHARED = "shared"
    WHEN_NEEDED = "when-needed"


@dataclass(frozen=True, slots=True, order=True)
class TriturationRatio:
    """One part in `parts` parts total."""

    parts: int

    def __post_init__(self) -> None:
        require_count(self.parts, 2, MOST_PARTS, "parts")

    def __str__(self) -> str:
        return f"1:{self.parts}"


def parse_ratio(text: object) -> TriturationRatio:
    """The ratio that `text` writes: `"1:10"` is 1 part in 10 parts total; from 1:2 to 1:1000.

    >>> parse_ratio("1:10").parts
    10
    """
    found = _RATIO.fullmatch(text) if isinstance(text, str) else None
    if not found or not 2 <= int(found[1]) <= MOST_PARTS:
        raise NotAccepted(read=text, accepted="a ratio such as 1:10, one part in ten parts total, up to 1:1000,")
    return TriturationRatio(int(found[1]))


USUAL_RATIOS: Final = tuple(TriturationRatio(parts) for parts in (2, 4, 5, 10, 20, 25, 50, 100))
"""What a site starts with; its own setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugSource:
    """What the drug is taken from, where that is not its pure powder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tablets(DrugSource, Quantities):
    """Crushed tablets; `tablet_strength` is stated as the hydrochloride. Their excipients count as filler, by the pack
    statistic of the crushed powder. Their expiry and lot are those of the order's active."""

    tablet_strength: Mass
    mean_tablet_mass: Mass
    pack_statistics: Mapping[CapsuleSize, MassPerCapsule] = field(default_factory=dict)

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        if self.mean_tablet_mass < self.tablet_strength:
            raise OutOfBounds(
                read=quantity_text(self.mean_tablet_mass, MASS),
                least=f"the tablet's strength, {quantity_text(self.tablet_strength, MASS)},",
                most="any mass",
                field_name="mean_tablet_mass",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class TriturationLot(DrugSource):
    """A trituration in stock. `active_fraction` is drug powder as weighed per mass of it, from the weights taken;
    its diluent is the order's filler. `budget` is what the weighings it was made by contribute to the content;
    `tablets` are those it was made of, if it was; `held_back` names the lots in it that are quarantined,
    `rejected` those that are rejected."""

    name: str
    active_fraction: Ratio
    expires_on: ExpiryDay
    budget: tuple[UncertaintyTerm, ...] = ()
    tablets: Tablets | None = None
    held_back: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    lot: LotFacts | None = None

    def __post_init__(self) -> None:
        require_text(self.name, _LONGEST_NAME, "name")
        require_percent(self.active_fraction, _FRACTION, "active_fraction")


def tablets_of(source: DrugSource | None) -> Tablets | None:
    """The tablets that the drug comes from in the end; None where it comes from powder."""
    match source:
        case TriturationLot(tablets=tablets):
            return tablets
        case Tablets():
            return source
        case _:
            return None
