"""What a prescription comes to before it is stored; and the one that a change of a course under way asks for."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from compounder.codec.documents import canonical, digest
from compounder.database import bottles, formulations, prescriptions
from compounder.database.engine import Connection
from compounder.database.errors import NotFound
from compounder.database.prescriptions import StoredPrescription
from compounder.domain.care.course import Course, CourseOrder
from compounder.domain.care.course_changes import hold, slow, start_late, step_back
from compounder.domain.care.prescriptions import (
    PrescriptionNotOpen,
    PrescriptionStatus,
    directions_of,
    prescription_findings,
)
from compounder.domain.care.safety import given_ahead, next_due
from compounder.domain.care.titration import work_out_course
from compounder.domain.findings import Finding, Severity
from compounder.domain.formulary.formulation import Formulation
from compounder.domain.units import format_dose


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
    START_LATE = "start-late"


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
    """What a prescription comes to. `sha256` names exactly this: what was asked, what came out, and every finding."""

    request: PrescriptionRequest
    course: Course
    directions: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def stops(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity is Severity.STOP)

    @property
    def sha256(self) -> str:
        found = [canonical(each) for each in self.findings]
        return digest(canonical([canonical(self.request), canonical(self.course), *self.directions, *found]))


def prescribable(connection: Connection, site: str) -> tuple[Formulation, ...]:
    """The formulations that may be prescribed: the newest version in use of each."""
    latest = (
        formulations.latest_approved(connection, site, each.formulation.code)
        for each in formulations.listed(connection, site)
    )
    return tuple(stored.formulation for stored in latest if stored)


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
        findings=(*prescription_findings(course, stored.formulation), *_given_ahead(connection, site, request)),
    )


def _given_ahead(connection: Connection, site: str, request: PrescriptionRequest) -> Iterator[Finding]:
    """What the patient may still have of the course that this one takes the place of."""
    if not request.replaces:
        return
    stored, given = prescriptions.load(connection, site, request.replaces), Counter[str]()
    for bottle in bottles.of_prescription(connection, stored.prescription_id):
        given[format_dose(bottle.strength)] += sum(part.capsules - part.returned for part in bottle.filled_from)
    yield from given_ahead(request.replaces, stored.prescription.course, given, request.order.start_on)


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
        order=_changed(stored, change),
        replaces=before.number,
        reason=change.reason,
    )


def _changed(stored: StoredPrescription, change: ChangeRequest) -> CourseOrder:
    order = stored.prescription.order
    match change.what:
        case CourseChange.HOLD:
            return hold(order, change.on, change.days)
        case CourseChange.SLOW:
            return slow(order, change.on, change.days)
        case CourseChange.STEP_BACK:
            return step_back(order, change.on)
        case CourseChange.START_LATE:
            given = {format_dose(line.strength): line.dispensed for line in stored.prescribed}
            return start_late(order, next_due(stored.prescription.course, given), change.on)
