"""Prescriptions: worked out and shown, stored, replaced when a course changes, cancelled; each act is journaled."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from compounder.database import journal, one_time_keys, patients, prescriptions, running_numbers
from compounder.database.engine import Connection
from compounder.database.prescriptions import (
    PrescribedLine,
    PrescriptionFilter,
    PrescriptionPage,
    PrescriptionRow,
    StoredPrescription,
)
from compounder.domain.bounds import require_reason
from compounder.domain.calendar import format_day
from compounder.domain.care.patients import Patient, require_nameless, require_somebody_else, sees_patients
from compounder.domain.care.prescriptions import (
    Prescription,
    PrescriptionNotOpen,
    PrescriptionStatus,
)
from compounder.domain.people.person import Role
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.services.acting import Acting, append
from compounder.services.care_errors import NumberTaken, PrescriptionStopped, WrittenLater
from compounder.services.errors import ResultChanged
from compounder.services.once import once
from compounder.services.patients import Seen, patient_file, require_patient
from compounder.services.prescribing import PrescriptionPreview, PrescriptionRequest, preview_prescription
from compounder.services.workspace import day_at

__all__ = [
    "PrescribedLine",
    "PrescriptionFile",
    "PrescriptionFilter",
    "PrescriptionList",
    "PrescriptionRow",
    "cancel_prescription",
    "fill_prescription",
    "prescription_file",
    "prescription_list",
    "store_prescription",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionFile:
    """A prescription, whom it is for as far as the role is shown it, what replaces it, and what happened to it."""

    stored: StoredPrescription
    seen: Seen
    replaced_by: str | None
    entries: tuple[JournalEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionList:
    """A page of prescriptions, and who stands behind their identifiers, for whom is shown it."""

    page: PrescriptionPage
    names: Mapping[str, Patient]


def subject_of(number: str) -> str:
    """What the journal calls a prescription."""
    return f"prescription {number}"


def prescription_list(
    connection: Connection, site: str, asked: PrescriptionFilter, role: Role, *, after: int | None = None
) -> PrescriptionList:
    """A page of the prescriptions asked for, newest first."""
    page = prescriptions.search(connection, site, asked, after=after)
    shown = (row.patient_id for row in page.rows) if sees_patients(role) else ()
    return PrescriptionList(page=page, names=patients.named(connection, site, shown))


def prescription_file(connection: Connection, site: str, number: str, role: Role) -> PrescriptionFile:
    """One prescription's file; refuses with `NotFound`."""
    stored = prescriptions.load(connection, site, number)
    return PrescriptionFile(
        stored=stored,
        seen=patient_file(connection, site, stored.prescription.patient, role).seen,
        replaced_by=prescriptions.replaced_by(connection, stored),
        entries=journal.entries_of(connection, site, subject_of(number)),
    )


def store_prescription(
    connection: Connection, act: Acting, request: PrescriptionRequest, *, shown_sha256: str, one_time_key: str
) -> str:
    """The number of the prescription now open; a second click on the same form gets the first one's.

    Refuses with `ResultChanged` what was not shown so, with `PrescriptionStopped`, and with `NumberTaken`.
    """
    made = once(one_time_key, request)
    known = one_time_keys.subject_of(connection, act.site, made)
    if known is not None:
        return known
    shown = preview_prescription(connection, act.site, request)
    if shown.sha256 != shown_sha256:
        raise ResultChanged
    if shown.stops:
        raise PrescriptionStopped(because=shown.stops[0].message)
    number, entry = _keep(connection, act, shown)
    one_time_keys.use(connection, act.site, made, number, entry)
    if request.replaces:
        _cancel_replaced(connection, act, request.replaces, number, request.reason)
    return number


def _keep(connection: Connection, act: Acting, shown: PrescriptionPreview) -> tuple[str, int]:
    """The number, and the entry by which the prescription came in."""
    request = shown.request
    patient_id, patient = require_patient(connection, act.site, request.patient)
    _require_tells_nothing(request, patient)
    today = day_at(connection, act.site, act.at)
    if request.written_on > today:
        raise WrittenLater(written_on=format_day(request.written_on))
    number = _number(connection, act.site, request.number, today)
    prescription = Prescription(
        number=number,
        patient=request.patient,
        prescriber=request.prescriber,
        written_on=request.written_on,
        formulation=request.formulation,
        order=request.order,
        course=replace(shown.course, findings=shown.findings),
        directions=shown.directions,
        replaces=request.replaces,
        reason=request.reason,
    )
    entry = append(connection, act, subject_of(number), EntryKind.PRESCRIPTION_ADDED, prescription)
    prescriptions.add(connection, act.site, prescription, patient_id, entry.document, entry.number)
    return number, entry.number


def _require_tells_nothing(request: PrescriptionRequest, patient: Patient) -> None:
    """What is kept for good does not name the patient."""
    require_nameless(request.number, patient, "number")
    require_nameless(request.reason, patient, "reason")
    require_somebody_else(request.prescriber, patient, "prescriber")


def _number(connection: Connection, site: str, own: str, today: date) -> str:
    """The pharmacy's own number, or the next of ours that nobody typed as theirs."""
    if own:
        if prescriptions.is_taken(connection, site, own):
            raise NumberTaken(number=own)
        return own
    while True:
        number = f"RX{today:%y%m}-{running_numbers.next_prescription_number(connection, site):03d}"
        if not prescriptions.is_taken(connection, site, number):
            return number


def _cancel_replaced(connection: Connection, act: Acting, number: str, by: str, reason: str) -> None:
    """An open prescription ends where another takes its place; one that was filled stays filled."""
    stored = prescriptions.load(connection, act.site, number)
    if stored.status is PrescriptionStatus.OPEN:
        _end(connection, act, stored, EntryKind.PRESCRIPTION_CANCELLED, {"reason": reason, "replaced_by": by})


def cancel_prescription(connection: Connection, act: Acting, number: str, reason: str) -> None:
    """No more capsules are dispensed on it; refuses with `PrescriptionNotOpen`, and a reason that names the patient."""
    require_reason(reason)
    stored = prescriptions.load(connection, act.site, number)
    seen = patients.load(connection, act.site, stored.prescription.patient)
    if seen.patient:
        require_nameless(reason, seen.patient, "reason")
    _end(connection, act, stored, EntryKind.PRESCRIPTION_CANCELLED, {"reason": reason})


def fill_prescription(connection: Connection, act: Acting, number: str) -> None:
    """Every capsule of it was dispensed: what the dispensing of the last bottle ends with."""
    stored = prescriptions.load(connection, act.site, number)
    _end(connection, act, stored, EntryKind.PRESCRIPTION_FILLED, {})


def _end(connection: Connection, act: Acting, stored: StoredPrescription, kind: EntryKind, document: object) -> None:
    number = stored.prescription.number
    if stored.status is not PrescriptionStatus.OPEN:
        raise PrescriptionNotOpen(number=number, status=stored.status)
    append(connection, act, subject_of(number), kind, document)
    ended = PrescriptionStatus.FILLED if kind is EntryKind.PRESCRIPTION_FILLED else PrescriptionStatus.CANCELLED
    prescriptions.set_status(connection, stored.prescription_id, ended)
