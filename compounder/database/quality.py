"""What finished capsules weighed, batch by batch: kept with each entry of weights, and read again as a trend."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, bindparam, exists, insert, select
from sqlalchemy.orm import aliased

from compounder.database.errors import NotFound
from compounder.database.schema import BatchTable, JournalTable, QualityTable
from compounder.database.types import AnyRow, row_id
from compounder.domain.quality.trend import BatchWeights
from compounder.domain.quality.weight_rules import Inspected
from compounder.domain.record.journal import EntryKind
from compounder.domain.record.record import BatchStatus, CompoundingRecord
from compounder.domain.units import (
    MASS,
    MASS_PER_CAPSULE,
    Mass,
    capsule,
    kept,
    kept_quantity,
    of,
    quantity_text,
    ratio,
)

SHOWN: Final = 50
"""How many batches a trend goes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeighedBatch:
    """A batch whose capsules were weighed: its place in a trend, its strength, and their mean net weight."""

    weights: BatchWeights
    strength: str
    mean_net: Mass


_ADD: Final = insert(QualityTable)
_later = aliased(QualityTable)
_HOLDING: Final = (
    select(
        BatchTable.lot_number,
        BatchTable.strength,
        BatchTable.compounded_on,
        QualityTable.mean_net,
        QualityTable.theory,
        QualityTable.relative_standard_deviation,
    )
    .join(BatchTable, (BatchTable.id == QualityTable.batch_id) & (BatchTable.plan_number == QualityTable.plan_number))
    .where(
        QualityTable.site == bindparam("site"),
        BatchTable.status != BatchStatus.VOIDED.value,
        ~exists().where(_later.batch_id == QualityTable.batch_id, _later.journal_number > QualityTable.journal_number),
        ~exists().where(
            JournalTable.site == QualityTable.site,
            JournalTable.subject == BatchTable.lot_number,
            JournalTable.number > QualityTable.journal_number,
            JournalTable.kind == EntryKind.WEIGHING_DISCARDED.value,
        ),
    )
    .order_by(QualityTable.batch_id.desc())
    .limit(SHOWN)
)
"""The weights that hold of each batch, the newest batch first: none of powder that was discarded since."""


def keep(
    connection: Connection, batch_id: int, record: CompoundingRecord, inspected: Inspected, number: int, at: datetime
) -> None:
    """Keep what the capsules of a batch weigh, as entry `number` tells it; refuses with `NotFound` a batch whose
    filler is of no lot."""
    if record.order.filler.lot is None:
        raise NotFound(what="filler lot of batch", name=record.lot_number)
    row = {
        "journal_number": number,
        "site": record.site,
        "batch_id": batch_id,
        "plan_number": record.plan_number,
        "formulation_code": record.formulation.code,
        "filler_lot_id": row_id(record.order.filler.lot.lot_id),
        "weighed_at": at,
        **_figures_of(inspected),
    }
    connection.execute(_ADD, row)


def _figures_of(inspected: Inspected) -> dict[str, Any]:
    """The columns that follow from the weights and from the planned fill."""
    weights = inspected.weights
    return {
        "capsules": weights.count,
        "mean_net": quantity_text(weights.mean_net, MASS),
        "relative_standard_deviation": kept(weights.net.relative_standard_deviation),
        "theory": quantity_text(inspected.theory, MASS_PER_CAPSULE),
    }


def of_formulation(connection: Connection, site: str, code: str) -> tuple[WeighedBatch, ...]:
    """The last fifty batches of a formulation whose capsules were weighed, the newest first."""
    return _holding(connection, site, QualityTable.formulation_code == code)


def of_filler_lot(connection: Connection, site: str, lot_id: str) -> tuple[WeighedBatch, ...]:
    """The last fifty batches filled up from a lot whose capsules were weighed, the newest first."""
    return _holding(connection, site, QualityTable.filler_lot_id == row_id(lot_id))


def _holding(connection: Connection, site: str, which: ColumnElement[bool]) -> tuple[WeighedBatch, ...]:
    return tuple(_weighed(row) for row in connection.execute(_HOLDING.where(which), {"site": site}))


def _weighed(row: AnyRow) -> WeighedBatch:
    mean_net = kept_quantity(row.mean_net, MASS)
    planned = kept_quantity(row.theory, MASS_PER_CAPSULE) * of(1, capsule)
    weights = BatchWeights(
        lot_number=row.lot_number,
        compounded_on=row.compounded_on,
        mean=ratio(mean_net / planned),
        relative_standard_deviation=Decimal(row.relative_standard_deviation),
    )
    return WeighedBatch(
        weights=weights,
        strength=row.strength,
        mean_net=mean_net,
    )
