"""Starting and closing a recall: signed by a pharmacist; what is still here is held back in the same transaction.

Each thing held back has its own entry, as if somebody had held it back by itself; the recall's own entry says what it
found, what it held back, and what not and why. The journal knows of the patients how many they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compounder.codec.converter import write
from compounder.codec.documents import canonical, digest, entry_hash
from compounder.database import journal, one_time_keys, patients, recalls, running_numbers, tracing
from compounder.database.engine import Connection
from compounder.database.origins import Found
from compounder.domain.bounds import require_reason, require_text
from compounder.domain.care.patients import parts_of, require_somebody_else
from compounder.domain.care.recall import (
    HELD_BY,
    LONGEST_REASON,
    AlreadyRecalled,
    HeldBack,
    Notice,
    RecallClosed,
    RecallStarted,
    RecallStatus,
)
from compounder.domain.care.trace import Origin, Totals, TracedLot
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.signatures import MEANINGS, Bound
from compounder.services.acting import append
from compounder.services.errors import ResultChanged
from compounder.services.holding_back import Candidate, candidates, held_of, hold_back
from compounder.services.once import once
from compounder.services.signatures import Signing, signature_of
from compounder.services.tracing import begun
from compounder.services.workspace import day_at


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallPreview:
    """What a recall would hold back, what not and why, and how far it reaches."""

    origin: Origin
    called: str
    found: tuple[Candidate, ...]
    totals: Totals

    @property
    def held(self) -> HeldBack:
        return held_of(self.found)

    @property
    def held_capsules(self) -> int:
        """How many capsules leave the shelf with their batches."""
        return sum(each.on_shelf for each in self.found if not each.why)

    @property
    def sha256(self) -> str:
        """Names exactly this."""
        return digest(canonical([canonical(each) for each in (self.origin, self.totals, *self.found)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Starting:
    """One act of starting a recall; what was shown stands in `signing`."""

    origin: Origin
    notice: Notice
    one_time_key: str
    signing: Signing


def subject_of(number: str) -> str:
    """What the journal calls a recall."""
    return f"recall {number}"


def preview_recall(connection: Connection, site: str, asked: Origin) -> RecallPreview:
    """What a recall of this would do; refuses with `NotFound`, and with `AlreadyRecalled` where one is open."""
    origin, start, found = begun(connection, site, asked)
    for number, status in recalls.numbers_of(connection, site, origin):
        if status is RecallStatus.OPEN:
            raise AlreadyRecalled(number=number)
    return RecallPreview(
        origin=origin,
        called=_called(found, origin),
        found=candidates(connection, site, start, found),
        totals=tracing.totals(connection, start),
    )


def _called(found: Found, origin: Origin) -> str:
    """What is recalled, as people name it."""
    if isinstance(found, TracedLot):
        return f"Lot {found.lot_number} of {found.maker}, {found.substance}"
    return f"{origin.kind.capitalize()} {origin.name}"


def start_recall(connection: Connection, starting: Starting) -> str:
    """The number of the recall; a second click on the same form gets the first one's.

    Refuses with `NotForThisRole`, with `ResultChanged` what was not shown so, with `NamesThePatient` words that name
    somebody whom it reaches, and what `preview_recall` refuses.
    """
    signing, notice = starting.signing, starting.notice
    made = once(starting.one_time_key, (starting.origin, notice))
    known = one_time_keys.subject_of(connection, signing.site, made)
    if known is not None:
        return known
    shown = preview_recall(connection, signing.site, starting.origin)
    if signing.shown_sha256 not in (None, shown.sha256):
        raise ResultChanged
    _require_nobody_named(connection, signing.site, shown.origin, {"reason": notice.reason, "told": notice.told})
    started = _started(connection, shown, notice, signing)
    number = f"R-{running_numbers.next_recall_number(connection, signing.site):04d}"
    entry = _sign(connection, signing, number, EntryKind.RECALL_STARTED, write(started))
    recalls.add(connection, signing.site, number, started, entry.document, entry.number)
    hold_back(connection, signing, shown.found, f"{HELD_BY}{number}: {notice.reason}")
    one_time_keys.use(connection, signing.site, made, number, entry.number)
    return number


def _require_nobody_named(connection: Connection, site: str, origin: Origin, texts: Mapping[str, str]) -> None:
    """Refuses with `NamesThePatient` words, by their fields, that name a patient whole: they are kept for good, and may
    be told to all. A name of one word may be any word, so it stops no recall."""
    _, start, _ = begun(connection, site, origin)
    reached = [each.patient_id for each in tracing.patients(connection, start)]
    for first in range(0, len(reached), tracing.AT_ONCE):
        for patient in patients.named(connection, site, reached[first : first + tracing.AT_ONCE]).values():
            for field_name, text in texts.items() if len(parts_of(patient.name)) > 1 else ():
                require_somebody_else(text, patient, field_name)


def _started(connection: Connection, shown: RecallPreview, notice: Notice, signing: Signing) -> RecallStarted:
    return RecallStarted(
        origin=shown.origin,
        called=shown.called,
        notice=notice,
        started_on=day_at(connection, signing.site, signing.at),
        held=shown.held,
        batches=shown.totals.batches,
        bottles=shown.totals.bottles,
        patients=shown.totals.patients,
    )


def close_recall(connection: Connection, number: str, signing: Signing, *, reason: str) -> None:
    """Close a recall with a word on how it ended, signed; what it held back stays so until each is freed or rejected.

    Refuses with `RecallClosed` one that is closed, and with `ResultChanged` where more was written down meanwhile.
    """
    require_reason(reason)
    require_text(reason, LONGEST_REASON, "reason")
    stored = recalls.load(connection, signing.site, number)
    _require_nobody_named(connection, signing.site, stored.started.origin, {"reason": reason})
    if stored.status is RecallStatus.CLOSED:
        raise RecallClosed(number=number)
    if signing.shown_sha256 not in (None, standing_name(connection, signing.site, number)):
        raise ResultChanged
    _sign(connection, signing, number, EntryKind.RECALL_CLOSED, {}, reason)
    recalls.close(connection, stored.recall_id)


def standing_name(connection: Connection, site: str, number: str) -> str:
    """Names exactly what was written down of a recall so far."""
    entries = journal.entries_of(connection, site, subject_of(number))
    return digest(canonical([entry_hash(entry) for entry in entries]))


def _sign(
    connection: Connection, signing: Signing, number: str, kind: EntryKind, said: Mapping[str, Any], reason: str = ""
) -> JournalEntry:
    """The entry, whose signature is bound to all that it says beside it."""
    subject = subject_of(number)
    said = {**said, "reason": reason} if reason else said
    bound = Bound(record_sha256=digest(canonical(said)))
    signature = signature_of(signing, MEANINGS[kind], subject, bound, reason)
    return append(connection, signing.act, subject, kind, {**said, "signature": signature})
