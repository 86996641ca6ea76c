"""One patient's page, and their line in the list, in finished strings."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import url_for

from compounder.domain.calendar import format_day
from compounder.domain.care.patients import Patient
from compounder.domain.care.prescriptions import PrescriptionStatus
from compounder.domain.site import SiteSettings
from compounder.domain.units import format_dose
from compounder.services.patients import PatientFile, Seen
from compounder.services.prescriptions import PrescribedLine, PrescriptionRow
from compounder.web.journal_page import ENTRY_COLUMNS, entry_cells
from compounder.web.tables import Cell, Row

PATIENT_COLUMNS = (("Patient", "strong"), ("Born on", "date"), ("Identifier", "lot"))
IDENTIFIER_COLUMNS = (("Identifier", "lot"), ("Standing", "status"))
PRESCRIPTION_COLUMNS = (
    ("Prescription", "lot"),
    ("Patient", "strong"),
    ("Written on", "date"),
    ("Formulation", "text"),
    ("Capsules", "text"),
    ("Left", "number"),
    ("Status", "status"),
)
THEIR_COLUMNS = tuple(column for column in PRESCRIPTION_COLUMNS if column[0] != "Patient")
TONES = {
    PrescriptionStatus.OPEN: "open",
    PrescriptionStatus.FILLED: "done",
    PrescriptionStatus.CANCELLED: "over",
}


def columns_for(*, sees_them: bool) -> tuple[tuple[str, str], ...]:
    """The columns of the list of patients, for who is shown them and for who is not."""
    return PATIENT_COLUMNS if sees_them else IDENTIFIER_COLUMNS


def patient_cells(seen: Seen, *, sees_them: bool) -> Row:
    """The cells of one patient, in the order of `columns_for`."""
    href = url_for("patients.show", identifier=seen.identifier)
    if not sees_them:
        standing = Cell(text="erased", tone="over") if seen.is_erased else Cell(text="kept", tone="done")
        return Cell(text=seen.identifier, href=href), standing
    if seen.patient is None:
        return Cell(text="Erased", href=href), "", seen.identifier
    return Cell(text=seen.patient.name, href=href), format_day(seen.patient.born_on), seen.identifier


def who_it_is(seen: Seen) -> str:
    """The patient's name, for who is shown it and while there is one; else the identifier."""
    return seen.patient.name if seen.patient else f"Patient {seen.identifier}"


def prescription_cells(row: PrescriptionRow, names: Mapping[str, Patient]) -> Row:
    """The cells of one prescription, in the order of `PRESCRIPTION_COLUMNS`."""
    number, *rest = _their_cells(row)
    named = names.get(row.patient)
    patient = Cell(text=named.name if named else row.patient, href=url_for("patients.show", identifier=row.patient))
    return number, patient, *rest


def _their_cells(row: PrescriptionRow) -> Row:
    return (
        Cell(text=row.number, href=url_for("prescriptions.show", number=row.number)),
        format_day(row.written_on),
        row.formulation,
        capsules_of(row.prescribed),
        f"{sum(line.capsules - line.dispensed for line in row.prescribed):,}" if _waits(row) else "",
        Cell(text=row.status.value, tone=TONES[row.status]),
    )


def _waits(row: PrescriptionRow) -> bool:
    return row.status is PrescriptionStatus.OPEN


def capsules_of(lines: Sequence[PrescribedLine]) -> str:
    """How many of which strength: `14 of 1.5 mg, 14 of 3 mg`."""
    return ", ".join(f"{line.capsules:,} of {format_dose(line.strength)}" for line in lines)


def patient_page(file: PatientFile, settings: SiteSettings) -> Mapping[str, Any]:
    """Everything the page of a patient shows."""
    seen = file.seen
    return {
        "identifier": seen.identifier,
        "who": who_it_is(seen),
        "is_known": seen.patient is not None,
        "standing": _standing(seen, settings),
        "facts": list(_facts(seen.patient)) if seen.patient else [],
        "columns": THEIR_COLUMNS,
        "rows": [_their_cells(row) for row in file.prescriptions],
        "entry_columns": ENTRY_COLUMNS,
        "entries": entry_cells(file.entries, settings.zone),
    }


def _standing(seen: Seen, settings: SiteSettings) -> str:
    """Why nobody is named; nothing where somebody is."""
    if seen.erased_at:
        day = format_day(seen.erased_at.astimezone(settings.zone).date())
        return f"Erased on {day}. Records and journal stay whole under the identifier."
    return "" if seen.patient else "Who this is, is shown to those who look after the patient."


def _facts(patient: Patient) -> Iterator[dict[str, str]]:
    yield {"label": "Born on", "value": format_day(patient.born_on), "kind": "strong"}
    yield {"label": "Address, telephone", "value": ", ".join(patient.contact.splitlines()) or "not stated"}
    for label, lines in (
        ("Current medicines", patient.medicines),
        ("Allergies", patient.allergies),
        ("Conditions", patient.conditions),
    ):
        yield {"label": label, "value": "; ".join(lines) or "none stated", "kind": "wide"}
