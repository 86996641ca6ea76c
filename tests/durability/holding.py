"""Whether a workspace holds what it told: opened as the program opens it, recovered by SQLite itself, and proved."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from compounder import clock
from compounder.database.engine import Connection
from compounder.database.journal import every_entry
from compounder.database.schema import BatchTable, JournalTable, MovementTable, PlanTable, RecordTable, WordTable
from compounder.database.words import BATCH
from compounder.domain.errors import CompoundingError
from compounder.domain.record.signatures import MEANINGS
from compounder.services.proving import verify
from compounder.services.signing import public_keys
from compounder.services.workspace import open_workspace
from compounder.settings import Settings
from tests.durability.visiting import Acknowledged

PARTS = {
    "record": RecordTable.batch_id,
    "plan": PlanTable.batch_id,
    "movement": MovementTable.batch_id,
    "word": WordTable.subject_id,
}


def faults_of(where: Settings, told: Sequence[Acknowledged]) -> list[str]:
    """What was told and is not there, what is there by half, and everything that `compounder verify` finds."""
    try:
        with closing(open_workspace(where, at=clock.now())) as database, database.reading() as reading:
            found = [*_lost(reading, told), *_torn(reading)]
        trusted = public_keys(where.keys)
        if not trusted and any(act.kind in MEANINGS for act in told):
            found.append("The key that people signed with is not there.")
        findings = verify(where.database_url, trusted).findings
    except (CompoundingError, SQLAlchemyError, ValueError) as error:
        return [f"It cannot be read: {error}"]
    return [*found, *(each.sentence for each in findings)]


def _lost(connection: Connection, told: Iterable[Acknowledged]) -> Iterator[str]:
    """Each act that was told is one entry of the journal, no more and no less."""
    with closing(every_entry(connection)) as entries:
        kept = Counter((entry.kind, entry.subject) for entry, _ in entries)
    for act in told:
        if kept[act.kind, act.subject] != 1:
            yield f"{act.kind} {act.subject} was told and is there {kept[act.kind, act.subject]} times."


def _torn(connection: Connection) -> Iterator[str]:
    """Each batch has each of its parts."""
    batches = set(connection.scalars(select(BatchTable.id)))
    for part, batch_id in PARTS.items():
        those = select(batch_id).where(WordTable.kind == BATCH) if part == "word" else select(batch_id)
        for lacking in batches - set(connection.scalars(those)):
            yield f"Batch {lacking} has no {part}."


def entries_in(where: Settings) -> int:
    """How many entries the journal has."""
    with closing(open_workspace(where, at=clock.now())) as database, database.reading() as reading:
        return reading.scalar(select(func.count()).select_from(JournalTable)) or 0
