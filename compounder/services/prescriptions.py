"""Prescriptions: worked out and shown, stored, replaced when a course changes, cancelled; each act is journaled."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from compounder.codec.documents import canonical, digest
from compounder.database import formulations, journal, lot_numbers, one_time_keys, patients, prescriptions
from compounder.database.engine import Connection
from compounder.database.errors import NotFound
from compounder.database.prescriptions import PrescriptionFilter, PrescriptionPage, StoredPrescription
from compounder.domain.calendar import format_day
from compounder.domain.care.course import Course, CourseOrder
from compounder.domain.care.course_changes import hold, slow, step_back
from compounder.domain.care.patients import Patient, require_nameless, require_somebody_else, sees_patients
from compounder.domain.care.prescriptions import (
    Prescription,
    PrescriptionNotOpen,
    PrescriptionStatus,
    directions_of,
    prescription_findings,
)
from compounder.domain.care.titration import work_out_course
from compounder.domain.errors import MissingKey
from compounder.domain.findings import Finding, Severity
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.people.person import Role
from compounder.domain.record.journal import EntryKind, JournalEntry
from compounder.services.care_errors import NumberTaken, PrescriptionStopped, WrittenLater
from compounder.services.errors import ResultChanged
from compounder.services.once import once
from compounder.services.patients import Seen, patient_file, require_patient
from compounder.services.people import Act
from compounder.services.workspace import site_settings


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionRequest:
    """A prescription as a person enters it; without a number of the pharmacy's own it gets one of ours."""

    number: str = ""
    patient: str
    prescriber: str
    written_on: date
    formulation: str
    order: CourseOrder
    replaces: str | None = None
    reason: str = ""


class CourseChange(StrEnum):
    """What is done to a course under way."""

    HOLD = "hold"
    SLOW = "slow"
    STEP_BACK = "step-back"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequest:
    """A change of a prescription's course from a day on, as a prescriber asked for it on `written_on`."""

    number: str
    what: CourseChange
    on: date
    days: int
    written_on: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionPreview:
    """What a prescription comes to. `sha256` names exactly this: what was asked, and what came out."""

    request: PrescriptionRequest
    course: Course
    directions: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def stops(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.STOP)

    @property
    def sha256(self) -> str:
        return digest(canonical([canonical(self.request), canonical(self.course), *self.directions]))


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionFile:
    """A prescription, whom it is for as far as the role is shown it, what replaces it, and what happened to it."""

    stored: StoredPrescription
    seen: Seen
    replaced_by: str | None
    entries: tuple[JournalEntry, ...]
    entry_hashes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrescriptionList:
    """A page of prescriptions, and who stands behind their identifiers, for whom is shown it."""

    page: PrescriptionPage
    names: Mapping[str, Patient]


def subject_of(number: str) -> str:
    """What the journal calls a prescription."""
    return f"prescription {number}"


def prescribable(connection: Connection, site: str) -> tuple[Formulation, ...]:
    """The formulations that may be prescribed: the newest version in use of each."""
    latest = (
        formulations.latest_approved(connection, site, each.formulation.code)
        for each in formulations.listed(connection, site)
    )
    return tuple(stored.formulation for stored in latest if stored)


def prescription_list(
    connection: Connection, site: str, asked: PrescriptionFilter, role: Role, *, after: int | None = None
) -> PrescriptionList:
    """A page of the prescriptions asked for, newest first."""
    page = prescriptions.search(connection, site, asked, after=after)
    shown = (row.patient for row in page.rows) if sees_patients(role) else ()
    return PrescriptionList(page=page, names=patients.named(connection, site, shown))


def prescription_file(connection: Connection, site: str, number: str, role: Role) -> PrescriptionFile:
    """One prescription's file; refuses with `NotFound`."""
    stored = prescriptions.load(connection, site, number)
    entries = journal.entries_of(connection, site, subject_of(number))
    return PrescriptionFile(
        stored=stored,
        seen=patient_file(connection, site, stored.prescription.patient, role).seen,
        replaced_by=prescriptions.replaced_by(connection, stored),
        entries=entries,
        entry_hashes=tuple(journal.entry_hash(entry) for entry in entries),
    )


def preview_prescription(connection: Connection, site: str, request: PrescriptionRequest) -> PrescriptionPreview:
    """What a request comes to, before anything is stored; refuses a formulation that nobody approved."""
    stored = formulations.latest_approved(connection, site, request.formulation)
    if stored is None:
        raise NotFound(what="approved formulation", name=request.formulation)
    course = work_out_course(request.order)
    return PrescriptionPreview(
        request=request,
        course=course,
        directions=directions_of(course),
        findings=prescription_findings(course, stored.formulation),
    )


def changed_request(connection: Connection, site: str, change: ChangeRequest) -> PrescriptionRequest:
    """The prescription that takes the place of another whose course is held, slowed or stepped back.

    Refuses a cancelled prescription with `PrescriptionNotOpen`, and what the course cannot do.
    """
    stored = prescriptions.load(connection, site, change.number)
    if stored.status is PrescriptionStatus.CANCELLED:
        raise PrescriptionNotOpen(number=change.number, status=stored.status)
    before = stored.prescription
    return PrescriptionRequest(
        patient=before.patient,
        prescriber=before.prescriber,
        written_on=change.written_on,
        formulation=before.formulation,
        order=_changed(before.order, change),
        replaces=before.number,
        reason=change.reason,
    )


def _changed(order: CourseOrder, change: ChangeRequest) -> CourseOrder:
    match change.what:
        case CourseChange.HOLD:
            return hold(order, change.on, change.days)
        case CourseChange.SLOW:
            return slow(order, change.on, change.days)
        case CourseChange.STEP_BACK:
            return step_back(order, change.on)


def store_prescription(
    connection: Connection, act: Act, request: PrescriptionRequest, *, shown_sha256: str, one_time_key: str
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


def _keep(connection: Connection, act: Act, shown: PrescriptionPreview) -> tuple[str, int]:
    """The number, and the entry by which the prescription came in."""
    request = shown.request
    patient_id, patient = require_patient(connection, act.site, request.patient)
    _require_tells_nothing(request, patient)
    today = act.at.astimezone(site_settings(connection, act.site).zone).date()
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
    entry = _enter(connection, act, number, EntryKind.PRESCRIPTION_ADDED, prescription)
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
        number = f"RX{today:%y%m}-{lot_numbers.next_prescription_number(connection, site):03d}"
        if not prescriptions.is_taken(connection, site, number):
            return number


def _cancel_replaced(connection: Connection, act: Act, number: str, by: str, reason: str) -> None:
    """An open prescription ends where another takes its place; one that was filled stays filled."""
    stored = prescriptions.load(connection, act.site, number)
    if stored.status is PrescriptionStatus.OPEN:
        _end(connection, act, stored, EntryKind.PRESCRIPTION_CANCELLED, {"reason": reason, "replaced_by": by})


def cancel_prescription(connection: Connection, act: Act, number: str, reason: str) -> None:
    """No more capsules are dispensed on it; refuses with `PrescriptionNotOpen`, and a reason that names the patient."""
    if not reason.strip():
        raise MissingKey(missing="reason", field_name="reason")
    stored = prescriptions.load(connection, act.site, number)
    seen = patients.load(connection, act.site, stored.prescription.patient)
    if seen.patient:
        require_nameless(reason, seen.patient, "reason")
    _end(connection, act, stored, EntryKind.PRESCRIPTION_CANCELLED, {"reason": reason})


def fill_prescription(connection: Connection, act: Act, number: str) -> None:
    """Every capsule of it was dispensed: what the dispensing of the last bottle ends with."""
    stored = prescriptions.load(connection, act.site, number)
    _end(connection, act, stored, EntryKind.PRESCRIPTION_FILLED, {})


def _end(connection: Connection, act: Act, stored: StoredPrescription, kind: EntryKind, document: object) -> None:
    number = stored.prescription.number
    if stored.status is not PrescriptionStatus.OPEN:
        raise PrescriptionNotOpen(number=number, status=stored.status)
    _enter(connection, act, number, kind, document)
    ended = PrescriptionStatus.FILLED if kind is EntryKind.PRESCRIPTION_FILLED else PrescriptionStatus.CANCELLED
    prescriptions.set_status(connection, stored.prescription_id, ended)


def _enter(connection: Connection, act: Act, number: str, kind: EntryKind, document: object) -> JournalEntry:
    return journal.append(
        connection,
        at=act.at,
        actor=act.actor,
        site=act.site,
        subject=subject_of(number),
        kind=kind,
        document=document,
    )
