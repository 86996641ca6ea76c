"""A batch after it was stored: looked at, or given up with a reason."""

from dataclasses import dataclass, replace
from pathlib import Path

from compounder.database import batches, journal, stock, triturations
from compounder.database.engine import Connection
from compounder.database.errors import NotFound
from compounder.domain.bounds import require_reason
from compounder.domain.record.amendments import as_amended
from compounder.domain.record.deviations import deviations_in
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.making import making
from compounder.domain.record.record import BatchStatus, CompoundingRecord
from compounder.domain.record.standing import standing
from compounder.domain.record.steps import steps_at_bench
from compounder.services.bench import Bench
from compounder.services.errors import AlreadyVoided
from compounder.services.signatures import CheckedSignature, Signing, checked_of_batch, sign_batch, to_be_signed
from compounder.services.standings import require_possible, standing_of


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchFile(Bench):
    """Everything kept of one batch: what its bench has, the hash of its record as it was stored, and its signatures;
    `to_be_signed` names what a signature would be bound to now."""

    record_sha256: str
    signatures: tuple[CheckedSignature, ...]
    to_be_signed: str

    def require_possible(self, kind: EntryKind) -> None:
        """Refuses with `StatusForbids` what is not possible where it stands."""
        require_possible(self.standing, self.record.lot_number, kind)


def batch_file(connection: Connection, site: str, lot_number: str, *, keys: Path | None = None) -> BatchFile:
    """The file of the batch with our lot number; refuses with `NotFound`.

    Its signatures are held against the keys in `keys`; without, each against the key that it names.
    """
    stored = batches.load(connection, site, lot_number)
    entries = journal.entries_of(connection, site, lot_number)
    used = triturations.as_made(connection, site, stored.record.triturations)
    now, made = standing(entries), making(stored.record, entries)
    return BatchFile(
        batch_id=stored.batch_id,
        record=replace(as_amended(stored.record, now.amendments), triturations=used),
        record_sha256=stored.record_sha256,
        standing=now,
        making=made,
        steps=steps_at_bench(stored.record, made, entries),
        deviations=deviations_in(entries),
        signatures=checked_of_batch(connection, site, lot_number, now, keys),
        to_be_signed=to_be_signed(connection, site, lot_number, now),
        entries=entries,
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


def void_batch(connection: Connection, lot_number: str, signing: Signing, *, reason: str) -> None:
    """Give a batch up, signed: its powders are free again; the record stays as it was, and says so."""
    require_reason(reason)
    before = standing_of(connection, signing.site, lot_number)
    if before.status is BatchStatus.VOIDED:
        raise AlreadyVoided(lot_number=lot_number)
    entry = sign_batch(connection, signing, lot_number, EntryKind.BATCH_VOIDED, before, reason=reason)
    give_back(connection, entry, reason)


def give_back(connection: Connection, entry: JournalEntry, reason: str) -> None:
    """Everything that is still reserved for the batch that this entry ends."""
    batch_id = batches.load(connection, entry.site, entry.subject).batch_id
    stock.release(connection, entry.site, stock.Maker(batch_id=batch_id), reason, entry.number)
