"""One past batch with what happened to its record here: it was entered, and may be withdrawn if that was wrong.

Nothing else can be done with it: it is no batch of ours.
"""

from dataclasses import dataclass
from datetime import datetime

from compounder.database import journal, past_batches
from compounder.database.engine import Connection
from compounder.domain.bounds import require_reason
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.past_batch import PastBatch, PastStatus
from compounder.services.acting import Acting, append
from compounder.services.errors import NothingChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class PastBatchFile:
    """What another record says of a batch; for each of its ingredient lots the id of the lot in stock that it was found
    to be, or nothing; where it stands; the entry by which it came, and all that the journal says of its number."""

    batch: PastBatch
    lot_ids: tuple[str, ...]
    status: PastStatus
    entered: JournalEntry
    entries: tuple[JournalEntry, ...]


def past_batch_file(connection: Connection, site: str, past_batch_id: str) -> PastBatchFile:
    """The file of a past batch; refuses with `NotFound`."""
    stored = past_batches.load(connection, site, past_batch_id)
    entries = journal.entries_of(connection, site, stored.subject)
    return PastBatchFile(
        batch=stored.entered.batch,
        lot_ids=stored.entered.lot_ids,
        status=stored.status,
        entered=next(entry for entry in entries if entry.number == stored.journal_number),
        entries=entries,
    )


def withdraw_past_batch(
    connection: Connection, site: str, past_batch_id: str, *, reason: str, actor: Actor, at: datetime
) -> None:
    """What was entered wrongly counts no more, and its number may be entered again; refuses to do so without a reason,
    and with `NothingChanged` what is withdrawn already."""
    require_reason(reason)
    stored = past_batches.load(connection, site, past_batch_id)
    if stored.status is PastStatus.WITHDRAWN:
        raise NothingChanged(already=f"Past batch {stored.entered.batch.lot_number} is withdrawn")
    said = {"past_batch_id": stored.past_batch_id, "reason": reason}
    act = Acting(site=site, actor=actor, at=at)
    append(connection, act, stored.subject, EntryKind.PAST_BATCH_WITHDRAWN, said)
    past_batches.withdraw(connection, site, stored.past_batch_id)
