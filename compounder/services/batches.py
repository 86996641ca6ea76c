"""A batch after it was stored: looked at, or given up with a reason."""

from dataclasses import dataclass, replace
from datetime import datetime

from compounder.database import batches, journal, stock, triturations
from compounder.database.engine import Connection
from compounder.database.errors import NotFound
from compounder.domain.errors import MissingKey
from compounder.domain.record.journal import Actor, EntryKind, JournalEntry
from compounder.domain.record.record import BatchStatus, CompoundingRecord
from compounder.services.errors import AlreadyVoided


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFile:
    """Everything kept of one batch: its record as stored, where it stands now, and what happened to it."""

    record: CompoundingRecord
    record_sha256: str
    status: BatchStatus
    status_reason: str
    entries: tuple[JournalEntry, ...]
    entry_hashes: tuple[str, ...]


def batch_file(connection: Connection, site: str, lot_number: str) -> BatchFile:
    """The file of the batch with our lot number; refuses with `NotFound`."""
    stored = batches.load(connection, site, lot_number)
    entries = journal.entries_of(connection, site, lot_number)
    used = triturations.as_made(connection, site, stored.record.triturations)
    return BatchFile(
        record=replace(stored.record, triturations=used),
        record_sha256=stored.record_sha256,
        status=stored.status,
        status_reason=stored.status_reason,
        entries=entries,
        entry_hashes=tuple(journal.entry_hash(entry) for entry in entries),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPlan:
    """A plan that another one replaced: the batch's record as it was under it, and the number of its newest plan."""

    record: CompoundingRecord
    newest: int


def earlier_plan(connection: Connection, site: str, lot_number: str, number: int) -> EarlierPlan:
    """Plan 1, 2 … of a batch as it was; refuses with `NotFound` what is no plan of it, or not replaced."""
    record = batches.load(connection, site, lot_number).record
    if number >= record.plan_number:
        raise NotFound(what="earlier plan", name=f"{number} of batch {lot_number}")
    plan, plan_sha256 = batches.plan_with_hash(connection, site, lot_number, number)
    then = replace(record, plan=plan, plan_number=number, plan_sha256=plan_sha256)
    return EarlierPlan(record=then, newest=record.plan_number)


def void_batch(connection: Connection, site: str, lot_number: str, *, reason: str, actor: Actor, at: datetime) -> None:
    """Give a batch up: its powders are free again; the record stays as it was, and says so."""
    if not reason.strip():
        raise MissingKey(missing="reason")
    stored = batches.load(connection, site, lot_number)
    if not batches.set_status(connection, site, lot_number, BatchStatus.VOIDED, was=BatchStatus.PLANNED, reason=reason):
        raise AlreadyVoided(lot_number=lot_number)
    entry = journal.append(
        connection,
        at=at,
        actor=actor,
        site=site,
        subject=lot_number,
        kind=EntryKind.BATCH_VOIDED,
        document={"reason": reason},
    )
    stock.release(connection, site, stock.Maker(batch_id=stored.batch_id), reason, entry.number)
