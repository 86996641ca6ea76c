"""Decisions that two people make: a finding of severity `decide` goes on with a reason of one and of another.

The second is a pharmacist or the owner, and is neither who decided first nor who stored the order. A `stop` has no
override.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from compounder.domain.errors import CompoundingError
from compounder.domain.findings import Finding, Severity
from compounder.domain.people.names import plain
from compounder.domain.record.journal import JournalEntry
from compounder.domain.record.record import CompoundingRecord

_TWO = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDecision:
    """What a second person decided as well, on which findings, and why."""

    codes: tuple[str, ...]
    name: str
    reason: str
    at: datetime


def shared_by(entry: JournalEntry) -> SharedDecision:
    """What an entry of this kind tells."""
    said = json.loads(entry.document)
    return SharedDecision(codes=tuple(said["codes"]), name=entry.actor.name, reason=said["reason"], at=entry.at)


class SecondPersonNeeded(CompoundingError):
    """A decision that one person alone has made."""

    code = "second-person-needed"
    title = "A second person has to decide"
    lot_number: str
    first: str

    def __str__(self) -> str:
        return (
            f"Batch {self.lot_number} waits: a pharmacist or owner other than {self.first} has to share its decision."
        )


class SamePerson(CompoundingError):
    """Somebody who would check or share what they did themselves."""

    code = "same-person"
    title = "The same person"
    lot_number: str
    name: str
    did: str

    def __str__(self) -> str:
        return f"{self.name} {self.did} batch {self.lot_number}; somebody else has to do this."


def is_named(name: str, others: Iterable[str]) -> bool:
    """Whether a name is among others, however it is written: capitals and blanks aside."""
    return plain(name) in {plain(other) for other in others}


def waiting(record: CompoundingRecord, shared: Sequence[SharedDecision]) -> tuple[Finding, ...]:
    """The findings that fewer than two people have decided on."""
    return tuple(
        finding
        for finding in record.plan.findings_of(Severity.DECIDE)
        if len(_deciders(record, shared, finding.code)) < _TWO or not _is_shared(finding.code, shared)
    )


def _deciders(record: CompoundingRecord, shared: Sequence[SharedDecision], code: str) -> set[str]:
    first = (decision.name for decision in record.decisions if decision.code == code)
    return {plain(name) for name in (*first, *(each.name for each in shared if code in each.codes))}


def _is_shared(code: str, shared: Sequence[SharedDecision]) -> bool:
    return any(code in each.codes for each in shared)


def require_decided(record: CompoundingRecord, shared: Sequence[SharedDecision]) -> None:
    """Refuses with `SecondPersonNeeded` a batch on which one person alone has decided."""
    if waiting(record, shared):
        first = next((decision.name for decision in record.decisions), record.stored_by)
        raise SecondPersonNeeded(lot_number=record.lot_number, first=first)


def require_second(record: CompoundingRecord, shared: Sequence[SharedDecision], name: str) -> None:
    """Refuses with `SamePerson` whoever stored the order, or decided already."""
    if is_named(name, [record.stored_by]):
        raise SamePerson(lot_number=record.lot_number, name=name, did="planned")
    if is_named(name, [*(each.name for each in record.decisions), *(each.name for each in shared)]):
        raise SamePerson(lot_number=record.lot_number, name=name, did="decided already on")
