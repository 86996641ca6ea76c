"""The one way in which a batch moves: an entry that its standing allows, and the columns that follow from it."""

from compounder.database import batches, capsule_ledger, journal
from compounder.database.engine import Connection
from compounder.database.errors import NotFound
from compounder.domain.record.amendments import earliest, made_on
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.standing import Standing, standing
from compounder.services.acting import Acting, append


def standing_of(connection: Connection, site: str, lot_number: str) -> Standing:
    """What the journal makes of a batch; refuses with `NotFound`."""
    entries = journal.entries_of(connection, site, lot_number)
    if not entries:
        raise NotFound(what="batch", name=lot_number)
    return standing(entries)


def require_possible(before: Standing, lot_number: str, kind: EntryKind) -> None:
    """Refuses with `StatusForbids` what is not possible where a batch stands."""
    before.place.after(kind, "", lot_number)


def enter(
    connection: Connection, act: Acting, lot_number: str, kind: EntryKind, document: object, before: Standing
) -> JournalEntry:
    """The entry of what was done to a batch, and its columns as they are after it; refuses with `StatusForbids`."""
    require_possible(before, lot_number, kind)
    entry = append(connection, act, lot_number, kind, document)
    now = before.after(entry)
    batches.stand(connection, act.site, lot_number, now.status, now.reason)
    return entry


def keep_days(connection: Connection, record: CompoundingRecord, now: Standing) -> None:
    """Let the columns say the days that hold: the plan's, or those that they were amended to."""
    day, beyond_use = record.order.compounded_on, record.plan.beyond_use_date
    compounded_on = made_on(day, now.amendments)
    holds = earliest(beyond_use, now.amendments)
    batch_id = batches.hold_days(connection, record.site, record.lot_number, compounded_on, holds)
    capsule_ledger.hold_until(connection, batch_id, holds)
