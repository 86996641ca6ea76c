"""What the journal says of one ingredient lot: under its maker and number, and under those it was corrected from."""

import json
from collections.abc import Iterable, Iterator

from compounder.codec.documents import from_stored
from compounder.database import journal, lots
from compounder.database.engine import Connection
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.stock.amendments import LotAmended
from compounder.domain.stock.lots import IngredientLot


def subject_of(lot: IngredientLot) -> str:
    """What the journal calls a lot: its maker and the maker's number."""
    return _called(lot.maker, lot.lot_number)


def _called(maker: str, lot_number: str) -> str:
    return f"{maker}: {lot_number}"


def entries_about(connection: Connection, site: str, stored: lots.StoredLot) -> tuple[JournalEntry, ...]:
    """Everything that happened to this one lot, oldest first, whatever it was called meanwhile; another delivery of the
    same number has its own entries."""
    came_in = lots.entry_of(connection, site, stored.lot_id)
    found: dict[int, JournalEntry] = {}
    names, read = [subject_of(stored.lot)], set[str]()
    while names:
        read.add(name := names.pop())
        for entry in journal.entries_of(connection, site, name):
            if entry.number == came_in or _is_about(entry, stored.lot_id):
                found[entry.number] = entry
        names += {each for each in _earlier_names(found.values()) if each not in read}
    return tuple(found[number] for number in sorted(found))


def _is_about(entry: JournalEntry, lot_id: str) -> bool:
    document = json.loads(entry.document)
    return isinstance(document, dict) and document.get("lot_id") == lot_id


def _earlier_names(entries: Iterable[JournalEntry]) -> Iterator[str]:
    for entry in entries:
        if entry.kind is EntryKind.LOT_AMENDED:
            told = from_stored(entry.document, LotAmended)
            old = {change.field: change.old for change in told.changes}
            yield _called(old.get("maker", told.lot.maker), old.get("lot_number", told.lot.lot_number))
