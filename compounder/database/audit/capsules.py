"""The ledger of finished capsules: every movement follows from its entry, and the shelf of each batch is their sum."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, TypeAlias

from sqlalchemy import Connection, func, select

from compounder.codec.documents import NO_DOCUMENT
from compounder.database.audit.columns import Document
from compounder.database.audit.entries import AT_ONCE, ENTRY_COLUMNS, Told, raw, told_by
from compounder.database.audit.finding import Finding
from compounder.database.schema import (
    BatchTable,
    BottleTable,
    CapsuleMovementTable,
    CapsuleStockTable,
    JournalTable,
)
from compounder.domain.care.shelf import TELLING, GoodCapsules, change_by_release
from compounder.domain.record.journal import EntryKind

Movement: TypeAlias = tuple[str, str, str, int, str, str]
"""Our lot number of the batch, the bottle's number, kind, capsules, reason, site."""
_MOVED: Final = (
    select(
        raw(CapsuleMovementTable.journal_number),
        func.coalesce(BatchTable.lot_number, "").label("batch"),
        func.coalesce(BottleTable.number, "").label("bottle"),
        raw(CapsuleMovementTable.kind),
        raw(CapsuleMovementTable.capsules),
        raw(CapsuleMovementTable.reason),
        raw(CapsuleMovementTable.site),
    )
    .join(BatchTable, BatchTable.id == CapsuleMovementTable.batch_id, isouter=True)
    .join(BottleTable, BottleTable.id == CapsuleMovementTable.bottle_id, isouter=True)
    .order_by(CapsuleMovementTable.journal_number, CapsuleMovementTable.id)
)
_ROW: Final = ("site", "formulation_code", "strength_ng", "beyond_use_date")
_SHELF: Final = select(
    BatchTable.lot_number,
    raw(CapsuleStockTable.capsules, "capsules"),
    *(raw(getattr(CapsuleStockTable, name), name) for name in _ROW),
    *(raw(getattr(BatchTable, name), f"of_{name}") for name in _ROW),
).join(BatchTable, BatchTable.id == CapsuleStockTable.batch_id, isouter=True)


@dataclass
class Shelf:
    """Capsules as the entries so far make them, by our lot number: good ones, those put there by releases, and those
    that are there."""

    good: defaultdict[str, GoodCapsules] = field(default_factory=lambda: defaultdict(GoodCapsules))
    put: Counter[str] = field(default_factory=Counter)
    there: dict[str, int] = field(default_factory=dict)

    def movements(self, told: Told) -> list[Movement]:
        """What this entry moves, in the sequence it does."""
        document = json.loads(told.document)
        if told.kind in TELLING:
            self.good[told.subject] = self.good[told.subject].after(told.kind, document)
            return []
        return list(_RULES[told.kind](self, told, document))

    def apply(self, movements: list[Movement]) -> None:
        """Let the shelf be what it is afterwards."""
        for batch, _, kind, capsules, _, _ in movements:
            self.there[batch] = self.there.get(batch, 0) + int(capsules)
            self.put[batch] += int(capsules) if kind == "released" else 0


def _released(shelf: Shelf, told: Told, _: Document) -> Iterator[Movement]:
    batch = told.subject
    change = change_by_release(shelf.good[batch].good, shelf.put[batch], shelf.there.get(batch, 0))
    yield batch, "", "released", change, "", told.site


def _counted(shelf: Shelf, told: Told, document: Document) -> Iterator[Movement]:
    change = int(document["counted"]) - shelf.there.get(told.subject, 0)
    yield told.subject, "", "counted", change, document["reason"], told.site


def _destroyed(_: Shelf, told: Told, document: Document) -> Iterator[Movement]:
    yield told.subject, "", "destroyed", -int(document["capsules"]), document["reason"], told.site


def _dispensed(_: Shelf, told: Told, document: Document) -> Iterator[Movement]:
    for taken in document["taken"]:
        yield taken["lot_number"], _bottle(told), "dispensed", -int(taken["capsules"]), "", told.site


def _returned(_: Shelf, told: Told, document: Document) -> Iterator[Movement]:
    """What came back is destroyed by the same act."""
    for kind, sign in (("returned", 1), ("destroyed", -1)):
        capsules = sign * int(document["capsules"])
        yield document["lot_number"], _bottle(told), kind, capsules, document["reason"], told.site


def _bottle(told: Told) -> str:
    return told.subject.removeprefix("bottle ")


_RULES: Final[Mapping[str, Callable[[Shelf, Told, Document], Iterator[Movement]]]] = {
    EntryKind.BATCH_RELEASED: _released,
    EntryKind.SHELF_COUNTED: _counted,
    EntryKind.SHELF_DESTROYED: _destroyed,
    EntryKind.BOTTLE_DISPENSED: _dispensed,
    EntryKind.BOTTLE_RETURNED: _returned,
}
_ENTRIES: Final = select(*ENTRY_COLUMNS).where(JournalTable.kind.in_([*TELLING, *_RULES])).order_by(JournalTable.number)


def shelved(connection: Connection) -> Iterator[Finding]:
    """Every movement of capsules that does not follow from its entry, and every shelf that is not their sum."""
    shelf = Shelf()
    rows = connection.execute(_MOVED, execution_options={"yield_per": AT_ONCE})
    moved = {number: [tuple(row)[1:] for row in group] for number, group in groupby(rows, lambda row: row[0])}
    for row in connection.execute(_ENTRIES, execution_options={"yield_per": AT_ONCE}):
        told = told_by(row)
        yield from _entry(shelf, told, moved.pop(told.number, []))
    for number in moved:
        yield Finding(f"No entry of the journal made the movement of capsules that names entry {number:,}.", number)
    yield from _places(connection, shelf)


def _entry(shelf: Shelf, told: Told, found: list[tuple[object, ...]]) -> Iterator[Finding]:
    try:
        wanted = shelf.movements(told)
    except NO_DOCUMENT:
        yield Finding(f"{told.name} cannot be read, so its capsules cannot be held against it.", told.number)
        return
    shelf.apply(wanted)
    if sorted(map(str, wanted)) != sorted(map(str, found)):
        yield Finding(
            f"The movements of capsules of entry {told.number:,} ({told.subject}) are not what it says.", told.number
        )


def _places(connection: Connection, shelf: Shelf) -> Iterator[Finding]:
    """The rows of the shelf are those of the batches released, say what the batches' own rows say, and are sums."""
    wanted = dict(shelf.there)
    for row in connection.execute(_SHELF):
        of_batch = [getattr(row, f"of_{name}") for name in _ROW]
        there = (row.capsules, *(getattr(row, name) for name in _ROW))
        if there != (wanted.pop(row.lot_number, None), *of_batch):
            yield Finding(f"What is on the shelf of batch {row.lot_number} is not the sum of what its entries moved.")
    for lot_number in wanted:
        yield Finding(f"The capsules of batch {lot_number} are missing from the shelf.")
