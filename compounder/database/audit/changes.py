"""What later entries changed of rows that earlier ones made: status, approval, the plan in force."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, select

from compounder.database.audit import people_columns
from compounder.database.audit.columns import Changes, Columns, Document, Key
from compounder.database.audit.documents import NO_DOCUMENT, read_document
from compounder.database.audit.entries import AT_ONCE, ENTRY_COLUMNS, Told, told_by
from compounder.database.schema import JournalTable, LotTable
from compounder.domain.record.journal import EntryKind

_CHANGING: Final = (
    EntryKind.FORMULATION_APPROVED,
    EntryKind.LOT_STATUS_CHANGED,
    EntryKind.BATCH_VOIDED,
    EntryKind.PLAN_NOT_REVISED,
    EntryKind.PLAN_REVISED,
    EntryKind.TRITURATION_PLANNED,
    EntryKind.TRITURATION_MADE,
    EntryKind.TRITURATION_VOIDED,
    *people_columns.CHANGING,
)
_LATER: Final = (
    select(*ENTRY_COLUMNS)
    .where(JournalTable.kind.in_([kind.value for kind in _CHANGING]))
    .order_by(JournalTable.number)
)
_LOTS: Final = select(LotTable.id, LotTable.document)


def changes_of(connection: Connection) -> Changes:
    """What all entries changed, the later over the earlier. One that cannot be read is found where its hash is."""
    columns: defaultdict[Key, dict[str, object]] = defaultdict(dict)
    triturations: dict[str, Document] = {}
    for row in connection.execute(_LATER, execution_options={"yield_per": AT_ONCE}):
        told = told_by(row)
        try:
            document = read_document(told.document)
            if told.kind == EntryKind.TRITURATION_PLANNED:
                triturations[told.subject] = document
            for table, name, changed in (*_changed(told, document), *people_columns.changed(told, document)):
                columns[table, told.site, name].update(changed)
        except NO_DOCUMENT:
            continue
    return Changes(columns=columns, triturations=triturations, lots=dict(_lots(connection)))


def _lots(connection: Connection) -> Iterator[tuple[int, Document]]:
    for lot_id, document in connection.execute(_LOTS):
        with suppress(*NO_DOCUMENT):
            yield lot_id, read_document(document)


def _changed(told: Told, document: Document) -> Iterator[tuple[str, str, Columns]]:  # long: a case for each kind
    match told.kind:
        case EntryKind.FORMULATION_APPROVED:
            approval = {"approved_by": told.actor, "approved_at": told.at, "approval_reason": document["reason"]}
            yield "formulation_versions", f"{told.subject} {document['version']}", approval
        case EntryKind.LOT_STATUS_CHANGED:
            yield "ingredient_lots", document["lot_id"], {"status": document["status"]}
        case EntryKind.BATCH_VOIDED:
            yield "batches", told.subject, {"status": "voided", "status_reason": document["reason"]}
        case EntryKind.PLAN_NOT_REVISED:
            yield "batches", told.subject, {"status_reason": document["reason"]}
        case EntryKind.PLAN_REVISED:
            number, plan = document["plan_number"], document["plan"]
            yield "batches", told.subject, {"plan_number": number, "beyond_use_date": plan["beyond_use_date"]}
        case EntryKind.TRITURATION_MADE:
            made = {"status": "made", "beyond_use_date": document["beyond_use_date"], "made_document": told.document}
            yield "triturations", told.subject, {**made, "lot_by_entry": told.number}
        case EntryKind.TRITURATION_VOIDED:
            yield "triturations", told.subject, {"status": "voided", "status_reason": document["reason"]}
