"""Past batches: what another record, on paper or in another system, says of a batch that this program neither planned
nor calculated.

They are kept to be found and recalled, and are of a kind of their own: nothing of one is worked out, weighed, signed,
released, printed on a label or dispensed here.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compounder.domain.bounds import MOST_CAPSULES, Quantities, require_count, require_day, require_text
from compounder.domain.calendar import format_day
from compounder.domain.errors import CompoundingError
from compounder.domain.units import MassPerCapsule

LONGEST_NUMBER = 40
LONGEST_LINE = 200
MOST_LOTS = 20


class BeforeItWasMade(CompoundingError):
    """A beyond-use date before the day of compounding."""

    code = "before-it-was-made"
    title = "The beyond-use date is before the day it was made"
    beyond_use: str
    made: str
    field_name: str = "beyond_use_date"

    def __str__(self) -> str:
        return f"The beyond-use date {self.beyond_use} is before the day it was made, {self.made}."


@dataclass(frozen=True, slots=True, kw_only=True)
class PastLot:
    """An ingredient lot as the record names it; it may leave out the maker."""

    maker: str = ""
    lot_number: str

    def __post_init__(self) -> None:
        require_text(self.lot_number, LONGEST_LINE, "ingredient_lots")
        if self.maker:
            require_text(self.maker, LONGEST_LINE, "ingredient_lots")

    def __str__(self) -> str:
        return f"{self.maker}: {self.lot_number}" if self.maker else self.lot_number


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBatch(Quantities):
    """A batch as the other record tells it. `reference` says where that record is: a folder and a sheet, or a number in
    the other system."""

    lot_number: str
    formulation: str
    strength: MassPerCapsule
    strength_basis: str = ""
    capsules: int
    made_on: date
    beyond_use_date: date
    ingredient_lots: tuple[PastLot, ...] = ()
    reference: str
    made_by: str = ""
    note: str = ""

    def __post_init__(self) -> None:
        Quantities.__post_init__(self)
        require_text(self.lot_number, LONGEST_NUMBER, "lot_number")
        for name in ("formulation", "reference"):
            require_text(getattr(self, name), LONGEST_LINE, name)
        require_count(self.capsules, 1, MOST_CAPSULES, "capsules")
        require_count(len(self.ingredient_lots), 0, MOST_LOTS, "ingredient_lots")
        for name in ("made_on", "beyond_use_date"):
            require_day(getattr(self, name), name)
        if self.beyond_use_date < self.made_on:
            raise BeforeItWasMade(beyond_use=format_day(self.beyond_use_date), made=format_day(self.made_on))


class PastStatus(StrEnum):
    """Whether what was entered counts; what was entered wrongly is withdrawn, and may be entered again."""

    PAST = "past"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBatchEntered:
    """What the journal says of a batch that was entered: the record as told, and for each of its ingredient lots, in
    their sequence, the id of the lot in stock that it is, or nothing."""

    batch: PastBatch
    lot_ids: tuple[str, ...]
