"""Finished capsules on the shelf: released, not expired, those to be dispensed first on top."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, select

from compounder.database.schema import BatchTable, CapsuleStockTable
from compounder.database.types import nanograms
from compounder.domain.record.record import BatchStatus
from compounder.domain.units import MASS_PER_CAPSULE, MassPerCapsule


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfBatch:
    """Capsules of one released batch that are still here."""

    batch_id: int
    lot_number: str
    beyond_use_date: date
    capsules: int


def on_shelf(connection: Connection, site: str, day: date) -> Mapping[tuple[str, int], int]:
    """Capsules that may be dispensed on this day, by formulation and strength in nanograms."""
    table = CapsuleStockTable
    counted = (
        select(table.formulation_code, table.strength_ng, func.sum(table.capsules))
        .join(BatchTable, BatchTable.id == table.batch_id)
        .where(*_usable(site, day))
        .group_by(table.formulation_code, table.strength_ng)
    )
    return {(code, strength_ng): int(capsules) for code, strength_ng, capsules in connection.execute(counted)}


def earliest_first(
    connection: Connection, site: str, formulation: str, strength: MassPerCapsule, day: date
) -> tuple[ShelfBatch, ...]:
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
        ShelfBatch(batch_id=batch_id, lot_number=number, beyond_use_date=until, capsules=capsules)
        for batch_id, number, until, capsules in connection.execute(asked)
    )


def _usable(site: str, day: date) -> tuple[ColumnElement[bool], ...]:
    """Of released batches, through their beyond-use date, and not empty."""
    table = CapsuleStockTable
    is_released = BatchTable.status == BatchStatus.RELEASED.value
    return table.site == site, table.beyond_use_date >= day, table.capsules > 0, is_released
