"""What the rows of recalls, and of who was told of them, must say by the entries that made and closed them."""

from collections.abc import Iterator

from compounder.database.audit.columns import Changes, Columns, Document
from compounder.database.audit.entries import Told
from compounder.database.types import AnyRow
from compounder.domain.care.recall import RecallStatus
from compounder.domain.record.journal import EntryKind

CHANGING = (EntryKind.RECALL_CLOSED,)
_RECALL = "recall "


def of_recall(row: AnyRow, told: Told, document: Document, changes: Changes) -> Columns:
    number = told.subject.removeprefix(_RECALL)
    return {
        "site": told.site,
        "number": number,
        "origin_kind": document["origin"]["kind"],
        "origin_name": document["origin"]["name"],
        "started_on": document["started_on"],
        "status": RecallStatus.OPEN.value,
        "document": told.document,
        **changes.of("recalls", row.site, number),
    }


def of_contact(_: AnyRow, told: Told, document: Document, __: Changes) -> Columns:
    said = {name: document[name] for name in ("prescriber", "told_on", "way", "answer")}
    number = told.subject.removeprefix(_RECALL)
    return {"site": told.site, "of_recall": number, "of_patient": document["patient"] or None, **said}


def changed(told: Told) -> Iterator[tuple[str, str, Columns]]:
    """What an entry changed of a recall: table, name of the row, columns."""
    if told.kind == EntryKind.RECALL_CLOSED:
        yield "recalls", told.subject.removeprefix(_RECALL), {"status": RecallStatus.CLOSED.value}
