"""Batches: the compounding record and its plan as documents that never change, and the columns that search needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from compounder.codec.documents import NO_DOCUMENT, canonical, digest, from_stored
from compounder.database import running_numbers, words
from compounder.database.errors import NotFound, RecordUnreadable
from compounder.database.schema import BatchIngredientTable, BatchTable, PlanTable, RecordTable
from compounder.database.types import AnyRow, batch_id_of, nanograms, row_id
from compounder.domain.batch.plan import BatchPlan
from compounder.domain.record.journal import JournalEntry
from compounder.domain.record.record import BatchStatus, CompoundingRecord
from compounder.domain.units import MASS_PER_CAPSULE, format_dose


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBatch:
    """A batch to keep: its record, whose document is its journal `entry`'s, its plan's document, and nanograms of each
    ingredient lot in it, what comes through triturations included."""

    record: CompoundingRecord
    plan_document: str
    entry: JournalEntry
    contents: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A new plan of a batch, as its journal `entry` tells it, and the ingredient lots that are in it now as well."""

    batch_id: int
    plan: BatchPlan
    number: int
    entry: JournalEntry
    added: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBatch:
    """A batch as it is kept: its record, and where it stands now. `status_reason` says why it is held, or why a
    planned one cannot be made; otherwise it is empty.

    The record's plan is the newest; plan 1 is what the record's hash covers, and stays.
    """

    batch_id: int
    record: CompoundingRecord
    record_sha256: str
    status: BatchStatus
    status_reason: str


FIRST_PLAN: Final = 1
_ADD_BATCHES: Final = insert(BatchTable)
_ADD_RECORDS: Final = insert(RecordTable)
_ADD_PLANS: Final = insert(PlanTable)
_ADD_INGREDIENTS: Final = insert(BatchIngredientTable)
_KEPT: Final = (
    select(
        BatchTable.id,
        BatchTable.status,
        BatchTable.status_reason,
        BatchTable.plan_number,
        RecordTable.document,
        RecordTable.sha256,
        PlanTable.document.label("revised"),
        PlanTable.sha256.label("revised_sha256"),
    )
    .join(RecordTable, RecordTable.batch_id == BatchTable.id)
    .join(
        PlanTable,
        and_(
            PlanTable.batch_id == BatchTable.id,
            PlanTable.number == BatchTable.plan_number,
            BatchTable.plan_number > FIRST_PLAN,
        ),
        isouter=True,
    )
)
_ONE: Final = _KEPT.where(BatchTable.site == bindparam("site"), BatchTable.lot_number == bindparam("lot_number"))
_OF_ORDER: Final = _KEPT.where(BatchTable.site == bindparam("site"), BatchTable.order_number == bindparam("number"))
_PLAN: Final = (
    select(PlanTable.document, PlanTable.sha256)
    .join(BatchTable, BatchTable.id == PlanTable.batch_id)
    .where(
        BatchTable.site == bindparam("site"),
        BatchTable.lot_number == bindparam("lot_number"),
        PlanTable.number == bindparam("number"),
    )
)


def add_each(connection: Connection, site: str, order_id: int, day: date, new: Sequence[NewBatch]) -> tuple[int, ...]:
    """The ids of an order's batches, now kept with their records, their plans, their ingredients and their words."""
    ids = tuple(batch_id_of(day, number) for number in running_numbers.next_batches_of_day(connection, day, len(new)))
    kept = dict(zip(ids, new, strict=True))
    connection.execute(_ADD_BATCHES, [_row(each, batch_id, order_id) for batch_id, each in kept.items()])
    connection.execute(_ADD_RECORDS, [_record_row(each, batch_id) for batch_id, each in kept.items()])
    connection.execute(_ADD_PLANS, [_plan_row(each, batch_id) for batch_id, each in kept.items()])
    taken = [row for batch_id, each in kept.items() for row in _ingredient_rows(site, batch_id, each.contents)]
    if taken:
        connection.execute(_ADD_INGREDIENTS, taken)
    words.add(connection, site, words.BATCH, {batch_id: _texts(each.record) for batch_id, each in kept.items()})
    return ids


def load(connection: Connection, site: str, lot_number: str) -> StoredBatch:
    """The batch with our lot number; refuses with `NotFound`, and with `RecordUnreadable` what was changed beside the
    journal such that it says nothing any more."""
    row = connection.execute(_ONE, {"site": site, "lot_number": lot_number}).first()
    if row is None:
        raise NotFound(what="batch", name=lot_number)
    try:
        return _stored(row)
    except NO_DOCUMENT:
        raise RecordUnreadable(lot_number=lot_number) from None


def of_order(connection: Connection, site: str, order_number: str) -> tuple[StoredBatch, ...]:
    """The batches of an order, in the order's sequence of strengths."""
    rows = connection.execute(_OF_ORDER.order_by(BatchTable.id), {"site": site, "number": order_number})
    return tuple(_stored(row) for row in rows)


def plan(connection: Connection, site: str, lot_number: str, number: int) -> BatchPlan:
    """Plan 1, 2 … of a batch; refuses with `NotFound`."""
    return plan_with_hash(connection, site, lot_number, number)[0]


def plan_with_hash(connection: Connection, site: str, lot_number: str, number: int) -> tuple[BatchPlan, str]:
    """Plan 1, 2 … of a batch, and the hash of its document as it was stored; refuses with `NotFound`."""
    row = connection.execute(_PLAN, {"site": site, "lot_number": lot_number, "number": number}).first()
    if row is None:
        raise NotFound(what="plan", name=f"{number} of batch {lot_number}")
    return from_stored(row.document, BatchPlan), row.sha256


def stand(connection: Connection, site: str, lot_number: str, status: BatchStatus, reason: str) -> None:
    """Keep where a batch stands now, and why it is held or cannot be made."""
    statement = update(BatchTable).where(BatchTable.site == site, BatchTable.lot_number == lot_number)
    connection.execute(statement.values(status=status.value, status_reason=reason))


def stand_each(connection: Connection, site: str, lot_numbers: Sequence[str], status: BatchStatus, reason: str) -> None:
    """The same of many batches, for one reason."""
    rows = [{"number": number, "at": site} for number in lot_numbers]
    named = (BatchTable.site == bindparam("at"), BatchTable.lot_number == bindparam("number"))
    statement = update(BatchTable).where(*named).values(status=status.value, status_reason=reason)
    connection.execute(statement, rows)


def hold_days(connection: Connection, site: str, lot_number: str, compounded_on: date, beyond_use: date) -> int:
    """Keep the day of compounding and the beyond-use date that hold now; the id of the batch."""
    statement = update(BatchTable).where(BatchTable.site == site, BatchTable.lot_number == lot_number)
    days = statement.values(compounded_on=compounded_on, beyond_use_date=beyond_use)
    return int(connection.execute(days.returning(BatchTable.id)).scalar_one())


def revise(connection: Connection, site: str, revision: Revision) -> None:
    """Keep a new plan of a batch beside the old ones, and go by it from now on."""
    plan, document = revision.plan, canonical(revision.plan)
    row = {
        "batch_id": revision.batch_id,
        "site": site,
        "number": revision.number,
        "document": document,
        "sha256": digest(document),
        "journal_number": revision.entry.number,
    }
    connection.execute(_ADD_PLANS, row)
    if revision.added:
        hold(connection, site, revision.batch_id, revision.added)
    statement = update(BatchTable).where(BatchTable.site == site, BatchTable.id == revision.batch_id)
    made = {"capsules": plan.capsules_to_make, "beyond_use_date": plan.beyond_use_date}
    connection.execute(statement.values(plan_number=revision.number, **made))


def hold(connection: Connection, site: str, batch_id: int, added: Mapping[str, int]) -> None:
    """Keep that a batch holds nanograms of further ingredient lots."""
    connection.execute(_ADD_INGREDIENTS, list(_ingredient_rows(site, batch_id, added)))


def _stored(row: AnyRow) -> StoredBatch:
    record = _read(row.document)
    if row.revised is not None:
        revised = from_stored(row.revised, BatchPlan)
        record = replace(record, plan=revised, plan_number=row.plan_number, plan_sha256=row.revised_sha256)
    return StoredBatch(
        batch_id=row.id,
        record=record,
        record_sha256=row.sha256,
        status=BatchStatus(row.status),
        status_reason=row.status_reason,
    )


@lru_cache(maxsize=64)
def _read(document: str) -> CompoundingRecord:
    """The record of a document, which never changes; what waits is looked at again and again."""
    return from_stored(document, CompoundingRecord)


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


def _ingredient_rows(site: str, batch_id: int, contents: Mapping[str, int]) -> Iterable[Mapping[str, object]]:
    owner = {"batch_id": batch_id, "site": site}
    for lot_id, mass in contents.items():
        yield {**owner, "ingredient_lot_id": row_id(lot_id), "mass_ng": mass}


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
    order = record.order
    kept = (order.active.lot, order.filler.lot, order.next_active.powder.lot if order.next_active else None)
    lots = [lot for lot in kept if lot]
    return (
        record.formulation.name,
        record.formulation.code,
        record.order.active.substance.name,
        record.order.filler.substance.name,
        record.stored_by,
        *(text for lot in lots for text in (lot.lot_number, lot.maker)),
        *(used.lot_number for used in record.triturations),
        *(text for decision in record.decisions for text in (decision.name, decision.reason)),
    )
