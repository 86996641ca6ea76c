"""Prescriptions: what was prescribed by whom, the course it makes, and where it stands by what the journal says.

A prescription is never edited. A course that is held, slowed or stepped back is a new prescription that names the one
it replaces, and that one is cancelled; both stay readable. Whom it is for stands in it as a random identifier.
Directions stand in plain words with numerals. Source: USP <17>.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from compounder.domain.bounds import require_day, require_text
from compounder.domain.care.course import Course, CourseOrder, CourseStep
from compounder.domain.care.patients import require_identifier
from compounder.domain.care.protocol import TimeOfDay
from compounder.domain.errors import CompoundingError, NotAccepted
from compounder.domain.findings import Finding, stop
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.units import format_dose

LONGEST_NUMBER: Final = 30
LONGEST_PRESCRIBER: Final = 120
_NUMBER: Final = re.compile(r"[A-Z0-9][A-Z0-9.-]*", re.ASCII)
_WHEN: Final = {TimeOfDay.BEDTIME: "at bedtime", TimeOfDay.MORNING: "in the morning"}


class PrescriptionStatus(StrEnum):
    """Where a prescription stands: capsules may still be dispensed; all were; or none will be any more."""

    OPEN = "open"
    FILLED = "filled"
    CANCELLED = "cancelled"


STATUS_AFTER: Final = {
    EntryKind.PRESCRIPTION_ADDED: PrescriptionStatus.OPEN,
    EntryKind.PRESCRIPTION_FILLED: PrescriptionStatus.FILLED,
    EntryKind.PRESCRIPTION_CANCELLED: PrescriptionStatus.CANCELLED,
}


class PrescriptionNotOpen(CompoundingError):
    """Something was asked that only an open prescription allows."""

    code = "prescription-not-open"
    title = "The prescription is not open"
    number: str
    status: PrescriptionStatus

    def __str__(self) -> str:
        return f"Prescription {self.number} is {self.status} already; write a new one if capsules are needed."


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription:
    """One prescription, as it is kept: `course` and `directions` are what `order` came to on the day it was stored.

    `replaces` is the number of the prescription whose course this one changes, `reason` why.
    """

    number: str
    patient: str
    prescriber: str
    written_on: date
    formulation: str
    order: CourseOrder
    course: Course
    directions: tuple[str, ...]
    replaces: str | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        require_prescription_number(self.number)
        require_identifier(self.patient, "patient")
        require_text(self.prescriber, LONGEST_PRESCRIBER, "prescriber")
        require_day(self.written_on, "written_on")


def require_prescription_number(number: str) -> None:
    """Refuses with `NotAccepted` a number that cannot stand in an address or be read over the telephone."""
    if len(number) > LONGEST_NUMBER or not _NUMBER.fullmatch(number):
        accepted = f"a number of up to {LONGEST_NUMBER} capital letters, digits, points and hyphens"
        raise NotAccepted(read=number, accepted=accepted, field_name="number")


def take(step: CourseStep, time_of_day: TimeOfDay) -> str:
    """What a patient does on each day of a step, in plain words with numerals, from one bottle whose label has the
    strength.

    Such as `Take 1 capsule at bedtime`.
    """
    return f"Take {_capsules(step)} {_WHEN[time_of_day]}"


def directions_of(course: Course) -> tuple[str, ...]:
    """The directions for each step, in the sequence of the steps; they name the strength where there are several."""
    if len(course.capsules) == 1:
        return tuple(take(step, course.time_of_day) for step in course.steps)
    when = _WHEN[course.time_of_day]
    return tuple(f"Take {_capsules(step)} of {format_dose(step.strength)} {when}" for step in course.steps)


def _capsules(step: CourseStep) -> str:
    return f"{step.capsules_per_day:,} capsule{'' if step.capsules_per_day == 1 else 's'}"


def prescription_findings(course: Course, formulation: Formulation) -> tuple[Finding, ...]:
    """What to look at before a prescription is stored: the course's own findings, and strengths that nobody can make.

    Source: the formulation's range of strengths; outside it no batch is made.
    """
    return (*_strengths_out_of_range(course, formulation), *course.findings)


def _strengths_out_of_range(course: Course, formulation: Formulation) -> Iterator[Finding]:
    least, most = formulation.strength_range
    for strength in course.capsules:
        if not least <= strength <= most:
            yield stop(
                "strength-out-of-range",
                f"{format_dose(strength)} capsules are outside the range of {formulation.name}, "
                f"{format_dose(least)} to {format_dose(most)}; fill with others.",
            )


def status_of(entries: Iterable[JournalEntry]) -> PrescriptionStatus:
    """Where a prescription stands after these entries about it, oldest first."""
    status = PrescriptionStatus.OPEN
    for entry in entries:
        status = STATUS_AFTER.get(entry.kind, status)
    return status
