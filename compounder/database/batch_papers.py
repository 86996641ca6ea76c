"""What the papers of a batch are found again by, and until when its labels may be printed."""

from datetime import date
from typing import Final, cast

from sqlalchemy import Connection, bindparam, select

from compounder.codec.documents import digest
from compounder.database.errors import NotFound
from compounder.database.schema import BatchTable, JournalTable, PlanTable, RecordTable
from compounder.database.search import prepared
from compounder.domain.record.journal import CAPSULE_ENTRIES, EntryKind

PRINTED: Final = (
    EntryKind.DECISION_SHARED,
    EntryKind.BATCH_WEIGHED,
    EntryKind.WEIGHING_DISCARDED,
    EntryKind.STEP_DONE,
    EntryKind.DEVIATION_NOTED,
    EntryKind.DEVIATION_ASSESSED,
    EntryKind.BATCH_VERIFIED,
    EntryKind.BATCH_RELEASED,
    EntryKind.BATCH_AMENDED,
    EntryKind.BATCH_RECALLED,
    *CAPSULE_ENTRIES,
)
"""Entries that papers tell of, beside those that the status tells of."""
_STANDING: Final = (
    select(
        RecordTable.document,
        PlanTable.document.label("plan"),
        BatchTable.status,
        BatchTable.status_reason,
        BatchTable.plan_number,
    )
    .join(RecordTable, RecordTable.batch_id == BatchTable.id)
    .join(PlanTable, (PlanTable.batch_id == BatchTable.id) & (PlanTable.number == BatchTable.plan_number))
    .where(BatchTable.site == bindparam("site"), BatchTable.lot_number == bindparam("lot_number"))
)
_SINCE: Final = (
    select(JournalTable.leaf_hash)
    .where(
        JournalTable.site == bindparam("site"),
        JournalTable.subject == bindparam("lot_number"),
        JournalTable.kind.in_([kind.value for kind in PRINTED]),
    )
    .order_by(JournalTable.number)
)
_BEYOND_USE: Final = select(BatchTable.beyond_use_date).where(
    BatchTable.site == bindparam("site"), BatchTable.lot_number == bindparam("lot_number")
)


def standing(connection: Connection, site: str, lot_number: str) -> tuple[str, ...]:
    """The hashes of a batch's record and plan as they lie there now, its status and that status's reason, its plan's
    number, and the hash of each entry since that papers tell of; refuses with `NotFound`."""
    names = {"site": site, "lot_number": lot_number}
    for record, plan, status, reason, number in prepared.rows(connection, _STANDING, names):
        since = (leaf_hash for (leaf_hash,) in prepared.rows(connection, _SINCE, names))
        return digest(record), digest(plan), status, reason, f"plan {number}", *since
    raise NotFound(what="batch", name=lot_number)


def beyond_use_date(connection: Connection, site: str, lot_number: str) -> date:
    """The beyond-use date that holds of a batch; refuses with `NotFound`."""
    for (last,) in prepared.rows(connection, _BEYOND_USE, {"site": site, "lot_number": lot_number}):
        return cast("date", last)
    raise NotFound(what="batch", name=lot_number)
