"""Batches: the compounding record and its plan as documents that never change, and the columns that search needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from compounder.codec.documents import digest, from_stored
from compounder.database import lot_numbers, words
from compounder.database.errors import NotFound
from compounder.database.schema import BatchIngredientTable, BatchTable, PlanTable, RecordTable
from compounder.database.types import AnyRow, batch_id_of, nanograms, row_id
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.batch.weighing import Role
from compounder.domain.record.journal import JournalEntry
from compounder.domain.record.record import BatchStatus, CompoundingRecord
from compounder.domain.stock.lots import LotFacts
from compounder.domain.units import MASS_PER_CAPSULE, Mass, format_dose, mg


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """A batch to keep: its record, whose document is its journal `entry`'s, and its plan's document."""

    record: CompoundingRecord
    plan_document: str
    entry: JournalEntry


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


_ADD_BATCHES: Final = insert(BatchTable)
_ADD_RECORDS: Final = insert(RecordTable)
_ADD_PLANS: Final = insert(PlanTable)
_ADD_INGREDIENTS: Final = insert(BatchIngredientTable)
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


def add_each(connection: Connection, site: str, order_id: int, day: date, new: Sequence[NewBatch]) -> tuple[int, ...]:
    """The ids of an order's batches, now kept with their records, their plans, their ingredients and their words."""
    ids = tuple(batch_id_of(day, number) for number in lot_numbers.next_batches_of_day(connection, day, len(new)))
    kept = dict(zip(ids, new, strict=True))
    connection.execute(_ADD_BATCHES, [_row(each, batch_id, order_id) for batch_id, each in kept.items()])
    connection.execute(_ADD_RECORDS, [_record_row(each, batch_id) for batch_id, each in kept.items()])
    connection.execute(_ADD_PLANS, [_plan_row(each, batch_id) for batch_id, each in kept.items()])
    taken = [row for batch_id, each in kept.items() for row in _ingredient_rows(each.record, batch_id)]
    if taken:
        connection.execute(_ADD_INGREDIENTS, taken)
    words.add(connection, site, words.BATCH, {batch_id: _texts(each.record) for batch_id, each in kept.items()})
    return ids


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


def _record_row(new: NewBatch, batch_id: int) -> Mapping[str, object]:
    document = new.entry.document
    return {"batch_id": batch_id, "site": new.record.site, "document": document, "sha256": digest(document)}


def _plan_row(new: NewBatch, batch_id: int) -> Mapping[str, object]:
    return {
        "batch_id": batch_id,
        "site": new.record.site,
        "number": new.record.plan_number,
        "document": new.plan_document,
        "sha256": new.record.plan_sha256,
        "journal_number": new.entry.number,
    }


def _ingredient_rows(record: CompoundingRecord, batch_id: int) -> Iterable[Mapping[str, object]]:
    owner = {"batch_id": batch_id, "site": record.site}
    for part in ingredients_of(record):
        yield {**owner, "ingredient_lot_id": row_id(part.lot_id), "mass_ng": nanograms(part.mass)}


def _row(new: NewBatch, batch_id: int, order_id: int) -> Mapping[str, object]:
    record = new.record
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
        "journal_number": new.entry.number,
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
