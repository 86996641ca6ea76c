"""One past batch with what happened to its record here: it was entered, and nothing else can be done with it."""

from dataclasses import dataclass

from compounder.database import journal, past_batches
from compounder.database.engine import Connection
from compounder.domain.record.journal import JournalEntry
from compounder.domain.record.past_batch import PastBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBatchFile:
    """What another record says of a batch; for each of its ingredient lots the id of the lot in stock that it was found
    to be, or nothing; who entered it, and when."""

    batch: PastBatch
    lot_ids: tuple[str, ...]
    entries: tuple[JournalEntry, ...]
    entry_hashes: tuple[str, ...]


def past_batch_file(connection: Connection, site: str, past_batch_id: str) -> PastBatchFile:
    """The file of a past batch; refuses with `NotFound`."""
    stored = past_batches.load(connection, site, past_batch_id)
    entries = journal.entries_of(connection, site, stored.subject)
    return PastBatchFile(
        batch=stored.entered.batch,
        lot_ids=stored.entered.lot_ids,
        entries=entries,
        entry_hashes=tuple(journal.entry_hash(entry) for entry in entries),
    )
