"""From everything kept of a batch to the finished strings of its record; nothing is worked out again here."""

from collections.abc import Sequence
from dataclasses import dataclass

from compounder.codec.documents import entry_hash
from compounder.domain.calendar import format_day
from compounder.domain.care.dispensing import HandedOut
from compounder.domain.record.checkpoint import SignedCheckpoint
from compounder.domain.record.journal import JournalEntry, reason_of
from compounder.domain.record.lacking import RecordParts, lacking
from compounder.domain.record.record import CompoundingRecord
from compounder.domain.record.standing import HELD, Standing
from compounder.domain.wording import with_capital
from compounder.printing.composing import worksheet_of
from compounder.printing.letterhead import in_groups, moment
from compounder.printing.record_document import PrintedBottle, PrintedEntry, RecordDocument
from compounder.printing.vouching import Vouched, held_back


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRecord:
    """Everything kept of a batch: its record as amended and the hash of the stored one; its entries
    and what they make of it; why a signature does not hold; what was handed out; the checkpoint."""

    record: CompoundingRecord
    record_sha256: str
    parts: RecordParts
    problems: tuple[str, ...]
    bottles: tuple[HandedOut, ...]
    entries: tuple[JournalEntry, ...]
    checkpoint: SignedCheckpoint

    @property
    def vouched(self) -> Vouched:
        parts = self.parts
        return Vouched(
            standing=parts.standing,
            problems=self.problems,
            finished=parts.finished,
            steps=parts.steps,
            deviations=parts.deviations,
        )


def record_document_of(whole: WholeRecord) -> RecordDocument:
    """The record of a batch as it stands."""
    record, parts, until = whole.record, whole.parts, whole.checkpoint.checkpoint.at
    void = held_back(parts.standing, record.time_zone)
    return RecordDocument(
        worksheet=worksheet_of(record, whole.record_sha256, void, whole.checkpoint, whole.vouched, whole.parts.making),
        status=status_of(record, parts.standing),
        told_until=moment(until, record),
        told_until_iso=f"{until:%Y-%m-%dT%H:%M:%SZ}",
        lacking=lacking(parts),
        bottles=tuple(map(_bottle, whole.bottles)),
        entries=tuple(_entries(record, whole.entries)),
    )


def status_of(record: CompoundingRecord, now: Standing) -> str:
    """Where a batch stands, since when, by whom, and why where it is held or cannot be made."""
    if now.status in HELD:
        return held_back(now, record.time_zone)
    at, by = (now.moved_at, now.moved_by) if now.moved_at else (record.stored_at, record.stored_by)
    since = f"{with_capital(now.status.value).replace('-', ' ')} {moment(at, record)} by {by}"
    return f"{since}. It cannot be made as planned: {now.reason}" if now.reason else since


def _bottle(bottle: HandedOut) -> PrintedBottle:
    of_all = f" of {bottle.in_all:,}" if bottle.capsules < bottle.in_all else ""
    return PrintedBottle(
        number=bottle.number,
        capsules=f"{bottle.capsules:,}{of_all}",
        dispensed_on=format_day(bottle.on),
        returned=f"{bottle.returned:,}" if bottle.returned else "",
    )


def _entries(record: CompoundingRecord, entries: Sequence[JournalEntry]) -> list[PrintedEntry]:
    return [
        PrintedEntry(
            number=f"{entry.number:,}",
            at=moment(entry.at, record),
            what=with_capital(entry.kind.replace("-", " ")),
            who=entry.actor.name if entry.actor.is_authenticated else f"{entry.actor.name} (typed name)",
            why=reason_of(entry),
            leaf_hash=in_groups(entry_hash(entry)),
        )
        for entry in entries
    ]
