"""What the history is filtered by, as conditions: one for each question, put together once for each combination."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam

from compounder.database.schema import BatchTable
from compounder.database.types import BATCHES_A_DAY, batch_id_of, nanograms
from compounder.database.words import begins, range_named
from compounder.domain.record.past_batch import PastStatus
from compounder.domain.record.record import BatchStatus
from compounder.domain.units import MASS_PER_CAPSULE, MassPerCapsule


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFilter:
    """Which batches; what is None or empty is not asked. Both ends of a range of days belong to it.

    `lot_number` is ours, or its beginning; `ingredient_lot` is the supplier's lot number; every one of `words` stands
    in the batch, if only with its beginning. `past` asks for past batches alone, and where they stand.
    """

    lot_number: str = ""
    strength: MassPerCapsule | None = None
    formulation: str = ""
    ingredient_lot: str = ""
    made_from: date | None = None
    made_to: date | None = None
    beyond_use_from: date | None = None
    beyond_use_to: date | None = None
    status: BatchStatus | None = None
    words: str = ""
    past: PastStatus | None = None

    @property
    def asks(self) -> frozenset[str]:
        """The names of what is asked."""
        return frozenset(name for name in BatchFilter.__slots__ if _is_asked(getattr(self, name)))


def _is_asked(value: object) -> bool:
    """Whether there is a value; a quantity is never compared with text, which would take longer than the page."""
    return bool(value) if isinstance(value, str) else value is not None


@lru_cache(maxsize=1_024)
def _first_of(day: date) -> int:
    """Where a day begins in the history; every page of a question asks for the same days."""
    return batch_id_of(day, 0)


_CONDITIONS: Final[Mapping[str, ColumnElement[bool]]] = {
    "lot_number": begins(BatchTable.lot_number, "lot_number"),
    "strength": BatchTable.strength_ng == bindparam("strength"),
    "formulation": BatchTable.formulation_code == bindparam("formulation"),
    "made_from": BatchTable.id >= bindparam("made_from"),
    "made_to": BatchTable.id <= bindparam("made_to"),
    "beyond_use_from": BatchTable.beyond_use_date >= bindparam("beyond_use_from"),
    "beyond_use_to": BatchTable.beyond_use_date <= bindparam("beyond_use_to"),
    "status": BatchTable.status == bindparam("status"),
}
_VALUES: Final[Mapping[str, Callable[[Any], Any]]] = {
    "lot_number": str.upper,
    "strength": lambda strength: nanograms(strength, MASS_PER_CAPSULE),
    "made_from": _first_of,
    "made_to": lambda day: _first_of(day) + BATCHES_A_DAY - 1,
    "status": lambda status: status.value,
}


def conditions(asks: frozenset[str]) -> tuple[ColumnElement[bool], ...]:
    """The conditions on a batch's own columns for what is asked; ingredient lots and words stand in other tables."""
    return (BatchTable.site == bindparam("site"), *(_CONDITIONS[name] for name in sorted(asks & _CONDITIONS.keys())))


def values(site: str, asked: BatchFilter, asks: frozenset[str]) -> dict[str, Any]:
    """What the conditions compare with, for what is asked."""
    found = {name: _VALUES.get(name, _as_it_is)(getattr(asked, name)) for name in asks & _CONDITIONS.keys()}
    if "lot_number" in found:
        found |= range_named("lot_number", found["lot_number"])
    return {"site": site, **found}


def _as_it_is(value: object) -> object:
    return value
