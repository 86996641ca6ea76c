"""One prescription's page, the card that shows it before it is stored, and demand, in finished strings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.care.course import Course, CourseOrder, CourseStep
from compounder.domain.care.demand import DemandLine, by_formulation
from compounder.domain.care.prescriptions import Prescription, PrescriptionStatus
from compounder.domain.findings import Finding
from compounder.domain.site import SiteSettings
from compounder.domain.units import MASS, format_dose
from compounder.services.prescribing import PrescriptionPreview
from compounder.services.prescriptions import PrescriptionFile
from compounder.web.course_page import course_page
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells
from compounder.web.patient_page import TONES, who_it_is
from compounder.web.tables import Row

STEP_COLUMNS = (("Dose a day", "strong"), ("Days", "text"), ("Directions", "text"), ("Capsules", "text"))
LEFT_COLUMNS = (("Strength", "strong"), ("Prescribed", "number"), ("Dispensed", "number"), ("Left", "number"))
DEMAND_COLUMNS = (
    ("Strength", "strong"),
    ("Still to dispense", "number"),
    ("On the shelf", "number"),
    ("To make", "figure"),
    ("Open prescriptions", "number"),
)


def course_card(shown: PrescriptionPreview) -> Mapping[str, Any]:
    """What a prescription comes to, before it is stored."""
    return {
        **_course(shown.request.order, shown.course, shown.directions),
        "findings": [_finding(finding) for finding in shown.findings],
        "is_stopped": bool(shown.stops),
        "capsules": capsules_said(shown.course),
        "ends": f"Last dose on {format_day(shown.course.last_dose_on)}; {reassessed(shown.course)}",
    }


def _course(order: CourseOrder, course: Course, directions: Sequence[str]) -> Mapping[str, Any]:
    """A course step by step, and month by month."""
    page = course_page(order, course)
    return {
        "step_columns": STEP_COLUMNS,
        "steps": [_step(step, said) for step, said in zip(course.steps, directions, strict=True)],
        "weekdays": page["weekdays"],
        "months": page["months"],
    }


def capsules_said(course: Course) -> str:
    """The capsules of each strength: `14 of 1.5 mg, 14 of 3 mg`."""
    return ", ".join(f"{count:,} of {format_dose(strength)}" for strength, count in course.capsules.items())


def reassessed(course: Course) -> str:
    """When the course is looked at again."""
    return f"reassess between {format_day(course.reassess_from)} and {format_day(course.reassess_to)}"


def _step(step: CourseStep, directions: str) -> Row:
    first, last = format_day(step.starts_on), format_day(step.ends_on)
    days = first if first == last else f"{first} to {last}"
    return format_dose(step.dose, MASS), days, directions, f"{step.capsules:,} of {format_dose(step.strength)}"


def _finding(finding: Finding) -> dict[str, str]:
    return {"severity": finding.severity.value, "code": finding.code, "message": finding.message}


def prescription_page(file: PrescriptionFile, settings: SiteSettings) -> Mapping[str, Any]:
    """Everything the page of a prescription shows."""
    stored, kept = file.stored, file.stored.prescription
    is_open = stored.status is PrescriptionStatus.OPEN
    return {
        "number": kept.number,
        "status": {"text": stored.status.value, "tone": TONES[stored.status]},
        "who": who_it_is(file.seen),
        "is_open": is_open,
        "is_changeable": stored.status is not PrescriptionStatus.CANCELLED and file.seen.patient is not None,
        "facts": list(_facts(file, kept)),
        "findings": [_finding(finding) for finding in kept.course.findings],
        **_course(kept.order, kept.course, kept.directions),
        "left_columns": LEFT_COLUMNS,
        "left": [
            (
                format_dose(line.strength),
                f"{line.capsules:,}",
                f"{line.dispensed:,}",
                f"{line.capsules - line.dispensed:,}" if is_open else "",
            )
            for line in stored.prescribed
        ],
        "sha256": stored.sha256,
        "entry_columns": ENTRY_COLUMNS,
        "entries": entry_cells(file.entries, settings.zone),
    }


def _facts(file: PrescriptionFile, kept: Prescription) -> Iterator[dict[str, str]]:
    course = kept.course
    href = url_for("patients.show", identifier=kept.patient)
    yield {"label": "First dose on", "value": format_day(course.start_on), "kind": "strong"}
    yield {"label": "Last dose on", "value": format_day(course.last_dose_on), "kind": "strong"}
    yield {"label": "Patient", "value": who_it_is(file.seen), "href": href}
    yield {"label": "Prescriber", "value": kept.prescriber}
    yield {"label": "Written on", "value": format_day(kept.written_on)}
    yield {"label": "Formulation", "value": kept.formulation, "href": _formulation(kept.formulation)}
    yield {"label": "Protocol", **_protocol(kept)}
    yield {"label": "Reassess", "value": reassessed(course).removeprefix("reassess ")}
    if kept.replaces:
        yield {"label": "In place of", "value": kept.replaces, "href": _number(kept.replaces)}
        yield {"label": "Because", "value": kept.reason, "kind": "wide"}
    if file.replaced_by:
        yield {"label": "Replaced by", "value": file.replaced_by, "href": _number(file.replaced_by)}


def _number(number: str) -> str:
    return url_for("prescriptions.show", number=number)


def _formulation(code: str) -> str:
    return url_for("formulations.show", code=code)


def _protocol(kept: Prescription) -> dict[str, str]:
    """The version that the course was planned with, whatever the protocol says by now."""
    protocol = kept.order.protocol
    if protocol is None:
        return {"value": "steps of its own"}
    named = f"{protocol.name}, version {protocol.version}"
    said = f"{named}, with steps of its own" if kept.order.steps is not None else named
    return {"value": said, "href": url_for("protocols.show", code=protocol.code, version=protocol.version)}


def demand_page(lines: tuple[DemandLine, ...], names: Mapping[str, str]) -> list[Mapping[str, Any]]:
    """A part for each formulation, with its lines, and how many capsules are still to be made."""
    return [
        {
            "code": code,
            "name": names.get(code, code),
            "rows": [_demand(line) for line in of_one],
            "to_make": sum(line.to_make for line in of_one),
        }
        for code, of_one in by_formulation(lines).items()
    ]


def _demand(line: DemandLine) -> Row:
    counts = (line.prescribed, line.on_shelf, line.to_make, line.prescriptions)
    return (format_dose(line.strength), *(f"{count:,}" for count in counts))
