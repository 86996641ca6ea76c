"""What later entries changed of rows that earlier ones made: status, approval, the plan in force."""

import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from sqlalchemy import Connection, select

from compounder.codec.documents import NO_DOCUMENT
from compounder.database.audit import batch_columns, care_columns, people_columns, recall_columns
from compounder.database.audit.columns import Changes, Columns, Document, Key, Version, of_amended_lot
from compounder.database.audit.entries import AT_ONCE, ENTRY_COLUMNS, Told, told_by
from compounder.database.schema import JournalTable, LotTable
from compounder.domain.record.journal import EntryKind

_CHANGING: Final = (
    EntryKind.FORMULATION_APPROVED,
    EntryKind.LOT_STATUS_CHANGED,
    EntryKind.LOT_AMENDED,
    *batch_columns.KINDS,
    EntryKind.PAST_BATCH_WITHDRAWN,
    EntryKind.TRITURATION_PLANNED,
    EntryKind.TRITURATION_MADE,
    EntryKind.TRITURATION_VOIDED,
    *people_columns.CHANGING,
    *care_columns.CHANGING,
    *recall_columns.CHANGING,
)
_LATER: Final = (
    select(*ENTRY_COLUMNS)
    .where(JournalTable.kind.in_([kind.value for kind in _CHANGING]))
    .order_by(JournalTable.number)
)
_LOTS: Final = select(
    LotTable.id, LotTable.journal_number, LotTable.document, JournalTable.kind, JournalTable.document.label("received")
).join(JournalTable, JournalTable.number == LotTable.journal_number)


def changes_of(connection: Connection) -> Changes:
    """What all entries changed, the later over the earlier. One that cannot be read is found where its hash is."""
    columns: defaultdict[Key, dict[str, object]] = defaultdict(dict)
    entries: defaultdict[Key, dict[str, int]] = defaultdict(dict)
    moves = batch_columns.Moves()
    triturations: dict[str, Document] = {}
    made: dict[str, int] = {}
    lots = {lot_id: [version] for lot_id, version in _lots(connection)}
    for row in connection.execute(_LATER, execution_options={"yield_per": AT_ONCE}):
        told = told_by(row)
        try:
            document = json.loads(told.document)
            match told.kind:
                case EntryKind.TRITURATION_PLANNED:
                    triturations[told.subject] = document
                case EntryKind.TRITURATION_MADE:
                    made[told.subject] = told.number
                case EntryKind.LOT_AMENDED:
                    lots[int(document["lot_id"])].append((told.number, document["lot"]))
            for table, name, changed in (
                *_changed(told, document),
                *people_columns.changed(told, document),
                *care_columns.changed(told),
                *recall_columns.changed(told),
                *moves.changed(told, document),
            ):
                columns[table, told.site, name].update(changed)
                entries[table, told.site, name].update(dict.fromkeys(changed, told.number))
        except NO_DOCUMENT:
            continue
    return Changes(columns=columns, entries=entries, triturations=triturations, made=made, lots=lots)


def _lots(connection: Connection) -> Iterator[tuple[int, Version]]:
    """Every lot as it came in. What a trituration became stands nowhere but in the lot itself."""
    for lot_id, number, document, kind, received in connection.execute(_LOTS):
        with suppress(*NO_DOCUMENT):
            yield lot_id, (number, json.loads(document if kind == EntryKind.TRITURATION_MADE else received))


def _changed(told: Told, document: Document) -> Iterator[tuple[str, str, Columns]]:
    match told.kind:
        case EntryKind.FORMULATION_APPROVED:
            approval = {"approved_by": told.actor, "approved_at": told.at, "approval_reason": document["reason"]}
            yield "formulation_versions", f"{told.subject} {document['version']}", approval
        case EntryKind.LOT_STATUS_CHANGED:
            yield "ingredient_lots", document["lot_id"], {"status": document["status"]}
        case EntryKind.LOT_AMENDED:
            yield "ingredient_lots", document["lot_id"], of_amended_lot(document["lot"])
        case EntryKind.PAST_BATCH_WITHDRAWN:
            yield "past_batches", document["past_batch_id"], {"status": "withdrawn"}
        case EntryKind.TRITURATION_MADE:
            made = {"status": "made", "beyond_use_date": document["beyond_use_date"], "made_document": told.document}
            yield "triturations", told.subject, {**made, "lot_by_entry": told.number}
        case EntryKind.TRITURATION_VOIDED:
            yield "triturations", told.subject, {"status": "voided", "status_reason": document["reason"]}
