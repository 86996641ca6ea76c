"""What stands between a prescription and a bottle: safety questions, what a pharmacist decided on them, and with whom.

A decision is kept for good, so it says a code and words that tell neither who the patient is nor what they take or
have; that stays in the patient's row. Source: labels of naltrexone hydrochloride tablets (contraindications);
USP <795> (2023) on beyond-use dates.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import chain
from typing import Final

from compounder.domain.bounds import require_text
from compounder.domain.calendar import format_day
from compounder.domain.care.course import Course, calendar_of
from compounder.domain.care.errors import NothingToChange
from compounder.domain.care.patients import Patient, require_nameless
from compounder.domain.care.prescriptions import Prescription
from compounder.domain.care.screening import Answers, Opioid, is_one_slip_away, screen, words_of
from compounder.domain.errors import CompoundingError
from compounder.domain.findings import Finding, Severity, decide
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.units import MASS, MassPerCapsule, capsule, format_dose, of

LONGEST_DECISION: Final = 300
LONGEST_WITH: Final = 120
_SHORTEST_WORD: Final = 5
_LIVER: Final = ("liver", "hepat", "cirrho")


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyDecision:
    """What a pharmacist decided on a finding of this code, and with whom."""

    code: str
    reason: str
    decided_with: str

    def __post_init__(self) -> None:
        require_text(self.reason, LONGEST_DECISION, "reason")
        require_text(self.decided_with, LONGEST_WITH, "decided_with")


class SafetyUndecided(CompoundingError):
    """A safety question on which nobody has decided; its words may be the patient's, so they are not repeated."""

    code = "safety-undecided"
    title = "A safety question waits"
    question: str

    def __str__(self) -> str:
        asked = self.question.replace("-", " ")
        return f"Nobody has decided yet: {asked}. Write what was decided, and with whom."


class TellsOfHealth(CompoundingError):
    """Words that are kept for good, and would tell for good what a patient takes or has. They are not repeated."""

    code = "tells-of-health"
    title = "It tells of the patient's health"
    field_name: str

    def __str__(self) -> str:
        return "This is kept for good; write it without a medicine, an allergy or a condition of the patient."


def answers_of(patient: Patient, filler: str, *, has_liver_disease: bool, is_hypersensitive: bool) -> Answers:
    """What was answered, and what the patient's own row says beside it: a yes in either is a yes."""
    conditions, allergies = (words_of(" ".join(lines)) for lines in (patient.conditions, patient.allergies))
    given = ("naltrexone", *words_of(filler))
    return Answers(
        medicines="\n".join(patient.medicines),
        has_liver_disease=has_liver_disease or any(word.startswith(_LIVER) for word in conditions),
        is_hypersensitive=is_hypersensitive
        or any(word == name or is_one_slip_away(word, name) for word in allergies for name in given),
    )


def safety_findings(
    answers: Answers,
    opioids: Iterable[Opioid],
    prescription: Prescription,
    formulation: Formulation,
    others_open: Sequence[str],
) -> tuple[Finding, ...]:
    """What a pharmacist decides on before a bottle is filled; empty where nothing speaks against it."""
    return tuple(
        chain(
            screen(answers, opioids),
            (each for each in prescription.course.findings if each.severity is Severity.DECIDE),
            _above_the_formulation(prescription.course, formulation),
            _other_courses(others_open),
        )
    )


def _above_the_formulation(course: Course, formulation: Formulation) -> Iterator[Finding]:
    most = max(formulation.strength_range) * of(1, capsule)
    highest = max(step.dose for step in course.steps)
    if highest > most:
        yield decide(
            "dose-above-formulation",
            f"{format_dose(highest, MASS)} a day is above the range of {formulation.name}, "
            f"to {format_dose(most, MASS)}; check the prescription.",
        )


def _other_courses(numbers: Sequence[str]) -> Iterator[Finding]:
    if numbers:
        named = ", ".join(numbers[:3])
        yield decide(
            "two-open-courses", f"The patient has another course for these days: {named}. Say why both are taken."
        )


def require_all_decided(findings: Iterable[Finding], decisions: Iterable[SafetyDecision]) -> None:
    """Refuses with `SafetyUndecided` a question without a decision."""
    decided = {each.code for each in decisions}
    for finding in findings:
        if finding.code not in decided:
            raise SafetyUndecided(question=finding.code)


def require_untelling(text: str, patient: Patient, opioids: Iterable[Opioid], field_name: str) -> None:
    """Refuses with `NamesThePatient` and `TellsOfHealth` words to be kept for good that tell of the patient."""
    require_nameless(text, patient, field_name)
    theirs = " ".join((*patient.medicines, *patient.allergies, *patient.conditions))
    told = {word for word in words_of(theirs) if len(word) >= _SHORTEST_WORD}
    known = {word for opioid in opioids for word in opioid.words if len(word) >= _SHORTEST_WORD}
    if (told | known) & set(words_of(text)):
        raise TellsOfHealth(field_name=field_name)


def days_of(course: Course, strength: MassPerCapsule, *, before: int, capsules: int) -> tuple[date, date]:
    """The first and the last day of so many capsules by the course's calendar, `before` of the strength having been
    given out already."""
    days = [day for day in calendar_of(course) if day.strength == strength]
    given, reached = 0, []
    for day in days:
        given += day.capsules
        if given > before:
            reached.append(day.on)
        if given >= before + capsules:
            break
    return reached[0], reached[-1]


def last_dose_of(days: tuple[date, date], on: date) -> date:
    """The day on which the last capsule of a bottle is taken: later where it is given out later than its first day."""
    first, last = days
    return last + timedelta(days=max((on - first).days, 0))


def given_ahead(number: str, course: Course, given: Mapping[str, int], start: date) -> Iterator[Finding]:
    """What is to be decided where another course takes this one's place on `start`, and capsules for later days were
    given out: how many of each strength were, less what came back, stands in `given`."""
    left = dict(given)
    for day in calendar_of(course):
        if day.on < start:
            dose = format_dose(day.strength)
            left[dose] = left.get(dose, 0) - day.capsules
    named = " and ".join(f"{count:,} of {dose}" for dose, count in left.items() if count > 0)
    if named:
        has = f"The patient may have {named} left of {number}"
        yield decide("capsules-given-ahead", f"{has}: say whether they are used or brought back.")


def next_due(course: Course, given: Mapping[str, int]) -> date:
    """The first day whose capsules were not given out yet, by how many of each strength were.

    Refuses with `NothingToChange` where all were, or where some of later days were: then the course cannot be moved.
    """
    left = dict(given)
    for day in calendar_of(course):
        dose = format_dose(day.strength)
        if left.get(dose, 0) < day.capsules:
            break
        left[dose] -= day.capsules
    else:
        raise NothingToChange(because="Every capsule was given out")
    if any(left.values()):
        raise NothingToChange(because=f"Capsules of days after {format_day(day.on)} were given out already")
    return day.on


class DatesUndecided(CompoundingError):
    """A bottle that is given out after its first day, and nobody said what becomes of the dates."""

    code = "dates-undecided"
    title = "The dates wait for a decision"
    due_on: date
    field_name: str = "dates"

    def __str__(self) -> str:
        return f"The first dose was due on {format_day(self.due_on)}: keep the dates, or start from today."
