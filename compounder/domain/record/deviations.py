"""Deviations: what went otherwise than planned, in somebody's own words, at the weighing or step where it happened.

A pharmacist or the owner, and not who wrote it down, assesses each before the batch is released: whether it may go on,
and why. Source: USP <795> (2023), compounding record: deviations; 21 CFR 211.100(b): recorded and justified.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from compounder.domain.errors import CompoundingError, MissingKey, NotAccepted
from compounder.domain.record.decisions import SamePerson, is_named
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.wording import with_capital

LONGEST_WORDS: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """Where: at a line of the plan's weighings, from 0, or at a step, from 1; one of the two. `what` is the powder or
    the step's words as they stood."""

    plan_number: int
    line: int | None
    step: int | None
    what: str

    @property
    def place(self) -> str:
        """Where it happened, for people: `"Step 3"`, or `"Weighing 1, naltrexone hydrochloride"`."""
        return f"Step {self.step}" if self.step is not None else f"Weighing {(self.line or 0) + 1}, {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What a pharmacist says of a deviation: why the batch may go on, or may not."""

    said: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """One deviation, by the number of its entry in the journal."""

    number: int
    happened: Happened
    said: str
    by: str
    at: datetime
    assessed: Assessment | None = None


def deviations_in(entries: Iterable[JournalEntry]) -> tuple[Deviation, ...]:
    """Every deviation that a batch's entries, the oldest first, tell of, each with its assessment."""
    found: dict[int, Deviation] = {}
    for entry in entries:
        if entry.kind is EntryKind.DEVIATION_NOTED:
            found[entry.number] = _noted(entry)
        elif entry.kind is EntryKind.DEVIATION_ASSESSED:
            _assess(found, entry)
    return tuple(found.values())


def _noted(entry: JournalEntry) -> Deviation:
    said = json.loads(entry.document)
    happened = Happened(plan_number=said["plan_number"], line=said["line"], step=said["step"], what=said["what"])
    return Deviation(number=entry.number, happened=happened, said=said["said"], by=entry.actor.name, at=entry.at)


def _assess(found: dict[int, Deviation], entry: JournalEntry) -> None:
    """The first assessment holds."""
    said = json.loads(entry.document)
    deviation = found.get(said["deviation"])
    if deviation and deviation.assessed is None:
        assessment = Assessment(said=said["said"], by=entry.actor.name, at=entry.at)
        found[deviation.number] = replace(deviation, assessed=assessment)


def waiting(deviations: Sequence[Deviation]) -> tuple[Deviation, ...]:
    """Those that nobody has assessed yet."""
    return tuple(each for each in deviations if each.assessed is None)


class DeviationsUnassessed(CompoundingError):
    """A batch that went otherwise than planned, and nobody has said what that means for it."""

    code = "deviations-unassessed"
    title = "A deviation waits for its assessment"
    lot_number: str
    place: str
    by: str

    def __str__(self) -> str:
        where = f"{self.place[0].lower()}{self.place[1:]}"
        return f"Batch {self.lot_number} waits: a pharmacist other than {self.by} assesses the deviation at {where}."


class AssessedAlready(CompoundingError):
    """A deviation that somebody else assessed in the meantime."""

    code = "assessed-already"
    title = "Assessed already"
    by: str

    def __str__(self) -> str:
        return f"{with_capital(self.by)} assessed this deviation already; nothing was stored."


def require_assessed(deviations: Sequence[Deviation], lot_number: str) -> None:
    """Refuses with `DeviationsUnassessed` a batch with a deviation that nobody has assessed."""
    unassessed = waiting(deviations)
    if unassessed:
        first = unassessed[0]
        raise DeviationsUnassessed(lot_number=lot_number, place=first.happened.place, by=first.by)


def require_assessable(deviation: Deviation, lot_number: str, name: str) -> None:
    """Refuses with `AssessedAlready` what is assessed, and with `SamePerson` whoever wrote it down."""
    if deviation.assessed:
        raise AssessedAlready(by=deviation.assessed.by)
    if is_named(name, [deviation.by]):
        raise SamePerson(lot_number=lot_number, name=name, did="wrote down this deviation of")


def require_said(words: str) -> None:
    """Refuses with `MissingKey` no words, and with `NotAccepted` too many."""
    if not words.strip():
        raise MissingKey(missing="said", field_name="said")
    if len(words) > LONGEST_WORDS:
        raise NotAccepted(read=words, accepted=f"at most {LONGEST_WORDS:,} letters", field_name="said")
