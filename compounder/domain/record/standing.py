"""Where a batch stands: what its journal entries make of it, one after the other. The tables only repeat it.

`STEPS` says which act is possible from where, and where it leads. A batch weighed on paper is planned until it is
verified; one that was begun at the bench is in making, and never only planned again. What changes what a record says
takes its signatures with it: a verified batch is to be verified again, a released one is held in quarantine until then.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from hashlib import sha256
from typing import Any, Final

from compounder.domain.errors import CompoundingError
from compounder.domain.record.amendments import Amendment, after_revision, amendment_of
from compounder.domain.record.decisions import SharedDecision, shared_by
from compounder.domain.record.journal import CAPSULE_ENTRIES, EntryKind, JournalEntry
from compounder.domain.record.record import BatchStatus
from compounder.domain.record.signatures import MEANINGS, Signed, signed_by

PLANNED, IN_MAKING, VERIFIED, RELEASED, QUARANTINED, REJECTED, RECALLED, VOIDED = BatchStatus
HELD: Final = frozenset({QUARANTINED, REJECTED, RECALLED, VOIDED})
"""No label is printed of these, and each has its reason."""
FINAL: Final = frozenset({REJECTED, RECALLED, VOIDED})
_TO_BE_VERIFIED: Final[Mapping[BatchStatus, BatchStatus]] = {
    PLANNED: PLANNED,
    IN_MAKING: IN_MAKING,
    VERIFIED: PLANNED,
    RELEASED: QUARANTINED,
    QUARANTINED: QUARANTINED,
}
_STAYS: Final[Mapping[BatchStatus, BatchStatus]] = {each: each for each in (PLANNED, IN_MAKING, VERIFIED)}


@dataclass(frozen=True, slots=True)
class Step:
    """Where an act leads from each status that it is possible in; None is back to where the batch stood before.
    `once_released` asks that it was released before, or that it never was."""

    leads: Mapping[BatchStatus, BatchStatus | None]
    once_released: bool | None = None


STEPS: Final[Mapping[EntryKind, Step]] = {
    EntryKind.BATCH_WEIGHED: Step(dict.fromkeys((PLANNED, IN_MAKING), IN_MAKING)),
    EntryKind.WEIGHING_DISCARDED: Step(dict.fromkeys((PLANNED, IN_MAKING), IN_MAKING)),
    EntryKind.STEP_STARTED: Step(dict.fromkeys((PLANNED, IN_MAKING), IN_MAKING)),
    EntryKind.STEP_DONE: Step(dict.fromkeys((PLANNED, IN_MAKING), IN_MAKING)),
    EntryKind.DEVIATION_NOTED: Step(_STAYS),
    EntryKind.DEVIATION_ASSESSED: Step(_STAYS),
    EntryKind.BATCH_VERIFIED: Step(dict.fromkeys((PLANNED, IN_MAKING), VERIFIED)),
    EntryKind.BATCH_RELEASED: Step({VERIFIED: RELEASED}),
    EntryKind.BATCH_QUARANTINED: Step(dict.fromkeys((PLANNED, IN_MAKING, VERIFIED, RELEASED), QUARANTINED)),
    EntryKind.BATCH_FREED: Step({QUARANTINED: None}),
    EntryKind.BATCH_REJECTED: Step(dict.fromkeys((PLANNED, IN_MAKING, VERIFIED, QUARANTINED), REJECTED)),
    EntryKind.BATCH_RECALLED: Step(dict.fromkeys((RELEASED, QUARANTINED), RECALLED), once_released=True),
    EntryKind.BATCH_VOIDED: Step(dict.fromkeys((PLANNED, IN_MAKING, VERIFIED), VOIDED), once_released=False),
    EntryKind.BATCH_AMENDED: Step(_TO_BE_VERIFIED),
    EntryKind.PLAN_REVISED: Step(_TO_BE_VERIFIED),
    EntryKind.PLAN_NOT_REVISED: Step(_TO_BE_VERIFIED),
}
CHANGING: Final = frozenset({EntryKind.BATCH_AMENDED, EntryKind.PLAN_REVISED, EntryKind.PLAN_NOT_REVISED})
"""What changes what the record says: signatures from before no longer cover it."""
AT_THE_BENCH: Final = frozenset(
    {EntryKind.BATCH_WEIGHED, EntryKind.WEIGHING_DISCARDED, EntryKind.STEP_STARTED, EntryKind.STEP_DONE}
)
"""What begins a batch: powder has left its jar, or a step of its method is done."""
SIGNED_FOR: Final = AT_THE_BENCH | {EntryKind.DEVIATION_NOTED, EntryKind.DEVIATION_ASSESSED, *CAPSULE_ENTRIES}
"""What a signature vouches for beside the record: how the batch was made, and what became of it."""
_DONE: Final = {
    EntryKind.WEIGHING_DISCARDED: "weighed anew",
    EntryKind.STEP_STARTED: "mixed at the bench",
    EntryKind.STEP_DONE: "made at the bench",
    EntryKind.DEVIATION_NOTED: "open to deviations",
    EntryKind.DEVIATION_ASSESSED: "assessed",
    EntryKind.PLAN_REVISED: "planned anew",
    EntryKind.PLAN_NOT_REVISED: "planned anew",
}


class StatusForbids(CompoundingError):
    """An act that is not possible where the batch stands."""

    code = "status-forbids"
    title = "Not possible in this status"
    lot_number: str
    status: BatchStatus
    act: EntryKind

    def __str__(self) -> str:
        step = STEPS[self.act]
        done = _DONE.get(self.act) or self.act.removeprefix("batch-")
        *others, last = step.leads
        which = f"{', '.join(others)} or {last}" if others else last
        proviso = {None: "", True: " that was released once", False: " that was never released"}[step.once_released]
        return f"Batch {self.lot_number} is {self.status}; only a {which} one{proviso} is {done}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A batch's status, where it goes when it is freed, whether it was begun at the bench or ever released, why it is
    held, and why it cannot be made as planned, if it cannot."""

    status: BatchStatus = PLANNED
    back_to: BatchStatus = PLANNED
    was_begun: bool = False
    was_released: bool = False
    held_because: str = ""
    cannot_be_made: str = ""

    @property
    def reason(self) -> str:
        """Why it is held, or why a planned one cannot be made; otherwise empty."""
        return self.held_because if self.status in HELD else self.cannot_be_made

    def allows(self, act: EntryKind) -> bool:
        """Whether an act is possible from here."""
        step = STEPS[act]
        return self.status in step.leads and step.once_released in (None, self.was_released)

    def after(self, act: EntryKind, reason: str, lot_number: str) -> "Place":
        """Where an act leads; refuses with `StatusForbids` what is not possible from here."""
        if not self.allows(act):
            raise StatusForbids(lot_number=lot_number, status=self.status, act=act)
        was_begun = self.was_begun or act in AT_THE_BENCH
        to = STEPS[act].leads[self.status] or self.back_to
        to = IN_MAKING if was_begun and to is PLANNED else to
        held_because = self.held_because if to is self.status else reason
        return Place(
            status=to,
            back_to=PLANNED if act in CHANGING else self.back_to if self.status is QUARANTINED else self.status,
            was_begun=was_begun,
            was_released=self.was_released or to is RELEASED,
            held_because=held_because if to in HELD else "",
            cannot_be_made=reason if act is EntryKind.PLAN_NOT_REVISED else self.cannot_be_made,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a batch's entries make of it: where it stands, since when and by whom; who made it; and what was signed,
    amended and decided together. `impossible` are the numbers of entries that no status allowed.
    `is_typed` says that nobody had signed in when it was planned: a name was typed."""

    place: Place = field(default_factory=Place)
    moved_by: str = ""
    moved_at: datetime | None = None
    makers: tuple[str, ...] = ()
    is_typed: bool = False
    plan_number: int = 1
    signatures: tuple[Signed, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    amendments_sha256: tuple[str, ...] = ()
    made_sha256: tuple[str, ...] = ()
    shared: tuple[SharedDecision, ...] = ()
    impossible: tuple[int, ...] = ()

    @property
    def status(self) -> BatchStatus:
        return self.place.status

    @property
    def reason(self) -> str:
        return self.place.reason

    def after(self, entry: JournalEntry) -> "Standing":
        """What the next entry makes of it."""
        if entry.kind is EntryKind.BATCH_PLANNED:
            return replace(self, makers=(entry.actor.name,), is_typed=not entry.actor.is_authenticated)
        if entry.kind is EntryKind.DECISION_SHARED:
            return replace(self, shared=(*self.shared, shared_by(entry)))
        made = self._with_made(entry) if entry.kind in SIGNED_FOR else self
        if entry.kind not in STEPS:
            return made
        said = json.loads(entry.document)
        then = made._moved(entry, said)
        if entry.kind in AT_THE_BENCH:
            return then._made_by(entry)
        if entry.kind in CHANGING:
            return then._changed(entry, said)
        return then._signed(entry, said) if entry.kind in MEANINGS else then

    def _moved(self, entry: JournalEntry, said: Mapping[str, Any]) -> "Standing":
        try:
            place = self.place.after(entry.kind, said.get("reason", ""), entry.subject)
        except StatusForbids:
            return replace(self, impossible=(*self.impossible, entry.number))
        if place.status is self.status:
            return replace(self, place=place)
        return replace(self, place=place, moved_by=entry.actor.name, moved_at=entry.at)

    def _made_by(self, entry: JournalEntry) -> "Standing":
        return replace(self, makers=tuple(dict.fromkeys((*self.makers, entry.actor.name))))

    def _changed(self, entry: JournalEntry, said: Mapping[str, Any]) -> "Standing":
        """What was signed before was signed of something else; whoever changed it made it too."""
        is_amendment = entry.kind is EntryKind.BATCH_AMENDED
        is_revision = entry.kind is EntryKind.PLAN_REVISED
        amendments = after_revision(self.amendments, self.plan_number) if is_revision else self.amendments
        return replace(
            self._made_by(entry),
            plan_number=said.get("plan_number", self.plan_number),
            signatures=tuple(replace(each, covers=False) for each in self.signatures),
            amendments=(*amendments, amendment_of(entry)) if is_amendment else amendments,
            amendments_sha256=(*self.amendments_sha256, _sha256(entry)) if is_amendment else self.amendments_sha256,
        )

    def _with_made(self, entry: JournalEntry) -> "Standing":
        return replace(self, made_sha256=(*self.made_sha256, _sha256(entry)))

    def _signed(self, entry: JournalEntry, said: Mapping[str, Any]) -> "Standing":
        signed = replace(
            signed_by(entry, said),
            plan_number=self.plan_number,
            amendments_sha256=self.amendments_sha256,
            made_sha256=self.made_sha256,
        )
        return replace(self, signatures=(*self.signatures, signed))


def _sha256(entry: JournalEntry) -> str:
    return sha256(entry.document.encode()).hexdigest()


def standing(entries: Iterable[JournalEntry]) -> Standing:
    """What a batch's entries make of it, the oldest first."""
    return reduce(Standing.after, entries, Standing())
