"""Finished capsules on the shelf: released, not expired, those to be dispensed first on top."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Connection, Date, bindparam, func, literal_column, or_, select

from compounder.database.schema import BatchTable, CapsuleStockTable
from compounder.database.search import prepared
from compounder.database.types import nanograms
from compounder.domain.care.dispensing import BatchCapsules
from compounder.domain.record.record import BatchStatus
from compounder.domain.units import MASS_PER_CAPSULE, MassPerCapsule

_NOTHING: Final[ColumnElement[int]] = literal_column("0")
"""Written into statements: an index of what is more than nothing is not taken for a value that comes with them."""


@dataclass(frozen=True, slots=True)
class HeldOnShelf:
    """Capsules that are still here and are not dispensed any more, or not now."""

    lot_number: str
    strength: str
    beyond_use_date: date
    capsules: int
    status: str


def on_shelf(
    connection: Connection, site: str, day: date, strengths: Iterable[tuple[str, int]]
) -> Mapping[tuple[str, int], int]:
    """Capsules that may be dispensed on this day of each formulation and strength in nanograms that is asked for.

    Each is a walk along its own part of an index; what was past its date before this day is never met.
    """
    return {
        (code, strength_ng): int(prepared.value(connection, _COUNT, {**asked, "site": site, "day": day}) or 0)
        for code, strength_ng in strengths
        for asked in [{"formulation": code, "strength_ng": strength_ng}]
    }


def earliest_first(
    connection: Connection, site: str, formulation: str, strength: MassPerCapsule, day: date
) -> tuple[BatchCapsules, ...]:
    """Batches of a strength that may be dispensed on this day, the earliest beyond-use date first."""
    table = CapsuleStockTable
    asked = (
        select(table.batch_id, BatchTable.lot_number, table.beyond_use_date, table.capsules)
        .join(BatchTable, BatchTable.id == table.batch_id)
        .where(*_usable(site, day), table.formulation_code == formulation)
        .where(table.strength_ng == nanograms(strength, MASS_PER_CAPSULE))
        .order_by(table.beyond_use_date, table.batch_id)
    )
    return tuple(
        BatchCapsules(batch_id=batch_id, lot_number=number, beyond_use_date=until, capsules=capsules)
        for batch_id, number, until, capsules in connection.execute(asked)
    )


def not_to_be_dispensed(connection: Connection, site: str, day: date, *, limit: int) -> tuple[HeldOnShelf, ...]:
    """Batches with capsules still here that nobody may dispense on this day, the earliest beyond-use date first."""
    table = CapsuleStockTable
    is_held = or_(table.beyond_use_date < day, BatchTable.status != BatchStatus.RELEASED.value)
    asked = (
        select(BatchTable.lot_number, BatchTable.strength, table.beyond_use_date, table.capsules, BatchTable.status)
        .join(BatchTable, BatchTable.id == table.batch_id)
        .where(table.site == site, table.capsules > _NOTHING, is_held)
        .order_by(table.beyond_use_date, table.batch_id)
        .limit(limit)
    )
    return tuple(HeldOnShelf(*row) for row in connection.execute(asked))


def _usable(site: str | ColumnElement[str], day: date | ColumnElement[date]) -> tuple[ColumnElement[bool], ...]:
    """Of released batches, through their beyond-use date, and not empty."""
    table = CapsuleStockTable
    is_released = BatchTable.status == BatchStatus.RELEASED.value
    return table.site == site, table.beyond_use_date >= day, table.capsules > _NOTHING, is_released


_COUNT: Final = (
    select(func.sum(CapsuleStockTable.capsules))
    .join(BatchTable, BatchTable.id == CapsuleStockTable.batch_id)
    .where(*_usable(bindparam("site"), bindparam("day", type_=Date())))
    .where(CapsuleStockTable.formulation_code == bindparam("formulation"))
    .where(CapsuleStockTable.strength_ng == bindparam("strength_ng"))
)
"""The capsules of one strength."""
