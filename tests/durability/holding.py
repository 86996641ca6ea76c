"""Whether a workspace holds what it told: opened as the program opens it, recovered by SQLite itself, and proved."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from compounder import clock
from compounder.database.engine import Connection
from compounder.database.journal import every_entry
from compounder.database.schema import (
    BatchTable,
    JournalTable,
    MovementTable,
    OneTimeKeyTable,
    PlanTable,
    RecordTable,
    WordTable,
)
from compounder.database.types import nanograms
from compounder.database.words import BATCH
from compounder.domain.errors import CompoundingError
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.signatures import MEANINGS
from compounder.domain.record.standing import AT_THE_BENCH
from compounder.domain.stock.movements import MovementKind
from compounder.domain.units import READING, kept_quantity
from compounder.services.proving import verify
from compounder.services.signing import public_keys
from compounder.services.workspace import open_workspace
from compounder.settings import Settings
from tests.durability.visiting import Acknowledged, which

PARTS = {
    "record": RecordTable.batch_id,
    "plan": PlanTable.batch_id,
    "movement": MovementTable.batch_id,
    "word": WordTable.subject_id,
}
CHECKED = {EntryKind.BATCH_VERIFIED, EntryKind.BATCH_RELEASED}
KEYED = AT_THE_BENCH | CHECKED | {EntryKind.LOT_RECEIVED, EntryKind.ORDER_STORED}
"""What a form with a one-time key does, of all that people do here."""


def faults_of(where: Settings, told: Sequence[Acknowledged]) -> list[str]:
    """What was told and is not there, what is there by half, and everything that `compounder verify` finds."""
    try:
        with closing(open_workspace(where, at=clock.now())) as database, database.reading() as reading:
            with closing(every_entry(reading)) as each:
                entries = [entry for entry, _ in each]
            found = [*_lost(entries, told), *_torn(reading, entries)]
        trusted = public_keys(where.keys)
        if not trusted and any(act.kind in MEANINGS for act in told):
            found.append("The key that people signed with is not there.")
        findings = verify(where.database_url, trusted).findings
    except (CompoundingError, SQLAlchemyError, ValueError) as error:
        return [f"It cannot be read: {error}"]
    return [*found, *(each.sentence for each in findings)]


def _lost(entries: Sequence[JournalEntry], told: Sequence[Acknowledged]) -> Iterator[str]:
    """Each act that was told is one entry of the journal, no more and no less."""
    kept = Counter((entry.kind, entry.subject, _which(entry)) for entry in entries)
    for act in told:
        if (times := kept[act.kind, act.subject, act.which]) != 1:
            yield f"{act.kind} {act.subject} {act.which} was told and is there {times} times."


def _which(entry: JournalEntry) -> str:
    """What tells a weighing from others of the same batch."""
    if entry.kind not in AT_THE_BENCH:
        return ""
    said = json.loads(entry.document)
    return which(said["line"], said["reading"])


def _torn(connection: Connection, entries: Sequence[JournalEntry]) -> Iterator[str]:
    """Each batch has each of its parts, each form that was kept its key, and each weighing took what it says."""
    batches = set(connection.scalars(select(BatchTable.id)))
    for part, batch_id in PARTS.items():
        those = select(batch_id).where(WordTable.kind == BATCH) if part == "word" else select(batch_id)
        for lacking in batches - set(connection.scalars(those)):
            yield f"Batch {lacking} has no {part}."
    kept = Counter(entry.number for entry in entries if entry.kind in KEYED)
    for number in kept - (keys := Counter(connection.scalars(select(OneTimeKeyTable.journal_number)))):
        yield f"Entry {number} has no one-time key."
    for number in keys - kept:
        yield f"A one-time key is of entry {number}, which is not there."
    yield from _untaken(connection, entries)


def _untaken(connection: Connection, entries: Sequence[JournalEntry]) -> Iterator[str]:
    """Each weighing has taken just what was read off the stock."""
    said = {
        entry.number: -nanograms(kept_quantity(json.loads(entry.document)["reading"], READING))
        for entry in entries
        if entry.kind is EntryKind.BATCH_WEIGHED
    }
    used = select(MovementTable.journal_number, MovementTable.on_hand_ng)
    rows = connection.execute(used.where(MovementTable.kind == MovementKind.USED.value))
    taken = {row.journal_number: row.on_hand_ng for row in rows}
    for number in said:
        if taken.get(number) != said[number]:
            yield f"The weighing of entry {number} took {taken.get(number)} ng, and says {said[number]} ng."


def entries_in(where: Settings) -> int:
    """How many entries the journal has."""
    with closing(open_workspace(where, at=clock.now())) as database, database.reading() as reading:
        return reading.scalar(select(func.count()).select_from(JournalTable)) or 0
