"""Dispensing: safety questions answered, a bottle filled from released batches, all of it in one entry.

The journal and the bottle know the prescription's number; who it is for, what they take and what they answered stays
in the patient's row. Only a pharmacist dispenses.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from stdnum.iso7064 import mod_37_36

from compounder.codec.documents import canonical, digest
from compounder.database import (
    bottles,
    capsule_ledger,
    capsule_stock,
    formulations,
    one_time_keys,
    prescriptions,
    running_numbers,
)
from compounder.database.bottles import NewBottle
from compounder.database.engine import Connection
from compounder.database.errors import NotFound
from compounder.database.prescriptions import PrescribedLine, StoredPrescription
from compounder.domain.bounds import require_count
from compounder.domain.care.dispensing import BatchCapsules, pick
from compounder.domain.care.prescriptions import PrescriptionNotOpen, PrescriptionStatus
from compounder.domain.care.safety import (
    DatesUndecided,
    SafetyDecision,
    answers_of,
    days_of,
    last_dose_of,
    require_all_decided,
    require_untelling,
    safety_findings,
)
from compounder.domain.care.shelf import CapsuleMovementKind
from compounder.domain.findings import Finding
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.domain.record.signatures import PHARMACISTS, NotForThisRole
from compounder.domain.units import MASS_PER_CAPSULE, MassPerCapsule, format_dose, quantity_text
from compounder.services.acting import Deed, append
from compounder.services.care_errors import NotSoManyThere
from compounder.services.errors import ResultChanged
from compounder.services.once import once
from compounder.services.opioids import opioid_list
from compounder.services.patients import require_patient
from compounder.services.prescriptions import fill_prescription
from compounder.services.workspace import site_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class BottleRequest:
    """A bottle as it is asked for, and what the patient answered today."""

    prescription: str
    strength: MassPerCapsule
    capsules: int
    of_several: bool
    has_liver_disease: bool
    is_hypersensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BottlePreview:
    """What a bottle would be filled from, when its last capsule is taken, and what is to be decided on first."""

    request: BottleRequest
    on: date
    due_on: date
    last_dose_on: date
    findings: tuple[Finding, ...]
    taken: tuple[BatchCapsules, ...]

    @property
    def is_late(self) -> bool:
        """Whether its first capsule was to be taken before the day on which it is given out."""
        return self.due_on < self.on

    @property
    def beyond_use_date(self) -> date:
        """The earliest of its batches'."""
        return min(each.beyond_use_date for each in self.taken)

    @property
    def sha256(self) -> str:
        """Names exactly this: what was asked, what is taken, and every question."""
        parts = [canonical(self.request), *(canonical(each) for each in (*self.taken, *self.findings))]
        return digest(canonical([*parts, self.on.isoformat()]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispensing(Deed):
    """One act of dispensing: what is asked for, what was decided, by whom, when. `shown_sha256` is what they saw.

    `keeps_dates` says that somebody let the dates of the course stand for a bottle that is given out late.
    """

    request: BottleRequest
    decisions: tuple[SafetyDecision, ...]
    shown_sha256: str
    one_time_key: str
    keeps_dates: bool = False


def subject_of(number: str) -> str:
    """What the journal calls a bottle."""
    return f"bottle {number}"


def bottle_number(letter: str, number: int) -> str:
    """Our number of a bottle: ten characters that begin with B, where a lot number has eleven and begins with a day.

    >>> bottle_number("A", 17)
    'BA00000174'
    """
    stem = f"B{letter}{number:07d}"
    return f"{stem}{mod_37_36.calc_check_digit(stem)}"


def safety_questions(connection: Connection, site: str, request: BottleRequest) -> tuple[Finding, ...]:
    """What a pharmacist decides on before this bottle is filled; refuses a patient who is erased."""
    stored = prescriptions.load(connection, site, request.prescription)
    formulation = formulations.latest_approved(connection, site, stored.prescription.formulation)
    if formulation is None:
        raise NotFound(what="approved formulation", name=stored.prescription.formulation)
    _, patient = require_patient(connection, site, stored.prescription.patient)
    answers = answers_of(
        patient,
        formulation.formulation.filler.name,
        has_liver_disease=request.has_liver_disease,
        is_hypersensitive=request.is_hypersensitive,
    )
    known, others = opioid_list(connection, site).opioids, tuple(_courses_beside(connection, site, stored))
    return safety_findings(answers, known, stored.prescription, formulation.formulation, others)


def _courses_beside(connection: Connection, site: str, stored: StoredPrescription) -> Iterator[str]:
    """The patient's other prescriptions that are open, or were filled whole for days that this course has too. What is
    left of the one that it takes the place of is asked about by itself."""
    own = stored.prescription
    for row in prescriptions.of_patient(connection, stored.patient_id):
        if row.number in (own.number, own.replaces):
            continue
        if row.status is PrescriptionStatus.FILLED:
            course = prescriptions.load(connection, site, row.number).prescription.course
            is_beside = course.start_on <= own.course.last_dose_on and own.course.start_on <= course.last_dose_on
        else:
            is_beside = row.status is PrescriptionStatus.OPEN
        if is_beside:
            yield row.number


def preview_bottle(connection: Connection, site: str, request: BottleRequest, on: date) -> BottlePreview:
    """What a bottle would be; refuses with `PrescriptionNotOpen`, `NotSoManyThere` more than is prescribed, and what
    `pick` refuses: no capsule is taken after its beyond-use date."""
    stored = prescriptions.load(connection, site, request.prescription)
    if stored.status is not PrescriptionStatus.OPEN:
        raise PrescriptionNotOpen(number=request.prescription, status=stored.status)
    line = _line(stored, request.strength)
    left = line.capsules - line.dispensed
    require_count(request.capsules, 1, max(left, 1), "capsules")
    if left < request.capsules:
        raise _no_more(request, left)
    course = stored.prescription.course
    days = days_of(course, line.strength, before=line.dispensed, capsules=request.capsules)
    last = last_dose_of(days, on)
    code, dose = stored.prescription.formulation, format_dose(line.strength)
    shelf = capsule_stock.earliest_first(connection, site, code, line.strength, on)
    return BottlePreview(
        request=request,
        on=on,
        due_on=days[0],
        last_dose_on=last,
        findings=safety_questions(connection, site, request),
        taken=pick(shelf, request.capsules, strength=dose, last_dose_on=last, of_several=request.of_several),
    )


def dispense(connection: Connection, dispensing: Dispensing) -> str:
    """The number of the bottle; a second click on the same form gets the first one's.

    Refuses with `NotForThisRole`, with `ResultChanged` what was not shown so, with `SafetyUndecided`, with words that
    would tell of the patient for good, with `DatesUndecided` a late one, and what `preview_bottle` refuses.
    """
    if dispensing.person.role not in PHARMACISTS:
        raise NotForThisRole(role=dispensing.person.role, act="dispensed", may=PHARMACISTS)
    site, request = dispensing.site, dispensing.request
    made = once(dispensing.one_time_key, (request.prescription, request.capsules, format_dose(request.strength)))
    known = one_time_keys.subject_of(connection, site, made)
    if known is not None:
        return known
    settings = site_settings(connection, site)
    shown = preview_bottle(connection, site, request, dispensing.at.astimezone(settings.zone).date())
    if shown.sha256 != dispensing.shown_sha256:
        raise ResultChanged
    stored = prescriptions.load(connection, site, request.prescription)
    _require_decided(connection, dispensing, shown, stored)
    number = bottle_number(settings.letter, running_numbers.next_bottle_number(connection, site))
    entry = _enter(connection, dispensing, shown, number)
    _fill(connection, shown, stored, number, entry)
    one_time_keys.use(connection, site, made, number, entry.number)
    _end_if_filled(connection, dispensing)
    return number


def _line(stored: StoredPrescription, strength: MassPerCapsule) -> PrescribedLine:
    for line in stored.prescribed:
        if line.strength == strength:
            return line
    raise NotFound(what=f"strength of prescription {stored.prescription.number}", name=format_dose(strength))


def _no_more(request: BottleRequest, left: int) -> NotSoManyThere:
    where = f"of {format_dose(request.strength)} left on prescription {request.prescription}"
    return NotSoManyThere(wanted=request.capsules, there=left, where=where)


def _require_decided(
    connection: Connection, dispensing: Dispensing, shown: BottlePreview, stored: StoredPrescription
) -> None:
    require_all_decided(shown.findings, dispensing.decisions)
    if shown.is_late and not dispensing.keeps_dates:
        raise DatesUndecided(due_on=shown.due_on)
    _, patient = require_patient(connection, dispensing.site, stored.prescription.patient)
    known = opioid_list(connection, dispensing.site).opioids
    for decision in dispensing.decisions:
        require_untelling(decision.reason, patient, known, f"reason-{decision.code}")
        require_untelling(decision.decided_with, patient, known, f"with-{decision.code}")


def _enter(connection: Connection, dispensing: Dispensing, shown: BottlePreview, number: str) -> JournalEntry:
    """What is decided without a question is not kept; which list the medicines were matched against is."""
    screened_with = opioid_list(connection, dispensing.site)
    asked = {finding.code for finding in shown.findings}
    document: dict[str, Any] = {
        "prescription": shown.request.prescription,
        "strength": quantity_text(shown.request.strength, MASS_PER_CAPSULE),
        "capsules": shown.request.capsules,
        "dispensed_on": shown.on,
        "beyond_use_date": shown.beyond_use_date,
        "taken": [{"lot_number": each.lot_number, "capsules": each.capsules} for each in shown.taken],
        "decisions": [asdict(each) for each in dispensing.decisions if each.code in asked],
        "screened_with": {"list_version": screened_with.version, "sha256": screened_with.sha256},
    }
    if shown.is_late:
        document |= {"due_on": shown.due_on, "dates": "kept"}
    return append(connection, dispensing.act, subject_of(number), EntryKind.BOTTLE_DISPENSED, document)


def _fill(
    connection: Connection, shown: BottlePreview, stored: StoredPrescription, number: str, entry: JournalEntry
) -> None:
    bottle = NewBottle(
        number=number,
        prescription_id=stored.prescription_id,
        strength=shown.request.strength,
        capsules=shown.request.capsules,
        dispensed_on=shown.on,
        beyond_use_date=shown.beyond_use_date,
    )
    if not bottles.give_out(connection, bottle):
        raise _no_more(shown.request, 0)
    bottle_id = bottles.add(connection, entry.site, bottle, entry.number)
    for each in shown.taken:
        batch, kind, change = each.batch_id, CapsuleMovementKind.DISPENSED, -each.capsules
        if not capsule_ledger.move(connection, entry.site, batch, kind, change, entry.number, bottle_id=bottle_id):
            raise NotSoManyThere(wanted=each.capsules, there=0, where=f"of batch {each.lot_number}")


def _end_if_filled(connection: Connection, dispensing: Dispensing) -> None:
    stored = prescriptions.load(connection, dispensing.site, dispensing.request.prescription)
    if all(line.capsules == line.dispensed for line in stored.prescribed):
        fill_prescription(connection, dispensing.act, dispensing.request.prescription)
