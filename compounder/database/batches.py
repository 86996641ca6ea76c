"""Batches: the compounding record and its plan as documents that never change, and the columns that search needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from compounder.codec.documents import canonical, digest, from_stored
from compounder.database import lot_numbers, words
from compounder.database.errors import NotFound
from compounder.database.schema import BatchIngredientTable, BatchTable, PlanTable, RecordTable
from compounder.database.types import AnyRow, batch_id_of, nanograms, row_id
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.batch.weighing import Role
from compounder.domain.record.record import BatchStatus, CompoundingRecord
from compounder.domain.stock.lots import LotFacts
from compounder.domain.units import MASS_PER_CAPSULE, Mass, format_dose, mg


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchIngredient:
    """How much of which ingredient lot a batch takes, as weighed."""

    lot_id: str
    mass: Mass


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch:
    """A batch as it is kept: its record as stored, and where it stands now. `void_reason` is empty unless voided."""

    batch_id: int
    record: CompoundingRecord
    record_sha256: str
    status: BatchStatus
    void_reason: str


_KEPT: Final = select(
    BatchTable.id, BatchTable.status, BatchTable.status_reason, RecordTable.document, RecordTable.sha256
).join(RecordTable, RecordTable.batch_id == BatchTable.id)
_ONE: Final = _KEPT.where(BatchTable.site == bindparam("site"), BatchTable.lot_number == bindparam("lot_number"))
_STANDING: Final = (
    select(RecordTable.sha256, BatchTable.status, BatchTable.status_reason)
    .join(RecordTable, RecordTable.batch_id == BatchTable.id)
    .where(BatchTable.site == bindparam("site"), BatchTable.lot_number == bindparam("lot_number"))
)
_OF_ORDER: Final = _KEPT.where(BatchTable.site == bindparam("site"), BatchTable.order_number == bindparam("number"))
_PLAN: Final = (
    select(PlanTable.document)
    .join(BatchTable, BatchTable.id == PlanTable.batch_id)
    .where(
        BatchTable.site == bindparam("site"),
        BatchTable.lot_number == bindparam("lot_number"),
        PlanTable.number == bindparam("number"),
    )
)


def ingredients_of(record: CompoundingRecord) -> tuple[BatchIngredient, ...]:
    """What the batch takes of each ingredient lot that its order names, as weighed."""
    lots: Mapping[Role, LotFacts | None] = {Role.ACTIVE: record.order.active.lot, Role.FILLER: record.order.filler.lot}
    taken: dict[str, Mass] = {}
    for weighing in record.plan.weighings:
        lot = lots[weighing.role]
        if lot is not None:
            mass = weighing.to_weigh.to(mg)
            taken[lot.lot_id] = taken[lot.lot_id] + mass if lot.lot_id in taken else mass
    return tuple(BatchIngredient(lot_id=lot_id, mass=mass) for lot_id, mass in taken.items())


def add(connection: Connection, record: CompoundingRecord, *, order_id: int, journal_number: int) -> int:
    """The id of the batch now kept with its record, its plan, its ingredients and its words."""
    day = record.order.compounded_on
    batch_id = batch_id_of(day, lot_numbers.next_batch_of_day(connection, day))
    document = canonical(record)
    owner = {"batch_id": batch_id, "site": record.site}
    connection.execute(insert(BatchTable), _row(record, batch_id, order_id, journal_number))
    connection.execute(insert(RecordTable), {**owner, "document": document, "sha256": digest(document)})
    connection.execute(insert(PlanTable), {**owner, **_plan_row(record), "journal_number": journal_number})
    rows = [
        {**owner, "ingredient_lot_id": row_id(part.lot_id), "mass_ng": nanograms(part.mass)}
        for part in ingredients_of(record)
    ]
    if rows:
        connection.execute(insert(BatchIngredientTable), rows)
    words.add(connection, record.site, words.BATCH, batch_id, _texts(record))
    return batch_id


def load(connection: Connection, site: str, lot_number: str) -> StoredBatch:
    """The batch with our lot number; refuses with `NotFound`."""
    row = connection.execute(_ONE, {"site": site, "lot_number": lot_number}).first()
    if row is None:
        raise NotFound(what="batch", name=lot_number)
    return _stored(row)


def standing(connection: Connection, site: str, lot_number: str) -> tuple[str, str, str]:
    """The hash of a batch's record, its status and the reason of that status; refuses with `NotFound`."""
    row = connection.execute(_STANDING, {"site": site, "lot_number": lot_number}).first()
    if row is None:
        raise NotFound(what="batch", name=lot_number)
    return row.sha256, row.status, row.status_reason


def of_order(connection: Connection, site: str, order_number: str) -> tuple[StoredBatch, ...]:
    """The batches of an order, in the order's sequence of strengths."""
    rows = connection.execute(_OF_ORDER.order_by(BatchTable.id), {"site": site, "number": order_number})
    return tuple(_stored(row) for row in rows)


def plan(connection: Connection, site: str, lot_number: str, number: int) -> BatchPlan:
    """Plan 1, 2 … of a batch; refuses with `NotFound`."""
    key = {"site": site, "lot_number": lot_number, "number": number}
    document = connection.scalar(_PLAN, key)
    if document is None:
        raise NotFound(what="plan", name=f"{number} of batch {lot_number}")
    return from_stored(document, BatchPlan)


def set_status(
    connection: Connection, site: str, lot_number: str, status: BatchStatus, *, was: BatchStatus, reason: str
) -> bool:
    """Whether the batch stood at `was` and now stands at `status`; false if somebody was quicker."""
    statement = update(BatchTable).where(
        BatchTable.site == site, BatchTable.lot_number == lot_number, BatchTable.status == was.value
    )
    return connection.execute(statement.values(status=status.value, status_reason=reason)).rowcount == 1


def _stored(row: AnyRow) -> StoredBatch:
    return StoredBatch(
        batch_id=row.id,
        record=from_stored(row.document, CompoundingRecord),
        record_sha256=row.sha256,
        status=BatchStatus(row.status),
        void_reason=row.status_reason,
    )


def _plan_row(record: CompoundingRecord) -> Mapping[str, object]:
    document = canonical(record.plan)
    return {"number": record.plan_number, "document": document, "sha256": digest(document)}


def _row(record: CompoundingRecord, batch_id: int, order_id: int, journal_number: int) -> Mapping[str, object]:
    return {
        "id": batch_id,
        "site": record.site,
        "order_id": order_id,
        "order_number": record.order_number,
        "lot_number": record.lot_number,
        "preparation": record.formulation.name,
        "formulation_code": record.formulation.code,
        "formulation_version": record.formulation.version,
        "strength_ng": nanograms(record.plan.strength, MASS_PER_CAPSULE),
        "strength": format_dose(record.plan.strength),
        "capsules": record.plan.capsules_to_make,
        "compounded_on": record.order.compounded_on,
        "beyond_use_date": record.plan.beyond_use_date,
        "status": BatchStatus.PLANNED.value,
        "status_reason": "",
        "plan_number": record.plan_number,
        "journal_number": journal_number,
    }


def _texts(record: CompoundingRecord) -> tuple[str, ...]:
    """What a batch is found by, in words."""
    lots = [lot for lot in (record.order.active.lot, record.order.filler.lot) if lot]
    return (
        record.formulation.name,
        record.formulation.code,
        record.order.active.substance.name,
        record.order.filler.substance.name,
        record.stored_by,
        *(text for lot in lots for text in (lot.lot_number, lot.maker)),
        *(text for decision in record.decisions for text in (decision.name, decision.reason)),
    )
